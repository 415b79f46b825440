#include "kernels/check_seasonal.h"

#include <cmath>

#include "kernels/expect.h"

namespace fw {
namespace {

void expect_model(int harmonics, double centre, double scale, const char* operation) {
  expect(harmonics >= 1 && harmonics <= max_harmonics, operation, "harmonics outside 1..max_harmonics");
  expect(std::isfinite(centre) && std::isfinite(scale) && scale > 0.0, operation,
         "centre must be finite and scale > 0");
}

template <class Real>
void check_harmonic(const HarmonicFit<Real>& op) {
  expect(op.times >= 0, "HarmonicFit", "times is negative");
  if (op.times > 0) expect_memory(op.pixels, "HarmonicFit", op.x, op.terms);
  expect_model(op.harmonics, op.centre, op.scale, "HarmonicFit");
  expect(op.min_valid > harmonic_terms_of(op.harmonics), "HarmonicFit", "min_valid must be above the number of terms");
}

template <class Real>
void check_break(const BreakMonitor<Real>& op) {
  expect(op.times >= 0, "BreakMonitor", "times is negative");
  if (op.times > 0) expect_memory(op.pixels, "BreakMonitor", op.x, op.terms);
  expect_model(op.harmonics, op.centre, op.scale, "BreakMonitor");
  expect(op.monitor_from >= 0 && op.monitor_from <= op.times, "BreakMonitor", "monitor_from outside 0..times");
  expect(op.window > 0.0 && op.window <= 1.0, "BreakMonitor", "window outside 0..1");
  expect(std::isfinite(op.critical) && op.critical > 0.0, "BreakMonitor", "critical must be > 0");
  expect(op.history == StableHistory::all || (std::isfinite(op.roc_critical) && op.roc_critical > 0.0), "BreakMonitor",
         "roc_critical must be > 0");
  expect(op.min_history > harmonic_terms_of(op.harmonics), "BreakMonitor",
         "min_history must be above the number of terms");
  expect(!op.model == !op.progress, "BreakMonitor", "model and progress come together");
  expect(!op.progress || (op.monitor_from == 0 && op.resume_from >= 0 && op.resume_from <= op.times), "BreakMonitor",
         "a resumed record is monitored rows, resume_from 0..times");
  expect(op.leaving_planes == 0 || (op.leaving && op.leaving_planes > 0 && op.leaving_from >= 0), "BreakMonitor",
         "leaving has no planes");
  const int first = op.progress ? op.resume_from : op.monitor_from;
  expect(!op.progress_out || (op.progress_at >= first && op.progress_at <= op.times), "BreakMonitor",
         "progress_at outside the monitored rows");
}

}  // namespace

void check(const HarmonicFit<float>& op) { check_harmonic(op); }
void check(const HarmonicFit<double>& op) { check_harmonic(op); }
void check(const BreakMonitor<float>& op) { check_break(op); }
void check(const BreakMonitor<double>& op) { check_break(op); }

}  // namespace fw
