#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "core/evidence/aggregate.h"
#include "tests/evidence/report_helpers.h"

namespace fw::test {
namespace {

std::string row(const std::string& id, const std::string& reporter, const std::string& org, const std::string& severity,
                const std::string& text = "", const std::string& time = "2026-03-01T10:00:00Z") {
  // Everybody stands elsewhere: one place and one minute would be one crowd.
  const std::string lon = "33." + std::to_string(100 + (std::hash<std::string>()(reporter) + id.size()) % 800);
  return id + "," + reporter + "," + org + ",14.5," + lon + "," + time + ",drought," + severity + ",,yes," + text +
         "\n";
}
EvidenceRow only_row(const Outcome& outcome) {
  EXPECT_EQ(outcome.table.rows.size(), 1U) << join(outcome.codes(), ", ");
  return outcome.table.rows.empty() ? EvidenceRow{} : outcome.table.rows.front();
}

TEST(Aggregate, OneReportIsItsSeverityAtItsOrganisationsWeight) {
  const EvidenceRow r = only_row(read_rows(good_row));
  EXPECT_EQ(r.pcode, "SD01");
  EXPECT_EQ(r.kind, "drought");
  EXPECT_EQ(label(r.period), "2026-03-d1");
  EXPECT_DOUBLE_EQ(r.value, 0.6);  // 3 / 5
  EXPECT_DOUBLE_EQ(r.weight, 0.95);
  EXPECT_EQ(r.disagreement, 0);
  EXPECT_EQ(r.reports, 1);
  EXPECT_EQ(r.flags, std::vector<std::string>{"SINGLE_SOURCE"});
}

TEST(Aggregate, TwoOrganisationsAreWeighedAndCorroborate) {
  // Voices .6 (.85), .8 and 1 (.95 each), 2.75 in all: the middle fifth, 1.1 to 1.65, lies within .8. Organisations: A
  // .8 and 1 → .9, B .6; mean (.95 * .9 + .85 * .6) / 1.8; weight = 1 - .05 * .15.
  const EvidenceRow r =
      only_row(read_rows(row("R1", "p1", "orgA", "4") + row("R2", "p2", "orgA", "5") + row("R3", "q0", "orgB", "3")));
  const double value = (0.95 * 0.9 + 0.85 * 0.6) / 1.8;
  EXPECT_NEAR(r.value, 0.8, 1e-9);
  EXPECT_NEAR(r.low, 0.6, 1e-9);
  EXPECT_NEAR(r.high, 0.9, 1e-9);
  EXPECT_EQ(r.clusters, 3);
  EXPECT_EQ(r.reliability, 'A');
  EXPECT_EQ(r.credibility, 1) << "4 of 5 from A, 3 of 5 from B";
  EXPECT_NEAR(r.weight, 0.9925, 1e-12);
  EXPECT_NEAR(r.disagreement, std::sqrt((0.95 * std::pow(0.9 - value, 2) + 0.85 * std::pow(0.6 - value, 2)) / 1.8),
              1e-9);
  EXPECT_EQ(r.reports, 3);
  EXPECT_EQ(r.reporters, 3);
  EXPECT_EQ(r.organisations, 2);
  EXPECT_TRUE(r.flags.empty());
}

TEST(Aggregate, MoreReportersOfOneOrganisationDoNotRaiseTheWeight) {
  std::string rows;
  for (int i = 0; i < 10; ++i) rows += row("R" + std::to_string(i), "p" + std::to_string(i), "orgA", "4");
  EXPECT_DOUBLE_EQ(only_row(read_rows(rows)).weight, 0.95);
}

TEST(Aggregate, OrganisationsMoreThanHalfTheScaleApartConflict) {
  const auto flags = [](const char* a, const char* b) {
    return only_row(read_rows(row("R1", "p1", "orgA", a) + row("R2", "q0", "orgB", b))).flags;
  };
  EXPECT_EQ(flags("5", "2"), std::vector<std::string>{"CONFLICT"});  // .6 apart
  EXPECT_TRUE(flags("4", "1.5").empty());                            // exactly .5: not more
}

TEST(Aggregate, TheLatestReportOfAReporterCounts) {
  const EvidenceRow r = only_row(read_rows(row("R1", "p1", "orgA", "5", "", "2026-03-01T10:00:00Z") +
                                           row("R2", "p1", "orgA", "1", "", "2026-03-03T10:00:00Z")));
  EXPECT_DOUBLE_EQ(r.value, 0.2);
  EXPECT_EQ(r.reports, 2);
  EXPECT_EQ(r.reporters, 1);
}

TEST(Aggregate, ALaterReportOfALargerUnitDoesNotReplaceTheOneFromTheUnitItself) {
  // p1 stands in SD0101 (severity 5), two days later speaks of all SD01 (severity 1, place 50² / (50² + 100²) = 0.2).
  TempDir dir;
  EvidenceRequest request = request_for(dir.path());
  request.pcodes = {"SD01", "SD0101"};
  request.units = {{"SD01", "", 1, 14.5, 33.2, 100, {}, {}}, {"SD0101", "SD01", 2, 14.5, 33.2, 50, {}, {}}};
  write_text(dir / "reports.csv",
             "reporter_id,org,pcode,time,category,severity,consent\n"
             "p1,orgA,SD0101,2026-03-01,drought,5,yes\np1,orgA,SD01,2026-03-03,drought,1,yes\n");
  request.inputs = {{"reports.csv", "csv", {}}};
  const Outcome outcome = read(request);
  ASSERT_EQ(outcome.table.rows.size(), 2U);
  EXPECT_EQ(outcome.table.rows[1].pcode, "SD0101");
  EXPECT_DOUBLE_EQ(outcome.table.rows[1].value, 1);
  EXPECT_DOUBLE_EQ(outcome.table.rows[1].weight, 0.95);
  EXPECT_DOUBLE_EQ(outcome.table.rows[0].value, 0.2);
}

TEST(Aggregate, ReportsWithoutASayDoNotHideTheOneThatHasIt) {
  // p1 stands in SD0101; p2, p3, q0, q1 speak of all SD01 (place 0.2, below 0.3 of p1's worth): the value is p1's
  // alone.
  TempDir dir;
  EvidenceRequest request = request_for(dir.path());
  request.pcodes = {"SD01", "SD0101"};
  request.units = {{"SD01", "", 1, 14.5, 33.2, 100, {}, {}}, {"SD0101", "SD01", 2, 14.5, 33.2, 50, {}, {}}};
  std::string rows = "reporter_id,org,pcode,time,category,severity,consent\np1,orgA,SD0101,2026-03-01,drought,4,yes\n";
  for (const char* who : {"p2,orgA", "p3,orgA", "q0,orgB", "q1,orgB"})
    rows += who + std::string(",SD01,2026-03-02,drought,1,yes\n");
  write_text(dir / "reports.csv", rows);
  request.inputs = {{"reports.csv", "csv", {}}};
  const EvidenceTable table = read(request).table;
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_FALSE(table.rows[0].heard);
  const EvidenceRow& ward = table.rows[1];
  EXPECT_EQ(ward.reports, 5);
  EXPECT_EQ(ward.reporters, 5);
  EXPECT_EQ(ward.organisations, 2);
  EXPECT_DOUBLE_EQ(ward.value, 0.8);
  ASSERT_TRUE(ward.heard);
  EXPECT_EQ(ward.heard->reports, 1);
  EXPECT_EQ(ward.heard->reporters, 1);
  EXPECT_EQ(ward.heard->organisations, 1);
}

TEST(Aggregate, CopiedTextWithinAnOrganisationIsOneVoice) {
  // p1..p4 send one text with severity 5, p5 says 0 in other words: (5 + 0) / 2, not (4*5 + 0) / 5.
  std::string rows;
  for (int i = 1; i <= 4; ++i)
    rows += row("R" + std::to_string(i), "p" + std::to_string(i), "orgA", "5", "All  cattle DEAD");
  rows += row("R5", "p5", "orgA", "0", "grass is fine");
  EXPECT_DOUBLE_EQ(only_row(read_rows(rows)).value, 0.5);
}

TEST(Aggregate, TheSameTextFourDaysLaterIsAnotherVoice) {
  const std::string rows = row("R1", "p1", "orgA", "5", "dry", "2026-02-21T00:00:00Z") +
                           row("R2", "p2", "orgA", "5", "dry", "2026-02-25T00:00:00Z") +
                           row("R3", "p3", "orgA", "0", "fine", "2026-02-25T00:00:00Z");
  EXPECT_EQ(only_row(read_rows(rows)).clusters, 3);
  EXPECT_DOUBLE_EQ(only_row(read_rows(rows)).value, 1) << "5, 5 and 0: the middle one";
}

TEST(Aggregate, ALongTextCopiedFromAnotherOrganisationDoesNotCorroborate) {
  const std::string text = "three wells are dry and people walk to the river";
  const Outcome copied = read_rows(row("R1", "p1", "orgA", "4", text) + row("R2", "q0", "orgB", "4", text));
  EXPECT_DOUBLE_EQ(only_row(copied).weight, 0.95);
  EXPECT_EQ(only_row(copied).organisations, 1);
  EXPECT_TRUE(copied.has(Verdict::noted, "COPIED_TEXT"));
  const Outcome own_words =
      read_rows(row("R1", "p1", "orgA", "4", text) + row("R2", "q0", "orgB", "4", "no water left in the village"));
  EXPECT_NEAR(only_row(own_words).weight, 0.9925, 1e-12);
}

TEST(Aggregate, ACopyWithSmallChangesIsACopyAndOneThatTurnsTheWordsIsAVoice) {
  const std::string text = "three wells are dry and people walk to the river for water";
  const std::string edited = "Three wells are DRY - and people walk to the big river for water!";
  const Outcome copied = read_rows(row("R1", "p1", "orgA", "4", text) + row("R2", "q0", "orgB", "4", edited));
  EXPECT_EQ(only_row(copied).clusters, 1);
  EXPECT_TRUE(copied.has(Verdict::noted, "COPIED_TEXT"));
  const Outcome turned = read_rows(row("R1", "p1", "orgA", "5", text) + row("R2", "q0", "orgB", "0", text));
  EXPECT_EQ(only_row(turned).clusters, 2);
  EXPECT_EQ(only_row(turned).flags, (std::vector<std::string>{"CONFLICT", "CONTESTED_SOURCES"}));
  EXPECT_NEAR(only_row(turned).conflict, 0.95 * 0.85, 1e-9);
}

TEST(Aggregate, ContradictionOfTrustedOrganisationsIsContested) {
  const EvidenceRow r = only_row(read_rows(row("R1", "p1", "orgA", "5") + row("R2", "q0", "orgB", "0")));
  EXPECT_EQ(r.flags, (std::vector<std::string>{"CONFLICT", "CONTESTED_SOURCES"}));
  EXPECT_EQ(r.low, 0);
  EXPECT_EQ(r.high, 1);
  EXPECT_EQ(r.credibility, 4) << "each is doubted by one other";
}

TEST(Aggregate, ACrowdAtOnePlaceAndMinuteIsOneVoice) {
  std::string rows;
  for (int i = 0; i < 5; ++i)
    rows += "R" + std::to_string(i) + ",p" + std::to_string(i) + ",orgA,14.5,33.2,2026-03-01T10:00:0" +
            std::to_string(i) + "Z,drought,4,,yes,\n";
  EXPECT_EQ(only_row(read_rows(rows)).clusters, 1);
  EXPECT_EQ(only_row(read_rows(rows)).reporters, 5);
}

TEST(Aggregate, AMinorityOfVoicesCannotSetTheValue) {
  std::string rows;
  for (int i = 0; i < 7; ++i) rows += row("H" + std::to_string(i), "p" + std::to_string(i), "orgA", "1");
  for (int i = 0; i < 3; ++i) rows += row("B" + std::to_string(i), "q" + std::to_string(i), "orgB", "5");
  EXPECT_DOUBLE_EQ(only_row(read_rows(rows)).value, 0.2);
}

TEST(Aggregate, OlderReportsFadeAgainstNewerOnesOfTheSamePeriod) {
  // price halves in 20 days: nine days behind, q0 has 2^-.45 of its say.
  std::string rows = row("R1", "p1", "orgA", "4", "", "2026-02-10") + row("R2", "q0", "orgB", "2", "", "2026-02-01");
  for (size_t at; (at = rows.find("drought")) != std::string::npos;) rows.replace(at, 7, "price");
  const EvidenceRow r = only_row(read_rows(rows));
  EXPECT_NEAR(r.value, 0.8, 1e-9) << ".622 of 1.572 is less than two fifths";
  EXPECT_NEAR(r.weight, 1 - 0.05 * (1 - 0.85 * std::exp2(-9 / 20.0)), 1e-9);
  EXPECT_EQ(r.age_days, 23) << "10 February to 5 March";
}

TEST(Aggregate, AReportersOwnReliabilityLimitsTheOrganisations) {
  EXPECT_DOUBLE_EQ(only_row(read_rows(row("R1", "q2", "orgB", "4"))).weight, 0.65);  // q2 is C in an organisation of B
}

TEST(Aggregate, UnregisteredReportersChangeNothing) {
  const Outcome without = read_rows(good_row);
  const Outcome with = read_rows(good_row + row("S1", "stranger", "orgA", "5") + row("S2", "other", "orgB", "0"));
  EXPECT_EQ(evidence_csv(with.table, false), evidence_csv(without.table, false));
  EXPECT_EQ(with.table.accepted, 3U);
  EXPECT_EQ(with.table.unweighted, 2U);
}

TEST(Aggregate, AnOrganisationThatCannotBeJudgedHasNoInfluence) {
  TempDir dir;
  write_text(dir / "reports.csv", header + row("R1", "p1", "orgA", "5"));
  EvidenceRequest request = request_for(dir.path());
  request.registry.organisations["orgA"].reliability = 'F';
  request.inputs = {{"reports.csv", "auto", {}}};
  const Outcome outcome = read(request);
  EXPECT_TRUE(outcome.table.rows.empty());
  EXPECT_TRUE(outcome.has(Verdict::noted, "RELIABILITY_F"));
}

TEST(Aggregate, MonthsGatherWhatDekadsSplit) {
  TempDir dir;
  write_text(dir / "reports.csv",
             header + row("R1", "p1", "orgA", "5", "", "2026-02-05") + row("R2", "p2", "orgA", "3", "", "2026-02-25"));
  EvidenceRequest request = request_for(dir.path());
  request.inputs = {{"reports.csv", "auto", {}}};
  EXPECT_EQ(read(request).table.rows.size(), 2U);
  request.cadence = Cadence::month;
  const EvidenceRow r = only_row(read(request));
  EXPECT_EQ(label(r.period), "2026-02");
  // The first is 20 days behind: .95 * 2^(-20/60) = .754 of 1.704; the middle fifth, .682 to 1.022, ends at .95 of .6.
  const double old = 0.95 * std::exp2(-20 / 60.0), total = old + 0.95;
  EXPECT_NEAR(r.value, ((0.95 - 0.4 * total) * 0.6 + 0.6 * total - 0.95) / (0.2 * total), 1e-9);
}

}  // namespace
}  // namespace fw::test
