#include "core/risk/threshold_drift.h"

#include <gtest/gtest.h>

#include <cmath>

namespace fw {
namespace {

TEST(ThresholdDrift, ShowsAThresholdThatFiresLessAsTheYearsPass_Fault5_9) {
  ExceedanceByYear e;  // 20 % in 2001, 2 points less every year
  for (int year = 2001; year <= 2010; ++year)
    for (int k = 0; k < 100; ++k) e.add(year, k < 20 - 2 * (year - 2001));
  const ThresholdDrift d = e.finish();
  EXPECT_EQ(d.years, 10);
  EXPECT_NEAR(d.rate, 0.11, 1e-12);
  EXPECT_NEAR(d.first_half, 0.16, 1e-12);
  EXPECT_NEAR(d.last_half, 0.06, 1e-12);
  EXPECT_NEAR(d.points_per_decade, -20, 1e-9);
}
TEST(ThresholdDrift, OfASteadyRateIsNone) {
  ExceedanceByYear e;
  for (int year = 2001; year <= 2009; ++year) e.add(year, true, 16), e.add(year, false, 84);
  EXPECT_NEAR(e.finish().points_per_decade, 0, 1e-9);
  EXPECT_NEAR(e.finish().first_half, e.finish().last_half, 1e-12);
}
TEST(ThresholdDrift, PartsMergeAndNothingIsNotZero) {
  ExceedanceByYear a, b, whole;
  for (int year = 2001; year <= 2004; ++year) {
    a.add(year, year % 2 == 0, 3), whole.add(year, year % 2 == 0, 3);
    b.add(year, true, 2), whole.add(year, true, 2);
  }
  a.merge(b);
  EXPECT_EQ(a.finish().points_per_decade, whole.finish().points_per_decade);
  EXPECT_TRUE(std::isnan(ExceedanceByYear{}.finish().rate));
  ExceedanceByYear one;
  one.add(2001, true);
  EXPECT_EQ(one.finish().rate, 1);
  EXPECT_TRUE(std::isnan(one.finish().points_per_decade));
}

}  // namespace
}  // namespace fw
