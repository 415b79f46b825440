#include <gtest/gtest.h>

#include <cmath>

#include "core/risk/alps.h"
#include "core/risk/price_anomaly.h"

namespace fw {
namespace {

constexpr double nan = __builtin_nan("");

/// 100 + t + a season of 10 in July, with +-1 in turn.
std::vector<double> prices(int months) {
  std::vector<double> p;
  for (int t = 0; t < months; ++t) p.push_back(100 + t + (t % 12 == 6 ? 10 : 0) + (t / 12 % 2 == 0 ? 1 : -1));
  return p;
}

TEST(Alps, FindsTrendAndSeason) {
  const std::vector<double> p = prices(48);
  const AlpsFit fit = fit_alps(p, 0, 48);
  // Around its mean each month lies at -18, -6, 6, 18 and is off by 1, -1, 1, -1: sum -24 over a sum of squares of 720.
  EXPECT_NEAR(fit.slope, 1 - 24.0 / 720, 1e-12);
  EXPECT_NEAR(fit.level[6] - fit.level[5], 10 + 1 - fit.slope, 1e-9);
  EXPECT_EQ(fit.prices, 48);
}
TEST(Alps, ClassesHoldTheirLowerBound) {
  EXPECT_EQ(classify_alps(0.2499), PriceStress::normal);
  EXPECT_EQ(classify_alps(0.25), PriceStress::stress);
  EXPECT_EQ(classify_alps(1), PriceStress::alert);
  EXPECT_EQ(classify_alps(2), PriceStress::crisis);
  EXPECT_EQ(classify_alps(-5), PriceStress::normal);
  EXPECT_EQ(classify_alps(nan), PriceStress::not_assessed);
  EXPECT_EQ(describe(PriceStress::not_assessed), "not assessed");
}
TEST(Alps, LaterPricesDoNotLeakIntoTheFit) {
  std::vector<double> p = prices(60);
  const AlpsFit before = fit_alps(p, 3, 48);
  p[55] = 1e6;
  const AlpsFit after = fit_alps(p, 3, 48);
  EXPECT_EQ(before.slope, after.slope);
  EXPECT_GT(alps_z(after, p[55], 55, (3 + 55) % 12), 2);
}
TEST(Alps, MissingPricesAndShortRecordsAreNotAssessed) {
  std::vector<double> p = prices(48);
  for (size_t t = 5; t < p.size(); t += 12) p[t] = nan;  // June is never priced
  const AlpsFit fit = fit_alps(p, 0, 48);
  EXPECT_EQ(fit.prices, 44);
  EXPECT_TRUE(std::isnan(alps_z(fit, 120, 53, 5)));
  EXPECT_FALSE(std::isnan(alps_z(fit, 120, 54, 6)));
  EXPECT_TRUE(std::isnan(alps_z(fit, nan, 54, 6)));
  EXPECT_TRUE(std::isnan(fit_alps(prices(24), 0, 24).sd)) << "11 degrees of freedom";
  EXPECT_FALSE(std::isnan(fit_alps(prices(25), 0, 25).sd));
}
TEST(Alps, PricesThatAreExactlyExpectedHaveNoSpreadToMeasureBy) {
  std::vector<double> p;
  for (int t = 0; t < 48; ++t) p.push_back(50 + 2 * t);
  EXPECT_TRUE(std::isnan(alps_z(fit_alps(p, 0, 48), 500, 48, 0)));
}

TEST(AdjustedGrowth, OfSteadyGrowthIsTheRate) {
  std::vector<double> p{100};
  for (int t = 1; t < 20; ++t) p.push_back(p.back() * 1.02);
  EXPECT_NEAR(adjusted_growth(p, 12, 12), 0.02, 1e-12);
  EXPECT_NEAR(adjusted_growth(p, 3, 3), 0.02, 1e-12);
  EXPECT_TRUE(std::isnan(adjusted_growth(p, 2, 3)));
}
TEST(AdjustedGrowth, IsDeflatedByVolatility) {
  // Logs 0, d, 0: differences +d, -d: growth 0 over two months; over three with another d: rate (e^d)^(1/3) - 1.
  const double d = 0.1, e = std::exp(d);
  const std::vector<double> p{1, e, 1, e};
  const double mean = d / 3, variance = ((d - mean) * (d - mean) * 2 + (-d - mean) * (-d - mean)) / 2;
  EXPECT_NEAR(adjusted_growth(p, 3, 3), (std::exp(mean) - 1) * (1 - std::sqrt(variance)), 1e-12);
}
TEST(AdjustedGrowth, NeedsEveryPriceOfTheWindow) {
  std::vector<double> p(20, 5.0);
  p[10] = nan;
  EXPECT_TRUE(std::isnan(adjusted_growth(p, 12, 3)));
  p[10] = 0;
  EXPECT_TRUE(std::isnan(adjusted_growth(p, 12, 3)));
  EXPECT_EQ(adjusted_growth(p, 14, 3), 0);
}

std::vector<double> wavy(int months) {
  std::vector<double> p;
  for (int t = 0; t < months; ++t)
    p.push_back(100 * std::exp(0.003 * t + 0.05 * std::sin(t * 0.52) + 0.02 * std::cos(t * t * 0.7)));
  return p;
}
TEST(PriceAnomaly, ASpikeIsAnAlertAndAFallIsNone) {
  std::vector<double> p = wavy(72);
  p[71] *= 1.6;
  const PriceAnomaly up = price_anomaly(p, 71);
  EXPECT_EQ(classify_ipa(up.ipa), PriceWarning::alert);
  EXPECT_GE(up.gamma, 0.5);
  EXPECT_LE(up.gamma, 1.0);
  p[71] /= 3;
  EXPECT_EQ(classify_ipa(price_anomaly(p, 71).ipa), PriceWarning::normal);
}
TEST(PriceAnomaly, LearnsOnlyFromBefore) {
  std::vector<double> p = wavy(84);
  const double now = price_anomaly(p, 60).ipa;
  for (size_t t = 61; t < p.size(); ++t) p[t] *= 7;
  EXPECT_EQ(price_anomaly(p, 60).ipa, now);
}
TEST(PriceAnomaly, IsNotAssessedOnAShortRecord) {
  const std::vector<double> p = wavy(84);
  EXPECT_TRUE(std::isnan(price_anomaly(p, 40).ipa));
  EXPECT_EQ(classify_ipa(price_anomaly(p, 40).ipa), PriceWarning::not_assessed);
  EXPECT_EQ(price_anomaly(p, 83).years, 5);
}
TEST(PriceAnomaly, ClassesHoldTheirLowerBound) {
  EXPECT_EQ(classify_ipa(0.4999), PriceWarning::normal);
  EXPECT_EQ(classify_ipa(0.5), PriceWarning::watch);
  EXPECT_EQ(classify_ipa(1.0), PriceWarning::alert);
}

}  // namespace
}  // namespace fw
