#include "core/risk/what_if.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/text.h"
#include "core/risk/resample.h"
#include "core/risk/weights.h"
#include "tests/risk/tables.h"

namespace fw::test {
namespace {

void add_unit(IndicatorTable& table, const std::string& pcode, double a, double b, double c) {
  for (const auto& [id, v] : {std::pair{"a", a}, {"b", b}, {"c", c}}) {
    IndicatorRow row = make_row(id, v, std::isnan(v) ? Reason::masked : Reason::value);
    row.pcode = pcode;
    table.rows.push_back(row);
  }
}
std::vector<RiskRow> assess(const IndicatorTable& table, const RiskLayer& layer = make_layer(),
                            const EvidenceTable& evidence = {}) {
  const UnitReference none;
  return assess_units(layer, five_classes(), table, evidence, &none).rows;
}

TEST(AdmissibleWeights, AreThePublishedOnesAllCornersAndDrawsWithin) {
  const auto all = admissible_weights(make_layer());
  ASSERT_EQ(all.size(), 1 + 6 + 200U) << "of 8 corners the two with all at one end are the published weights";
  EXPECT_EQ(all[0], (std::vector<double>{0.5, 0.3, 0.2}));
  EXPECT_EQ(all[1], (std::vector<double>{1.0, 0.15, 0.1}));
  for (const auto& w : all)
    for (size_t k = 0; k < 3; ++k) {
      EXPECT_GE(w[k], all[0][k] / 2);
      EXPECT_LE(w[k], all[0][k] * 2);
    }
  EXPECT_EQ(all, admissible_weights(make_layer())) << "the same every time";
}

TEST(Ranks, AreOfLikelihoodWithEqualOnesSharingTheBest) {
  IndicatorTable table;
  add_unit(table, "A", 0.2, 0.2, 0.2);
  add_unit(table, "B", 0.9, 0.9, 0.9);
  add_unit(table, "C", 0.2, 0.2, 0.2);
  add_unit(table, "D", 0, 0, 0);
  add_unit(table, "E", nan_d, nan_d, nan_d);
  const auto rows = assess(table);
  EXPECT_EQ(rows[0].rank, 2);
  EXPECT_EQ(rows[1].rank, 1);
  EXPECT_EQ(rows[2].rank, 2);
  EXPECT_EQ(rows[3].rank, 4);
  EXPECT_TRUE(std::isnan(rows[4].rank) && std::isnan(rows[4].rank_low) && std::isnan(rows[4].rank_high));
  for (size_t k = 0; k < 4; ++k) {
    EXPECT_EQ(rows[k].rank_low, rows[k].rank) << "each is above or below the other in every factor";
    EXPECT_EQ(rows[k].rank_high, rows[k].rank);
  }
}

TEST(Ranks, RangeWhereWeightsDecideComputedByHand) {
  IndicatorTable table;
  add_unit(table, "A", 1, 0, 0);  // 0.5; at most 1 / (1 + 0.25) = 0.8, at least 0.25 / 1.25 = 0.2
  add_unit(table, "B", 0, 1, 1);  // the rest
  add_unit(table, "C", 0.1, 0.1, 0.1);
  const auto rows = assess(table);
  for (size_t k = 0; k < 2; ++k) {
    EXPECT_EQ(rows[k].rank, 1) << "both 0.5";
    EXPECT_EQ(rows[k].rank_low, 1);
    EXPECT_EQ(rows[k].rank_high, 2);
  }
  EXPECT_EQ(rows[2].rank_low, 3);
  EXPECT_EQ(rows[2].rank_high, 3);
}

TEST(Ranks, AreAmongUnitsOfOneLevelAndPeriod) {
  IndicatorTable table;
  add_unit(table, "A", 0.9, 0.9, 0.9);
  add_unit(table, "B", 0.5, 0.5, 0.5);
  for (size_t k = 3; k < 6; ++k) table.rows[k].level = 1;
  EXPECT_EQ(assess(table)[1].rank, 1);
  for (size_t k = 3; k < 6; ++k) {
    table.rows[k].level = 2;
    table.rows[k].period.number += 1;
  }
  EXPECT_EQ(assess(table)[1].rank, 1);
}

TEST(Ranks, HoldTheRankOfEveryAdmissibleMixAReaderTries) {
  SplitMix random(11);
  const auto draw = [&] { return static_cast<double>(random.below(101)) / 100; };
  IndicatorTable table;
  for (int u = 0; u < 12; ++u) add_unit(table, "U" + std::to_string(10 + u), draw(), draw(), draw());
  const auto rows = assess(table);
  size_t differ = 0;
  for (const auto& [a, b, c] : {std::tuple{1.0, 0.15, 0.1}, {0.25, 0.6, 0.1}, {0.25, 0.6, 0.4}, {1.0, 0.6, 0.1}}) {
    const auto custom = assess(table, with_weights(make_layer(), {{{"a", a}, {"b", b}, {"c", c}}, {}}));
    for (size_t k = 0; k < rows.size(); ++k) {
      EXPECT_GE(custom[k].rank, rows[k].rank_low) << rows[k].pcode;
      EXPECT_LE(custom[k].rank, rows[k].rank_high) << rows[k].pcode;
      differ += custom[k].rank != rows[k].rank;
    }
  }
  EXPECT_GT(differ, 0U);
}

TEST(Ranks, OfARangeOfOneAreCertain) {
  IndicatorTable table;
  add_unit(table, "A", 1, 0, 0.1);
  add_unit(table, "B", 0, 1, 1);
  RiskLayer layer = make_layer();
  layer.weight_range = 1;
  for (const RiskRow& row : assess(table, layer)) {
    EXPECT_EQ(row.rank_low, row.rank);
    EXPECT_EQ(row.rank_high, row.rank);
  }
}

TEST(Moves, SayTheSmallestChangeOfAValueThatChangesTheClass) {
  RiskLayer layer = make_layer();
  layer.factors[0].title = "Rain";
  layer.factors[0].phrase = "is {abs} standard deviations {below} its mean";
  layer.factors[0].unit_zero = 0;
  layer.factors[0].unit_one = -2;
  // a: z -1 is 0.5, S = 0.25 + 0.15 + 0.1 = 0.5, likelihood 0.5. Class 4 begins at 0.6: S = 0.5676, a 0.135 more:
  // z -1.27, said as -1.3; class 2 at S < 0.4324.
  IndicatorTable table = make_table(-1, 0.5, 0.5);
  const RiskRow row = assess(table, layer).at(0);
  EXPECT_NE(row.moves.find("Higher class if Rain is 1.3 standard deviations below its mean."), std::string::npos)
      << row.moves;
  EXPECT_NE(row.moves.find("Lower class if Rain is 0.7 standard deviations below its mean."), std::string::npos)
      << row.moves;
  EXPECT_NE(row.moves.find("No admissible weight changes the class"), std::string::npos) << row.moves;
  table.rows[0].mean = -1.3;
  EXPECT_EQ(assess(table, layer).at(0).class_value, 4) << "what is said is true";
  table.rows[0].mean = -0.7;
  EXPECT_EQ(assess(table, layer).at(0).class_value, 2);
}

TEST(Moves, SayTheWeightThatDecides) {
  // S = 0.5 (0.5 * 1): class 3 to 4 at S = 0.56758: w / (w + 0.5) = 0.56758, w = 0.65626: times 1.32.
  const RiskRow row = assess(make_table(1, 0, 0)).at(0);
  ASSERT_EQ(row.class_value, 3);
  EXPECT_NE(row.moves.find("Another class with the weight of a times"), std::string::npos) << row.moves;
  RiskLayer heavier = make_layer();
  heavier.factors[0].weight *= 1.32;
  EXPECT_EQ(assess(make_table(1, 0, 0), heavier).at(0).class_value, 4);
  heavier.factors[0].weight = 0.5 * 0.76;
  EXPECT_EQ(assess(make_table(1, 0, 0), heavier).at(0).class_value, 2);
}

TEST(Moves, AreEmptyWhereNothingIsAssessedAndNoneAtTheEnds) {
  IndicatorTable table;
  add_unit(table, "A", nan_d, nan_d, nan_d);
  EXPECT_EQ(assess(table).at(0).moves, "");
  const RiskRow least = assess(make_table(0, 0, 0)).at(0);
  EXPECT_EQ(least.moves.find("Lower class"), std::string::npos) << least.moves;
  const RiskRow most = assess(make_table(1, 1, 1)).at(0);
  EXPECT_EQ(most.moves.find("Higher class"), std::string::npos) << most.moves;
}

TEST(Moves, AreTrueForUnitsDrawnAtRandom) {
  SplitMix random(12);
  const auto draw = [&] { return static_cast<double>(random.below(101)) / 100; };
  RiskLayer layer = make_layer();
  layer.evidence = {{"crop", 0.6, 3, 2}};
  size_t tried = 0;
  for (int k = 0; k < 200; ++k) {
    EvidenceTable evidence;
    evidence.rows = {make_evidence("crop", draw(), draw())};
    IndicatorTable table = make_table(draw(), draw(), draw());
    const RiskRow row = assess(table, layer, evidence).at(0);
    const std::string said = "Higher class if a is ";
    if (!row.moves.starts_with(said)) continue;
    table.rows[0].mean = *parse_number(row.moves.substr(said.size(), 3));  // one decimal
    EXPECT_GT(assess(table, layer, evidence).at(0).class_value, row.class_value) << row.moves;
    ++tried;
  }
  EXPECT_GT(tried, 20U);
}

}  // namespace
}  // namespace fw::test
