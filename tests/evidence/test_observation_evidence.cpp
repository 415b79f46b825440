// Published statistics as evidence: through ramps, per unit and period, with their organisation's weight.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/evidence/context_table.h"
#include "core/evidence/observation_evidence.h"
#include "tests/evidence/report_helpers.h"

namespace fw::test {
namespace {

MatchedObservation seen(const char* pcode, Dataset dataset, const char* quantity, double value, const char* day,
                        const char* source = "orgA", const char* site = "") {
  MatchedObservation m;
  m.pcode = pcode;
  m.item = "f:1";
  m.observation.dataset = dataset;
  m.observation.outlook = Outlook::measured;
  m.observation.quantity = quantity;
  m.observation.value = value;
  m.observation.source = source;
  m.observation.site = site;
  m.observation.from = m.observation.to = parse_datetime(day)->date;
  return m;
}

Ramp ramp(const char* dataset, const char* quantity, const char* kind, RampStatistic statistic, double zero,
          double one) {
  return {dataset, quantity, kind, statistic, zero, one, 0, 92};
}

std::vector<Report> reports_of(const std::vector<MatchedObservation>& list, const Ramp& r,
                               RunReport* report = nullptr) {
  RunReport own;
  return statistics_as_reports(list, {r}, Cadence::dekad, example_registry(), report ? *report : own);
}

TEST(StatisticsAsReports, SumsEventsOfAUnitAndPeriod) {
  const auto reports = reports_of({seen("SD01", Dataset::conflict, "events", 1, "2026-03-01"),
                                   seen("SD01", Dataset::conflict, "events", 1, "2026-03-09"),
                                   seen("SD01", Dataset::conflict, "events", 1, "2026-03-11"),
                                   seen("SD02", Dataset::conflict, "events", 1, "2026-03-02")},
                                  ramp("conflict", "events", "conflict", RampStatistic::sum, 0, 10));
  ASSERT_EQ(reports.size(), 3U);
  EXPECT_EQ(reports[0].pcode, "SD01");
  EXPECT_DOUBLE_EQ(reports[0].severity, 1);  // 2 of 10, on 0..5
  EXPECT_EQ(to_string(reports[0].time.date), "2026-03-09");
  EXPECT_DOUBLE_EQ(reports[1].severity, 0.5);
  EXPECT_EQ(reports[2].pcode, "SD02");
  EXPECT_EQ(reports[0].organisation, "orgA");
}

TEST(StatisticsAsReports, CountAnEventOnceThatTwoFilesTell) {
  const Ramp r = ramp("conflict", "fatalities", "conflict", RampStatistic::sum, 0, 25);
  std::vector<MatchedObservation> list = {seen("SD01", Dataset::conflict, "fatalities", 3, "2026-03-01", "orgA", "E1"),
                                          seen("SD01", Dataset::conflict, "fatalities", 2, "2026-03-01", "orgA", "E2"),
                                          seen("SD01", Dataset::conflict, "fatalities", 2, "2026-03-01"),
                                          seen("SD01", Dataset::conflict, "fatalities", 2, "2026-03-01")};
  EXPECT_DOUBLE_EQ(reports_of(list, r).at(0).severity, 1.8);  // 3 + 2 + 2 + 2 of 25, on 0..5
  const size_t told = list.size();
  for (size_t k = 0; k < told; ++k) {
    list.push_back(list[k]);
    list.back().item = "again:1";
  }
  EXPECT_DOUBLE_EQ(reports_of(list, r).at(0).severity, 1.8);
  list[told].observation.value = 8;  // a later file has more deaths
  EXPECT_DOUBLE_EQ(reports_of(list, r).at(0).severity, 2.8);
  std::reverse(list.begin(), list.end());
  EXPECT_DOUBLE_EQ(reports_of(list, r).at(0).severity, 2.8);
}

TEST(StatisticsAsReports, TakesArrivalsFromTheIncreaseAtOnePlace) {
  const Ramp r = ramp("arrivals", "people_counted", "arrivals", RampStatistic::increase, 0, 1000);
  const auto reports = reports_of(
      {seen("SD01", Dataset::arrivals, "people_counted", 100, "2026-02-25", "orgA", "a"),
       seen("SD01", Dataset::arrivals, "people_counted", 300, "2026-03-05", "orgA", "a"),
       seen("SD01", Dataset::arrivals, "people_counted", 250, "2026-03-08", "orgA", "a"),
       seen("SD01", Dataset::arrivals, "people_counted", 9000, "2026-03-05", "orgA", "b"),   // no count before
       seen("SD01", Dataset::arrivals, "people_counted", 9999, "2026-09-05", "orgA", "a")},  // too long after
      r);
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_DOUBLE_EQ(reports[0].severity, 1);  // 200 of 1000; the fall is no arrival
}

TEST(StatisticsAsReports, CountNobodyTwiceWhoIsPartOfATotal) {
  std::vector<MatchedObservation> list;
  for (const auto& [day, all, women] : {std::tuple{"2026-02-25", 100, 60}, {"2026-03-05", 300, 180}}) {
    list.push_back(seen("SD01", Dataset::displacement, "idps", all, day, "orgA", "camp"));
    list.push_back(seen("SD01", Dataset::displacement, "idps", women, day, "orgA", "camp"));
    list.back().observation.detail = "f";
    list.back().observation.flags = {"PART"};
  }
  const auto reports = reports_of(list, ramp("displacement", "idps", "arrivals", RampStatistic::increase, 0, 1000));
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_DOUBLE_EQ(reports[0].severity, 1);  // 200 of 1000 on 0..5, not 320
}

TEST(StatisticsAsReports, ComparesAPriceWithItsOwnMonthOfYearsBefore) {
  std::vector<MatchedObservation> list;
  for (int year = 2021; year <= 2025; ++year)
    list.push_back(seen("SD01", Dataset::price, "price", 100, (std::to_string(year) + "-03-05").c_str()));
  list.push_back(seen("SD01", Dataset::price, "price", 150, "2026-03-05"));
  const Ramp r = ramp("price", "price", "price", RampStatistic::over_usual, 0, 1);
  auto reports = reports_of(list, r);
  const auto last =
      std::find_if(reports.begin(), reports.end(), [](const Report& x) { return x.time.date.year == 2026; });
  ASSERT_NE(last, reports.end());
  EXPECT_DOUBLE_EQ(last->severity, 2.5);
  EXPECT_EQ(reports.size(), 3U);  // 2024 and 2025 have three years before them as well
  std::reverse(list.begin(), list.end());
  EXPECT_EQ(reports_of(list, r).size(), 3U);
}

TEST(StatisticsAsReports, ProjectionsYearsAndStrangersSayNothing) {
  const Ramp r = ramp("conflict", "events", "conflict", RampStatistic::sum, 0, 10);
  auto projection = seen("SD01", Dataset::conflict, "events", 9, "2026-03-01");
  projection.observation.outlook = Outlook::first_projection;
  auto year = seen("SD01", Dataset::conflict, "events", 9, "2026-03-01");
  year.observation.from = {2025, 3, 1};
  RunReport report;
  EXPECT_TRUE(
      reports_of({projection, year, seen("SD01", Dataset::conflict, "events", 9, "2026-03-01", "nobody")}, r, &report)
          .empty());
  ASSERT_EQ(report.sorted().size(), 1U);
  EXPECT_EQ(report.sorted()[0].code, "SOURCE_UNKNOWN");
}

TEST(StatisticsAsReports, PerPeopleIsSilentWherePeopleAreUnknown) {
  Ramp r = ramp("displacement", "new_displacements", "departures", RampStatistic::sum, 0, 20);
  r.per_people = 1000;
  std::vector<MatchedObservation> list = {seen("SD01", Dataset::displacement, "new_displacements", 400, "2026-03-01"),
                                          seen("SD02", Dataset::displacement, "new_displacements", 400, "2026-03-01"),
                                          seen("SD01", Dataset::population, "population", 40000, "2024-01-01")};
  const auto reports = reports_of(list, r);
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].pcode, "SD01");
  EXPECT_DOUBLE_EQ(reports[0].severity, 2.5);  // 10 of 1000
}

