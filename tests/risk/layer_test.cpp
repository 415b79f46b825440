#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/base/text.h"
#include "tests/risk/tables.h"
#include "tests/support.h"

namespace fw::test {
namespace {

const std::string config = std::string(FW_SOURCE_DIR) + "/config";

const std::string head = "title = 'T'\nsource = 'S'\nwording = 'Conditions consistent with T'\n";
std::string factor_text(const std::string& id, const std::string& weight) {
  return "[[factor]]\nindicator = '" + id + "'\ntitle = 'A'\nwhy = 'W'\nzero = 0\none = 1\nweight = " + weight + "\n";
}

/// Code of the error that loading this text ends with; "" when it loads.
std::string code_of(const std::string& text) {
  TempDir dir;
  write_text(dir / "risk/x.toml", text);
  try {
    load_risk_layer(dir.path().string(), "x");
  } catch (const ConfigError& e) {
    return e.code();
  }
  return "";
}

TEST(LoadRiskLayer, ReadsEveryLayerThatIsShipped) {
  const auto ids = list_risk_layers(config);
  EXPECT_EQ(ids, (std::vector<std::string>{"displacement", "drought", "famine"}));
  for (const std::string& id : ids) {
    const RiskLayer layer = load_risk_layer(config, id);
    EXPECT_EQ(layer.id, id);
    EXPECT_TRUE(lower(layer.wording).starts_with("conditions consistent with")) << layer.wording;
    EXPECT_NE(layer.wording.find("activation"), std::string::npos);
    const double sum = std::accumulate(layer.factors.begin(), layer.factors.end(), 0.0,
                                       [](double s, const RiskFactor& f) { return s + f.weight; });
    EXPECT_NEAR(sum, 1, 1e-12) << id;
    for (const RiskFactor& f : layer.factors) {
      EXPECT_FALSE(f.why.empty());
      EXPECT_TRUE(std::filesystem::exists(config + "/indicators/" + f.indicator + ".toml")) << f.indicator;
      EXPECT_LT(f.weight, 0.51) << "one factor alone must not carry a layer";
    }
    EXPECT_NO_THROW(load_class_scheme(config, layer.classes));
  }
  EXPECT_TRUE(load_risk_layer(config, "drought").seasonal);
}

TEST(LoadRiskLayer, NeverDeclaresFamineOrAPhase) {
  const std::string wording = load_risk_layer(config, "famine").wording;
  EXPECT_NE(wording.find("neither a famine declaration nor an IPC phase"), std::string::npos);
}

TEST(LoadRiskLayer, RefusesWeightsThatAreNegativeNotANumberOrAllZero) {
  EXPECT_EQ(code_of(head + factor_text("a", "1") + factor_text("b", "0")), "");
  EXPECT_EQ(code_of(head + factor_text("a", "1") + factor_text("b", "-0.1")), "WEIGHTS");
  EXPECT_EQ(code_of(head + factor_text("a", "nan")), "WEIGHTS");
  EXPECT_EQ(code_of(head + factor_text("a", "inf")), "WEIGHTS");
  EXPECT_EQ(code_of(head + factor_text("a", "0") + factor_text("b", "0")), "WEIGHTS");
  EXPECT_EQ(code_of(head + factor_text("a", "1") + "[[evidence]]\nkind = 'price'\nweight = 1.5\n"), "WEIGHTS");
}

TEST(LoadRiskLayer, RefusesWhatItDoesNotUnderstand) {
  EXPECT_EQ(code_of(head + factor_text("a", "1") + "colour = 'red'\n"), "UNKNOWN_KEY");
  EXPECT_EQ(code_of(head + factor_text("a", "1") + "[[evidence]]\nkind = 'rumour'\nweight = 1\n"), "CHOICE");
  EXPECT_EQ(code_of(head + factor_text("a", "1") + "unit_statistic = 'median'\n"), "CHOICE");
  EXPECT_EQ(code_of(head + factor_text("a", "1") + "unit_statistic = 'fraction_beyond'\n"), "MISSING_KEY");
  EXPECT_EQ(code_of(head + factor_text("a", "1") + factor_text("a", "1")), "DUPLICATE");
  EXPECT_EQ(code_of(head), "RANGE");
  EXPECT_EQ(code_of(head + "[[factor]]\nindicator = 'a'\ntitle = 'A'\nwhy = 'W'\nzero = 1\none = 1\nweight = 1\n"),
            "RANGE");
  EXPECT_EQ(code_of(factor_text("a", "1")), "MISSING_KEY");
  for (const char* id : {"flood", "../risk/drought", ""}) {
    try {
      load_risk_layer(config, id);
      FAIL() << id;
    } catch (const ConfigError& e) {
      EXPECT_EQ(e.code(), "RISK_UNKNOWN");
    }
  }
}

TEST(ShippedLayers, SeeAStrongDroughtAndAnOrdinaryYear) {
  const RiskLayer layer = load_risk_layer(config, "drought");
  const auto year = [&](double z, double vci) {
    IndicatorTable table;
    for (const RiskFactor& f : layer.factors) {
      IndicatorRow row = make_row(f.indicator, f.indicator == "ndvi_vci" ? vci : z);
      row.fraction_beyond = 0;
      table.rows.push_back(row);
    }
    return assess_units(layer, load_class_scheme(config, "risk5"), table, {}).rows.at(0);
  };
  EXPECT_EQ(year(0, 50).class_value, 1);
  EXPECT_GE(year(-2, 8).class_value, 4);
  EXPECT_LT(year(-1, 30).likelihood, year(-1.5, 20).likelihood);
}

TEST(ShippedLayers, NeedMoreThanOneLineOfEvidence) {
  const RiskLayer layer = load_risk_layer(config, "drought");
  const IndicatorTable rain_only{{make_row("rain3_z", -3)}};
  EXPECT_EQ(assess_one(layer, rain_only).class_value, 0);
  const IndicatorTable vegetation_and_rain{{make_row("rain3_z", -3), make_row("ndvi3_z", -3), make_row("ndvi_vci", 5)}};
  EXPECT_EQ(assess_one(layer, vegetation_and_rain).class_value, 5);
}

}  // namespace
}  // namespace fw::test
