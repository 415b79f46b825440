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
