#include <gtest/gtest.h>

#include "core/evidence/cross_check.h"
#include "tests/evidence/report_helpers.h"

namespace fw::test {
namespace {

std::string row(const std::string& id, const std::string& reporter, const std::string& lat, const std::string& time,
                const std::string& severity = "3") {
  return id + "," + reporter + ",orgA," + lat + ",33.2," + time + ",drought," + severity + ",,yes,\n";
}

TEST(DistanceKm, OneDegreeOfLatitudeIs111Km) {
  EXPECT_NEAR(distance_km(14, 33, 15, 33), 111.195, 0.001);
  EXPECT_EQ(distance_km(14, 33, 14, 33), 0);
  EXPECT_NEAR(distance_km(0, 179.5, 0, -179.5), 111.195, 0.001);  // across 180 degrees
  EXPECT_NEAR(distance_km(0, 0, 0, 180), 20015.1, 0.1);
}

TEST(CheckIdentity, OneIdWithTwoContentsSetsBothAside) {
  const Outcome outcome =
      read_rows(row("R1", "p7", "14.5", "2026-03-01", "3") + row("R1", "p7", "14.5", "2026-03-01", "5"));
  EXPECT_EQ(outcome.codes(), (std::vector<std::string>{"Q ID_CONFLICT", "Q ID_CONFLICT"}));
  EXPECT_TRUE(outcome.table.rows.empty());
}

TEST(CheckIdentity, AStrangerCannotVoidAReportByReusingItsId) {
  const Outcome outcome =
      read_rows(row("R1", "p7", "14.5", "2026-03-01", "3") + row("R1", "stranger", "14.5", "2026-03-01", "0"));
  ASSERT_EQ(outcome.table.rows.size(), 1U);
  EXPECT_DOUBLE_EQ(outcome.table.rows[0].value, 0.6);
}

TEST(CheckIdentity, AReplayUnderAnotherIdCountsOnce) {
  const Outcome outcome = read_rows(row("R1", "p7", "14.5", "2026-03-01") + row("R2", "p7", "14.5", "2026-03-01") +
                                    row("R1", "p7", "14.5", "2026-03-01"));
  EXPECT_EQ(outcome.table.accepted, 1U);
  EXPECT_EQ(outcome.table.duplicates, 2U);
  ASSERT_EQ(outcome.codes(), std::vector<std::string>{"N DUPLICATE"});
  EXPECT_EQ(outcome.table.rows.at(0).reports, 1);
}

TEST(CheckSpeed, TenMinutesForAHundredKmSetsBothAside) {
  const Outcome outcome =
      read_rows(row("R1", "p7", "14.1", "2026-03-01T10:00:00Z") + row("R2", "p7", "15.1", "2026-03-01T10:10:00Z"));
  EXPECT_EQ(outcome.codes(), (std::vector<std::string>{"Q SPEED", "Q SPEED"}));
}

TEST(CheckSpeed, APositionOutsideTheRegionDoesNotTakeTheOthersWithIt) {
  const Outcome outcome =
      read_rows(row("R1", "p7", "14.5", "2026-03-01T10:00:00Z") + row("R2", "p7", "18.9", "2026-03-01T10:40:00Z"));
  ASSERT_EQ(outcome.codes(), std::vector<std::string>{"Q SPEED"});
  EXPECT_EQ(outcome.notes[0].item, "reports.csv:3");
  EXPECT_EQ(outcome.table.rows.at(0).reports, 1);
}

TEST(CheckSpeed, ADriveOfADayPasses) {
  const Outcome outcome =
      read_rows(row("R1", "p7", "14.1", "2026-03-01T08:00:00Z") + row("R2", "p7", "15.4", "2026-03-01T12:00:00Z"));
  EXPECT_EQ(outcome.table.accepted, 2U);
}

TEST(CheckSpeed, DaysWithoutAClockLeaveTimeToTravel) {
  const Outcome outcome = read_rows(row("R1", "p7", "14.1", "2026-03-01") + row("R2", "p7", "15.4", "2026-03-01"));
  EXPECT_EQ(outcome.table.accepted, 2U);
}

TEST(CheckSpeed, TwoReportersMayBeApart) {
  const Outcome outcome =
      read_rows(row("R1", "p7", "14.1", "2026-03-01T10:00:00Z") + row("R2", "p8", "15.4", "2026-03-01T10:00:00Z"));
  EXPECT_EQ(outcome.table.accepted, 2U);
}

std::string strangers(int n, int minutes_apart) {
  std::string rows;
  for (int i = 0; i < n; ++i) {
    const int at = i * minutes_apart;
    const std::string clock =
        (at / 60 < 10 ? "0" : "") + std::to_string(at / 60) + ":" + (at % 60 < 10 ? "0" : "") + std::to_string(at % 60);
    rows += row("S" + std::to_string(i), "new" + std::to_string(i), "14.5", "2026-03-01T" + clock + ":00Z");
  }
  return rows;
}

TEST(FindBursts, TenStrangersWithinAnHourAreNoted) {
  EXPECT_TRUE(read_rows(strangers(10, 6)).has(Verdict::noted, "CLUSTER_SUSPECT"));    // 54 minutes
  EXPECT_FALSE(read_rows(strangers(9, 1)).has(Verdict::noted, "CLUSTER_SUSPECT"));    // too few
  EXPECT_FALSE(read_rows(strangers(20, 30)).has(Verdict::noted, "CLUSTER_SUSPECT"));  // too slow
}

TEST(FindBursts, ACrowdAmongWhichAreHalfAsManyRegisteredReportersIsNone) {
  std::string known;
  for (int i = 0; i < 10; ++i)
    known +=
        row("K" + std::to_string(i), "p" + std::to_string(i), "14.5", "2026-03-01T00:0" + std::to_string(i) + ":00Z");
  EXPECT_FALSE(read_rows(strangers(20, 2) + known).has(Verdict::noted, "CLUSTER_SUSPECT"));
  EXPECT_TRUE(read_rows(strangers(21, 2) + known).has(Verdict::noted, "CLUSTER_SUSPECT"));
}

TEST(FindBursts, RegisteredReportersAreNoBurst) {
  std::string rows;
  for (int i = 0; i < 10; ++i)
    rows += row("R" + std::to_string(i), "p" + std::to_string(i), "14.5", "2026-03-01T10:00:00Z");
  EXPECT_FALSE(read_rows(rows).has(Verdict::noted, "CLUSTER_SUSPECT"));
}

}  // namespace
}  // namespace fw::test
