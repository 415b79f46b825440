#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"
#include "core/risk/brier_scores.h"
#include "core/risk/event_scores.h"
#include "core/risk/skill.h"

namespace fw {
namespace {

constexpr double nan = __builtin_nan("");
using Pairs = std::vector<Verified>;
const Pairs some{{0.1, false}, {0.1, true}, {0.4, false}, {0.8, true}, {0.8, true}, {0.8, false}};

TEST(BrierScore, IsTheMeanSquare) {
  EXPECT_NEAR(brier_score(some), (0.01 + 0.81 + 0.16 + 0.04 + 0.04 + 0.64) / 6, 1e-15);
  EXPECT_EQ(brier_score(Pairs{{1, true}, {0, false}}), 0);
  EXPECT_TRUE(std::isnan(brier_score({})));
}
TEST(BrierScore, PartsAddUpExactlyAlsoWithinBins) {
  const BrierParts p = split_brier(some);
  EXPECT_NEAR(p.reliability - p.resolution + p.uncertainty, brier_score(some), 1e-15);
  const Pairs spread{{0.11, false}, {0.19, true}, {0.15, true}, {0.83, true}, {0.89, false}, {1.0, true}};
  const BrierParts q = reliability_of(spread, 5).parts;
  EXPECT_NEAR(q.reliability - q.resolution + q.uncertainty + q.within_variance - q.within_covariance,
              brier_score(spread), 1e-15);
}
TEST(Reliability, BinsAreClosedOnTheLeftAndTheLastHoldsOne) {
  const Reliability r = reliability_of(Pairs{{0.0, false}, {0.5, true}, {1.0, true}}, 2);
  EXPECT_EQ(r.bins[0].pairs, 1);
  EXPECT_EQ(r.bins[1].pairs, 2);
  EXPECT_EQ(r.bins[1].frequency, 1);
  EXPECT_LT(r.bins[1].low, 0.5);
  EXPECT_NEAR(r.calibration_error, 2.0 / 3 * 0.25, 1e-15);
}
TEST(Verification, WhatWasNotAssessedIsLeftOutAndNeverCountsAsANoEventForecast) {
  EXPECT_EQ(assessed_only(Pairs{{nan, true}, {0.3, false}}).size(), 1u);
  EXPECT_THROW(assessed_only(Pairs{{1.2, true}}), InputError);
}
TEST(Isotonic, PoolsViolators) {
  const Isotonic i = fit_isotonic(Pairs{{0.1, false}, {0.2, true}, {0.3, false}, {0.4, true}});
  EXPECT_EQ(i.frequency, (std::vector<double>{0, 0.5, 0.5, 1}));
  EXPECT_NEAR(i.recalibrate(0.15), 0.25, 1e-12);
  EXPECT_EQ(i.recalibrate(0.9), 1);
}

TEST(Warnings, CountFromExactlyTheThreshold) {
  const Contingency c = count_warnings(some, 0.8);
  EXPECT_EQ(c.hits, 2);
  EXPECT_EQ(c.false_alarms, 1);
  EXPECT_EQ(c.misses, 1);
  EXPECT_EQ(c.correct_negatives, 2);
  const EventScores s = score_events(c);
  EXPECT_NEAR(s.pod, 2.0 / 3, 1e-15);
  EXPECT_NEAR(s.pofd, 1.0 / 3, 1e-15);
  EXPECT_NEAR(s.false_alarm_ratio, 1.0 / 3, 1e-15);
  EXPECT_NEAR(s.csi, 0.5, 1e-15);
}
TEST(Warnings, ScoresWithoutEventsAreNotNumbersRatherThanPerfect) {
  const EventScores s = score_events(count_warnings(Pairs{{0.9, false}, {0.1, false}}, 0.5));
  EXPECT_TRUE(std::isnan(s.pod));
  EXPECT_TRUE(std::isnan(s.sedi));
  EXPECT_TRUE(std::isnan(roc_area(Pairs{{0.9, false}})));
}
TEST(RocArea, CountsTiesHalf) {
  EXPECT_DOUBLE_EQ(roc_area(Pairs{{0.5, true}, {0.5, false}}), 0.5);
  EXPECT_DOUBLE_EQ(roc_area(Pairs{{0.6, true}, {0.5, false}}), 1);
  EXPECT_DOUBLE_EQ(roc_area(some), (1.0 / 9) * (0.5 + 0 + 0 + 1 + 1 + 0.5 + 1 + 1 + 0.5));
}
TEST(EconomicValue, OfAPerfectWarningIsOneAndOfNeverWarningIsNotPositive) {
  EXPECT_DOUBLE_EQ(economic_value({10, 0, 0, 90}, 0.3), 1);
  EXPECT_LE(economic_value({0, 0, 10, 90}, 0.3), 0);
}
TEST(RankedProbability, IsZeroForCertaintyThatCame) {
  EXPECT_EQ(ranked_probability_score(std::vector<double>{0, 1, 0}, 1), 0);
  EXPECT_EQ(ranked_probability_score(std::vector<double>{1, 0, 0}, 2), 2);
}

std::vector<HindcastRow> hindcast(double sharp) {
  SplitMix random(4);
  std::vector<HindcastRow> rows;
  for (int year = 2000; year < 2012; ++year)
    for (int unit = 0; unit < 10; ++unit) {
      const bool event = random.below(10) < 3, before = random.below(10) < (event ? 6 : 3);
      rows.push_back({event ? 0.3 + sharp : 0.3 - sharp * 3 / 7, event, before, year});
    }
  return rows;
}
TEST(Climatology, LeavesItsOwnYearOut) {
  const std::vector<HindcastRow> rows{{0, true, 0, 1}, {0, true, 0, 1}, {0, false, 0, 2}, {0, true, 0, 3}};
  EXPECT_EQ(climatology_of(rows), (std::vector<double>{0.5, 0.5, 1, 2.0 / 3}));
  const std::vector<HindcastRow> alone{{0, true, 0, 1}};
  EXPECT_TRUE(std::isnan(climatology_of(alone)[0]));
}
TEST(Persistence, IsTheFrequencyGivenTheStateBeforeInOtherYears) {
  const std::vector<HindcastRow> rows{
      {0, true, 1, 1}, {0, true, 1, 2}, {0, false, 1, 3}, {0, false, 0, 3}, {0, true, -1, 3}};
  const std::vector<double> p = persistence_of(rows);
  EXPECT_EQ(p[0], 0.5);
  EXPECT_EQ(p[2], 1.0);
  EXPECT_TRUE(std::isnan(p[3]));
  EXPECT_TRUE(std::isnan(p[4]));
}
TEST(Skill, OfAGoodForecastIsPositiveAndOfClimatologyIsNone) {
  const Skill good = measure_skill(hindcast(0.5), 200);
  EXPECT_GT(good.over_climatology.value, 0.7);
  EXPECT_GT(good.over_persistence.value, 0.6);
  EXPECT_GT(good.over_climatology.interval.low, 0.5);
  EXPECT_EQ(good.roc_area.value, 1);
  EXPECT_EQ(good.years, 12u);
  std::vector<HindcastRow> rows = hindcast(0);
  const std::vector<double> climatology = climatology_of(rows);
  for (size_t k = 0; k < rows.size(); ++k) rows[k].forecast = climatology[k];
  EXPECT_EQ(measure_skill(rows, 20).over_climatology.value, 0);
}
TEST(Skill, RowsWithoutForecastAreCountedAndNotScored) {
  std::vector<HindcastRow> rows = hindcast(0.5);
  rows[0].forecast = nan;
  rows[1].before = -1;
  const Skill s = measure_skill(rows, 20);
  EXPECT_EQ(s.not_assessed, 2u);
  EXPECT_EQ(s.rows, 118u);
}
TEST(Skill, WithFewYearsThereIsNoInterval) {
  std::vector<HindcastRow> rows = hindcast(0.5);
  std::erase_if(rows, [](const HindcastRow& r) { return r.year >= 2004; });
  EXPECT_TRUE(std::isnan(measure_skill(rows, 50).brier.interval.low));
}
TEST(Skill, YearBlocksWidenTheIntervalOfWhatIsCommonToAYear) {
  std::vector<int> year, row;
  std::vector<double> value;
  SplitMix random(8);
  for (int y = 0; y < 20; ++y) {
    const double common = static_cast<double>(random.below(100));
    for (int u = 0; u < 10; ++u) {
      year.push_back(y);
      row.push_back(static_cast<int>(row.size()));
      value.push_back(common);
    }
  }
  const auto mean = [&](const std::vector<size_t>& at) {
    double sum = 0;
    for (const size_t k : at) sum += value[k];
    return sum / static_cast<double>(at.size());
  };
  const Interval90 by_year = year_block_interval(year, 400, 1, mean), by_row = year_block_interval(row, 400, 1, mean);
  EXPECT_GT(by_year.high - by_year.low, 2 * (by_row.high - by_row.low));
}

}  // namespace
}  // namespace fw
