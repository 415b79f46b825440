#include "kernels/arithmetic.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "../gpu/every_op.h"
#include "kernels/lanes.h"

namespace fw {

TEST(ExpExact, IsWithinOneUlpOfTheLibrary) {
  double worst = 0.0;
  for (int i = -140000; i <= 140000; ++i) {
    const double x = i * 0.005 + 1e-7 * i;
    const long double expected = std::exp(static_cast<long double>(x));
    worst = std::max(worst, std::abs(static_cast<double>((exp_exact(x) - expected) / expected)));
  }
  EXPECT_LT(worst, 2.3e-16);
}

TEST(ExpExact, IsOneAtZeroAndClipsTheEnds) {
  EXPECT_EQ(exp_exact(0.0), 1.0);
  EXPECT_EQ(exp_exact(-0.0), 1.0);
  EXPECT_NEAR(exp_exact(1.0), 2.718281828459045, 4.5e-16);
  EXPECT_EQ(exp_exact(1e300), exp_exact(708.0));
  EXPECT_EQ(exp_exact(-std::numeric_limits<double>::infinity()), exp_exact(-708.0));
  EXPECT_TRUE(std::isfinite(exp_exact(708.0)));
  EXPECT_GT(exp_exact(-708.0), 0.0);
  EXPECT_TRUE(std::isnan(exp_exact(std::nan(""))));
}

TEST(LogExact, IsWithinOneUlpOfTheLibrary) {
  double worst = 0.0;
  const auto look = [&](double x) {
    const long double expected = std::log(static_cast<long double>(x));
    worst = std::max(worst, std::abs(static_cast<double>((log_exact(x) - expected) / expected)));
  };
  for (int i = -70000; i <= 70000; ++i)
    if (i != 0) look(std::exp(0.01 * i));
  for (int i = 1; i < 20000; ++i) {  // around 1, where the result is small
    look(1.0 + 1e-5 * i);
    look(1.0 - 4e-5 * i);
    look(1.0 + 1e-14 * i);
  }
  look(std::numeric_limits<double>::denorm_min());
  look(3e-310);
  look(std::numeric_limits<double>::max());
  EXPECT_LT(worst, 2.3e-16);
}

TEST(LogExact, KnowsTheEndsAndWhatHasNoLogarithm) {
  EXPECT_EQ(log_exact(1.0), 0.0);
  EXPECT_EQ(log_exact(2.0), 0.6931471805599453);
  EXPECT_EQ(log_exact(0.0), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(log_exact(-0.0), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(log_exact(std::numeric_limits<double>::infinity()), std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(log_exact(-1.0)));
  EXPECT_TRUE(std::isnan(log_exact(std::nan(""))));
}

TEST(Logistic, AgreesWithTheLibraryAfterRoundingToFloat) {
  for (int i = -4000; i <= 4000; ++i) {
    const double x = 0.0125 * i;
    const float ours = static_cast<float>(logistic(x)), theirs = static_cast<float>(1.0 / (1.0 + std::exp(-x)));
    EXPECT_LE(std::abs(ours - theirs), theirs * std::numeric_limits<float>::epsilon()) << x;
  }
  EXPECT_EQ(logistic(0.0), 0.5);
  EXPECT_EQ(static_cast<float>(logistic(800.0)), 1.0f);
  EXPECT_EQ(static_cast<float>(logistic(-800.0)), 0.0f);
}

TEST(Logistic, RisesWithItsArgument) {
  for (int i = -3000; i < 3000; ++i) EXPECT_LE(logistic(0.01 * i), logistic(0.01 * (i + 1))) << i;
}

TEST(Finite, TellsNumbersFromTheRest) {
  EXPECT_TRUE(is_finite(0.0f));
  EXPECT_TRUE(is_finite(std::numeric_limits<float>::max()));
  EXPECT_TRUE(is_finite(std::numeric_limits<float>::denorm_min()));
  EXPECT_FALSE(is_finite(std::numeric_limits<float>::infinity()));
  EXPECT_FALSE(is_finite(-std::numeric_limits<float>::infinity()));
  EXPECT_FALSE(is_finite(std::nanf("")));
}

TEST(SortLanes, SortsAnyLengthWithTiesAndInfinities) {
  sample::Random random(7);
  constexpr int lanes = 5;
  static float v[130][lanes];
  for (int n = 0; n <= 130; ++n) {
    std::vector<float> expected[lanes];
    for (int i = 0; i < n; ++i)
      for (int l = 0; l < lanes; ++l) {
        v[i][l] = random.below(4) == 0 ? std::numeric_limits<float>::infinity() : static_cast<float>(random.below(9));
        expected[l].push_back(v[i][l]);
      }
    sort_lanes<lanes>(v, n);
    for (int l = 0; l < lanes; ++l) {
      std::sort(expected[l].begin(), expected[l].end());
      for (int i = 0; i < n; ++i)
        ASSERT_EQ(v[i][l], expected[l][static_cast<size_t>(i)]) << n << " values, place " << i;
    }
  }
}

TEST(Median, OfAnEvenCountIsTheMeanOfTheMiddleTwo) {
  const float v[4][1] = {{1.0f}, {2.0f}, {5.0f}, {9.0f}};
  EXPECT_EQ(median_of_sorted<1>(v, 4, 0), 3.5);
  EXPECT_EQ(median_of_sorted<1>(v, 3, 0), 2.0);
  EXPECT_EQ(median_of_sorted<1>(v, 1, 0), 1.0);
}

}  // namespace fw
