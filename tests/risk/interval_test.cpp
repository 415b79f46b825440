#include "core/risk/interval.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/risk/tables.h"

namespace fw::test {
namespace {

const std::vector<double> once(6, 1);

/// Reference years of factor `id` of unit XX01 at `now`, from 1950 on.
UnitReference past_of(const std::vector<std::pair<std::string, std::vector<float>>>& factors,
                      const std::string& statistic = "z") {
  UnitReference r;
  r.first_year = 1950;
  for (const auto& [id, value] : factors) {
    r.years = static_cast<int>(value.size());
    r.rows.push_back({"XX01", id, 2, place_in_year(now), statistic, value});
  }
  return r;
}

/// a at z with its series' mean x; the layer's ramps run from z 0 to z -2.
RiskLayer z_layer() {
  RiskLayer layer = make_layer();
  for (RiskFactor& f : layer.factors) {
    f.zero = f.unit_zero = 0;
    f.one = f.unit_one = -2;
  }
  return layer;
}
IndicatorTable z_table(double x, const std::vector<float>& past) {
  const double z = statistic_of_years("z", x, past, std::vector<double>(past.size(), 1));
  IndicatorTable table = make_table(z, z, z);
  for (IndicatorRow& row : table.rows) row.series_mean = x;
  return table;
}
RiskRow assess(const RiskLayer& layer, const IndicatorTable& table, const UnitReference& past,
               const std::vector<EvidenceRow>& evidence = {}) {
  EvidenceTable e;
  e.rows = evidence;
  return assess_units(layer, five_classes(), table, e, &past).rows.at(0);
}
const std::vector<float> twelve = {5, 7, 6, 8, 4, 6, 5, 7, 6, 6, 8, 4};

TEST(StatisticOfYears, AgreesWithTheDefinitionsByHand) {
  const std::vector<float> v = {2, 3, 4, 5, 6, static_cast<float>(nan_d)};
  EXPECT_NEAR(statistic_of_years("z", 3.5, v, once), -0.5 / std::sqrt(2.5), 1e-12);
  EXPECT_NEAR(statistic_of_years("vci", 3.5, v, once), 37.5, 1e-12);
  EXPECT_NEAR(statistic_of_years("tci", 3.5, v, once), 62.5, 1e-12);
  EXPECT_NEAR(statistic_of_years("percent_of_median", 3.5, v, once), 87.5, 1e-12);
  EXPECT_NEAR(statistic_of_years("difference", 3.5, v, once), -0.5, 1e-12);
  // Year 2 twice, year 3 not: 2, 3, 3, 5, 6: mean 3.8, squares 10.8, median 3.
  const std::vector<double> times = {1, 2, 0, 1, 1, 4};
  EXPECT_NEAR(statistic_of_years("z", 3.5, v, times), -0.3 / std::sqrt(2.7), 1e-12);
  EXPECT_NEAR(statistic_of_years("percent_of_median", 3.5, v, times), 100 * 3.5 / 3, 1e-12);
  EXPECT_NEAR(statistic_of_years("percent_of_median", 3.5, v, {1, 1, 0, 1, 1, 0}), 87.5, 1e-12) << "of 2, 3, 5, 6";
}

TEST(StatisticOfYears, SaysNothingWithoutSpreadOrYears) {
  for (const char* s : {"z", "vci", "tci"})
    EXPECT_TRUE(std::isnan(statistic_of_years(s, 1, {3, 3, 3}, {1, 1, 1}))) << s;
  EXPECT_TRUE(std::isnan(statistic_of_years("z", 1, {3, 4, 5}, {1, 0, 0})));
  EXPECT_TRUE(std::isnan(statistic_of_years("percent_of_median", 1, {-3, 0, 1}, {1, 1, 1})));
  EXPECT_TRUE(std::isnan(statistic_of_years("value", 1, {1, 2, 3}, {1, 1, 1})));
  EXPECT_EQ(statistic_of_years("z", -1000, {3, 4, 5}, {1, 1, 1}), -6);
}

TEST(YearDraws, LeaveTheYearItselfOutAndAreTheSameEveryTime) {
  UnitReference r = past_of({{"a", {1, 2, 3, 4, 5, 100}}});
  r.first_year = 2010;
  const Spread without = YearDraws(r, 2015).spread(r.rows[0], 2), again = YearDraws(r, 2015).spread(r.rows[0], 2),
               with = YearDraws(r, 2020).spread(r.rows[0], 2);
  EXPECT_EQ(without.years, 5);
  EXPECT_EQ(with.years, 6);
  ASSERT_EQ(without.shift.size(), 200U);
  for (size_t d = 0; d < 200; ++d) {
    EXPECT_TRUE(without.shift[d] == again.shift[d] || std::isnan(without.shift[d]));
    if (!std::isnan(without.shift[d])) {
      EXPECT_LT(std::abs(without.shift[d]), 6) << "100 is never drawn";
    }
  }
}

TEST(Interval, HoldsTheLikelihoodAndNarrowsWithMoreYears) {
  std::vector<float> long_record;
  for (int k = 0; k < 5; ++k) long_record.insert(long_record.end(), twelve.begin(), twelve.end());
  const auto width = [](const std::vector<float>& past) {
    const RiskRow row = assess(z_layer(), z_table(4.5, past), past_of({{"a", past}, {"b", past}, {"c", past}}));
    EXPECT_LE(row.low, row.likelihood);
    EXPECT_GE(row.high, row.likelihood);
    EXPECT_TRUE(says(row, "other reference years, of " + std::to_string(past.size())));
    return row.high - row.low;
  };
  const double few = width(twelve), many = width(long_record);
  EXPECT_GT(few, 0.05);
  EXPECT_LT(many, few / 1.6) << "about the square root of 5";
}

TEST(Interval, AgreesWithTheSamplingErrorOfZ) {
  // One factor, inside its ramp, 60 years: s(z) = sqrt(1/n + z^2 / (2 (n - 1))) for normal values.
  std::vector<float> normal;
  for (int k = 0; k < 60; ++k) {  // quantiles of the logistic, scaled to a normal's deviation
    const double p = (k + 0.5) / 60;
    normal.push_back(static_cast<float>(10 + 0.5513 * std::log(p / (1 - p))));
  }
  RiskLayer layer = z_layer();
  layer.factors.resize(1);
  const IndicatorTable table{{z_table(9, normal).rows[0]}};
  const double z = table.rows[0].mean;
  const RiskRow row = assess(layer, table, past_of({{"a", normal}}));
  const auto logit = [](double p) { return std::log(p / (1 - p)); };
  const double error = (logit(row.high) - logit(row.low)) / layer.slope * 2 / (2 * 1.645);
  EXPECT_NEAR(error, std::sqrt(1.0 / 60 + z * z / (2 * 59)), 0.04);
}

TEST(Interval, AMissingFactorIsAnythingFromNoneToWorstAndIsNamed) {
  const UnitReference past = past_of({{"a", twelve}, {"b", twelve}, {"c", twelve}});
  IndicatorTable table = z_table(4.5, twelve);
  const RiskRow all = assess(z_layer(), table, past);
  table.rows[2] = make_row("c", 0, Reason::masked);
  const RiskRow without = assess(z_layer(), table, past);
  EXPECT_GT(without.high - without.low, all.high - all.low);
  EXPECT_TRUE(says(without, "anything of what is missing: c"));
  // Exactly: with nothing but the missing factor uncertain, S lies between 0.8 m and 0.8 m + 0.2.
  const UnitReference none = past_of({{"other", twelve}});
  const RiskRow bare = assess(z_layer(), table, none);
  const double m = -table.rows[0].mean / 2;
  EXPECT_NEAR(bare.low, 1 / (1 + std::exp(3 - 6 * 0.8 * m)), 1e-12);
  EXPECT_NEAR(bare.high, 1 / (1 + std::exp(3 - 6 * (0.8 * m + 0.2))), 1e-12);
}

TEST(Interval, NeedsFiveYearsAndSaysWhichFactorHasFewer) {
  const std::vector<float> four = {5, 7, 6, 8}, five = {5, 7, 6, 8, 4};
  const RiskRow none = assess(z_layer(), z_table(4.5, four), past_of({{"a", four}, {"b", four}, {"c", four}}));
  EXPECT_FALSE(std::isnan(none.likelihood));
  EXPECT_TRUE(std::isnan(none.low) && std::isnan(none.high));
  EXPECT_TRUE(says(none, "5 reference years are needed; there are fewer for a (4), b (4), c (4)"));
  const RiskRow some = assess(z_layer(), z_table(4.5, five), past_of({{"a", five}, {"b", five}, {"c", five}}));
  EXPECT_FALSE(std::isnan(some.low) || std::isnan(some.high));
}

TEST(Interval, IsNoneWhereNothingIsAssessedOrNoReferenceIsGiven) {
  IndicatorTable table = z_table(4.5, twelve);
  const RiskRow plain = assess_one(z_layer(), table);
  EXPECT_TRUE(std::isnan(plain.low) && std::isnan(plain.high));
  for (IndicatorRow& row : table.rows) row = make_row(row.indicator, 0, Reason::masked);
  const RiskRow row = assess(z_layer(), table, past_of({{"a", twelve}, {"b", twelve}, {"c", twelve}}));
  EXPECT_TRUE(std::isnan(row.low) && std::isnan(row.high));
}

TEST(Interval, OfWorseSatellitesNeverLiesLowerAtItsUpperEnd) {
  const UnitReference past = past_of({{"a", twelve}, {"b", twelve}, {"c", twelve}});
  double last = 0;
  for (const double x : {7.0, 6.0, 5.5, 5.0, 4.5, 4.0, 3.0}) {
    const RiskRow row = assess(z_layer(), z_table(x, twelve), past);
    EXPECT_GE(row.high, last - 1e-12) << x;
    last = row.high;
  }
}

TEST(Interval, MovesWithReportsAsTheScoreDoes) {
  const UnitReference past = past_of({{"a", twelve}, {"b", twelve}, {"c", twelve}});
  RiskLayer layer = z_layer();
  layer.evidence = {{"crop", 0.6, 3, 2}};
  const RiskRow calm = assess(layer, z_table(5.5, twelve), past),
                told = assess(layer, z_table(5.5, twelve), past, {make_evidence("crop", 1, 0.9)});
  EXPECT_GT(told.low, calm.low);
  EXPECT_LE(told.low, told.likelihood);
  EXPECT_GE(told.high, told.likelihood);
}

TEST(Interval, OfAShareOfTheAreaFollowsItsPixels) {
  RiskLayer layer = make_layer();
  layer.factors.resize(1);
  layer.factors[0].unit_statistic = "fraction_beyond";
  layer.factors[0].zero = -0.1;
  layer.factors[0].one = -0.8;
  layer.factors[0].unit_zero = 0;
  layer.factors[0].unit_one = 1;
  IndicatorRow row = make_row("a", -0.3);
  row.fraction_beyond = 0.3;
  row.stddev = 0.2;
  row.valid_pixels = 1000;
  row.series_mean = 5;
  const RiskRow moved = assess(layer, {{row}}, past_of({{"a", twelve}}, "difference"));
  EXPECT_LT(moved.low, moved.likelihood);
  EXPECT_GT(moved.high, moved.likelihood);
  row.stddev = 0;
  const RiskRow still = assess(layer, {{row}}, past_of({{"a", twelve}}, "difference"));
  EXPECT_EQ(still.low, still.likelihood);
  EXPECT_EQ(still.high, still.likelihood);
}

}  // namespace
}  // namespace fw::test
