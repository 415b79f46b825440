#include "core/risk/stated_phases.h"

#include <gtest/gtest.h>

namespace fw::test {
namespace {

MatchedObservation people(const char* phase, double n, const char* issued = "2024-05-01") {
  MatchedObservation m;
  m.pcode = "XX01";
  Observation& o = m.observation;
  o.dataset = Dataset::phase;
  o.outlook = Outlook::current;
  o.quantity = "people_in_phase";
  o.detail = phase;
  o.source = "ipc";
  o.value = n;
  o.from = {2024, 5, 1};
  o.to = {2024, 8, 31};
  o.issued = parse_datetime(issued)->date;
  return m;
}
std::vector<MatchedObservation> analysis(double phase_4, const char* issued = "2024-05-01") {
  return {people("1", 500, issued), people("2", 300, issued), people("3", 150, issued), people("4", phase_4, issued),
          people("5", 0, issued)};
}
std::vector<StatedPhase> stated(const std::vector<MatchedObservation>& list) {
  return stated_phases(list, {"XX01"}, {2024, 7, 31});
}

TEST(StatedPhases, HoldThePeopleOfAllFivePhases) {
  const auto rows = stated(analysis(50));
  ASSERT_EQ(rows.size(), 2U) << "the sum of the units and the unit";
  ASSERT_TRUE(rows[1].people);
  EXPECT_EQ((*rows[1].people)[3], 50);
  EXPECT_EQ(rows[1].phase, 0) << "nobody stated one";
  EXPECT_EQ(rows[0].pcode, "");
}

TEST(StatedPhases, AreTheSameWhenAFileIsGivenTwice) {
  auto list = analysis(50);
  const auto twice = analysis(50);
  list.insert(list.end(), twice.begin(), twice.end());
  EXPECT_EQ(stated_phases_csv(stated(list)), stated_phases_csv(stated(analysis(50))));
}

TEST(StatedPhases, NeverTakeAPhaseForEmptyBecauseAnotherStandsTwice) {
  std::vector<MatchedObservation> list = analysis(50);
  list.pop_back();
  list.push_back(people("1", 500));
  const auto rows = stated(list);
  ASSERT_EQ(rows.size(), 1U) << "no sum";
  EXPECT_FALSE(rows[0].people);
}

TEST(StatedPhases, HaveNoPeopleWhereTwoRowsOfOneAnalysisDisagree) {
  std::vector<MatchedObservation> list = analysis(50);
  list.push_back(people("4", 90));
  EXPECT_FALSE(stated(list)[0].people);
}

TEST(StatedPhases, AreThoseOfTheAnalysisThatWasMadeKnownLast) {
  for (const bool late_first : {true, false}) {
    std::vector<MatchedObservation> list = analysis(late_first ? 90 : 50, late_first ? "2024-07-01" : "2024-05-01");
    const auto other = analysis(late_first ? 50 : 90, late_first ? "2024-05-01" : "2024-07-01");
    list.insert(list.end(), other.begin(), other.end());
    const auto rows = stated(list);
    ASSERT_EQ(rows.size(), 2U);
    ASSERT_TRUE(rows[1].people);
    EXPECT_EQ((*rows[1].people)[3], 90);
  }
}

}  // namespace
}  // namespace fw::test
