#include "on_each_backend.h"

namespace fw {
namespace {

constexpr uint8_t value = 0, not_observed = 1, masked = 2, not_assessed = 4;

class BuiltUpOp : public OnEachBackend {
 protected:
  struct Out {
    Values score;
    Codes reason;
  };
  /// One pixel; logit = -1 + 8 NDBI - 4 NDVImax.
  Out run(const Values& ndvi, const Values& ndbi, const Codes& reason, int window, int min_valid) {
    Buffer<float> v = up(ndvi), b = up(ndbi), out = room<float>(ndvi.size());
    Buffer<uint8_t> why = up(reason), out_why = room<uint8_t>(ndvi.size());
    backend().run(BuiltUp{v.data(), b.data(), reason.empty() ? nullptr : why.data(), static_cast<int>(ndvi.size()), 1,
                          window, min_valid, -1.0f, 8.0f, -4.0f, out.data(), out_why.data()});
    return {down(out), down(out_why)};
  }
  static float score(double ndbi, double ndvi_max) {
    return static_cast<float>(1.0 / (1.0 + std::exp(-(-1.0 + 8.0 * ndbi - 4.0 * ndvi_max))));
  }
};
FW_ON_EACH_BACKEND(BuiltUpOp);

TEST_P(BuiltUpOp, UsesTheGreenestPeriodAndTheMedianOfNdbi) {
  // max NDVI 0.5; NDBI -0.25, 0.25, 0.5: median 0.25 -> logit -1 + 2 - 2 = -1
  const auto out = run({0.125f, 0.5f, 0.25f}, {0.25f, -0.25f, 0.5f}, {}, 3, 3);
  expect_values(out.score, {nan_v, nan_v, score(0.25, 0.5)}, 1e-7);
  EXPECT_NEAR(out.score[2], 0.26894142, 1e-7);
  EXPECT_EQ(out.reason, (Codes{not_assessed, not_assessed, value}));
}

TEST_P(BuiltUpOp, AnEvenCountOfNdbiTakesTheMeanOfTheMiddleTwo) {
  const auto out = run({0.25f, 0.25f, 0.25f, 0.25f}, {0.5f, nan_v, 0.25f, nan_v}, {}, 4, 2);
  EXPECT_NEAR(out.score[3], score(0.375, 0.25), 1e-7);
}

TEST_P(BuiltUpOp, BareSoilThatGreensUpScoresLowerThanARoof) {
  const Values ndbi{0.25f, 0.25f, 0.25f};
  const float roof = run({0.125f, 0.125f, 0.125f}, ndbi, {}, 3, 3).score[2];
  const float field = run({0.125f, 0.75f, 0.125f}, ndbi, {}, 3, 3).score[2];
  EXPECT_GT(roof, 0.5f);
  EXPECT_LT(field, 0.2f);
}

TEST_P(BuiltUpOp, BothIndicesNeedEnoughValues) {
  const Codes reason{value, masked, value};
  const auto out = run({0.5f, nan_v, 0.5f}, {0.25f, 0.25f, 0.25f}, reason, 2, 2);
  expect_values(out.score, {nan_v, nan_v, nan_v});
  EXPECT_EQ(out.reason, (Codes{not_assessed, masked, not_assessed}));
}

TEST_P(BuiltUpOp, AMissingNdbiKeepsTheReasonOfThePeriod) {
  const auto out = run({0.5f, 0.5f}, {nan_v, nan_v}, {masked, masked}, 1, 1);
  EXPECT_EQ(out.reason, (Codes{masked, masked}));
  EXPECT_EQ(run({0.5f}, {nan_v}, {}, 1, 1).reason, Codes{not_observed});
}

TEST_P(BuiltUpOp, AWindowLongerThanTheRecordIsNotAssessed) {
  const auto out = run({0.5f, 0.5f}, {0.25f, 0.25f}, {}, max_window, 1);
  expect_values(out.score, {nan_v, nan_v});
  EXPECT_EQ(out.reason, (Codes{not_assessed, not_assessed}));
}

TEST_P(BuiltUpOp, TheLongestWindowHasAMedian) {
  Values ndvi(max_window, 0.25f), ndbi;
  for (int t = 0; t < max_window; ++t) ndbi.push_back(static_cast<float>((t * 5) % max_window) / 128.0f);
  const auto out = run(ndvi, ndbi, {}, max_window, max_window);
  EXPECT_NEAR(out.score.back(), score(35.5 / 128.0, 0.25), 1e-7);  // 0..71 in another order
}

}  // namespace
}  // namespace fw
