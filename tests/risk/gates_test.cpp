#include <gtest/gtest.h>

#include <limits>

#include "core/risk/run_rules.h"
#include "core/series/season_gate.h"
#include "kernels/spi_guard.h"

namespace fw {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

TEST(Answers, MissingCanOnlyMakeUnknown) {
  EXPECT_EQ(either(Answer::unknown, Answer::yes), Answer::yes);
  EXPECT_EQ(either(Answer::unknown, Answer::no), Answer::unknown);
  EXPECT_EQ(both(Answer::unknown, Answer::no), Answer::no);
  EXPECT_EQ(both(Answer::unknown, Answer::yes), Answer::unknown);
  EXPECT_EQ(reaches_share(0, 0, 0, 0.25), Answer::unknown);
  EXPECT_EQ(reaches_share(25, 0, 100, 0.25), Answer::yes);
  EXPECT_EQ(reaches_share(24.9, 0, 100, 0.25), Answer::no);
  EXPECT_EQ(reaches_share(24.9, 0.2, 100, 0.25), Answer::unknown);
}

TEST(SeasonGate, OutOfSeasonIsAClassOfItsOwn) {
  EXPECT_EQ(gate_class(0, Reason::value, 5, 9, 0), 9);
  EXPECT_EQ(gate_class(0, Reason::masked, 5, 9, 0), 9);
  EXPECT_EQ(gate_class(1, Reason::value, 5, 9, 0), 5);
  EXPECT_EQ(gate_class(2, Reason::value, 5, 9, 0), 5);
}
TEST(SeasonGate, AnUnknownSeasonIsNotAssessedAndNeitherAnAlarmNorOutOfSeason) {
  EXPECT_EQ(gate_class(season_unknown, Reason::value, 5, 9, 0), 0);
  EXPECT_EQ(gate_by_season(season_unknown, Reason::value), Reason::not_assessed);
  EXPECT_EQ(gate_by_season(season_unknown, Reason::masked), Reason::masked);
}
TEST(SeasonGate, MissingValuesInSeasonKeepTheirReason) {
  EXPECT_EQ(gate_by_season(1, Reason::masked), Reason::masked);
  EXPECT_EQ(gate_class(1, Reason::masked, 5, 9, 0), 0);
}

Run run_of(std::initializer_list<Answer> months) {
  Run run;
  for (const Answer a : months) run.add(a);
  return run;
}
constexpr Answer yes = Answer::yes, no = Answer::no, unknown = Answer::unknown;

TEST(Runs, TheThirdMonthInARowIsTheThird_Fault5_8) {
  EXPECT_EQ(run_of({yes}).certain, 1);
  EXPECT_EQ(run_of({yes, yes}).reached(3), no);
  EXPECT_EQ(run_of({yes, yes, yes}).reached(3), yes);
  EXPECT_EQ(run_of({yes, no, yes, yes}).reached(3), no);
  EXPECT_EQ(run_of({no, yes, yes, yes}).reached(3), yes);
}
TEST(Runs, AMissingMonthNeitherMakesNorDeniesARun) {
  EXPECT_EQ(run_of({yes, unknown, yes}).reached(3), unknown);
  EXPECT_EQ(run_of({yes, unknown, no}).reached(3), no);
  EXPECT_EQ(run_of({unknown, yes, yes, yes}).reached(3), yes);
  EXPECT_EQ(run_of({unknown, unknown}).reached(3), no);
}

TEST(SpiGuard, NoRainIsNeverWet_Fault5_5) {
  for (const float p_zero : {0.0f, 0.2f, 0.49f, 0.5f, 0.7f, 0.9f})
    for (const float spi : {-1.5f, -0.4f, 0.0f, 0.52f, 1.28f}) {
      const float guarded = guard_spi(spi, 0.0f, p_zero);
      EXPECT_FALSE(guarded > 0.0f) << spi << " " << p_zero;
      EXPECT_EQ(is_nan(guarded), p_zero >= 0.5f);
    }
}
TEST(SpiGuard, LeavesRainAlone) {
  EXPECT_EQ(guard_spi(1.9f, 0.1f, 0.9f), 1.9f);
  EXPECT_EQ(guard_spi(-0.7f, 0.0f, 0.3f), -0.7f);
  EXPECT_TRUE(is_nan(guard_spi(nan, 3.0f, 0.1f)));
  EXPECT_TRUE(is_nan(guard_spi(0.5f, nan, 0.1f)));
}

}  // namespace
}  // namespace fw
