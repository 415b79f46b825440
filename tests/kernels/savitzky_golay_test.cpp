#include "on_each_backend.h"

namespace fw {
namespace {

constexpr uint8_t value = 0, masked = 2, not_assessed = 4;

class SavitzkyGolayOp : public OnEachBackend {
 protected:
  struct Out {
    Values z;
    Codes reason, flags;
  };
  Out run(int window, int order, const Values& x, const Codes& reason = {}, int min_valid = 3) {
    Buffer<float> in = up(x), out = room<float>(x.size());
    Buffer<uint8_t> why = up(reason), out_why = room<uint8_t>(x.size()), flags = room<uint8_t>(x.size());
    backend().run(SavitzkyGolay<float>{in.data(), reason.empty() ? nullptr : why.data(), static_cast<int>(x.size()), 1,
                                       window, order, min_valid, 3, out.data(), out_why.data(), flags.data()});
    return {down(out), down(out_why), down(flags)};
  }
};
FW_ON_EACH_BACKEND(SavitzkyGolayOp);

TEST(SavitzkyGolayWeights, AreThePublishedOnes) {
  double w[25];
  savitzky_golay_weights(5, 2, w);
  const double middle[] = {-3, 12, 17, 12, -3};
  for (int k = 0; k < 5; ++k) EXPECT_NEAR(w[2 * 5 + k], middle[k] / 35.0, 1e-15) << k;
  savitzky_golay_weights(5, 0, w);
  for (const double v : w) EXPECT_NEAR(v, 0.2, 1e-16);
}

TEST_P(SavitzkyGolayOp, KeepsAPolynomialOfItsOrderToTheEnds) {
  Values x;
  for (int t = 0; t < 20; ++t) x.push_back(static_cast<float>(t * t * t) * 0.125f - static_cast<float>(t));
  expect_values(run(7, 3, x).z, x, 1e-6);
  expect_values(run(71, 2, Values(71, 3.0f)).z, Values(71, 3.0f), 1e-6);
}

TEST_P(SavitzkyGolayOp, AWindowOfThreeAndOrderZeroIsTheMean) {
  // At the ends the mean of the first and of the last whole window.
  expect_values(run(3, 0, {1, 2, 6, 1}).z, {3, 3, 3, 3}, 1e-7);
}

TEST_P(SavitzkyGolayOp, FillsGapsLinearlyAndFlagsThem) {
  const Values x{0, 1, nan_v, 3, 4, nan_v, nan_v, nan_v, nan_v, 9, 10};
  const auto out = run(5, 1, x);
  expect_values(out.z, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 1e-6);
  constexpr uint8_t f = flag_filled, i = flag_interpolated;
  EXPECT_EQ(out.flags, (Codes{0, 0, f, 0, 0, i, i, i, i, 0, 0}));
}

TEST_P(SavitzkyGolayOp, GivesNothingOutsideTheValuesOrForAShortSpan) {
  const Codes reason{masked, value, value, value, value, value, masked};
  const auto out = run(5, 2, {nan_v, 1, 2, 3, 4, 5, nan_v}, reason);
  expect_values(out.z, {nan_v, 1, 2, 3, 4, 5, nan_v}, 1e-6);
  EXPECT_EQ(out.reason, reason);
  const auto too_short = run(7, 2, {nan_v, 1, 2, 3, 4, 5, nan_v}, reason);
  expect_values(too_short.z, Values(7, nan_v));
  EXPECT_EQ(too_short.reason,
            (Codes{masked, not_assessed, not_assessed, not_assessed, not_assessed, not_assessed, masked}));
  EXPECT_EQ(run(5, 2, {1, 2, nan_v, 4, 5}, {}, 5).reason[0], not_assessed);
  expect_values(run(3, 1, Values(4, nan_v)).z, Values(4, nan_v));
}

}  // namespace
}  // namespace fw
