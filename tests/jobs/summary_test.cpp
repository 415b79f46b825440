#include "jobs/summary.h"

#include <gtest/gtest.h>

#include "tests/risk/tables.h"

namespace fw {
namespace {

const Period dekad = test::now;

RiskRow row_of(const std::string& pcode, double likelihood, const std::vector<std::string>& reasons) {
  RiskRow row{};
  row.pcode = pcode;
  row.name = "Unit " + pcode;
  row.period = dekad;
  row.class_value = likelihood > 0.5 ? 4 : 0;
  row.likelihood = likelihood;
  row.confidence = 0.4;
  row.reasons = reasons;
  return row;
}

std::string summary_of(const std::vector<RiskRow>& rows) {
  RunConfig config;
  config.title = "Watch";
  LoadedLayer l;
  l.layer = test::make_layer();
  l.scheme = test::five_classes();
  l.table.rows = rows;
  return summary_text(config, {l}, dekad);
}

constexpr double none = std::numeric_limits<double>::quiet_NaN();

TEST(Summary, NamesUnitsAboveTheThresholdByFallingLikelihoodWithTheirReasons) {
  const std::string text =
      summary_of({row_of("A", 0.6, {"rain"}), row_of("B", 0.9, {"wells", "prices"}), row_of("C", 0.2, {"calm"})});
  const size_t b = text.find("  * Unit B (B): class, likelihood 0.90, confidence 0.40\n      wells\n      prices\n");
  const size_t a = text.find("  * Unit A (A): class, likelihood 0.60, confidence 0.40\n      rain\n");
  ASSERT_NE(a, std::string::npos) << text;
  EXPECT_LT(b, a);
  EXPECT_EQ(text.find("Unit C"), std::string::npos);
}

TEST(Summary, CountsEveryUnitOfTheClass) {
  const std::string text = summary_of({row_of("A", 0.6, {}), row_of("B", none, {}), row_of("C", none, {})});
  EXPECT_NE(text.find("  not assessed: 2 units\n"), std::string::npos) << text;
  EXPECT_NE(text.find("  class: 1 unit\n"), std::string::npos) << text;
}

TEST(Summary, CountsEachAdminLevelByItselfSinceACoarseUnitHoldsTheFinerOnes) {
  std::vector<RiskRow> rows = {row_of("A", 0.6, {}), row_of("A1", 0.6, {}), row_of("A2", 0.6, {}),
                               row_of("A3", none, {})};
  rows[0].level = 1;
  for (size_t k = 1; k < rows.size(); ++k) rows[k].level = 2;
  const std::string text = summary_of(rows);
  EXPECT_NE(text.find("  class: 2 units of admin level 2, 1 of admin level 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("  not assessed: 1 unit of admin level 2, 0 of admin level 1\n"), std::string::npos) << text;
}

TEST(Summary, EndsWithWhereTheDataComeFromAndTheCreditTheyAskFor) {
  RunConfig config;
  config.config_dir = FW_SOURCE_DIR "/config";
  ScanInput scenes;
  scenes.product = "sentinel2-l2a";
  scenes.paths = {"a", "b", "c", "d", "e"};
  config.inputs = {scenes};
  ObservationInput prices;
  prices.path = "prices.csv";
  config.observations = {prices};
  const std::string text = summary_text(config, {}, dekad);
  EXPECT_NE(text.find("\nData\n----\n  a, b, c, and 2 more: Sentinel-2 L2A"), std::string::npos) << text;
  EXPECT_NE(text.find("contains modified Copernicus Sentinel data"), std::string::npos) << text;
  EXPECT_NE(text.find("  prices.csv: published statistics\n"), std::string::npos) << text;
  config.inputs[0].product = "time-stack";
  EXPECT_NE(summary_text(config, {}, dekad).find("Source and licence are those of the file\n"), std::string::npos);
  EXPECT_EQ(summary_of({}).find("Data"), std::string::npos) << "no inputs, no heading";
}

TEST(Summary, PutsUnitsThatAreNotAssessedForTheSameReasonsTogetherAndForgetsNone) {
  std::vector<RiskRow> rows = {row_of("OWN", none, {"reports alone"})};
  for (int i = 100; i < 200; ++i) rows.push_back(row_of("X" + std::to_string(i), none, {"no scene", "no report"}));
  const std::string text = summary_of(rows);
  EXPECT_NE(text.find("  * Unit OWN (OWN): not assessed\n      reports alone\n"), std::string::npos);
  EXPECT_NE(text.find("  * not assessed, 100 units alike: Unit X100 (X100), Unit X101"), std::string::npos) << text;
  for (int i = 100; i < 200; ++i) EXPECT_NE(text.find("(X" + std::to_string(i) + ")"), std::string::npos) << i;
  EXPECT_NE(text.find("Unit X199 (X199)\n      no scene\n      no report\n"), std::string::npos);
  EXPECT_EQ(text.find("no scene"), text.rfind("no scene")) << "said once";
  for (size_t at = 0, end; (end = text.find('\n', at)) != std::string::npos; at = end + 1) EXPECT_LE(end - at, 125U);
}

}  // namespace
}  // namespace fw
