#include "on_each_backend.h"

namespace fw {
namespace {

struct Factor {
  Values indicator;
  float zero, one, weight;
};
struct Combined {
  Values score, likelihood, share;
  std::vector<Values> contribution;
};

class CombineFactorsOp : public OnEachBackend {
 protected:
  Combined run(const std::vector<Factor>& factors, float min_share, float intercept = 0.0f, float slope = 1.0f) {
    CombineFactors op{};
    op.pixels = factors[0].indicator.size();
    op.factors = static_cast<int>(factors.size());
    op.min_share = min_share;
    op.intercept = intercept;
    op.slope = slope;
    std::vector<Buffer<float>> in, contribution;
    for (size_t k = 0; k < factors.size(); ++k) {
      in.push_back(up(factors[k].indicator));
      contribution.push_back(room<float>(op.pixels));
      op.factor[k] = in[k].data();
      op.contribution[k] = contribution[k].data();
      op.zero[k] = factors[k].zero;
      op.one[k] = factors[k].one;
      op.weight[k] = factors[k].weight;
    }
    Buffer<float> score = room<float>(op.pixels), likelihood = room<float>(op.pixels), share = room<float>(op.pixels);
    op.score = score.data();
    op.likelihood = likelihood.data();
    op.share = share.data();
    backend().run(op);
    Combined out{down(score), down(likelihood), down(share), {}};
    for (const auto& c : contribution) out.contribution.push_back(down(c));
    return out;
  }
};
FW_ON_EACH_BACKEND(CombineFactorsOp);

TEST_P(CombineFactorsOp, GivesTheHandComputedTable) {
  // Memberships 0.5 (rain, falling ramp 100 -> 0) and 0.25 (price, rising ramp 0 -> 2); weights 3 and 1.
  const auto out = run({{{50}, 100, 0, 3}, {{0.5f}, 0, 2, 1}}, 0.5f, -1.0f, 4.0f);
  expect_values(out.score, {0.4375f});
  expect_values(out.share, {1});
  expect_values(out.contribution[0], {0.375f});
  expect_values(out.contribution[1], {0.0625f});
  expect_values(out.likelihood, {static_cast<float>(1.0 / (1.0 + std::exp(-0.75)))}, 1e-7);
}

TEST_P(CombineFactorsOp, RampsClipAtBothEnds) {
  expect_values(run({{{-5, 0, 1, 2, 9, inf_v, -inf_v}, 0, 2, 1}}, 0).score, {0, 0, 0.5f, 1, 1, 1, 0});
  expect_values(run({{{-5, 0, 1, 2, 9, inf_v, -inf_v}, 2, 0, 1}}, 0).score, {1, 1, 0.5f, 0, 0, 0, 1});
}

TEST_P(CombineFactorsOp, AMissingFactorLeavesTheOthersAndLowersTheShare) {
  const auto out = run({{{1, nan_v, 1}, 0, 1, 3}, {{0, 0.5f, nan_v}, 0, 1, 1}}, 0.5f);
  expect_values(out.share, {1, 0.25f, 0.75f});
  expect_values(out.score, {0.75f, nan_v, 1});
  expect_values(out.contribution[0], {0.75f, nan_v, 1});
  expect_values(out.contribution[1], {0, nan_v, nan_v});
  EXPECT_TRUE(std::isnan(out.likelihood[1]));
}

TEST_P(CombineFactorsOp, NoFactorIsNoScoreEvenWithoutAMinimum) {
  const auto out = run({{{nan_v}, 0, 1, 1}, {{nan_v}, 0, 1, 1}}, 0.0f);
  expect_values(out.score, {nan_v});
  expect_values(out.likelihood, {nan_v});
  expect_values(out.share, {0});
}

TEST_P(CombineFactorsOp, AFactorWithoutWeightAloneIsNoScore) {
  expect_values(run({{{1}, 0, 1, 0}, {{nan_v}, 0, 1, 1}}, 0.0f).score, {nan_v});
}

TEST_P(CombineFactorsOp, ThreeOfFiveEqualWeightsAreAShareOfSixTenths) {
  for (const float weight : {1.0f, 0.2f, 0.1f, 7.0f}) {
    const Factor present{{0.5f}, 0, 1, weight}, missing{{nan_v}, 0, 1, weight};
    EXPECT_FALSE(std::isnan(run({present, missing, present, missing, present}, 0.6f).score[0])) << weight;
    EXPECT_TRUE(std::isnan(run({present, missing, present, missing, missing}, 0.6f).score[0])) << weight;
  }
}

TEST_P(CombineFactorsOp, ContributionsAddUpToTheScore) {
  std::vector<Factor> factors;
  for (int k = 0; k < max_factors; ++k) {
    Factor f{{}, 0.0f, 1.0f + static_cast<float>(k), 0.3f + 0.1f * static_cast<float>(k)};
    for (int i = 0; i < 100; ++i) f.indicator.push_back((i + k) % 7 == 0 ? nan_v : 0.05f * static_cast<float>(i + k));
    factors.push_back(f);
  }
  const auto out = run(factors, 0.1f);
  for (size_t i = 0; i < 100; ++i) {
    double sum = 0.0;
    for (const auto& c : out.contribution) sum += std::isnan(c[i]) ? 0.0 : static_cast<double>(c[i]);
    EXPECT_NEAR(sum, out.score[i], 1e-6);
  }
}

TEST_P(CombineFactorsOp, WeightsMatterOnlyByTheirRatio) {
  const Values a{0.1f, 0.5f, 0.9f}, b{0.7f, 0.2f, 0.4f};
  EXPECT_EQ(run({{a, 0, 1, 1}, {b, 0, 1, 3}}, 0.5f).score, run({{a, 0, 1, 2}, {b, 0, 1, 6}}, 0.5f).score);
}

TEST_P(CombineFactorsOp, LikelihoodRisesWithTheScoreAndStaysInside) {
  Values x;
  for (int i = 0; i <= 100; ++i) x.push_back(0.01f * static_cast<float>(i));
  const auto out = run({{x, 0, 1, 1}}, 0.5f, -6.0f, 12.0f);
  for (size_t i = 1; i < x.size(); ++i) EXPECT_GT(out.likelihood[i], out.likelihood[i - 1]);
  EXPECT_NEAR(out.likelihood[50], 0.5f, 1e-6f);
  const auto steep = run({{{0, 1}, 0, 1, 1}}, 0.5f, -1e6f, 2e6f);
  EXPECT_EQ(steep.likelihood, (Values{0, 1}));
}

}  // namespace
}  // namespace fw
