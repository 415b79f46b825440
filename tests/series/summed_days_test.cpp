#include "core/series/summed_days.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"
#include "kernels/ops.h"

namespace {

using fw::Cadence;
using fw::Period;

const Period august_d3 = *fw::parse_period("2018-08-d3"), august = *fw::parse_period("2018-08");
constexpr uint8_t clear = 0, masked = 1;

/// Sum and reason of one pixel; values are NaN where not clear.
std::pair<float, int> scaled(Period period, const std::vector<int>& days, std::vector<float> value) {
  std::vector<uint8_t> outcome;
  double sum = 0;
  bool any = false;
  for (const float v : value) {
    outcome.push_back(std::isnan(v) ? masked : clear);
    sum += std::isnan(v) ? 0 : v;
    any = any || !std::isnan(v);
  }
  float result = any ? static_cast<float>(sum) : NAN;
  uint8_t reason = any ? 0 : 2;
  fw::scale_to_period(period, days, value.data(), outcome.data(), 1, &result, &reason);
  return {result, reason};
}

TEST(SummedDays, AWholePeriodStaysWhatItIs) {
  EXPECT_EQ(scaled(august_d3, {11}, {37.5F}), std::pair(37.5F, 0)) << "a file of the dekad";
  EXPECT_EQ(scaled(august_d3, std::vector<int>(11, 1), std::vector<float>(11, 0.1F)).second, 0);
  EXPECT_EQ(scaled(august, {10, 10, 11}, {1, 2, 4}), std::pair(7.0F, 0)) << "dekads of a month of 31 days";
}

TEST(SummedDays, ADekadOfWhichThreeDaysAreThereIsNoDryOne) {
  const auto [sum, reason] = scaled(august_d3, {1, 1, 1}, {10, 10, 10});
  EXPECT_TRUE(std::isnan(sum)) << "30 mm would be read as a third of the usual rain";
  EXPECT_EQ(reason, static_cast<int>(fw::Reason::not_assessed));
}

TEST(SummedDays, FourFifthsAreScaledToTheWhole) {
  std::vector<float> days(11, 2.0F);
  days[4] = NAN;
  EXPECT_EQ(scaled(august_d3, std::vector<int>(11, 1), days), std::pair(22.0F, 0)) << "20 mm of 10 days, for 11";
  days[5] = NAN;
  EXPECT_EQ(scaled(august_d3, std::vector<int>(11, 1), days), std::pair(22.0F, 0)) << "9 of 11 are 82 %";
  days[6] = NAN;
  EXPECT_TRUE(std::isnan(scaled(august_d3, std::vector<int>(11, 1), days).first)) << "8 of 11 are 73 %";
}

TEST(SummedDays, ADayThatTwoScenesHoldDoesNotCountTwice) {
  EXPECT_EQ(scaled(august_d3, {11, 11}, {40, 40}), std::pair(40.0F, 0)) << "cut-outs of two countries overlap";
  EXPECT_EQ(scaled(august, {31, 10, 10, 11}, {62, 20, 20, 22}), std::pair(62.0F, 0)) << "a month beside its dekads";
}

TEST(SummedDays, ScenesThatDoNotSayHowLongTheyAreAreAddedUp) {
  EXPECT_EQ(scaled(august_d3, {0, 0}, {3, 4}), std::pair(7.0F, 0));
  EXPECT_EQ(scaled(august_d3, {0, 1}, {3, 4}), std::pair(7.0F, 0));
}

TEST(SummedDays, WhereNothingCountsTheReasonStays) {
  const auto [sum, reason] = scaled(august_d3, {1, 1}, {NAN, NAN});
  EXPECT_TRUE(std::isnan(sum));
  EXPECT_EQ(reason, 2);
}

TEST(SummedDays, RainOfAMonthIsNotSharedOutToDekads) {
  fw::Scene month;
  month.id = "chirps-v2.0.2018.08";
  month.time = *fw::parse_datetime("2018-08-01");
  month.days = 31;
  EXPECT_NO_THROW(fw::refuse_longer_than_period({&month}, Cadence::month));
  try {
    fw::refuse_longer_than_period({&month}, Cadence::dekad);
    FAIL();
  } catch (const fw::ConfigError& e) {
    EXPECT_EQ(e.code(), "CADENCE");
  }
}

}  // namespace
