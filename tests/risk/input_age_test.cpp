#include "core/risk/input_age.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/risk/tables.h"

namespace fw::test {
namespace {

/// Age of the row of `now` (21 to 31 August 2023), analysed on its last day.
double age_of(const InputDays& inputs, const IndicatorTable& indicators, const std::vector<EvidenceRow>& reports = {}) {
  RiskLayer layer = make_layer();
  layer.evidence = {{"price", 1, 6, 2}};
  EvidenceTable evidence;
  evidence.rows = reports;
  RiskTable table = assess_units(layer, five_classes(), indicators, evidence);
  set_input_age(inputs, evidence, table);
  return table.rows.at(0).input_age_days;
}

InputDays acquired(const std::vector<Date>& days, int window = 1) {
  InputDays out;
  out.as_of = {2023, 8, 31};
  out.indicators["a"] = {days, window};
  return out;
}

TEST(InputAge, CountsFromTheNewestAcquisitionToTheEndOfThePeriod) {
  const IndicatorTable seen = make_table(0.5, 0.5, 0.5);
  EXPECT_EQ(age_of(acquired({{2023, 8, 2}, {2023, 8, 24}}), seen), 7);
  EXPECT_EQ(age_of(acquired({{2023, 8, 31}}), seen), 0);
  EXPECT_EQ(age_of(acquired({{2023, 8, 24}, {2023, 9, 1}}), seen), 7) << "what came later was not known";
}

TEST(InputAge, TakesOnlyWhatTheFactorsOfTheRowRestOn) {
  const InputDays inputs = acquired({{2023, 8, 24}});
  IndicatorTable table = make_table(0, 0.5, 0.5);
  table.rows[0] = make_row("a", 0, Reason::masked);
  EXPECT_TRUE(std::isnan(age_of(inputs, table))) << "the only dated factor has no value here";
  EXPECT_TRUE(std::isnan(age_of(acquired({{2023, 8, 20}}), make_table(0, 0, 0)))) << "before the window";
  EXPECT_EQ(age_of(acquired({{2023, 8, 20}}, 2), make_table(0, 0, 0)), 11);
}

TEST(InputAge, IsThatOfTheNewestReportWhereItIsYounger) {
  const InputDays inputs = acquired({{2023, 8, 21}});
  EvidenceRow report = make_evidence("price", 0.8, 0.9);
  report.age_days = 3;
  EXPECT_EQ(age_of(inputs, make_table(0, 0, 0), {report}), 3);
  report.age_days = 28;  // coarsened for an audience: not before the period of the row
  EXPECT_EQ(age_of(acquired({}), make_table(0, 0, 0), {report}), 10);
  EXPECT_EQ(age_of(inputs, make_table(0, 0, 0), {make_evidence("crop", 0.8, 0.9)}), 10) << "of no weight in the layer";
}

}  // namespace
}  // namespace fw::test