TEST(ReadEvidence, AStatisticWeighsAsItsOrganisation) {
  TempDir dir;
  EvidenceRequest request = request_for(dir.path());
  request.statistics = reports_of({seen("SD01", Dataset::conflict, "events", 5, "2026-03-01")},
                                  ramp("conflict", "events", "conflict", RampStatistic::sum, 0, 10));
  const Outcome outcome = read(request);
  ASSERT_EQ(outcome.table.rows.size(), 1U);
  EXPECT_EQ(outcome.table.rows[0].kind, "conflict");
  EXPECT_DOUBLE_EQ(outcome.table.rows[0].value, 0.5);
  EXPECT_NEAR(outcome.table.rows[0].weight, 0.95, 1e-9);
  EXPECT_EQ(outcome.table.read, 0U);  // nobody reported it, and it adds nothing to the number among whom people hide
  EXPECT_EQ(outcome.table.rows[0].reports, 0);
  EXPECT_EQ(outcome.table.rows[0].reporters, 0);
  EXPECT_EQ(outcome.table.rows[0].organisations, 0);
}

TEST(LoadRamps, TheProjectsOwnAreSound) {
  const auto ramps = load_ramps(std::string(FW_SOURCE_DIR) + "/config/evidence/observations.toml");
  EXPECT_GE(ramps.size(), 8U);
  for (const Ramp& r : ramps) EXPECT_LT(r.zero, r.one) << r.quantity;
}

TEST(ContextCsv, IsSortedAndSafeForSpreadsheets) {
  auto m = seen("SD01", Dataset::phase, "phase", 3, "2026-03-01");
  m.observation.detail = "=cmd()";
  const std::string csv = context_csv({seen("SD02", Dataset::phase, "phase", 2, "2026-03-01"), m});
  EXPECT_LT(csv.find("SD01"), csv.find("SD02"));
  EXPECT_NE(csv.find("'=cmd()"), std::string::npos);
}

TEST(ContextCsv, ReadsBackWhatWasWrittenAndRefusesWhatWasNot) {
  auto m = seen("SD01", Dataset::conflict, "fatalities", 3, "2026-03-01");
  m.observation.lat = -12.25;
  m.observation.lon = 41.5;
  m.observation.site = "SUD1";
  m.observation.flags = {"PLACE_NEAR", "DATE_COARSE"};
  TempDir dir;
  const std::string text = context_csv({m});
  write_text(dir / "context.csv", text);
  const auto back = load_context((dir / "context.csv").string());
  ASSERT_EQ(back.size(), 1U);
  EXPECT_EQ(context_csv(back), text);
  EXPECT_EQ(back[0].observation.flags, m.observation.flags);
  for (const auto& [from, to] : std::map<std::string, std::string>{
           {"-12.25", "-92.25"}, {"41.5", ""}, {"2026-03-01", "2026-02-30"}, {"conflict", "peace"}, {",lat,", ","}}) {
    std::string wrong = text;
    wrong.replace(wrong.find(from), from.size(), to);
    write_text(dir / "context.csv", wrong);
    try {
      load_context((dir / "context.csv").string());
      ADD_FAILURE() << from;
    } catch (const InputError& e) {
      EXPECT_EQ(e.code(), "TABLE_INVALID") << from;
    }
  }
}

}  // namespace
}  // namespace fw::test
