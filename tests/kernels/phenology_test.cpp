#include "../gpu/every_op.h"
#include "on_each_backend.h"

namespace fw {
namespace {

class PhenologyOp : public OnEachBackend {
 protected:
  struct Out {
    float start, peak, senescence, end, length, start_level, end_level;
    uint8_t reason;
  };
  Out run(const Values& curve, bool circular, float min_amplitude = 0.0f, float f = 0.5f) {
    Buffer<float> in = up(curve), out = room<float>(7);
    Buffer<uint8_t> reason = room<uint8_t>(1);
    backend().run(Phenology{in.data(), static_cast<int>(curve.size()), 1, circular, f, 0.75f, f, min_amplitude,
                            out.at(0), out.at(1), out.at(2), out.at(3), out.at(4), out.at(5), out.at(6),
                            reason.data()});
    const Values v = down(out);
    return {v[0], v[1], v[2], v[3], v[4], v[5], v[6], down(reason)[0]};
  }
};
FW_ON_EACH_BACKEND(PhenologyOp);

TEST_P(PhenologyOp, FindsTheSeasonByHand) {
  // Left base 0, right base 4, peak 8: start level 4, end level 6, senescence 7.
  const auto s = run({0, 2, 6, 8, 7, 5, 4}, false);
  EXPECT_EQ(s.start, 1.5f);
  EXPECT_EQ(s.peak, 3.0f);
  EXPECT_EQ(s.senescence, 4.0f);
  EXPECT_EQ(s.end, 4.5f);
  EXPECT_EQ(s.length, 3.0f);
  EXPECT_EQ(s.start_level, 4.0f);
  EXPECT_EQ(s.end_level, 6.0f);
  EXPECT_EQ(s.reason, code(Reason::value));
}

TEST_P(PhenologyOp, ASeasonAcrossNewYearIsTheSameSeason) {
  Values curve;
  for (int k = 0; k < 36; ++k)
    curve.push_back(0.2f + 0.5f * std::exp(-0.02f * static_cast<float>((k - 18) * (k - 18))));
  const auto plain = run(curve, true);
  for (int shift = 1; shift < 36; ++shift) {
    Values turned;
    for (int k = 0; k < 36; ++k) turned.push_back(curve[static_cast<size_t>((k + shift) % 36)]);
    const auto s = run(turned, true);
    EXPECT_GE(s.start, 0.0f);
    EXPECT_LT(s.start, 36.0f);
    const float expected = plain.start - static_cast<float>(shift);
    EXPECT_NEAR(s.start, expected < 0.0f ? expected + 36.0f : expected, 1e-4f) << shift;
    EXPECT_NEAR(s.length, plain.length, 1e-4f) << shift;
    EXPECT_NEAR(s.peak - s.start, plain.peak - plain.start, 1e-4f) << shift;
  }
}

TEST_P(PhenologyOp, FlatMissingAndEdgeCurvesAreNotAssessed) {
  EXPECT_EQ(run(Values(36, 0.3f), true).reason, code(Reason::not_assessed));
  EXPECT_EQ(run(Values(36, 0.3f), false).reason, code(Reason::not_assessed));
  EXPECT_EQ(run({0, 1, nan_v, 1, 0}, true).reason, code(Reason::not_assessed));
  EXPECT_EQ(run(Values(5, nan_v), true).reason, code(Reason::not_observed));
  EXPECT_EQ(run({5, 4, 3, 2, 1}, false).reason, code(Reason::not_assessed)) << "the peak is at the beginning";
  EXPECT_EQ(run({1, 2, 3, 4, 5}, false).reason, code(Reason::not_assessed)) << "the peak is at the end";
  EXPECT_EQ(run({0.2f, 0.22f, 0.24f, 0.22f, 0.2f}, true, 0.1f).reason, code(Reason::not_assessed)) << "desert";
  EXPECT_TRUE(std::isnan(run(Values(36, 0.3f), true).start));
}

TEST_P(PhenologyOp, NeverNanByAccidentOnRandomCurves) {
  sample::Random random(31);
  for (int trial = 0; trial < 300; ++trial) {
    Values curve;
    for (int k = 0; k < 12; ++k) curve.push_back(static_cast<float>(random.below(4)));
    for (const bool circular : {true, false}) {
      const auto s = run(curve, circular, 0.0f, 0.2f);
      if (s.reason != code(Reason::value)) continue;
      EXPECT_LT(s.start, s.peak);
      EXPECT_LE(s.peak, s.senescence);
      EXPECT_LE(s.senescence, s.end);
      EXPECT_LE(s.length, 12.0f);
    }
  }
}

TEST_P(PhenologyOp, TheStateOfATimeFollowsTheSeason) {
  // A season from 9.5 to 14.25 of twelve periods: from October to February; senescent from 12.
  Buffer<float> start = up(Values{9.5f, nan_v}), senescence = up(Values{12.0f, 1.0f}), end = up(Values{14.25f, 2.0f});
  std::vector<int32_t> period;
  for (int k = 0; k < 12; ++k) period.push_back(k);
  Buffer<int32_t> periods = up(period);
  Buffer<uint8_t> state = room<uint8_t>(24);
  backend().run(SeasonState{start.data(), senescence.data(), end.data(), periods.data(), 12, 12, 2, state.data()});
  const Codes got = down(state);
  const Codes expected{2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 1, 1};
  for (size_t k = 0; k < 12; ++k) {
    EXPECT_EQ(got[2 * k], expected[k]) << k;
    EXPECT_EQ(got[2 * k + 1], season_unknown);
  }
}

class RunLengthOp : public OnEachBackend {
 protected:
  struct Out {
    Values run, reached;
    float longest;
  };
  Out run(RunSide side, float threshold, int needed, const Values& x) {
    Buffer<float> in = up(x), length = room<float>(x.size()), reached = room<float>(x.size()), longest = room<float>(1);
    backend().run(RunLength{in.data(), static_cast<int>(x.size()), 1, side, threshold, needed, length.data(),
                            reached.data(), longest.data()});
    return {down(length), down(reached), down(longest)[0]};
  }
};
FW_ON_EACH_BACKEND(RunLengthOp);

TEST_P(RunLengthOp, TheThirdOfThreeIsTheThird) {
  const auto out = run(RunSide::below, -1.0f, 3, {-2, -2, -2, -2, 0, -2, -2, 0});
  expect_values(out.run, {1, 2, 3, 4, 0, 1, 2, 0});
  expect_values(out.reached, {0, 0, 1, 1, 0, 0, 0, 0});
  EXPECT_EQ(out.longest, 4.0f);
}

TEST_P(RunLengthOp, ARunOfOneIsOneAndTheThresholdItselfDoesNotCount) {
  const auto out = run(RunSide::below, -1.0f, 1, {-1.0f, -1.0001f, -1.0f});
  expect_values(out.run, {0, 1, 0});
  expect_values(out.reached, {0, 1, 0});
  EXPECT_EQ(out.longest, 1.0f);
  expect_values(run(RunSide::above, 2.0f, 2, {3, 2, 4, 5}).run, {1, 0, 1, 2});
}

TEST_P(RunLengthOp, WhatIsMissingEndsARunAndStaysMissing) {
  const auto out = run(RunSide::below, -1.0f, 3, {-2, -2, nan_v, -2, -2, -2});
  expect_values(out.run, {1, 2, nan_v, 1, 2, 3});
  expect_values(out.reached, {0, 0, nan_v, 0, 0, 1});
  EXPECT_TRUE(std::isnan(run(RunSide::below, 0.0f, 1, Values(4, nan_v)).longest));
  EXPECT_EQ(run(RunSide::below, 0.0f, 1, {nan_v, 1.0f}).longest, 0.0f);
}

}  // namespace
}  // namespace fw
