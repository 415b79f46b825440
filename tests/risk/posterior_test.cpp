#include "core/risk/posterior.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "core/evidence/log_odds.h"
#include "core/risk/fusion.h"
#include "tests/risk/tables.h"

namespace fw::test {
namespace {

TEST(WeightOfKind, GivesTheHandComputedNats) {
  // r 0.8: P(yes|event) 0.8 * 0.8 + 0.1 = 0.74, P(yes|none) 0.8 * 0.1 + 0.1 = 0.18; severity 0.9 is 0.8 of a yes.
  EXPECT_NEAR(weight_of_kind({1, 0.8, 0.9, 1, 1}), 0.8 * std::log(0.74 / 0.18), 1e-12);
  EXPECT_NEAR(weight_of_kind({0.5, 0.8, 0.9, 1, 1}), 0.4 * std::log(0.74 / 0.18), 1e-12) << "half the bearing";
  EXPECT_NEAR(weight_of_kind({1, 0.8, 0, 1, 1}), std::log(0.26 / 0.82), 1e-12) << "a plain no";
  // Two organisations of 0.8 trust each have 0.96 together and speak apart.
  EXPECT_NEAR(weight_of_kind({1, 0.96, 1, 2, 2}), 2 * std::log(0.74 / 0.18), 1e-12);
  // Four voices of one organisation: 4 / (1 + 0.8 * 3) of one.
  EXPECT_NEAR(weight_of_kind({1, 0.8, 1, 1, 4}), 4 / 3.4 * std::log(0.74 / 0.18), 1e-12);
}

TEST(WeightOfKind, IsNothingWithoutReportsWithoutTrustAndForASeverityInTheMiddle) {
  EXPECT_EQ(weight_of_kind({1, 0, nan_d, 0, 0}), 0);
  EXPECT_NEAR(weight_of_kind({1, 0.9, 0.5, 3, 9}), 0, 1e-15);
}

TEST(WeightOfKind, AThousandVoicesOfOneOrganisationCountLessThanTwoOrganisations) {
  const double crowd = weight_of_kind({1, 0.85, 1, 1, 1000}), one = weight_of_kind({1, 0.85, 1, 1, 1});
  EXPECT_LT(crowd, 1.25 * one);
  EXPECT_GT(weight_of_kind({1, 1 - 0.15 * 0.15, 1, 2, 2}), crowd);
}

TEST(WeightOfKindProperty, WorseSeverityMoreTrustAndMoreVoicesNeverWeakenAYes) {
  std::mt19937 generator(3);
  const auto unit = [&] { return static_cast<double>(generator()) / 4294967295.0; };
  for (int i = 0; i < 20000; ++i) {
    const KindReports k{unit(), unit(), unit(), 1 + static_cast<int>(generator() % 5),
                        static_cast<int>(generator() % 20)};
    const double before = weight_of_kind(k);
    KindReports worse = k, trusted = k, louder = k;
    worse.value = std::min(1.0, k.value + unit());
    trusted.trust = std::min(1.0, k.trust + unit());
    louder.clusters += static_cast<int>(generator() % 20);
    ASSERT_GE(weight_of_kind(worse), before - 1e-12);
    if (k.value < 0.5) continue;
    ASSERT_GE(weight_of_kind(trusted), before - 1e-12);
    ASSERT_GE(weight_of_kind(louder), before - 1e-12);
    ASSERT_LE(before, 2.8 * k.organisations);
  }
}

TEST(PosteriorOfUnit, AddsWeightsToTheLogOddsOfTheSatellites) {
  const KindReports yes{1, 0.8, 1, 1, 1};
  const double w = std::log(0.74 / 0.18);
  EXPECT_NEAR(posterior_of_unit(-1, {yes, yes}, 0, 0.1).likelihood, logistic_of(-1 + 2 * w), 1e-12);
  EXPECT_NEAR(posterior_of_unit(-1, {yes}, -0.46, nan_d).likelihood, logistic_of(-1 + w), 1e-12)
      << "who spoke was not silent";
  EXPECT_NEAR(posterior_of_unit(-1, {}, weight_of_silence(0.5, 0.8, 0.1), nan_d).likelihood,
              logistic_of(-1 - 0.4595323), 1e-7);
}

TEST(PosteriorOfUnit, TakesHalfOfWhatContradictsAndNothingBeyondTheContest) {
  const KindReports yes{1, 0.8, 1, 1, 1};
  const double w = std::log(0.74 / 0.18);
  EXPECT_NEAR(posterior_of_unit(-3, {yes}, 0, 0.3).likelihood, logistic_of(-3 + w), 1e-12);
  EXPECT_NEAR(posterior_of_unit(-3, {yes}, 0, 0.31).likelihood, logistic_of(-3 + w / 2), 1e-12);
  EXPECT_NEAR(posterior_of_unit(-3, {yes}, 0, 0.6).likelihood, logistic_of(-3 + w / 2), 1e-12);
  const Posterior contested = posterior_of_unit(-3, {yes}, 0, 0.61);
  EXPECT_TRUE(std::isnan(contested.likelihood));
  EXPECT_NEAR(contested.reports, w, 1e-12) << "shown, though not combined";
}

TEST(PosteriorOfUnit, StandsInTheTableBesideTheScore) {
  RiskLayer layer = make_layer();
  layer.evidence = {{"price", 1, 6, 2}};
  EvidenceRow row = make_evidence("price", 0.9, 0.8);
  row.organisations = row.clusters = 1;
  const RiskRow out = assess_one(layer, make_table(0.5, 0.5, 0.5), {row});
  ASSERT_EQ(out.rules.size(), 3U);
  EXPECT_EQ(out.rules[0].id, "posterior");
  EXPECT_NEAR(out.rules[1].value, 0.8 * std::log(0.74 / 0.18), 1e-12);
  EXPECT_NEAR(out.rules[0].value, logistic_of(out.rules[1].value), 1e-12);
  EXPECT_EQ(out.rules[2].value, 0);
  const RiskRow blind = assess_one(layer, {{make_row("a", 0, Reason::masked)}}, {row});
  EXPECT_TRUE(std::isnan(blind.rules[0].value)) << "not assessed";
}

}  // namespace
}  // namespace fw::test
