// Bounds of the errors of kernels/special_functions.h and gamma_functions.h, against long double and closed forms.
#include "kernels/special_functions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "one_gamma.h"

namespace fw {
namespace {

using test::log_minus_digamma, test::trigamma;
constexpr double inf = std::numeric_limits<double>::infinity();
constexpr long double euler = 0.577215664901532860606512090082402431L;

double relative(double got, long double expected) {
  return static_cast<double>(std::abs((static_cast<long double>(got) - expected) / expected));
}

TEST(SinCosExact, IsCloseToTheLibrary) {
  double worst = 0.0;
  for (double x = -100.0; x <= 100.0; x += 0.00377) {
    const SinCos v = sin_cos_exact(x);
    worst = std::max(worst, static_cast<double>(std::abs(v.sin - std::sin(static_cast<long double>(x)))));
    worst = std::max(worst, static_cast<double>(std::abs(v.cos - std::cos(static_cast<long double>(x)))));
  }
  EXPECT_LT(worst, 3e-16);
  EXPECT_TRUE(std::isnan(sin_cos_exact(1e6).sin));
  EXPECT_TRUE(std::isnan(sin_cos_exact(std::nan("")).cos));
}

TEST(AtanExact, IsCloseToTheLibrary) {
  double worst = 0.0;
  for (double x = -1000.0; x <= 1000.0; x += 0.0937)
    for (const double y : {x, x / 1000.0})
      worst = std::max(worst, static_cast<double>(std::abs(atan_exact(y) - std::atan(static_cast<long double>(y)))));
  EXPECT_LT(worst, 4e-16);
  EXPECT_TRUE(std::isnan(atan_exact(std::nan(""))));
}

TEST(AcosExact, IsCloseToTheLibraryAndClips) {
  double worst = 0.0;
  for (double x = -1.0; x <= 1.0; x += 0.000173)
    worst = std::max(worst, static_cast<double>(std::abs(acos_exact(x) - std::acos(static_cast<long double>(x)))));
  EXPECT_LT(worst, 1e-15);
  EXPECT_EQ(acos_exact(1.1), 0.0);
  EXPECT_NEAR(acos_exact(-1.1), pi_d, 1e-15);
  EXPECT_TRUE(std::isnan(acos_exact(std::nan(""))));
}

TEST(LogGamma, IsCloseToTheLibrary) {
  double worst = 0.0;
  for (double a = 1e-3; a < 1e6; a *= 1.0117) {
    const long double expected = std::lgamma(static_cast<long double>(a));
    worst = std::max(worst, static_cast<double>(std::abs(log_gamma(a) - expected) / (10.0L + std::abs(expected))));
  }
  EXPECT_LT(worst, 1.5e-15);
}

TEST(Digamma, HasItsClosedForms) {
  // psi(n) = -euler + 1 + 1/2 + ... + 1/(n-1); psi(n + 1/2) = -euler - 2 ln 2 + 2 (1 + 1/3 + ... + 1/(2n-1))
  long double whole = -euler, half = -euler - 2.0L * std::log(2.0L);
  double worst = 0.0;
  for (int n = 1; n <= 300; ++n) {
    if (n > 1) whole += 1.0L / (n - 1);
    half += 2.0L / (2 * n - 1);
    worst = std::max(worst, relative(log_minus_digamma(n), std::log(static_cast<long double>(n)) - whole));
    worst = std::max(worst, relative(log_minus_digamma(n + 0.5), std::log(n + 0.5L) - half));
  }
  EXPECT_LT(worst, 2e-14);
  EXPECT_LT(relative(log_minus_digamma(0.25), std::log(0.25L) + euler + std::acos(-1.0L) / 2 + 3 * std::log(2.0L)),
            1e-15);
}

TEST(Trigamma, HasItsClosedForms) {
  const long double pi = std::acos(-1.0L);
  long double whole = pi * pi / 6.0L, half = pi * pi / 2.0L;
  double worst = std::max(relative(trigamma(1.0), whole), relative(trigamma(0.5), half));
  for (int n = 1; n <= 100; ++n) {
    whole -= 1.0L / (static_cast<long double>(n) * n);
    half -= 4.0L / ((2.0L * n - 1.0L) * (2.0L * n - 1.0L));
    worst = std::max(worst, relative(trigamma(n + 1.0), whole));
    worst = std::max(worst, relative(trigamma(n + 0.5), half));
  }
  EXPECT_LT(worst, 1e-13);
}

/// P(a, x) by its series in long double; good where x is not far above a.
long double lower_share(long double a, long double x) {
  long double term = 1.0L / a, sum = term;
  for (long double n = a + 1.0L; term > sum * 1e-22L; n += 1.0L) sum += (term *= x / n);
  return sum * std::exp(a * std::log(x) - x - std::lgamma(a));
}

TEST(IncompleteGamma, AgreesWithItsSeriesInLongDouble) {
  double worst = 0.0;
  for (const double a : {0.05, 0.3, 1.0, 1.25, 2.0749764292, 7.5, 20.0, 100.0, 1234.5, 9000.0})
    for (double x = a * 0.02; x < a + 9.0 * std::sqrt(a) + 9.0; x += 0.037 * (a + 1.0)) {
      const GammaShares got = incomplete_gamma(a, x);
      const long double p = lower_share(a, x);
      if (p < 1e-300L) continue;
      EXPECT_EQ(got.lower + got.upper, 1.0);
      if (x < a + 1.0) {
        worst = std::max(worst, relative(got.lower, p) / (10.0 + a));
      } else {  // 1 - p has only the digits of p
        const double q = static_cast<double>(1.0L - p);
        EXPECT_NEAR(got.upper, q, (1e-14 * q + 5e-18) * (10.0 + a)) << a << " " << x;
      }
    }
  EXPECT_LT(worst, 1e-14);
}

TEST(IncompleteGamma, HasItsClosedForms) {
  for (const double x : {1e-8, 0.1, 1.0, 3.0, 30.0, 300.0}) {
    EXPECT_LT(relative(incomplete_gamma(1.0, x).upper, std::exp(-static_cast<long double>(x))), 3e-13) << x;
    EXPECT_LT(relative(incomplete_gamma(0.5, x).upper, std::erfc(std::sqrt(static_cast<long double>(x)))), 3e-13) << x;
  }
  EXPECT_EQ(incomplete_gamma(2.0, 0.0).lower, 0.0);
  EXPECT_EQ(incomplete_gamma(2.0, inf).upper, 0.0);
}

TEST(NormalQuantile, UndoesTheDistribution) {
  double worst = 0.0;
  for (double z = -8.2; z <= 8.2; z += 0.0113) {
    const double lower = static_cast<double>(0.5L * std::erfc(-static_cast<long double>(z) / std::sqrt(2.0L)));
    const double upper = static_cast<double>(0.5L * std::erfc(static_cast<long double>(z) / std::sqrt(2.0L)));
    worst = std::max(worst, std::abs(normal_quantile(lower, upper) - z) / std::max(0.01, std::abs(z)));
  }
  EXPECT_LT(worst, 2e-14);
  EXPECT_EQ(normal_quantile(0.5, 0.5), 0.0);
  EXPECT_NEAR(normal_quantile(0.975, 0.025), 1.959963984540054, 1e-15);
  EXPECT_NEAR(normal_quantile(0.001, 0.999), -3.090232306167814, 2e-15);
  EXPECT_EQ(normal_quantile(0.0, 1.0), -inf);
  EXPECT_EQ(normal_quantile(1.0, 0.0), inf);
  EXPECT_TRUE(std::isnan(normal_quantile(std::nan(""), std::nan(""))));
}

}  // namespace
}  // namespace fw
