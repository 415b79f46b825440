#include <gtest/gtest.h>

#include <cmath>

#include "core/evidence/coverage.h"
#include "core/evidence/log_odds.h"
#include "tests/evidence/report_helpers.h"

namespace fw::test {
namespace {

const Period now = period_of({2026, 3, 1}, Cadence::dekad);

EvidenceRequest two_units() {
  EvidenceRequest request;
  request.units = {{"X1", "", 2, 0, 0, 30, 1000, 0.8}, {"X2", "", 2, 0, 1, 30, 3000, 0.5}};
  request.periods = {now};
  return request;
}

/// `n` reports of weight 1 from a unit, `back` dekads before now.
void add_reports(std::vector<Candidate>& all, const std::string& pcode, int n, int back) {
  for (int i = 0; i < n; ++i) {
    Candidate c;
    c.report.pcode = pcode;
    c.report.time.date = first_day({Cadence::dekad, now.number - back});
    c.weight = 1;
    all.push_back(c);
  }
}

TEST(Coverage, IsAccessTimesDensityTimesProbabilityOfAReport) {
  std::vector<Candidate> reports;
  add_reports(reports, "X1", 30, 1);
  add_reports(reports, "X2", 10, 36);
  const auto rows = estimate_coverage(reports, two_units());
  ASSERT_EQ(rows.size(), 2U);
  // 40 reports of 4000 people: expected 10 of X1, 30 of X2.
  EXPECT_NEAR(rows[0].per_expected, 3, 1e-9);
  EXPECT_NEAR(rows[0].past_per_period, 30 / 36.0, 1e-9);
  EXPECT_NEAR(rows[0].coverage, 0.8 * (1 - std::exp(-30 / 37.0)), 1e-9);
  EXPECT_NEAR(rows[1].coverage, 0.5 * (10 / 30.0) * (1 - std::exp(-10 / 37.0)), 1e-9);
  EXPECT_NEAR(rows[0].silence, weight_of_silence(rows[0].coverage, 0.8, 0.1), 1e-9);
  EXPECT_LT(rows[0].silence, rows[1].silence) << "silence weighs more where more would have spoken";
  EXPECT_EQ(rows[0].unknown, "");
}

TEST(Coverage, IsZeroAndSilenceMuteWhereAnythingIsUnknown) {
  std::vector<Candidate> reports;
  add_reports(reports, "X1", 30, 1);
  EvidenceRequest request = two_units();
  request.units[0].access.reset();
  request.units[1].population.reset();
  const auto rows = estimate_coverage(reports, request);
  EXPECT_EQ(rows[0].coverage, 0);
  EXPECT_EQ(rows[0].silence, 0);
  EXPECT_EQ(rows[0].unknown, "access");
  EXPECT_EQ(rows[1].coverage, 0);
  EXPECT_EQ(rows[1].unknown, "population;past reports");
}

TEST(Coverage, RestsOnThePastYearAndOnReportsWithAWeight) {
  std::vector<Candidate> reports;
  add_reports(reports, "X1", 5, 0);   // now
  add_reports(reports, "X1", 5, 37);  // more than a year ago
  add_reports(reports, "X1", 5, 3);
  for (size_t i = 10; i < 15; ++i) reports[i].weight = 0;  // strangers
  const auto rows = estimate_coverage(reports, two_units());
  EXPECT_EQ(rows[0].coverage, 0);
  EXPECT_EQ(rows[0].unknown, "past reports");
}

TEST(ReadPeople, FillsTheUnitsItKnows) {
  TempDir dir;
  std::vector<EvidenceUnit> units = two_units().units;
  units[0].population.reset();
  write_text(dir / "people.csv", "pcode,population,access\nX1,1200,0.25\nX9,5,1\nX2,,0.75\n");
  EXPECT_EQ(read_people((dir / "people.csv").string(), units), 2U);
  EXPECT_EQ(units[0].population, 1200);
  EXPECT_EQ(units[0].access, 0.25);
  EXPECT_FALSE(units[1].population.has_value()) << "an empty cell is unknown, not 0";
  EXPECT_EQ(units[1].access, 0.75);
  for (const char* bad : {"pcode,people\nX1,5\n", "pcode,population,access\nX1,5,1.5\n",
                          "pcode,population,access\nX1,5,1\nX1,6,1\n", "pcode,population,access\nX1,nan,1\n"}) {
    write_text(dir / "people.csv", bad);
    EXPECT_THROW(read_people((dir / "people.csv").string(), units), InputError) << bad;
  }
}

TEST(CoverageCsv, IsReadBackAsWritten) {
  std::vector<Candidate> reports;
  add_reports(reports, "X1", 30, 1);
  EvidenceTable table;
  table.coverage = estimate_coverage(reports, two_units());
  TempDir dir;
  for (const bool hxl : {false, true}) {
    write_text(dir / "coverage.csv", coverage_csv(table, hxl));
    EvidenceTable again;
    again.coverage = load_coverage((dir / "coverage.csv").string());
    EXPECT_EQ(coverage_csv(again, hxl), coverage_csv(table, hxl));
  }
  write_text(dir / "coverage.csv", "pcode\nX1\n");
  EXPECT_THROW(load_coverage((dir / "coverage.csv").string()), InputError);
}

TEST(ReadEvidence, OneWitnessToldByTwoOrganisationsIsOneVoice) {
  const std::string head = "reporter_id,org,lat,lon,time,category,severity,consent,witness_id\n";
  const auto clusters = [&](const char* a, const char* b) {
    const Outcome outcome =
        read_files({{"reports.csv", head + "p1,orgA,14.5,33.1,2026-03-01,drought,4,yes," + a + "\n" +
                                        "q0,orgB,14.6,33.2,2026-03-02,drought,4,yes," + b + "\n"}});
    EXPECT_EQ(outcome.table.rows.size(), 1U) << join(outcome.codes(), ", ");
    return outcome.table.rows.empty() ? 0 : outcome.table.rows[0].clusters;
  };
  EXPECT_EQ(clusters("w1", "w1"), 1);
  EXPECT_EQ(clusters("", "p1"), 1) << "q0 passes on what p1 reports as well";
  EXPECT_EQ(clusters("q0", ""), 1);
  EXPECT_EQ(clusters("p1", "q0"), 2) << "each names themselves";
  EXPECT_EQ(clusters("w1", "w2"), 2);
  EXPECT_EQ(clusters("", ""), 2);
}

}  // namespace
}  // namespace fw::test
