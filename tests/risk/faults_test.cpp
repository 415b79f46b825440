// Faults of other programs that this one must not have, by their number in docs/contributing.md.
#include <gtest/gtest.h>

#include <cmath>

#include "core/risk/asap.h"
#include "core/risk/unit_status.h"
#include "tests/risk/tables.h"

namespace fw::test {
namespace {

IndicatorTable of_units(const std::vector<std::pair<std::string, double>>& units) {
  IndicatorTable out;
  for (const auto& [pcode, value] : units)
    for (const char* id : {"a", "b", "c"}) {
      IndicatorRow row = make_row(id, value, std::isnan(value) ? Reason::masked : Reason::value);
      row.pcode = pcode;
      row.name = "Unit " + pcode;
      out.rows.push_back(row);
    }
  return out;
}
RiskTable assess_all(const IndicatorTable& indicators) {
  return assess_units(make_layer(), five_classes(), indicators, {});
}

TEST(Zones, ThatAreDroppedNeverShiftTheNamesOfOthers_Fault5_1) {
  const RiskTable all = assess_all(of_units({{"XX01", 0.1}, {"XX02", 0.5}, {"XX03", 0.9}}));
  const RiskTable without = assess_all(of_units({{"XX01", 0.1}, {"XX03", 0.9}}));
  ASSERT_EQ(without.rows.size(), 2U);
  for (const RiskRow& row : without.rows)
    for (const RiskRow& same : all.rows)
      if (same.pcode == row.pcode) {
        EXPECT_EQ(row.name, "Unit " + row.pcode);
        EXPECT_EQ(row.score, same.score);
      }
}

TEST(Zones, OfNoValueAreNotZero_Fault5_2) {
  const RiskTable table = assess_all(of_units({{"XX01", nan_d}, {"XX02", 0}}));
  EXPECT_TRUE(std::isnan(table.rows[0].score));
  EXPECT_TRUE(std::isnan(table.rows[0].likelihood));
  EXPECT_EQ(status_of(table.rows[0]), UnitStatus::not_assessed);
  EXPECT_EQ(table.rows[1].score, 0) << "a zero that was measured stays one";
  const std::string csv = risk_csv(make_layer(), table, false);
  const size_t line = csv.find("\ntest,2,XX01,") + 1;
  EXPECT_EQ(csv.compare(line, 63, "test,2,XX01,Unit XX01,2023-08-d3,2023-08-21,2023-08-31,risk5,0,"), 0);
  EXPECT_EQ(csv[line + 63], ',') << "an empty cell, not 0: " << csv.substr(line, 80);
}

TEST(OnePixel, NeverFiresAnAlertOfAUnit_Fault5_2) {
  AsapTally tally;
  tally.add({-4, -4, -4, 1}, 1);
  for (int i = 0; i < 99; ++i) tally.add({0, 0, 0, 1}, 1);
  EXPECT_EQ(warn_asap(tally).level, 0);
  IndicatorTable one = make_table(1, 1, 1);  // the worst there is, on one pixel in a hundred
  for (IndicatorRow& row : one.rows) row.valid_fraction = 0.01;
  const RiskRow row = assess_one(make_layer(), one);
  EXPECT_EQ(status_of(row), UnitStatus::not_assessed);
  EXPECT_TRUE(std::isnan(row.likelihood));
}

TEST(OnePixel, OfManyMovesNoShareOfAnArea_PainP2) {
  RiskLayer layer = make_layer();
  layer.factors[0].unit_statistic = "fraction_beyond";
  layer.factors[0].unit_zero = 0.005;
  layer.factors[0].unit_one = 0.05;
  IndicatorTable table = make_table(0, 0, 0);
  table.rows[0].fraction_beyond = 0.001;  // one wet pixel in a thousand
  EXPECT_EQ(assess_one(layer, table).score, 0);
}

TEST(Places, NeverVanishSilently_PainP3) {
  std::vector<std::pair<std::string, double>> units;
  for (int i = 0; i < 100; ++i) units.emplace_back("XX" + std::to_string(100 + i), i % 7 == 0 ? nan_d : 0.01 * i);
  const RiskTable table = assess_all(of_units(units));
  ASSERT_EQ(table.rows.size(), units.size());
  for (size_t i = 0; i < units.size(); ++i) {
    EXPECT_EQ(table.rows[i].pcode, units[i].first);
    EXPECT_EQ(has(table.rows[i].flags, "NOT_ASSESSED"), std::isnan(units[i].second));
    EXPECT_FALSE(table.rows[i].reasons.empty());
  }
}

TEST(Bounds, OfARampAndAClassAreWhereTheyAreSaid) {
  RiskLayer layer = make_layer();
  for (RiskFactor& f : layer.factors) {
    f.zero = f.unit_zero = -1;
    f.one = f.unit_one = -2;
  }
  EXPECT_EQ(assess_one(layer, make_table(-1, -1, -1)).score, 0) << "z of exactly -1 is no risk yet";
  EXPECT_GT(assess_one(layer, make_table(-1.001, -1.001, -1.001)).score, 0);
  for (const auto& [share, counts] : {std::pair{0.249, false}, {0.25, true}, {0.251, true}}) {
    IndicatorTable table = make_table(-2, -2, -2);
    for (IndicatorRow& row : table.rows) row.valid_fraction = share;
    EXPECT_EQ(status_of(assess_one(layer, table)) == UnitStatus::assessed, counts) << share;
  }
  layer.min_share = 0.15;
  layer.factors[2].weight = 0.15;
  for (const auto& [weight, enough] : {std::pair{0.149, false}, {0.15, true}}) {
    layer.factors[0].weight = 0.5;
    layer.factors[2].weight = weight;
    layer.factors[1].weight = 1 - 0.5 - weight;
    EXPECT_EQ(status_of(assess_one(layer, {{make_row("c", -2)}})) == UnitStatus::assessed, enough) << weight;
  }
}

}  // namespace
}  // namespace fw::test
