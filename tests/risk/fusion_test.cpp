#include "core/risk/fusion.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace fw {
namespace {

constexpr double nan_d = std::numeric_limits<double>::quiet_NaN();

TEST(Ramp, ReachesZeroAndOneAtItsEndsInEitherDirection) {
  EXPECT_EQ(ramp(-0.5, -0.5, -2), 0);
  EXPECT_EQ(ramp(-2, -0.5, -2), 1);
  EXPECT_DOUBLE_EQ(ramp(-1.25, -0.5, -2), 0.5);
  EXPECT_EQ(ramp(3, -0.5, -2), 0);
  EXPECT_EQ(ramp(-6, -0.5, -2), 1);
  EXPECT_DOUBLE_EQ(ramp(0.3, 0.2, 0.6), 0.25);
  EXPECT_TRUE(std::isnan(ramp(nan_d, 0, 1)));
}

TEST(Fuse, WeighsTheFactorsPresentAndLeavesMissingOnesOut) {
  const Fusion all = fuse({{0.5, 0.8, 1}, {0.3, 0.4, 1}, {0.2, 0, 1}}, {}, 0.5);
  EXPECT_NEAR(all.score, 0.52, 1e-12);
  EXPECT_NEAR(all.share, 1, 1e-12);
  const Fusion two = fuse({{0.5, 0.8, 1}, {0.3, 0.4, 1}, {0.2, nan_d, 0}}, {}, 0.5);
  EXPECT_NEAR(two.score, 0.65, 1e-12);
  EXPECT_NEAR(two.share, 0.8, 1e-12);
  EXPECT_NEAR(two.factor_contribution[0], 0.5, 1e-12);
  EXPECT_NEAR(two.factor_contribution[1], 0.15, 1e-12);
  EXPECT_TRUE(std::isnan(two.factor_contribution[2]));
}

TEST(Fuse, ConfidenceIsTheShareOfEvidenceThatIsThereAndAgrees) {
  // All agree and are seen whole: 0.5 (satellites alone). Half the area seen: half of it.
  EXPECT_NEAR(fuse({{0.5, 0.6, 1}, {0.5, 0.6, 1}}, {}, 0.5).confidence, 0.5, 1e-12);
  EXPECT_NEAR(fuse({{0.5, 0.6, 0.5}, {0.5, 0.6, 0.5}}, {}, 0.5).confidence, 0.25, 1e-12);
  // Two equal factors in full disagreement: pairs that agree are half of all.
  EXPECT_NEAR(fuse({{0.5, 0, 1}, {0.5, 1, 1}}, {}, 0.5).confidence, 0.5 * std::sqrt(0.5), 1e-12);
  // One of two missing: C = 0.5.
  EXPECT_NEAR(fuse({{0.5, 0.3, 1}, {0.5, nan_d, 0}}, {}, 0.5).confidence, 0.25, 1e-12);
}

TEST(Fuse, TrustedReportsOfWhatSatellitesDoNotSeeCarryTheScore) {
  const Fusion one = fuse({{1, 0.1, 1}}, {{0.8, 0.95, 0.9, 0}}, 0.5);
  EXPECT_NEAR(one.trust, 0.76, 1e-12);
  // K = 0.76 * 0.8 * 0.8: cautious. Whole up to 0.5 + 0.3 / (2 * 0.76 * 0.8), the rest by half.
  const double free = 0.5 + 0.3 / 1.216, score = 0.1 + 0.76 * (free - 0.1 + (0.9 - free) / 2);
  EXPECT_NEAR(one.conflict, 0.4864, 1e-12);
  EXPECT_TRUE(one.cautious);
  EXPECT_NEAR(one.score, score, 1e-12);
  EXPECT_TRUE(one.contested);
  const double pull = (score - 0.1) / 0.8;
  EXPECT_NEAR(one.factor_contribution[0], (1 - pull) * 0.1, 1e-12);
  EXPECT_NEAR(one.field_contribution[0], pull * 0.9, 1e-12);
  // Confidence: C (1/2 + T a / 2) with a = 1 - 0.8.
  EXPECT_NEAR(one.confidence, 0.5 + 0.5 * 0.76 * 0.2, 1e-12);
  const Fusion weak = fuse({{1, 0.1, 1}}, {{0.8, 0.05, 0.9, 0}}, 0.5);
  EXPECT_NEAR(weak.score, 0.1 + 0.04 * 0.8, 1e-12);
  EXPECT_FALSE(weak.contested) << "trust 0.04 is no contest";
}

TEST(Fuse, ReassuringReportsNeverLowerWhatSatellitesShow) {
  const Fusion f = fuse({{1, 0.9, 1}}, {{1, 0.95, 0.1, 0}}, 0.5);
  EXPECT_NEAR(f.score, 0.9, 1e-12);
  EXPECT_NEAR(f.field, 0.1, 1e-12);
  EXPECT_TRUE(f.contested);
  EXPECT_EQ(f.field_contribution[0], 0);
  EXPECT_NEAR(f.conflict, 0.8 * 0.95 * 0.8, 1e-12);
  EXPECT_NEAR(f.confidence, 0.5 + 0.5 * 0.95 * 0.2, 1e-12) << "hardly above satellites alone";
}

TEST(Fuse, WhatContradictsBeyondTheContestIsNotCombined) {
  // S = 0, all seen, T = 1: K = 2f - 1. Whole up to 0.65, half up to 0.8, nothing beyond.
  const auto score = [](double f) { return fuse({{1, 0, 1}}, {{1, 1, f, 0}}, 0.5); };
  EXPECT_NEAR(score(0.65).score, 0.65, 1e-12);
  EXPECT_FALSE(score(0.649).cautious);
  EXPECT_NEAR(score(0.8).score, 0.725, 1e-12);
  EXPECT_TRUE(score(0.75).cautious);
  EXPECT_NEAR(score(1).score, 0.725, 1e-12);
  EXPECT_NEAR(score(1).conflict, 1, 1e-12);
  EXPECT_TRUE(score(1).contested);
  EXPECT_FALSE(score(1).cautious);
  EXPECT_EQ(score(1).field, 1) << "shown as it is";
  // What nobody saw contradicts nobody: half the area seen leaves K at a half.
  EXPECT_NEAR(fuse({{1, 0, 0.5}}, {{1, 1, 1, 0}}, 0.5).score, 0.8 + 0.5 * 0.2, 1e-12);
}

TEST(Fuse, ContestIsStrictlyAboveTheDifference) {
  EXPECT_FALSE(fuse({{1, 0.75, 1}}, {{1, 0.5, 0.25, 0}}, 0.5).contested);
  EXPECT_TRUE(fuse({{1, 0.751, 1}}, {{1, 0.5, 0.25, 0}}, 0.5).contested);
}

TEST(Fuse, SeveralKindsOfReportsCorroborate) {
  const Fusion f = fuse({{1, 0, 1}}, {{1, 0.5, 0.8, 0}, {0.5, 0.8, 0.4, 0}, {1, 0, nan_d, 0}}, 0.9);
  EXPECT_NEAR(f.trust, 1 - 0.5 * 0.6, 1e-12);
  EXPECT_NEAR(f.field, (0.5 * 0.8 + 0.4 * 0.4) / 0.9, 1e-12);
  EXPECT_TRUE(std::isnan(f.field_contribution[2]));
}

TEST(Fuse, WithoutSatellitesThereIsNoScore) {
  const Fusion f = fuse({{1, nan_d, 0}}, {{1, 0.9, 0.9, 0}}, 0.5);
  EXPECT_TRUE(std::isnan(f.score));
  EXPECT_EQ(f.confidence, 0);
  EXPECT_NEAR(f.field, 0.9, 1e-12);
  EXPECT_TRUE(std::isnan(fuse({{0, 0.5, 1}, {1, nan_d, 0}}, {}, 0.5).score)) << "only a factor without weight is there";
}

struct Case {
  std::vector<FactorInput> factors;
  std::vector<FieldInput> field;
};
Case random_case(std::mt19937& generator) {
  const auto unit = [&] { return static_cast<double>(generator()) / 4294967295.0; };
  Case c;
  for (int k = 0; k < 4; ++k) {
    const bool there = unit() < 0.8;
    c.factors.push_back({unit(), there ? unit() : nan_d, there ? unit() : 0});
  }
  for (int k = 0; k < 3; ++k) c.field.push_back({unit(), unit() < 0.6 ? unit() : 0, unit(), 0.5 * unit()});
  return c;
}

TEST(FuseProperty, WorseMembershipOrSeverityNeverLowersTheScore) {
  std::mt19937 generator(7);
  for (int i = 0; i < 20000; ++i) {
    Case c = random_case(generator);
    const double before = fuse(c.factors, c.field, 0.5).score;
    if (std::isnan(before)) continue;
    const double step = static_cast<double>(generator() % 1000) / 1000;
    double& one = i % 2 ? c.factors[generator() % 4].membership : c.field[generator() % 3].value;
    one = std::min(1.0, one + step);  // NaN stays NaN
    EXPECT_GE(fuse(c.factors, c.field, 0.5).score, before - 1e-12);
  }
}

TEST(FuseProperty, ContributionsAddUpAndEverythingStaysWithinZeroAndOne) {
  std::mt19937 generator(11);
  for (int i = 0; i < 20000; ++i) {
    const Case c = random_case(generator);
    const Fusion f = fuse(c.factors, c.field, 0.5);
    if (std::isnan(f.score)) continue;
    double sum = 0;
    for (const auto* list : {&f.factor_contribution, &f.field_contribution})
      for (const double v : *list) sum += std::isnan(v) ? 0 : v;
    ASSERT_NEAR(sum, f.score, 1e-12);
    ASSERT_TRUE(f.score >= 0 && f.score <= 1 + 1e-12);
    ASSERT_TRUE(f.confidence >= 0 && f.confidence <= 1 + 1e-12);
    ASSERT_GE(f.score, f.satellite - 1e-12);
  }
}

TEST(FuseProperty, TakingAllReportsAwayNeverRaisesConfidenceNorLowersAScoreBelowTheSatellites) {
  std::mt19937 generator(17);
  for (int i = 0; i < 20000; ++i) {
    Case c = random_case(generator);
    const Fusion with = fuse(c.factors, c.field, 0.5);
    const Fusion without = fuse(c.factors, {}, 0.5);
    if (std::isnan(with.score)) continue;
    EXPECT_LE(without.confidence, with.confidence + 1e-12);
    EXPECT_NEAR(without.score, without.satellite, 1e-12);
    EXPECT_EQ(without.satellite, with.satellite);
    EXPECT_TRUE(std::isnan(without.field)) << "absent, not 0";
  }
}

TEST(FuseProperty, MoreTrustInAReportNeverLowersTheScore) {
  std::mt19937 generator(19);
  for (int i = 0; i < 20000; ++i) {
    Case c = random_case(generator);
    c.field.resize(1);
    const double before = fuse(c.factors, c.field, 0.5).score;
    if (std::isnan(before)) continue;
    c.field[0].trust = std::min(1.0, c.field[0].trust + static_cast<double>(generator() % 1000) / 1000);
    EXPECT_GE(fuse(c.factors, c.field, 0.5).score, before - 1e-12);
  }
}

TEST(FuseProperty, LosingAFactorNeverRaisesConfidenceAndNeverCountsAsNoRisk) {
  std::mt19937 generator(13);
  for (int i = 0; i < 20000; ++i) {
    Case c = random_case(generator);
    c.field.clear();  // reports that now agree better with what is left may raise it, and should
    const Fusion before = fuse(c.factors, c.field, 0.5);
    const size_t k = generator() % 4;
    const FactorInput kept = c.factors[k];
    c.factors[k].membership = nan_d;
    c.factors[k].coverage = 0;
    const Fusion lost = fuse(c.factors, c.field, 0.5);
    EXPECT_LE(lost.confidence, before.confidence + 1e-12);
    c.factors[k] = {kept.weight, 0, 1};
    const Fusion benign = fuse(c.factors, c.field, 0.5);
    if (!std::isnan(lost.score)) {
      EXPECT_GE(lost.score, benign.score - 1e-12);
    }
  }
}

}  // namespace
}  // namespace fw
