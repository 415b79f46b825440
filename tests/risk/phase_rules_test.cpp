#include "core/risk/phase_rules.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/risk/ch_rules.h"
#include "core/risk/phase_history.h"

namespace fw {
namespace {

constexpr double nan = __builtin_nan("");

TEST(AreaPhase, TakesExactlyTwentyPercentOrWorse) {
  EXPECT_EQ(area_phase({801, 0, 199, 0, 0}), 1);
  EXPECT_EQ(area_phase({800, 0, 200, 0, 0}), 3);
  EXPECT_EQ(area_phase({79.9, 0.1, 19.9, 0.1, 0}), 3);
  EXPECT_EQ(area_phase({80, 0, 0, 0.1, 19.9}), 4);
}
TEST(AreaPhase, OfNobodyIsNotAssessedAndNeverPhaseOne) {
  EXPECT_EQ(area_phase({0, 0, 0, 0, 0}), std::nullopt);
  EXPECT_EQ(area_phase({90, 10, nan, 0, 0}), std::nullopt);
}
TEST(AreaPhase, OnePersonIsAWholeArea) { EXPECT_EQ(area_phase({0, 0, 0, 1, 0}), 4); }
TEST(PhasePopulation, NegativeOrInfiniteIsRefused) {
  EXPECT_THROW(check_phase_population({1, -1, 0, 0, 0}, "row 3"), InputError);
  EXPECT_THROW(check_phase_population({1, HUGE_VAL, 0, 0, 0}, "row 3"), InputError);
  EXPECT_NO_THROW(check_phase_population({1, nan, 0, 0, 0}, "row 3"));
}

TEST(PhaseAlerts, AnyoneInPhaseFiveAlways) {
  EXPECT_EQ(alerts_on_phases({1e6, 0, 0, 0, 1}, std::nullopt), Answer::yes);
  EXPECT_EQ(alerts_on_phases({1e6, nan, 0, 0, 1}, std::nullopt), Answer::yes);
}
TEST(PhaseAlerts, NeedAShareAndAWorsening) {
  const PhasePopulation was{85, 0, 15, 0, 0}, now{80, 0, 20, 0, 0};
  EXPECT_EQ(alerts_on_phases(now, was), Answer::yes);
  EXPECT_EQ(alerts_on_phases(now, now), Answer::no);
  EXPECT_EQ(alerts_on_phases({80.1, 0, 19.9, 0, 0}, was), Answer::no);
  EXPECT_EQ(alerts_on_phases({85, 0, 10, 5, 0}, was), Answer::yes);
}
TEST(PhaseAlerts, WithoutAComparableAnalysisTheAnswerIsNotKnown) {
  EXPECT_EQ(alerts_on_phases({80, 0, 20, 0, 0}, std::nullopt), Answer::unknown);
  EXPECT_EQ(alerts_on_phases({80, 0, 20, 0, 0}, PhasePopulation{40, 0, 5, 0, 0}), Answer::unknown);
  EXPECT_EQ(alerts_on_phases({0, 0, 0, 0, 0}, std::nullopt), Answer::unknown);
}

constexpr PhasePopulation quiet{9e6, 0, 9e5, 1e4, 0};
TEST(Rosea, LevelsByNumbersOfPeople) {
  const auto level = [](double grave) { return rosea_level({9e6, 0, 9e5, grave, 0}, std::nullopt).level; };
  EXPECT_EQ(level(500'000), RoseaLevel::very_high);
  EXPECT_EQ(level(499'999), RoseaLevel::high);
  EXPECT_EQ(level(200'000), RoseaLevel::high);
  EXPECT_EQ(level(199'999), RoseaLevel::medium);
  EXPECT_EQ(level(50'000), RoseaLevel::medium);
  EXPECT_EQ(level(49'999), RoseaLevel::low);
}
TEST(Rosea, LevelsByShareAndChangeInPercentagePoints) {
  // 1,000 people: numbers of people alone never reach a level.
  EXPECT_EQ(rosea_level({820, 0, 180, 0, 0}, std::nullopt).level, RoseaLevel::medium);
  EXPECT_EQ(rosea_level({821, 0, 179, 0, 0}, std::nullopt).level, RoseaLevel::low);
  const PhasePopulation now{750, 0, 200, 50, 0};
  EXPECT_EQ(rosea_level(now, PhasePopulation{750, 0, 230, 20, 0}).level, RoseaLevel::very_high);  // 4+ up 3
  EXPECT_EQ(rosea_level(now, PhasePopulation{750, 0, 229, 21, 0}).level, RoseaLevel::medium);     // 4+ up 2.9
  EXPECT_EQ(rosea_level(now, PhasePopulation{800, 0, 150, 50, 0}).level, RoseaLevel::high);       // 3+ up 5
  EXPECT_EQ(rosea_level(now, PhasePopulation{799, 0, 151, 50, 0}).level, RoseaLevel::medium);     // 3+ up 4.9
  EXPECT_EQ(rosea_level({751, 0, 199, 50, 0}, PhasePopulation{801, 0, 149, 50, 0}).level,
            RoseaLevel::medium);  // 24.9 %
}
TEST(Rosea, ComparesOnlyPopulationsWithinTenPercent) {
  const PhasePopulation now{750, 0, 200, 50, 0};
  EXPECT_TRUE(rosea_level(now, PhasePopulation{1000, 0, 100, 11, 0}).changes_assessed);
  EXPECT_FALSE(rosea_level(now, PhasePopulation{1000, 0, 100, 12, 0}).changes_assessed);
  EXPECT_EQ(rosea_level(now, PhasePopulation{1000, 0, 100, 12, 0}).level, RoseaLevel::medium);
}
TEST(Rosea, OfNobodyIsNotAssessedAndLowAloneIsNotAnAllClear) {
  EXPECT_EQ(rosea_level({0, 0, 0, 0, 0}, quiet).level, RoseaLevel::not_assessed);
  EXPECT_EQ(worse_of(RoseaLevel::not_assessed, RoseaLevel::high), RoseaLevel::high);
  EXPECT_EQ(worse_of(RoseaLevel::low, RoseaLevel::not_assessed), RoseaLevel::not_assessed);
  EXPECT_EQ(worse_of(RoseaLevel::low, RoseaLevel::medium), RoseaLevel::medium);
  EXPECT_EQ(worse_of(RoseaLevel::low, RoseaLevel::low), RoseaLevel::low);
}

TEST(ChIndications, OfHouseholds) {
  const int hhs[] = {1, 2, 3, 3, 4, 5, 5};
  for (int score = 0; score <= 6; ++score) EXPECT_EQ(ch_of_hhs(score), hhs[score]) << score;
  EXPECT_EQ(ch_of_rcsi(3), 1);
  EXPECT_EQ(ch_of_rcsi(4), 2);
  EXPECT_EQ(ch_of_rcsi(18), 2);
  EXPECT_EQ(ch_of_rcsi(19), 3);
  EXPECT_EQ(ch_of_rcsi(56), 3) << "it cannot tell worse phases apart";
  const int hdds[] = {5, 5, 4, 3, 2, 1, 1};
  for (int score = 0; score <= 6; ++score) EXPECT_EQ(ch_of_hdds(score), hdds[score]) << score;
  for (const int missing : {ch_of_hhs(nan), ch_of_rcsi(nan), ch_of_hdds(nan), ch_of_hhs(-1)}) EXPECT_EQ(missing, 0);
}
TEST(ChIndications, OfFoodConsumptionGroups) {
  EXPECT_EQ(ch_of_consumption(4.9, 50), 1);
  EXPECT_EQ(ch_of_consumption(5, 50), 2);
  EXPECT_EQ(ch_of_consumption(9.9, 50), 2);
  EXPECT_EQ(ch_of_consumption(10, 19.9), 2);
  EXPECT_EQ(ch_of_consumption(10, 20), 3);
  EXPECT_EQ(ch_of_consumption(19.9, 40), 3);
  EXPECT_EQ(ch_of_consumption(20, 0), 4);
  EXPECT_EQ(ch_of_consumption(nan, 20), 0);
  EXPECT_EQ(ch_of_consumption(60, 60), 0);
}
TEST(ChIndications, OfLivelihoodCoping) {
  EXPECT_EQ(ch_of_coping(80, 20, 0, 0), 1);
  EXPECT_EQ(ch_of_coping(79.9, 0.2, 19.9, 0), 2);
  EXPECT_EQ(ch_of_coping(79, 1, 10, 10), 3);
  EXPECT_EQ(ch_of_coping(80, 0, 0, 20), 4);
  EXPECT_EQ(ch_of_coping(50, 0, 0, 0), 0);
  EXPECT_EQ(ch_of_coping(nan, 0, 0, 0), 0);
}
TEST(ChIndications, HouseholdsThatWereNotAssessedCountNowhere) {
  const int indication[] = {3, 0, 1, 1, 1, 0};
  EXPECT_EQ(area_phase(count_indications(indication, {})), 3);  // 1 of 4
  const double weight[] = {1, 50, 2, 2, 1, 50};
  EXPECT_EQ(area_phase(count_indications(indication, weight)), 1);  // 1 of 6
  const int nobody[] = {0, 0};
  EXPECT_EQ(area_phase(count_indications(nobody, {})), std::nullopt);
}

PhaseRow row(const std::string& pcode, const char* from, const char* to, int phase, const std::string& where) {
  return {pcode, "IPC", PhaseKind::current, parse_datetime(from)->date, parse_datetime(to)->date, phase, where};
}
std::string code_of(std::vector<PhaseRow> rows) {
  try {
    clean_phase_history(std::move(rows));
  } catch (const InputError& e) {
    return e.code();
  }
  return "";
}
TEST(PhaseHistory, SortsAndCountsTheSameRowOnce) {
  const auto rows = clean_phase_history(
      {row("B", "2020-01-01", "2020-03-31", 2, "a:3"), row("A", "2020-04-01", "2020-06-30", 3, "a:4"),
       row("A", "2020-01-01", "2020-03-31", 0, "a:5"), row("B", "2020-01-01", "2020-03-31", 2, "a:6")});
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].where, "a:5");
  EXPECT_EQ(rows[0].phase, 0);
}
TEST(PhaseHistory, RefusesDuplicatesThatDisagreeOverlapsAndMixtures) {
  const PhaseRow a = row("A", "2020-01-01", "2020-03-31", 2, "a:2");
  PhaseRow other = a;
  other.phase = 3;
  EXPECT_EQ(code_of({a, other}), "PHASE_DUPLICATE");
  EXPECT_EQ(code_of({a, row("A", "2020-03-31", "2020-05-31", 2, "a:3")}), "PHASE_OVERLAP");
  PhaseRow projected = row("A", "2020-04-01", "2020-06-30", 3, "a:3");
  EXPECT_EQ(code_of({a, projected}), "");
  projected.kind = PhaseKind::first_projection;
  EXPECT_EQ(code_of({a, projected}), "PHASE_MIXED");
  PhaseRow fews = row("A", "2020-04-01", "2020-06-30", 3, "a:3");
  fews.source = "FEWS NET";
  EXPECT_EQ(code_of({a, fews}), "PHASE_MIXED");
  EXPECT_EQ(code_of({row("A", "2020-01-01", "2020-03-31", 6, "a:2")}), "RANGE");
  EXPECT_EQ(code_of({row("A", "2020-04-01", "2020-03-31", 1, "a:2")}), "RANGE");
  EXPECT_EQ(code_of({}), "");
}
TEST(PhaseHistory, TheLastStatedPhaseComesWithItsAge) {
  const auto rows = clean_phase_history({row("A", "2020-01-01", "2020-01-31", 3, "a:2"),
                                         row("A", "2020-02-01", "2020-02-29", 0, "a:3"),
                                         row("A", "2020-06-01", "2020-06-30", 4, "a:4")});
  int64_t age = 0;
  EXPECT_EQ(last_stated_phase(rows, "A", {2020, 1, 15}, age), 3);
  EXPECT_EQ(age, 0);
  EXPECT_EQ(last_stated_phase(rows, "A", {2020, 3, 1}, age), 3);
  EXPECT_EQ(age, 30);
  EXPECT_EQ(last_stated_phase(rows, "A", {2019, 12, 31}, age), 0);
  EXPECT_EQ(age, -1);
  EXPECT_EQ(last_stated_phase(rows, "B", {2020, 7, 1}, age), 0);
}

}  // namespace
}  // namespace fw
