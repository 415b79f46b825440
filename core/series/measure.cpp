#include "core/series/measure.h"

#include <algorithm>
#include <vector>

#include "core/series/plan.h"
#include "kernels/spi_guard.h"

namespace fw {
namespace {

/// Takes back what may not be said where it did not rain. x, p_zero, spi, reason: one row of pixels on the backend.
void guard_row(Backend& backend, size_t pixels, const float* x, const double* p_zero, float* spi, uint8_t* reason) {
  std::vector<float> rain(pixels), value(pixels);
  std::vector<double> zero(pixels);
  std::vector<uint8_t> why(pixels);
  backend.download(rain.data(), x, pixels * sizeof(float));
  backend.download(value.data(), spi, pixels * sizeof(float));
  backend.download(zero.data(), p_zero, pixels * sizeof(double));
  backend.download(why.data(), reason, pixels);
  for (size_t i = 0; i < pixels; ++i) {
    if (is_nan(value[i])) continue;
    value[i] = guard_spi(value[i], rain[i], static_cast<float>(zero[i]));
    if (is_nan(value[i])) why[i] = static_cast<uint8_t>(Reason::not_assessed);
  }
  backend.upload(spi, value.data(), pixels * sizeof(float));
  backend.upload(reason, why.data(), pixels);
}

void measure_spi(Backend& backend, const SeriesPlan& plan, const RecordPlan& record, const TargetReference& reference,
                 const TileSeries& series, float* out, uint8_t* reason_out) {
  const size_t n = series.pixels, cells = static_cast<size_t>(series.times) * n;
  const auto groups = static_cast<size_t>(periods_per_year(plan.cadence));
  Buffer<float> all(backend, cells);
  Buffer<uint8_t> why(backend, cells);
  Buffer<double> p_zero(backend, groups * n);
  StandardizedIndex<float> op{};
  op.x = series.x;
  op.reason = series.reason;
  op.times = series.times;
  op.pixels = n;
  op.group = reference.group_of_targets();
  op.in_calibration = reference.in_reference();
  op.groups = static_cast<int>(groups);
  op.scale = 1;
  op.distribution = SpiDistribution::gamma_mle;
  op.zero_rule = ZeroRule::center;
  op.min_years = std::max(4, plan.min_years);
  op.min_nonzero = std::max(2, plan.min_years);
  op.max_zero_share = 0.9;
  op.out = all.data();
  op.out_reason = why.data();
  op.p_zero = p_zero.data();
  backend.run(op);
  for (size_t t = 0; t < record.targets.size(); ++t) {
    const auto at = static_cast<size_t>(record.targets[t]);
    const auto place = static_cast<size_t>(place_in_year({plan.cadence, record.first.number + record.targets[t]}));
    backend.copy(out + t * n, all.at(at * n), n * sizeof(float));
    backend.copy(reason_out + t * n, why.at(at * n), n);
    guard_row(backend, n, series.x + at * n, p_zero.at(place * n), out + t * n, reason_out + t * n);
  }
}

void measure_detrended(Backend& backend, const SeriesPlan& plan, const TargetReference& reference,
                       const TileSeries& series, float* out, uint8_t* reason_out) {
  DetrendedAnomaly op{};
  op.x = series.x;
  op.reason = series.reason;
  op.times = series.times;
  op.pixels = series.pixels;
  reference.set(op);
  op.min_years = std::max(3, plan.min_years);
  op.max_years = std::clamp(reference.most_years(), 3, max_reference_years);
  op.std_floor = static_cast<float>(plan.std_floor);
  op.z = out;
  op.reason_out = reason_out;
  backend.run(op);
}

}  // namespace

void measure(Backend& backend, const SeriesPlan& plan, const RecordPlan& record, const TargetReference& reference,
             const Indicator& indicator, const TileSeries& series, float* out, uint8_t* reason_out) {
  switch (indicator.measure) {
    case Measure::statistic:
      return reference.compare(backend, series, plan.min_years, plan.std_floor, indicator.statistic, out, reason_out);
    case Measure::spi:
      return measure_spi(backend, plan, record, reference, series, out, reason_out);
    case Measure::detrended_z:
      return measure_detrended(backend, plan, reference, series, out, reason_out);
    case Measure::season_active:
    case Measure::season_senescent: {  // told by TileSeason, not by values
      const size_t cells = record.targets.size() * series.pixels;
      backend.fill(out, 0xFF, cells * sizeof(float));
      backend.fill(reason_out, static_cast<unsigned char>(Reason::not_assessed), cells);
    }
  }
}

size_t measure_bytes(const SeriesPlan& plan, const RecordPlan& record, const Indicator& indicator) {
  if (indicator.measure != Measure::spi) return 0;
  return static_cast<size_t>(record.periods) * (sizeof(float) + 1) +
         static_cast<size_t>(periods_per_year(plan.cadence)) * sizeof(double);
}

}  // namespace fw
