#include <random>

#include "on_each_backend.h"

namespace fw {
namespace {

constexpr uint8_t value = 0, not_observed = 1, masked = 2, not_assessed = 4;

class RollingOp : public OnEachBackend {
 protected:
  struct Out {
    Values x;
    Codes reason;
  };
  /// One pixel.
  Out run(RollingMethod method, const Values& x, const Codes& reason, int window, int min_valid) {
    Buffer<float> in = up(x), out = room<float>(x.size());
    Buffer<uint8_t> why = up(reason), out_why = room<uint8_t>(x.size());
    backend().run(Rolling{in.data(), reason.empty() ? nullptr : why.data(), static_cast<int>(x.size()), 1, window,
                          min_valid, method, out.data(), out_why.data()});
    return {down(out), down(out_why)};
  }
};
FW_ON_EACH_BACKEND(RollingOp);

TEST_P(RollingOp, SumsMeansAndMaximaTrail) {
  const Values x{1, 2, 4, 8, 16};
  expect_values(run(RollingMethod::sum, x, {}, 3, 3).x, {nan_v, nan_v, 7, 14, 28});
  expect_values(run(RollingMethod::mean, x, {}, 2, 2).x, {nan_v, 1.5f, 3, 6, 12});
  expect_values(run(RollingMethod::max, {3, 1, -5, -6, -7}, {}, 3, 3).x, {nan_v, nan_v, 3, 1, -5});
}

// Neighbours are summed together, and their sums slide along the record where nothing is rounded: rain does, the
// second half, from 1e-12 to 1e12, does not.
TEST_P(RollingOp, SumsOfNeighboursAreThoseOfEachWindow) {
  constexpr size_t pixels = 64, times = 90, window = 9;
  Values x;
  std::mt19937 random(5);
  for (size_t t = 0; t < times; ++t)
    for (size_t i = 0; i < pixels; ++i) {
      const float rain = static_cast<float>(random() % 5000) * 0.1f;
      const float any = std::ldexp(rain - 250.0f, static_cast<int>(random() % 80) - 40);
      x.push_back(random() % 6 == 0 ? nan_v : i < pixels / 2 ? rain : any);
    }
  Buffer<float> in = up(x), out = room<float>(x.size());
  for (const auto method : {RollingMethod::sum, RollingMethod::mean}) {
    backend().run(Rolling{in.data(), nullptr, times, pixels, window, 4, method, out.data(), nullptr});
    const Values y = down(out);
    for (size_t t = window - 1; t < times; ++t)
      for (size_t i = 0; i < pixels; ++i) {
        double sum = 0, count = 0;
        for (size_t s = t + 1 - window; s <= t; ++s)
          if (const float v = x[s * pixels + i]; v == v) sum += static_cast<double>(v), ++count;
        if (count < 4) continue;
        const double whole = method == RollingMethod::sum ? window : 1;
        EXPECT_EQ(y[t * pixels + i], static_cast<float>(count == whole ? sum : sum * whole / count)) << t << " " << i;
      }
  }
}

TEST_P(RollingOp, AWindowOfOneIsTheSeries) {
  const Values x{1, nan_v, 3};
  const auto out = run(RollingMethod::sum, x, {value, masked, value}, 1, 1);
  expect_values(out.x, x);
  EXPECT_EQ(out.reason, (Codes{value, masked, value}));
}

TEST_P(RollingOp, ASumOverFewerValuesIsScaledUp) {
  // 1 + 4 of a window of 3: 5 * 3 / 2
  const auto out = run(RollingMethod::sum, {1, nan_v, 4}, {value, masked, value}, 3, 2);
  EXPECT_EQ(out.x[2], 7.5f);
  EXPECT_EQ(out.reason[2], value);
  EXPECT_EQ(run(RollingMethod::mean, {1, nan_v, 4}, {}, 3, 2).x[2], 2.5f);
}

TEST_P(RollingOp, TooFewValuesAreNotAssessedAndMissingOnesKeepTheirReason) {
  const auto out = run(RollingMethod::sum, {1, nan_v, 3, nan_v, 5}, {value, masked, value, not_observed, value}, 2, 2);
  expect_values(out.x, {nan_v, nan_v, nan_v, nan_v, nan_v});
  EXPECT_EQ(out.reason, (Codes{not_assessed, masked, not_assessed, not_observed, not_assessed}));
}

TEST_P(RollingOp, AMissingPeriodInAFullEnoughWindowHasAValue) {
  const auto out = run(RollingMethod::max, {1, 2, nan_v}, {value, value, masked}, 3, 2);
  EXPECT_EQ(out.x[2], 2.0f);
  EXPECT_EQ(out.reason[2], value);
}

TEST_P(RollingOp, AWindowLongerThanTheRecordIsNotAssessed) {
  const auto out = run(RollingMethod::mean, {1, nan_v}, {value, masked}, 3, 1);
  expect_values(out.x, {nan_v, nan_v});
  EXPECT_EQ(out.reason, (Codes{not_assessed, not_assessed}));
}

TEST_P(RollingOp, ANanWithoutReasonIsNotObserved) {
  EXPECT_EQ(run(RollingMethod::sum, {nan_v, 1}, {}, 1, 1).reason, (Codes{not_observed, value}));
  EXPECT_EQ(run(RollingMethod::sum, {nan_v, 1}, {value, value}, 1, 1).reason, (Codes{not_observed, value}));
}

TEST_P(RollingOp, NothingDriftsAlongTheRecord) {
  // A running sum by adding and dropping would keep the rounding of 1e9 for ever.
  Values x(200, 0.1f);
  x[3] = 1e9f;
  const auto out = run(RollingMethod::sum, x, {}, 10, 10);
  EXPECT_EQ(out.x[12], static_cast<float>(1e9 + 9 * static_cast<double>(0.1f)));
  for (size_t t = 13; t < x.size(); ++t) ASSERT_EQ(out.x[t], 1.0f) << t;
}

TEST_P(RollingOp, ReadsTimeMajorSeries) {
  // Two pixels over three periods.
  Buffer<float> in = up(Values{1, 10, 2, 20, 3, 30}), out = room<float>(6);
  Buffer<uint8_t> why = room<uint8_t>(6);
  backend().run(Rolling{in.data(), nullptr, 3, 2, 2, 2, RollingMethod::sum, out.data(), why.data()});
  expect_values(down(out), {nan_v, nan_v, 3, 30, 5, 50});
}

}  // namespace
}  // namespace fw
