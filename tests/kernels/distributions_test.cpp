#include "kernels/distributions.h"

#include <gtest/gtest.h>

#include <cmath>

namespace fw {
namespace {

TEST(Distributions, ErfcKeepsItsRelativeErrorIntoTheTail) {
  for (double x = 0.0; x < 26.0; x += 0.0007) {
    const double expected = std::erfc(x);
    ASSERT_LE(std::abs(erfc_exact(x) - expected), (2e-14 + 3e-16 * x * x) * expected) << x;
  }
  EXPECT_EQ(erfc_exact(0.0), 1.0);
  EXPECT_EQ(erfc_exact(40.0), 0.0);
  EXPECT_TRUE(std::isnan(erfc_exact(std::nan(""))));
}

TEST(Distributions, NormalTailsAtKnownQuantiles) {
  EXPECT_EQ(normal_two_sided(0.0), 1.0);
  EXPECT_NEAR(normal_two_sided(1.959963984540054), 0.05, 1e-15);
  EXPECT_NEAR(normal_two_sided(-2.5758293035489004), 0.01, 1e-15);
}

/// 2 / pi * (theta + sin theta (cos theta + 2/3 cos^3 theta + ..)) and its even sister (Abramowitz & Stegun 26.7.3, 4).
double central_share(double t, int df) {
  const double theta = std::atan(t / std::sqrt(df)), c = std::cos(theta), s = std::sin(theta);
  const bool odd = df % 2 == 1;
  double term = odd ? c : 1.0, sum = df == 1 ? 0.0 : term;
  for (int k = odd ? 3 : 2; k <= df - 2; k += 2) {
    term *= static_cast<double>(k - 1) / k * c * c;
    sum += term;
  }
  return odd ? 2.0 / pi_d * (theta + s * sum) : s * sum;
}

struct {
  double two_sided(double t, int df) const {
    const double ratio[1] = {t}, free[1] = {static_cast<double>(df)};
    double p[1];
    tails.two_sided<1>(ratio, free, p);
    return p[0];
  }
  StudentTails tails;
} const student;

TEST(Distributions, StudentTailsEqualTheFiniteSums) {
  for (const int df : {1, 2, 3, 4, 7, 10, 38, 58, 118, 254, 255, 256, 257, 501, 4096})
    for (double t = 0.0; t < 12.0; t += 0.13) {
      ASSERT_NEAR(student.two_sided(t, df), 1.0 - central_share(t, df), 2e-13) << t << " df " << df;
      ASSERT_EQ(student.two_sided(t, df), student.two_sided(-t, df));
    }
}

TEST(Distributions, StudentTailsAreTheSameAloneAndSideBySide) {
  const double infinite = std::numeric_limits<double>::infinity();
  const double t[8] = {0.0, 1e-9, -0.7, 2.3, infinite, std::nan(""), 40.0, 1.0}, df[8] = {5, 1, 43, 58, 3, 7, 300, 0};
  double p[8];
  student.tails.two_sided<8>(t, df, p);
  for (int l = 0; l < 8; ++l) {
    const double alone = student.two_sided(t[l], static_cast<int>(df[l]));
    EXPECT_TRUE(p[l] == alone || (std::isnan(p[l]) && std::isnan(alone))) << t[l] << ": " << p[l] << ", " << alone;
  }
}

TEST(Distributions, StudentTailsAtKnownQuantiles) {
  EXPECT_NEAR(student.two_sided(12.706204736174698, 1), 0.05, 1e-13);
  EXPECT_NEAR(student.two_sided(2.2281388519862744, 10), 0.05, 1e-14);
  EXPECT_NEAR(student.two_sided(1e3, 1) / (2.0 / pi_d * std::atan(1e-3)), 1.0, 1e-12);
  EXPECT_NEAR(student.two_sided(1e4, 2) / (1.0 - 1e4 / std::sqrt(2.0 + 1e8)), 1.0, 1e-7);  // 1e-8: the sum cancels
  EXPECT_EQ(student.two_sided(std::numeric_limits<double>::infinity(), 5), 0.0);
  EXPECT_TRUE(std::isnan(student.two_sided(1.0, 0)));
}

}  // namespace
}  // namespace fw
