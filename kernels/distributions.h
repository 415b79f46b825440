// Tails of the normal and of Student's distribution, in plain arithmetic (see special_functions.h).
#pragma once
#include "kernels/special_functions.h"

namespace fw {

/// Complementary error function of x >= 0. Series of erf below 1.5, else Laplace's continued fraction from its end.
/// Out: relative error below 2e-14 + 3e-16 x^2, where the value is above 1e-300.
/// Source: Abramowitz & Stegun 1964, 7.1.6 and 7.1.14.
FW_HD double erfc_exact(double x) {
  constexpr double one_over_sqrt_pi = 0.56418958354775628695;
  if (!(x == x) || x < 0.0) return nan_d();
  if (x > 26.0) return 0.0;
  const double front = exp_exact(-x * x) * one_over_sqrt_pi;
  if (x < 1.5) {
    double term = x, sum = x;
    for (int k = 1; term > sum * 1e-17 && k < 60; ++k) {
      term *= 2.0 * x * x / (2.0 * k + 1.0);
      sum += term;
    }
    return 1.0 - 2.0 * front * sum;
  }
  double below = x;
  for (int k = static_cast<int>(160.0 / (x * x)) + 8; k >= 1; --k) below = x + 0.5 * static_cast<double>(k) / below;
  return front / below;
}

/// Probability that a standard normal number is as far from 0 as z.
FW_HD double normal_two_sided(double z) {
  constexpr double sqrt_half = 0.70710678118654752440;
  return z == 0.0 ? 1.0 : erfc_exact(absolute(z) * sqrt_half);
}

/// Tails of Student's distribution, with the constants of the first degrees of freedom at hand.
class StudentTails {
 public:
  StudentTails() : beta_{0.0, pi_d, 2.0} {
    for (int df = 3; df < known; ++df) beta_[df] = beta_from(df - 2, df);
  }

  /// Probability that a number of the distribution with `df` >= 1 whole degrees of freedom is as far from 0 as t.
  /// The incomplete beta function I_x(df / 2, 1 / 2) at x = df / (df + t^2), by its continued fraction (Lentz).
  /// Out: relative error below 1e-12 for df <= 4096, where the value is above 1e-300.
  /// Source: Abramowitz & Stegun 1964, 26.7.1, 26.5.8.
  FW_HD double two_sided(double t, int df) const;

 private:
  static constexpr int known = 256;

  /// B(df / 2, 1 / 2) from that of fewer degrees, by B(a + 1, b) = B(a, b) a / (a + b).
  FW_HD double beta_from(int fewer, int df) const {
    double beta = beta_[fewer];
    for (double a = 0.5 * fewer; a < 0.5 * df; a += 1.0) beta *= a / (a + 0.5);
    return beta;
  }
  FW_HD double beta_of(int df) const { return df < known ? beta_[df] : beta_from(known - 2 + df % 2, df); }

  double beta_[known];  ///< B(1/2, 1/2) = pi, B(1, 1/2) = 2, ...
};

FW_HD double StudentTails::two_sided(double t, int df) const {
  if (!(t == t) || df < 1) return nan_d();
  if (!is_finite(t)) return 0.0;
  const double nu = static_cast<double>(df), a = 0.5 * nu, b = 0.5, tt = t * t;
  const double x = nu / (nu + tt), y = tt / (nu + tt);  // y = 1 - x
  if (y == 0.0) return 1.0;
  const double front = exp_exact(a * log_exact(x)) * sqrt(y) / beta_of(df);
  const bool direct = x < (a + 1.0) / (a + b + 2.0);
  const double p = direct ? a : b, q = direct ? b : a, u = direct ? x : y;
  constexpr double tiny = 1e-300;
  double c = 1.0, d = 1.0 - (p + q) * u / (p + 1.0);
  d = 1.0 / (absolute(d) < tiny ? tiny : d);
  double h = d;
  for (int m = 1; m < 2000; ++m) {
    const double k = static_cast<double>(m), k2 = 2.0 * k;
    double step = k * (q - k) * u / ((p + k2 - 1.0) * (p + k2));
    d = 1.0 + step * d;
    c = 1.0 + step / c;
    d = 1.0 / (absolute(d) < tiny ? tiny : d);
    c = absolute(c) < tiny ? tiny : c;
    h *= d * c;
    step = -(p + k) * (p + q + k) * u / ((p + k2) * (p + k2 + 1.0));
    d = 1.0 + step * d;
    c = 1.0 + step / c;
    d = 1.0 / (absolute(d) < tiny ? tiny : d);
    c = absolute(c) < tiny ? tiny : c;
    h *= d * c;
    if (absolute(d * c - 1.0) < 3e-16) break;
  }
  const double share = front * h / p;
  return clip(direct ? share : 1.0 - share, 0.0, 1.0);
}

}  // namespace fw
