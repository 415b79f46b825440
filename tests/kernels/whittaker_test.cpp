#include "../gpu/every_op.h"
#include "on_each_backend.h"

namespace fw {
namespace {

constexpr uint8_t value = 0, not_observed = 1, masked = 2, not_assessed = 4;

class WhittakerOp : public OnEachBackend {
 protected:
  struct Out {
    Values z;
    Codes reason, flags;
    float lambda, lag1;
    uint16_t valid, longest_gap;
  };
  static Whittaker<float> fixed(double lambda) {
    return {nullptr, nullptr, 0,       1,       LambdaChoice::fixed,
            lambda,  {},      0.5,     false,   5,
            3,       0,       nullptr, nullptr, nullptr,
            nullptr, nullptr, nullptr, nullptr};
  }
  Out run(Whittaker<float> op, const Values& x, const Codes& reason = {}) {
    Buffer<float> in = up(x), out = room<float>(x.size()), lambda = room<float>(1), lag1 = room<float>(1);
    Buffer<uint8_t> why = up(reason), out_why = room<uint8_t>(x.size()), flags = room<uint8_t>(x.size());
    Buffer<uint16_t> valid = room<uint16_t>(1), gap = room<uint16_t>(1);
    op.x = in.data();
    op.reason = reason.empty() ? nullptr : why.data();
    op.times = static_cast<int>(x.size());
    op.out = out.data();
    op.out_reason = out_why.data();
    op.flags = flags.data();
    op.lambda_out = lambda.data();
    op.lag1 = lag1.data();
    op.valid = valid.data();
    op.longest_gap = gap.data();
    backend().run(op);
    return {down(out), down(out_why), down(flags), down(lambda)[0], down(lag1)[0], down(valid)[0], down(gap)[0]};
  }
};
FW_ON_EACH_BACKEND(WhittakerOp);

TEST_P(WhittakerOp, GivesTheGoldenCurve) {
  const Values x{.31f, .35f, nan_v, .44f, .52f, .50f, nan_v, .47f, .40f, .33f};
  const auto out = run(fixed(10.0), x);
  expect_values(out.z,
                {.331110583257f, .372868322818f, .412515004053f, .445652736354f, .467883629115f, .474244518092f,
                 .464983876131f, .442925724268f, .41089408354f, .374420402556f},
                1e-7);
  EXPECT_EQ(out.flags, (Codes{0, 0, flag_filled, 0, 0, 0, flag_filled, 0, 0, 0}));
  EXPECT_EQ(out.reason, Codes(10, value));
  EXPECT_EQ(out.lambda, 10.0f);
  EXPECT_EQ(out.valid, 8);
  EXPECT_EQ(out.longest_gap, 1);
}

TEST_P(WhittakerOp, KeepsAStraightLine) {
  Values x;
  for (int t = 0; t < 40; ++t) x.push_back(t % 7 == 3 ? nan_v : 0.01f * static_cast<float>(t));
  const auto out = run(fixed(1e4), x);
  for (size_t t = 1; t < 39; ++t) EXPECT_NEAR(out.z[t], 0.01 * static_cast<double>(t), 1e-6) << t;
}

TEST_P(WhittakerOp, FlagsGapsByTheirLength) {
  Values x{1, 2, 3, 4, nan_v, nan_v, nan_v, 5, 6, nan_v, nan_v, nan_v, nan_v, 7, 8};
  const auto out = run(fixed(1.0), x);
  EXPECT_EQ(out.longest_gap, 4);
  constexpr uint8_t f = flag_filled, i = flag_interpolated;
  EXPECT_EQ(out.flags, (Codes{0, 0, 0, 0, f, f, f, 0, 0, i, i, i, i, 0, 0}));
}

TEST_P(WhittakerOp, DoesNotRunOffTheEnd) {
  // Four falling dekads, then twelve without an observation: the curve alone would reach -0.70.
  Values x{.6f, .62f, .61f, .63f, .6f, .62f, .5f, .4f, .3f, .2f};
  const size_t last = x.size() - 1;
  x.insert(x.end(), 12, nan_v);
  const auto none = run(fixed(10.0), x, Codes(x.size(), masked));
  for (size_t t = last + 1; t < x.size(); ++t) {
    EXPECT_TRUE(std::isnan(none.z[t]));
    EXPECT_EQ(none.reason[t], masked);
    EXPECT_EQ(none.flags[t], 0);
  }
  auto op = fixed(10.0);
  op.max_extrapolation = 3;
  const auto few = run(op, x);
  for (size_t t = last + 1; t < x.size(); ++t) {
    EXPECT_EQ(std::isnan(few.z[t]), t > last + 3) << t;
    if (t > last + 3) continue;
    EXPECT_EQ(few.flags[t], flag_extrapolated);
    EXPECT_GE(few.z[t], 0.2f);
    EXPECT_LE(few.z[t], 0.63f);
  }
  EXPECT_EQ(few.reason[x.size() - 1], not_observed);
}

TEST_P(WhittakerOp, AMissingTailOrHeadNeverYieldsAnUnflaggedValue) {
  sample::Random random(11);
  for (int trial = 0; trial < 300; ++trial) {
    const int times = 5 + random.below(60), head = random.below(4), tail = random.below(12);
    Values x;
    for (int t = 0; t < times; ++t)
      x.push_back(t < head || t >= times - tail || random.below(3) == 0 ? nan_v : random.unit());
    auto op = fixed(1.0);
    op.choice = static_cast<LambdaChoice>(trial % 3);
    op.p = op.choice == LambdaChoice::gcv ? 0.5 : (trial % 2 ? 0.9 : 0.5);
    op.robust = op.choice == LambdaChoice::gcv && trial % 2 == 0;
    op.max_extrapolation = random.below(5);
    const auto out = run(op, x);
    for (int t = 0; t < times; ++t) {
      const size_t i = static_cast<size_t>(t);
      EXPECT_EQ(std::isnan(out.z[i]), out.reason[i] != value);
      if (std::isnan(x[i]) && !std::isnan(out.z[i])) {
        EXPECT_NE(out.flags[i], 0) << "trial " << trial << " time " << t;
      }
      if ((t < head || t >= times - tail) && !std::isnan(out.z[i])) {
        EXPECT_EQ(out.flags[i], flag_extrapolated);
      }
    }
  }
}

TEST_P(WhittakerOp, TooFewValuesAreNotAssessed) {
  const auto four = run(fixed(10.0), {1, nan_v, 2, 3, nan_v, 4}, {value, masked, value, value, not_observed, value});
  expect_values(four.z, Values(6, nan_v));
  EXPECT_EQ(four.reason, (Codes{not_assessed, masked, not_assessed, not_assessed, not_observed, not_assessed}));
  EXPECT_TRUE(std::isnan(four.lambda));
  const auto none = run(fixed(10.0), Values(8, nan_v), Codes(8, masked));
  EXPECT_EQ(none.reason, Codes(8, masked));
  EXPECT_EQ(none.valid, 0);
  Values sparse(100, nan_v);  // a tenth is needed
  for (size_t t = 0; t < 9; ++t) sparse[t * 11] = 1.0f + static_cast<float>(t % 2);
  EXPECT_TRUE(std::isnan(run(fixed(10.0), sparse).z[0]));
  sparse[50] = 1.5f;
  EXPECT_FALSE(std::isnan(run(fixed(10.0), sparse).z[0]));
  EXPECT_TRUE(std::isnan(run(fixed(10.0), {7}).z[0]));
}

TEST_P(WhittakerOp, AConstantSeriesStaysAndHasNoLambda) {
  for (const LambdaChoice choice : {LambdaChoice::fixed, LambdaChoice::v_curve, LambdaChoice::gcv}) {
    auto op = fixed(10.0);
    op.choice = choice;
    const auto out = run(op, {0.3f, 0.3f, nan_v, 0.3f, 0.3f, 0.3f, 0.3f});
    EXPECT_EQ(out.z, Values(7, 0.3f));
    EXPECT_TRUE(std::isnan(out.lambda));
    EXPECT_EQ(out.lag1, 0.0f);
  }
}

TEST_P(WhittakerOp, AnEnvelopeLiesAboveThePlainCurve) {
  sample::Random random(5);
  Values x;
  for (int t = 0; t < 72; ++t)
    x.push_back(0.5f + 0.3f * std::sin(0.17f * static_cast<float>(t)) - 0.2f * random.unit());
  auto op = fixed(100.0);
  const auto plain = run(op, x);
  op.p = 0.9;
  const auto envelope = run(op, x);
  for (size_t t = 0; t < x.size(); ++t) EXPECT_GT(envelope.z[t], plain.z[t]) << t;
}

TEST_P(WhittakerOp, RobustCrossValidationIgnoresADip) {
  Values x;
  sample::Random random(3);
  for (int t = 0; t < 72; ++t) x.push_back(0.5f + 0.02f * random.unit());
  x[30] = x[31] = 0.05f;
  auto op = fixed(0.0);
  op.choice = LambdaChoice::gcv;
  const auto plain = run(op, x);
  op.robust = true;
  const auto robust = run(op, x);
  EXPECT_LT(plain.z[30], 0.45f);
  EXPECT_GT(robust.z[30], 0.49f);
}

TEST_P(WhittakerOp, WhatIsNotFiniteCountsAsMissing) {
  const auto out = run(fixed(10.0), {1, 2, inf_v, 3, 4, 5, -inf_v});
  EXPECT_EQ(out.valid, 5);
  EXPECT_TRUE(std::isfinite(out.z[2]));
  EXPECT_EQ(out.flags[2], flag_filled);
  EXPECT_TRUE(std::isnan(out.z[6]));
  EXPECT_EQ(out.reason[6], not_observed);
}

}  // namespace
}  // namespace fw
