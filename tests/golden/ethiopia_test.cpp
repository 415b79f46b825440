// Ethiopia, July 2011: likelihood of food insecurity learnt in the run from stated phases of other years.
#include <algorithm>
#include <cmath>

#include "tests/golden/program.h"

namespace fw {
namespace {

using Row = std::map<std::string, std::string>;

class Ethiopia2011 : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (test::shared_dir().empty()) return;
    dir_ = new test::TempDir;
    run_ =
        test::forewarn(*dir_, "run '" FW_SOURCE_DIR "/config/examples/ethiopia.toml' -q --input-root '" +
                                  (test::shared_dir() / "data").string() + "' -o '" + (*dir_ / "out").string() + "'");
  }
  static void TearDownTestSuite() { delete dir_; }
  void SetUp() override {
    FW_NEEDS_SHARED(food, "data/eth_food");
    FW_NEEDS_SHARED(bale, "data/eth_bale");
    ASSERT_EQ(run_.exit, 0) << run_.err;
  }
  static std::filesystem::path file(const std::string& name) { return *dir_ / ("out/publish/" + name); }
  /// Zones of July 2011 that were assessed, highest likelihood first.
  static std::vector<Row> zones() {
    std::vector<Row> out;
    for (const Row& row : test::table(file("risk_famine.csv")))
      if (row.at("level") == "2" && row.at("period") == "2011-07" && !row.at("likelihood").empty()) out.push_back(row);
    std::stable_sort(out.begin(), out.end(), [](const Row& a, const Row& b) {
      return std::stod(a.at("likelihood")) > std::stod(b.at("likelihood"));
    });
    return out;
  }
  static const Row& zone(const std::vector<Row>& rows, const std::string& name, size_t* place) {
    const auto at = std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.at("name") == name; });
    if (at == rows.end()) throw std::runtime_error(name + " was not assessed");
    *place = static_cast<size_t>(at - rows.begin());
    return *at;
  }
  static test::TempDir* dir_;
  static test::Outcome run_;
};
test::TempDir* Ethiopia2011::dir_ = nullptr;
test::Outcome Ethiopia2011::run_;

