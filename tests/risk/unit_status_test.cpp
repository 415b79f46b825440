#include "core/risk/unit_status.h"

#include <gtest/gtest.h>

#include "core/base/class_scheme.h"
#include "tests/risk/tables.h"

namespace fw::test {
namespace {

RiskLayer layer_with_price() {
  RiskLayer layer = make_layer();
  layer.evidence = {{"price", 1, 6, 2}};
  return layer;
}
RiskRow row_of(const IndicatorTable& indicators, const EvidenceTable& evidence, RiskLayer layer = layer_with_price()) {
  return assess_units(layer, five_classes(), indicators, evidence).rows.at(0);
}
EvidenceTable covered(double coverage) {
  EvidenceTable out;
  CoverageRow row;
  row.pcode = "XX01";
  row.period = now;
  row.coverage = coverage;
  out.coverage.push_back(row);
  return out;
}
EvidenceTable reported(double value, double weight) {
  EvidenceTable out = covered(0.5);
  out.rows = {make_evidence("price", value, weight)};
  return out;
}

TEST(UnitStatus, SilenceIsUninformativeOnlyWhereNobodyIsKnownToHaveBeenAbleToReport) {
  const IndicatorTable seen = make_table(0.5, 0.5, 0.5);
  EXPECT_EQ(status_of(row_of(seen, covered(0.5))), UnitStatus::assessed);
  for (const EvidenceTable& silent : {covered(0), EvidenceTable{}}) {
    const RiskRow row = row_of(seen, silent);
    EXPECT_EQ(status_of(row), UnitStatus::silence_uninformative);
    EXPECT_TRUE(has(row.flags, "SILENCE_UNINFORMATIVE"));
    EXPECT_EQ(status_reason(row).find("Silence says nothing"), 0U);
  }
  EvidenceTable spoken = reported(0.5, 0.9);
  spoken.coverage[0].coverage = 0;
  EXPECT_EQ(status_of(row_of(seen, spoken)), UnitStatus::assessed) << "somebody did report";
  EXPECT_EQ(status_of(row_of(seen, {}, make_layer())), UnitStatus::assessed) << "a layer that asks for no reports";
}

TEST(UnitStatus, ContestedAndCautiousFollowTheConflict) {
  const RiskRow contested = row_of(make_table(0, 0, 0), reported(1, 0.9));
  EXPECT_GT(contested.conflict, 0.6);
  EXPECT_EQ(status_of(contested), UnitStatus::contested);
  EXPECT_EQ(status_reason(contested).find("Contested: field reports show risk"), 0U);
  EXPECT_NE(status_reason(contested).find("Verification is asked for"), std::string::npos);
  RiskLayer patient = layer_with_price();
  patient.contested_difference = 1;
  const RiskRow cautious = row_of(make_table(0, 0, 0), reported(0.75, 0.9), patient);
  EXPECT_EQ(status_of(cautious), UnitStatus::cautious);
  EXPECT_NE(status_reason(cautious).find("counts half"), std::string::npos);
}

TEST(UnitStatus, NotAssessedAndOutOfSeasonComeBeforeEverythingElse) {
  IndicatorTable none = {{make_row("a", 0, Reason::masked)}};
  EXPECT_EQ(status_of(row_of(none, reported(1, 0.9))), UnitStatus::not_assessed);
  EXPECT_EQ(status_of(row_of(none, {})), UnitStatus::not_assessed);
  EXPECT_EQ(status_reason(row_of(none, {})).find("Not assessed: "), 0U);
  RiskLayer seasonal = layer_with_price();
  seasonal.seasonal = true;
  seasonal.factors[0].required = true;
  none.rows[0].reason = Reason::not_in_season;
  const RiskRow off = row_of(none, {}, seasonal);
  EXPECT_EQ(status_of(off), UnitStatus::out_of_season);
  EXPECT_EQ(status_reason(off).find("Out of season: "), 0U);
}

TEST(UnitStatus, HasAClassForEveryStatus) {
  const ClassScheme scheme = load_class_scheme(FW_SOURCE_DIR "/config", "unit_status");
  for (const auto s : {UnitStatus::not_assessed, UnitStatus::assessed, UnitStatus::cautious, UnitStatus::contested,
                       UnitStatus::silence_uninformative, UnitStatus::out_of_season})
    EXPECT_NE(scheme.find(static_cast<int>(s)), nullptr) << name_of(s);
  EXPECT_EQ(scheme.not_assessed, static_cast<int>(UnitStatus::not_assessed));
  EXPECT_EQ(scheme.not_in_season, static_cast<int>(UnitStatus::out_of_season));
}

}  // namespace
}  // namespace fw::test
