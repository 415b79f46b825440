#include "core/risk/unit_rules.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/risk/cdi.h"
#include "tests/risk/tables.h"

namespace fw::test {
namespace {

constexpr int first = 12 * 2020;

/// Months of one unit, by indicator; NaN: a row without a value.
struct Record {
  IndicatorTable table;
  RiskTable risk;

  void put(const std::string& indicator, const std::vector<double>& values, double beyond = 0, double valid = 1) {
    for (size_t k = 0; k < values.size(); ++k) {
      IndicatorRow row = make_table(0, 0, 0).rows.front();
      row.pcode = "XX01";
      row.indicator = indicator;
      row.period = {Cadence::month, first + static_cast<int>(k)};
      row.mean = values[k];
      row.valid_fraction = std::isnan(values[k]) ? 0 : valid;
      row.fraction_beyond = beyond;
      row.area_km2 = 100;
      row.reason = std::isnan(values[k]) ? Reason::masked : Reason::value;
      table.rows.push_back(row);
    }
    if (risk.rows.empty())
      for (size_t k = 0; k < values.size(); ++k) {
        RiskRow row;
        row.pcode = "XX01";
        row.period = {Cadence::month, first + static_cast<int>(k)};
        risk.rows.push_back(row);
      }
  }
  std::vector<double> outcomes(const RiskRule& rule) {
    RiskLayer layer = make_layer();
    layer.rules = {rule};
    for (RiskRow& row : risk.rows) row.rules.clear(), row.reasons.clear();
    apply_rules(layer, table, risk);
    std::vector<double> out;
    for (const RiskRow& row : risk.rows) out.push_back(row.rules.at(0).value);
    return out;
  }
  std::string words(size_t k) const { return risk.rows[k].reasons.empty() ? "" : risk.rows[k].reasons.back(); }
};

RiskRule cdi_rule() {
  return {"cdi", "cdi_2021", "CDI", "", {{"spi1", "p1"}, {"spi3", "p3"}, {"soil_z", "sm"}, {"fapar_z", "fa"}}, {}};
}
RiskRule asap_rule(bool gated = true) {
  RiskRule rule{"asap", "asap", "ASAP", "", {{"spi3", "p3"}, {"biomass_z", "fa"}}, {}};
  if (gated) rule.inputs["active"] = "active", rule.inputs["senescent"] = "senescent";
  return rule;
}

TEST(CdiOfAUnit, GoesThroughItsStatesWithMemory) {
  Record r;
  r.put("p1", {0, -2.5, -2.5, -2.5, 0, 0});
  r.put("p3", {0, 0, 0, 0, 0, 0});
  r.put("sm", {0, 0, -1.5, -1.5, 0.5, 0.5});
  r.put("fa", {0, 0, 0.5, -1.5, 0.5, -0.5});
  // none; rain: watch; soil too: warning; vegetation: alert; vegetation recovers; all but vegetation normal: recovery
  EXPECT_EQ(r.outcomes(cdi_rule()), (std::vector<double>{0, 1, 2, 3, 6, 4}));
}
TEST(CdiOfAUnit, IsNotLoweredByAMissingPeriod_Fault5_7) {
  Record r;
  r.put("p1", {-2.5, nan_d, -2.5});
  r.put("p3", {-1.5, nan_d, 0});
  r.put("sm", {-1.5, nan_d, -1.5});
  r.put("fa", {-1.5, nan_d, -0.5});
  const auto codes = r.outcomes(cdi_rule());
  EXPECT_EQ(codes[0], cdi_alert);
  EXPECT_TRUE(std::isnan(codes[1]));
  EXPECT_EQ(codes[2], cdi_warning) << "from alert: vegetation is not above 0 and soil is dry";
  r.outcomes(cdi_rule());
  EXPECT_NE(r.words(1).find("not lifted"), std::string::npos) << r.words(1);
}
TEST(CdiOfAUnit, SaysNothingWhereNoInputIsThere) {
  Record r;
  r.put("other", {1, 1});
  const auto codes = r.outcomes(cdi_rule());
  EXPECT_TRUE(std::isnan(codes[0]) && std::isnan(codes[1]));
  EXPECT_EQ(r.words(0), "");
}
TEST(AsapOfAUnit, FiresFromExactlyAQuarterOfTheActiveArea) {
  for (const auto& [share, level] : {std::pair{0.249, 0.0}, {0.25, 2.0}}) {
    Record r;
    r.put("p3", {0}, 0);
    r.put("fa", {-2}, share);
    r.put("active", {1});
    r.put("senescent", {0});
    EXPECT_EQ(r.outcomes(asap_rule())[0], level) << share;
  }
}
TEST(AsapOfAUnit, IsOffSeasonBelow15PercentOfActiveArea) {
  for (const auto& [active, off] : {std::pair{0.149, true}, {0.15, false}}) {
    Record r;
    r.put("p3", {0}, 0);
    r.put("fa", {-2}, 1);
    r.put("active", {active});
    r.put("senescent", {0});
    RiskRule rule = asap_rule();
    RiskLayer layer = make_layer();
    layer.min_valid_fraction = 0.05;
    layer.rules = {rule};
    apply_rules(layer, r.table, r.risk);
    EXPECT_EQ(std::isnan(r.risk.rows[0].rules[0].value), off) << active;
    EXPECT_EQ(r.words(0).find("off season") != std::string::npos, off) << r.words(0);
  }
}
TEST(AsapOfAUnit, SplitsWaterBiomassBothAndEndOfSeason) {
  const auto level = [](double water, double biomass, double senescent) {
    Record r;
    r.put("p3", {0}, water);
    r.put("fa", {0}, biomass);
    r.put("active", {1});
    r.put("senescent", {senescent});
    return r.outcomes(asap_rule())[0];
  };
  EXPECT_EQ(level(0, 0, 0), 0);
  EXPECT_EQ(level(0.3, 0, 0), 1);
  EXPECT_EQ(level(0, 0.3, 0), 2);
  EXPECT_EQ(level(0.3, 0.3, 0), 3);
  EXPECT_EQ(level(0.3, 0.3, 0.49), 3) << "level 4 is impossible before half of the active area is past senescence";
  EXPECT_EQ(level(0.3, 0.3, 0.5), 4);
}
TEST(AsapOfAUnit, IsNotAssessedWhereMissingAreaCouldTurnIt) {
  Record r;
  r.put("p3", {0}, 0);
  r.put("fa", {-2}, 0.2, 0.7);  // 14 % low, 30 % without a value
  r.put("active", {1});
  r.put("senescent", {0});
  EXPECT_TRUE(std::isnan(r.outcomes(asap_rule())[0]));
  EXPECT_NE(r.words(0).find("not assessed"), std::string::npos) << r.words(0);
}
TEST(AsapOfAUnit, WithoutAGateSaysThatTheWholeAreaIsTakenAsInSeason) {
  Record r;
  r.put("p3", {0}, 0.5);
  r.put("fa", {0}, 0);
  EXPECT_EQ(r.outcomes(asap_rule(false))[0], 1);
  EXPECT_NE(r.words(0).find("taken as in season"), std::string::npos);
}
TEST(ClassOfAUnit, IsThatOfTheSchemeAndUnknownWhereTooLittleIsSeen) {
  ClassScheme scheme;
  scheme.cuts = {10, 20};
  for (int v = 1; v <= 3; ++v) scheme.classes.push_back({v, "class " + std::to_string(v), "", 0, 0, 0, true});
  const RiskRule rule{"vci", "class", "VCI", "", {{"indicator", "vci"}}, scheme};
  Record r;
  r.put("vci", {9.9, 10, 20, nan_d});
  const auto classes = r.outcomes(rule);
  EXPECT_EQ(classes[0], 1);
  EXPECT_EQ(classes[1], 2);
  EXPECT_EQ(classes[2], 3);
  EXPECT_TRUE(std::isnan(classes[3]));
  EXPECT_EQ(r.words(1), "VCI: class 2");
  Record little;
  little.put("vci", {5}, 0, 0.1);
  EXPECT_TRUE(std::isnan(little.outcomes(rule)[0])) << "a tenth of the area is no unit";
}

/// Years 2010 to 2010 + n - 1 of one unit at January, n values per indicator.
UnitReference make_reference(const std::vector<std::pair<std::string, std::vector<float>>>& series) {
  UnitReference out;
  out.cadence = Cadence::month;
  out.first_year = 2010;
  out.years = static_cast<int>(series.front().second.size());
  for (const auto& [indicator, value] : series) out.rows.push_back({"XX01", indicator, 2, 0, "z", value});
  return out;
}
double blend_of(const std::vector<float>& rain, double rain_now, double green_now, std::string* words = nullptr) {
  Record r;
  r.put("green", {green_now});
  r.put("rain", {rain_now});
  for (IndicatorRow& row : r.table.rows) row.series_mean = row.mean;
  RiskLayer layer = make_layer();
  layer.rules = {
      {"blend", "blend", "Blend", "", {{"rain", "rain"}, {"green", "green"}}, {}, {{"rain", 3}, {"green", 1}}}};
  std::vector<float> green(rain.size());
  for (size_t y = 0; y < green.size(); ++y) green[y] = static_cast<float>(y + 1);
  const UnitReference reference = make_reference({{"green", green}, {"rain", rain}});  // by indicator
  apply_rules(layer, r.table, r.risk, &reference);
  if (words) *words = r.words(0);
  return r.risk.rows[0].rules.at(0).value;
}
TEST(BlendOfAUnit, RanksTheYearAmongThoseOfTheRecord) {
  const std::vector<float> rain = {10, 20, 30, 40, 50, 60, 70, 80, 90};
  std::string words;
  // Ten years with 2020 itself; the driest in both: (1 - 1/3) / (10 + 1/3).
  EXPECT_NEAR(blend_of(rain, 1, 0, &words), (1 - 1.0 / 3) / (10 + 1.0 / 3), 1e-12);
  EXPECT_EQ(words, "Blend: D2, rank 0.06 of 10 years");
  EXPECT_NEAR(blend_of(rain, 100, 99, &words), (10 - 1.0 / 3) / (10 + 1.0 / 3), 1e-12);
  EXPECT_EQ(words, "Blend: no drought, rank 0.94 of 10 years");
}
TEST(BlendOfAUnit, SaysWhatIsMissingAndNeedsTenYears) {
  std::string words;
  EXPECT_NEAR(blend_of({10, 20, 30, 40, 50, 60, 70, 80, 90}, 1, nan_d, &words), (1 - 1.0 / 3) / (10 + 1.0 / 3), 1e-12);
  EXPECT_EQ(words, "Blend: D2, rank 0.06 of 10 years; without green");
  EXPECT_TRUE(std::isnan(blend_of({10, 20, 30, 40, 50, 60, 70, 80, 90}, nan_d, 1, &words)))
      << "a quarter of the weight";
  EXPECT_TRUE(std::isnan(blend_of({10, 20, 30, 40, 50, 60, 70, 80}, 1, 0, &words)));
  EXPECT_EQ(words, "Blend: not assessed (9 years of record, 10 are needed)");
}

}  // namespace
}  // namespace fw::test
