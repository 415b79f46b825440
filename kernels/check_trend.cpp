#include "kernels/check_trend.h"

#include <cmath>

#include "kernels/expect.h"

namespace fw {
namespace {

template <class Real>
void check_mann_kendall(const MannKendall<Real>& op) {
  expect(op.times >= 0 && op.times <= max_trend_times, "MannKendall", "times outside 0..max_trend_times");
  if (op.times > 0) expect_memory(op.pixels, "MannKendall", op.x);
  expect(op.test <= TrendTest::seasonal, "MannKendall", "no such test");
  const bool seasonal = op.test == TrendTest::seasonal;
  expect(seasonal ? op.period >= 2 : op.period == 1, "MannKendall", "period must be >= 2 for seasonal, else 1");
  expect(op.min_valid >= (seasonal || op.test == TrendTest::original ? 2 : 4), "MannKendall",
         "min_valid must be >= 2, and >= 4 for tests that look at autocorrelation");
  expect(std::isfinite(op.autocorrelation_z) && op.autocorrelation_z >= 0.0, "MannKendall",
         "autocorrelation_z must be finite and >= 0");
}

template <class Real>
void check_linear_trend(const LinearTrend<Real>& op) {
  expect(op.times >= 0, "LinearTrend", "times is negative");
  if (op.times > 0) expect_memory(op.pixels, "LinearTrend", op.x, op.t);
  expect(op.min_valid >= 3, "LinearTrend", "min_valid must be >= 3");
}

}  // namespace

void check(const MannKendall<float>& op) { check_mann_kendall(op); }
void check(const MannKendall<double>& op) { check_mann_kendall(op); }
void check(const LinearTrend<float>& op) { check_linear_trend(op); }
void check(const LinearTrend<double>& op) { check_linear_trend(op); }

}  // namespace fw