TEST_F(Ethiopia2011, BaleIsAmongTheHighestAndKefaAmongTheLowest) {
  const std::vector<Row> rows = zones();
  EXPECT_GE(rows.size(), 80u);
  size_t bale = 0, kefa = 0;
  const Row &high = zone(rows, "Bale", &bale), &low = zone(rows, "Kefa", &kefa);
  EXPECT_LT(bale, rows.size() * 15 / 100);
  EXPECT_GT(std::stod(high.at("low")), 0.5);
  EXPECT_GE(kefa, rows.size() * 9 / 10);
  EXPECT_LT(std::stod(low.at("high")), 0.1);
  EXPECT_GT(std::stod(high.at("r_p3_h3")), std::stod(low.at("r_p3_h3")));
}
TEST_F(Ethiopia2011, TheTableSaysFromWhichDrivers) {
  const std::vector<Row> rows = zones();
  size_t place = 0;
  const std::string reasons = zone(rows, "Bale", &place).at("reasons");
  for (const char* words :
       {"Last stated phase was 3.0 (published statistics to 2011-04-30)", "below its mean", "not a classification"})
    EXPECT_NE(reasons.find(words), std::string::npos) << words << ": " << reasons;
  EXPECT_NE(zone(rows, "Kefa", &place).at("reasons").find("Lowered by"), std::string::npos);
  EXPECT_NE(zone(rows, "Bale", &place).at("wording").find("without 2011"), std::string::npos);
}
TEST_F(Ethiopia2011, ContributionsAddUpToTheScore) {
  for (const Row& row : zones()) {
    double sum = 0;
    for (const auto& [column, cell] : row)
      if (column.starts_with("c_") && !cell.empty()) sum += std::stod(cell);
    EXPECT_NEAR(sum, std::stod(row.at("score")), 1e-6) << row.at("name");
  }
}
TEST_F(Ethiopia2011, ClassesSayTheProbabilityAndNoPhase) {
  for (const Row& row : zones()) {
    EXPECT_EQ(row.at("class_scheme"), "phase3_probability");
    const double p = std::stod(row.at("likelihood"));
    EXPECT_EQ(row.at("class_value"), std::to_string(std::min(5, 1 + static_cast<int>(p * 5)))) << row.at("name");
  }
}
TEST_F(Ethiopia2011, ADriverThatLacksIsNamedAndWidensTheInterval) {
  size_t with = 0, without = 0;
  for (const Row& row : zones()) (row.at("flags").find("MISSING:rain_12") == std::string::npos ? with : without) += 1;
  EXPECT_GT(with, 60u);
  EXPECT_GT(without, 5u) << "zones made after the panel's borders";
}
TEST_F(Ethiopia2011, NoTextStatesAFamineOrAPhase) {
  for (const Row& row : test::table(file("risk_famine.csv"))) {
    std::string reasons = lower(row.at("reasons"));
    EXPECT_EQ(reasons.find("famine"), std::string::npos);
    EXPECT_EQ(reasons.find("phase 5"), std::string::npos);
  }
}
TEST_F(Ethiopia2011, SkillStandsBesideTheLayer) {
  std::map<std::string, double> skill;
  for (const Row& row : test::table(file("skill_famine.csv")))
    if (row.at("horizon_months") == "0" && row.at("phase_or_worse") == "3")
      skill[row.at("score")] = std::stod(row.at("value"));
  EXPECT_GT(skill.at("skill_over_climatology"), 0.3);
  EXPECT_GT(skill.at("skill_over_persistence"), 0);
  EXPECT_GT(skill.at("roc_area"), 0.85);
  EXPECT_TRUE(std::filesystem::exists(file("food_model.json")));
}
TEST_F(Ethiopia2011, WhatOthersStatedStandsApart) {
  size_t units = 0;
  for (const Row& row : test::table(file("phases_stated.csv"))) {
    if (row.at("outlook") != "current" || row.at("pcode").empty()) continue;
    units += row.at("pcode").size() == 6;  // zones; one name of the history is matched with a region

    EXPECT_EQ(row.at("stated_by"), "fews-net");
    EXPECT_LE(row.at("from"), "2011-07-31") << "nothing that was made known later";
    if (row.at("pcode") == "ET0411") {
      EXPECT_EQ(row.at("phase_stated"), "4");
    }
  }
  EXPECT_EQ(units, 91u);
}
TEST_F(Ethiopia2011, EveryPixelOfAZoneHoldsItsLikelihood) {
  Grid grid;
  const std::vector<float> values = test::pixels(file("eth_famine-likelihood_2011-07_v01.tif"), 1, &grid);
  size_t place = 0;
  const double bale = std::stod(zone(zones(), "Bale", &place).at("likelihood"));
  const int row = static_cast<int>((grid.y0 - 6.7) / grid.dy), col = static_cast<int>((40.3 - grid.x0) / grid.dx);
  EXPECT_NEAR(values[static_cast<size_t>(row * grid.cols + col)], bale, 1e-3);
}
TEST_F(Ethiopia2011, AModelFileGivesWhatTheRunLearns) {
  const std::string config = "'" FW_SOURCE_DIR "/config/examples/ethiopia.toml' --input-root '" +
                             (test::shared_dir() / "data").string() + "' -q";
  const std::string model = (*dir_ / "model.json").string();
  const auto fit = test::forewarn(*dir_, "fit " + config + " --leave-out 2011 --no-skill --out '" + model + "'");
  ASSERT_EQ(fit.exit, 0) << fit.err;
  EXPECT_NE(fit.out.find("Years left out: 2011"), std::string::npos) << fit.out;
  const auto models = [](const std::string& text) { return text.substr(text.find("\"models\"")); };
  EXPECT_TRUE(models(test::read_text(model)) == models(test::read_text(file("food_model.json"))));
  EXPECT_EQ(test::forewarn(*dir_, "fit " + config + " --out '" + model + "'").exit, 74) << "the file is there already";
}

}  // namespace
}  // namespace fw
