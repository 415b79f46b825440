#include <gtest/gtest.h>

#include <cmath>

#include "core/risk/fusion.h"
#include "tests/risk/tables.h"

namespace fw::test {
namespace {

TEST(AssessUnits, GivesTheHandComputedRow) {
  const RiskRow row = assess_one(make_layer(), make_table(0.8, 0.4, 0));
  EXPECT_EQ(row.pcode, "XX01");
  EXPECT_EQ(row.name, "Unit one");
  EXPECT_EQ(row.layer, "test");
  EXPECT_EQ(row.level, 2);
  EXPECT_EQ(label(row.period), "2023-08-d3");
  EXPECT_NEAR(row.score, 0.52, 1e-12);
  EXPECT_NEAR(row.likelihood, 1 / (1 + std::exp(3 - 6 * 0.52)), 1e-12);
  EXPECT_EQ(row.class_value, 3);
  EXPECT_NEAR(row.satellite_score, 0.52, 1e-12);
  EXPECT_TRUE(std::isnan(row.field_score));
  ASSERT_EQ(row.contributions.size(), 3U);
  EXPECT_NEAR(row.contributions[0].contribution, 0.40, 1e-12);
  EXPECT_NEAR(row.contributions[1].contribution, 0.12, 1e-12);
  EXPECT_EQ(row.contributions[2].contribution, 0);
  EXPECT_TRUE(says(row, "a is 0.8 (drives 77 % of the score)"));
  EXPECT_TRUE(says(row, "No sign of risk in: c"));
  EXPECT_TRUE(says(row, "unobserved on the ground"));
  EXPECT_TRUE(has(row.flags, "NO_FIELD_EVIDENCE"));
}

TEST(AssessUnits, PutsScoresOnClassBoundariesIntoTheUpperClass) {
  RiskLayer layer = make_layer();
  layer.intercept = 0;
  layer.slope = 0;  // likelihood 0.5 whatever the score
  EXPECT_EQ(assess_one(layer, make_table(0, 0, 0)).class_value, 3);
  layer.intercept = -3;
  layer.slope = 6;
  EXPECT_EQ(assess_one(layer, make_table(0, 0, 0)).class_value, 1);
  EXPECT_EQ(assess_one(layer, make_table(1, 1, 1)).class_value, 5);
  ClassScheme scheme = five_classes();
  const RiskRow row = assess_one(layer, make_table(0.5, 0.5, 0.5));
  EXPECT_EQ(row.likelihood, 0.5);
  scheme.cuts = {0.2, 0.4, 0.5, 0.8};
  EXPECT_EQ(assess_units(layer, scheme, make_table(0.5, 0.5, 0.5), {}).rows[0].class_value, 4)
      << "[0.5, 0.8) holds 0.5";
}

TEST(AssessUnits, TakesTheFractionBeyondWhereAskedFor) {
  RiskLayer layer = make_layer();
  layer.factors[0].unit_statistic = "fraction_beyond";
  layer.factors[0].unit_zero = 0.1;
  layer.factors[0].unit_one = 0.5;
  IndicatorTable table = make_table(0, 0, 0);
  table.rows[0].fraction_beyond = 0.2;
  EXPECT_NEAR(assess_one(layer, table).score, 0.5 * 0.25, 1e-12);
}

TEST(AssessUnits, SaysInWordsHowFarAValueIsFromNormal) {
  RiskLayer layer = make_layer();
  layer.factors[0].title = "NDVI";
  layer.factors[0].phrase = "is {abs} standard deviations {below} its mean for this time of year";
  layer.factors[0].unit_zero = -0.5;
  layer.factors[0].unit_one = -2;
  const RiskRow row = assess_one(layer, make_table(-1.8, 0, 0));
  EXPECT_EQ(row.reasons[0],
            "NDVI is 1.8 standard deviations below its mean for this time of year (drives 100 % of the score)");
}

TEST(AssessUnits, DoesNotAssessWhereTooLittleWeightIsThere) {
  IndicatorTable table = make_table(1, 1, 1);
  table.rows[0] = make_row("a", 0, Reason::masked);
  RiskLayer layer = make_layer();
  layer.min_share = 0.6;
  const RiskRow row = assess_one(layer, table);
  EXPECT_EQ(row.class_value, 0);
  EXPECT_TRUE(std::isnan(row.likelihood) && std::isnan(row.score) && std::isnan(row.satellite_score));
  EXPECT_EQ(row.confidence, 0);
  EXPECT_TRUE(has(row.flags, "NOT_ASSESSED"));
  EXPECT_TRUE(has(row.flags, "MISSING:a"));
  EXPECT_TRUE(says(row, "Not assessed: 50 % of the factor weight is there, 60 %"));
  EXPECT_TRUE(says(row, "a is missing: all scenes were masked (cloud, shadow or quality)"));
  EXPECT_EQ(row.contributions[1].membership, 1);
  EXPECT_TRUE(std::isnan(row.contributions[1].contribution));
  layer.min_share = 0.5;
  EXPECT_EQ(assess_one(layer, table).class_value, 5) << "exactly min_share is enough";
}

TEST(AssessUnits, DoesNotAssessWithoutARequiredFactor) {
  RiskLayer layer = make_layer();
  layer.factors[2].required = true;
  IndicatorTable table = make_table(1, 1, 1);
  table.rows.pop_back();
  const RiskRow row = assess_one(layer, table);
  EXPECT_EQ(row.class_value, 0);
  EXPECT_TRUE(says(row, "c (required) is missing: not computed in this run"));
}

TEST(AssessUnits, CountsAnIndicatorOnlyWhereEnoughOfTheAreaIsSeen) {
  IndicatorTable table = make_table(1, 0, 0);
  table.rows[0].valid_fraction = 0.25;
  EXPECT_NEAR(assess_one(make_layer(), table).score, 0.5, 1e-12) << "at the bound it counts";
  table.rows[0].valid_fraction = 0.249;
  const RiskRow row = assess_one(make_layer(), table);
  EXPECT_EQ(row.score, 0);
  EXPECT_TRUE(says(row, "only 25 % of the area has a value, 25 % are needed"));
  EXPECT_TRUE(says(row, "lowers the confidence, not the risk"));
}

TEST(AssessUnits, AMissingFactorLowersConfidenceAndNotTheScore) {
  const RiskRow whole = assess_one(make_layer(), make_table(0.7, 0.7, 0.7));
  IndicatorTable table = make_table(0.7, 0.7, 0.7);
  table.rows[1] = make_row("b", 0, Reason::not_observed);
  const RiskRow part = assess_one(make_layer(), table);
  EXPECT_NEAR(part.score, whole.score, 1e-12);
  EXPECT_LT(part.confidence, whole.confidence);
  EXPECT_TRUE(has(part.flags, "MISSING:b"));
}

TEST(AssessUnits, SaysOutOfSeasonOnlyForSeasonalLayers) {
  IndicatorTable table{{make_row("a", 0, Reason::not_in_season), make_row("b", 1), make_row("c", 1)}};
  RiskLayer layer = make_layer();
  layer.factors[0].required = true;
  EXPECT_EQ(assess_one(layer, table).class_value, 0);
  layer.seasonal = true;
  const RiskRow row = assess_one(layer, table);
  EXPECT_EQ(row.class_value, 9);
  EXPECT_TRUE(has(row.flags, "OUT_OF_SEASON"));
  EXPECT_FALSE(has(row.flags, "NOT_ASSESSED"));
  EXPECT_TRUE(std::isnan(row.likelihood));
  table.rows[0] = make_row("a", 0, Reason::masked);
  EXPECT_EQ(assess_one(layer, table).class_value, 0) << "cloud is not a season";
  layer.factors[0].required = false;
  for (IndicatorRow& r : table.rows) r = make_row(r.indicator, 0, Reason::not_in_season);
  EXPECT_EQ(assess_one(layer, table).class_value, 9);
  table.rows[1] = make_row("b", 0, Reason::masked);
  EXPECT_EQ(assess_one(layer, table).class_value, 0);
  ClassScheme no_season = five_classes();
  no_season.not_in_season = -1;
  table.rows[1] = make_row("b", 0, Reason::not_in_season);
  EXPECT_EQ(assess_units(layer, no_season, table, {}).rows[0].class_value, 0);
}

TEST(AssessUnits, AssessesEveryUnitAndPeriodInOrder) {
  IndicatorTable table;
  for (const char* pcode : {"XX02", "XX01"})
    for (int back : {0, 1})
      for (const char* id : {"a", "b", "c"}) {
        IndicatorRow row = make_row(id, 0.5);
        row.pcode = pcode;
        row.period.number -= back;
        table.rows.push_back(row);
      }
  const RiskTable out = assess_units(make_layer(), five_classes(), table, {});
  ASSERT_EQ(out.rows.size(), 4U);
  EXPECT_EQ(out.rows[0].pcode + label(out.rows[0].period), "XX012023-08-d2");
  EXPECT_EQ(out.rows[3].pcode + label(out.rows[3].period), "XX022023-08-d3");
}

TEST(AssessUnits, NewWeightsChangeTheContributions) {
  RiskLayer layer = make_layer();
  const RiskRow before = assess_one(layer, make_table(0.8, 0.2, 0.5));
  layer.factors[1].weight = 3;
  const RiskRow after = assess_one(layer, make_table(0.8, 0.2, 0.5));
  EXPECT_NEAR(after.score, (0.5 * 0.8 + 3 * 0.2 + 0.2 * 0.5) / 3.7, 1e-12);
  EXPECT_LT(after.contributions[0].contribution, before.contributions[0].contribution);
  EXPECT_GT(after.contributions[1].contribution, before.contributions[1].contribution);
  layer.factors[1].weight = -1;
  EXPECT_THROW(assess_one(layer, make_table(0.8, 0.2, 0.5)), ConfigError);
}

RiskLayer with_evidence() {
  RiskLayer layer = make_layer();
  layer.evidence = {{"price", 1, 6, 2}, {"crop", 0.5, 6, 2}};
  return layer;
}

TEST(FieldEvidence, FadesByHalfEveryHalfLifeAndEndsAtItsMaximumAge) {
  const RiskLayer layer = with_evidence();
  const IndicatorTable calm = make_table(0.2, 0.2, 0.2);
  EXPECT_NEAR(assess_one(layer, calm, {make_evidence("price", 1, 0.8, 0)}).score, 0.2 + lift_of(0.2, 1, 0.8, 1), 1e-12);
  EXPECT_NEAR(assess_one(layer, calm, {make_evidence("price", 1, 0.8, 2)}).score, 0.2 + lift_of(0.2, 1, 0.4, 1), 1e-12);
  EXPECT_NEAR(assess_one(layer, calm, {make_evidence("price", 1, 0.8, 6)}).score, 0.2 + 0.1 * 0.8, 1e-12);
  const RiskRow old = assess_one(layer, calm, {make_evidence("price", 1, 0.8, 7)});
  EXPECT_NEAR(old.score, 0.2, 1e-12);
  EXPECT_TRUE(has(old.flags, "STALE_EVIDENCE"));
  EXPECT_TRUE(says(old, "Field reports on price are too old to count"));
  EXPECT_NEAR(assess_one(layer, calm, {make_evidence("price", 1, 0.8, -1)}).score, 0.2, 1e-12)
      << "the future is not evidence";
}

TEST(FieldEvidence, OfPublishedFiguresAloneSaysThatNobodyReported) {
  EvidenceRow figures = make_evidence("price", 0.8, 0.6);
  EXPECT_TRUE(
      says(assess_one(with_evidence(), make_table(0.2, 0.2, 0.2), {figures}), "4 reports from 2 organisations"));
  figures.reports = figures.reporters = figures.organisations = 0;
  const RiskRow row = assess_one(with_evidence(), make_table(0.2, 0.2, 0.2), {figures});
  EXPECT_TRUE(says(row, "Published figures on price: severity 80 %, no field report"));
}

TEST(FieldEvidence, OfMonthsMeetsDekadsAtTheFirstDayOfTheMonth) {
  EvidenceRow month = make_evidence("price", 1, 0.8);
  month.period = {Cadence::month, 12 * 2023 + 7};
  EXPECT_NEAR(assess_one(with_evidence(), make_table(0.2, 0.2, 0.2), {month}).score, 0.2 + 0.4 * 0.8, 1e-12)
      << "2023-08-d1, age 2";
}

TEST(FieldEvidence, ThatContestsIsFlaggedShownAndExplained) {
  const RiskRow high = assess_one(with_evidence(), make_table(0.1, 0.1, 0.1), {make_evidence("price", 0.9, 0.9)});
  EXPECT_EQ(high.flags[0], "CONTESTED");
  EXPECT_NEAR(high.satellite_score, 0.1, 1e-12);
  EXPECT_NEAR(high.field_score, 0.9, 1e-12);
  EXPECT_NEAR(high.score, 0.1 + lift_of(0.1, 0.9, 0.9, 1), 1e-12);
  EXPECT_EQ(high.flags[1], "CAUTIOUS");
  EXPECT_TRUE(says(high, "contradict each other (K 0.58): what contradicts counts half"));
  EXPECT_TRUE(says(high, "field reports show risk, satellites do not (0.10 against 0.90)"));
  const RiskRow low = assess_one(with_evidence(), make_table(0.9, 0.9, 0.9), {make_evidence("price", 0.1, 0.9)});
  EXPECT_EQ(low.flags[0], "CONTESTED");
  EXPECT_NEAR(low.score, 0.9, 1e-12);
  EXPECT_EQ(low.class_value, 5);
  EXPECT_TRUE(says(low, "satellites show risk, field reports do not"));
  EXPECT_TRUE(says(low, "do not lower the score"));
}

TEST(FieldEvidence, ThatAgreesRaisesConfidenceAboveSatellitesAlone) {
  const RiskRow alone = assess_one(with_evidence(), make_table(0.7, 0.7, 0.7));
  const RiskRow both = assess_one(with_evidence(), make_table(0.7, 0.7, 0.7), {make_evidence("price", 0.7, 0.9)});
  EXPECT_NEAR(alone.confidence, 0.5, 1e-12);
  EXPECT_NEAR(both.confidence, 0.5 + 0.5 * 0.9, 1e-12);
  EXPECT_FALSE(has(both.flags, "CONTESTED"));
}

TEST(FieldEvidence, AloneDoesNotMakeAClassButIsShown) {
  IndicatorTable table{{make_row("a", 0, Reason::not_observed), make_row("b", 0, Reason::masked),
                        make_row("c", 0, Reason::not_assessed)}};
  const RiskRow row = assess_one(with_evidence(), table, {make_evidence("price", 0.9, 0.9)});
  EXPECT_EQ(row.class_value, 0);
  EXPECT_NEAR(row.field_score, 0.9, 1e-12);
  EXPECT_TRUE(has(row.flags, "FIELD_ONLY"));
  EXPECT_TRUE(says(row, "Field reports alone give 0.90"));
}

TEST(FieldEvidence, KeepsTheFlagsOfItsRows) {
  EvidenceRow row = make_evidence("crop", 0.6, 0.5);
  row.flags = {"CONFLICT", "CLUSTER_SUSPECT"};
  const RiskRow out = assess_one(with_evidence(), make_table(0.5, 0.5, 0.5), {row});
  EXPECT_TRUE(has(out.flags, "CONFLICT:crop"));
  EXPECT_TRUE(has(out.flags, "CLUSTER_SUSPECT:crop"));
  EXPECT_TRUE(says(out, "Organisations disagree in their reports on crop"));
  EXPECT_TRUE(says(out, "4 reports from 2 organisations"));
}

TEST(FieldEvidence, OfOtherUnitsAndKindsHasNoEffect) {
  EvidenceRow elsewhere = make_evidence("price", 1, 1);
  elsewhere.pcode = "XX02";
  const RiskRow row = assess_one(with_evidence(), make_table(0.2, 0.2, 0.2),
                                 {elsewhere, make_evidence("health", 1, 1), make_evidence("crop", 1, 0)});
  EXPECT_NEAR(row.score, 0.2, 1e-12);
  EXPECT_TRUE(has(row.flags, "NO_FIELD_EVIDENCE"));
}

TEST(FieldEvidence, ThatIsMissingSaysHowFarSilenceSpeaks) {
  EvidenceTable reports;
  CoverageRow row;
  row.pcode = "XX01";
  row.period = now;
  row.unknown = "population;access";
  reports.coverage = {row};
  const auto assess = [&] {
    return assess_units(make_layer(), five_classes(), make_table(0.7, 0.7, 0.7), reports).rows[0];
  };
  const RiskRow mute = assess();
  EXPECT_TRUE(says(mute, "Silence says nothing, for lack of figures on population, access"));
  reports.coverage[0].coverage = 0.5;
  reports.coverage[0].silence = -0.46;
  reports.coverage[0].unknown = "";
  const RiskRow heard = assess();
  EXPECT_TRUE(says(heard, "would have been reported with probability 0.50 (log-odds of an event -0.46)"));
  EXPECT_EQ(heard.score, mute.score) << "silence lowers nothing";
  EXPECT_EQ(heard.confidence, mute.confidence);
}

TEST(FieldEvidence, OfUnitsWithinAUnitIsSaidThereAndNotTakenForSilence) {
  RiskLayer layer = with_evidence();
  IndicatorTable table = make_table(0.7, 0.7, 0.7);
  for (IndicatorRow& r : table.rows) r.pcode = "XX";
  EvidenceTable reports;
  reports.rows = {make_evidence("price", 1, 1), make_evidence("price", 1, 1), make_evidence("health", 1, 1)};
  reports.rows[1].pcode = "XX02";
  reports.rows[2].pcode = "XX03";
  const UnitParents parents = {{"XX01", "XX0"}, {"XX0", "XX"}, {"XX02", "XX"}, {"XX03", "XX"}};
  const RiskRow row = assess_units(layer, five_classes(), table, reports, nullptr, parents).rows[0];
  EXPECT_TRUE(says(row, "those of 2 units within it count there, not here"));
  EXPECT_FALSE(says(row, "unobserved on the ground"));
  EXPECT_FALSE(says(row, "Silence"));
  EXPECT_TRUE(has(row.flags, "REPORTS_BENEATH"));
  EXPECT_TRUE(has(row.flags, "NO_FIELD_EVIDENCE"));
  EXPECT_FALSE(has(row.flags, "SILENCE_UNINFORMATIVE"));
  EXPECT_NEAR(row.score, 0.7, 1e-12);

  reports.rows.resize(1);
  reports.rows[0].period.number -= layer.evidence[0].max_age_periods + 1;
  const RiskRow old = assess_units(layer, five_classes(), table, reports, nullptr, parents).rows[0];
  EXPECT_TRUE(says(old, "unobserved on the ground"));
  EXPECT_TRUE(has(old.flags, "SILENCE_UNINFORMATIVE"));
}

/// A layer that a season gates.
RiskLayer gated_layer() {
  RiskLayer layer = make_layer();
  layer.seasonal = true;
  layer.factors[0].required = true;
  return layer;
}

IndicatorTable table_of(const std::string& pcode) {
  IndicatorTable table = make_table(0.7, 0.7, 0.7);
  for (IndicatorRow& r : table.rows) r.pcode = pcode;
  return table;
}

TEST(AssessUnits, SaysWhichPartsOfALargeUnitAreOutOfSeason) {
  const RiskLayer layer = gated_layer();
  IndicatorTable table = table_of("XX");
  for (const char* pcode : {"XX01", "XX02"})
    for (IndicatorRow r : table_of(pcode).rows) {
      if (r.pcode == "XX02") r.reason = Reason::not_in_season, r.mean = nan_d;
      table.rows.push_back(r);
    }
  const auto rows = assess_units(layer, five_classes(), table, {}, nullptr, {{"XX01", "XX"}, {"XX02", "XX"}}).rows;
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_TRUE(has(rows[0].flags, "PARTS_OUT_OF_SEASON"));
  EXPECT_TRUE(says(rows[0], "Out of season within it, and still part of these figures: XX02"));
  EXPECT_FALSE(has(rows[1].flags, "PARTS_OUT_OF_SEASON"));
  EXPECT_EQ(rows[2].flags.front(), "OUT_OF_SEASON");
}

TEST(AssessUnits, NamesTheFirstOfManyPartsThatAreOutOfSeason) {
  const RiskLayer layer = gated_layer();
  IndicatorTable table = table_of("XX");
  UnitParents parents;
  for (int part = 1; part <= 7; ++part)
    for (IndicatorRow r : table_of("XX0" + std::to_string(part)).rows) {
      r.reason = Reason::not_in_season, r.mean = nan_d;
      parents[r.pcode] = "XX";
      table.rows.push_back(r);
    }
  const auto rows = assess_units(layer, five_classes(), table, {}, nullptr, parents).rows;
  EXPECT_TRUE(says(rows[0], "figures: XX01, XX02, XX03, XX04, XX05, and 2 more"));
}

TEST(AssessUnits, SaysWhereAUnitHoldsNoPixelThatNoSceneCouldCoverIt) {
  IndicatorTable table = make_table(0.7, 0.7, 0.7);
  table.rows[0] = make_row("a", 0, Reason::not_observed);
  EXPECT_TRUE(says(assess_one(make_layer(), table), "no pixel of the grid lies in the unit"));
  table.rows[0].pixels = 12;
  EXPECT_TRUE(says(assess_one(make_layer(), table), "no scene covers the unit in this period"));
}

TEST(Words, OfLikelihoodNeedMediumConfidence) {
  EXPECT_TRUE(says(assess_one(make_layer(), make_table(1, 1, 1)),
                   "Likelihood 0.95 (extremely likely), confidence medium (0.50)"));
  IndicatorTable dim = make_table(1, 1, 1);
  for (IndicatorRow& r : dim.rows) r.valid_fraction = 0.3;
  EXPECT_TRUE(says(assess_one(make_layer(), dim), "Likelihood 0.95, confidence very low (0.15)"));
}

}  // namespace
}  // namespace fw::test
