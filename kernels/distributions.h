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

  /// Probabilities that numbers of the distribution with df >= 1 whole degrees of freedom are as far from 0 as t, of L
  /// lanes at once. The incomplete beta function I_x(df / 2, 1 / 2) at x = df / (df + t^2), by its continued fraction.
  /// Out: relative error below 1e-12 for df <= 4096, where the value is above 1e-300; NaN where t is NaN or df < 1.
  /// Source: Abramowitz & Stegun 1964, 26.7.1, 26.5.8; Lentz 1976, Applied Optics 15:668.
  template <int L>
  FW_HD void two_sided(const double (&t)[L], const double (&df)[L], double (&out)[L]) const {
    double x[L], y[L], direct[L], p[L], q[L], u[L], h[L];
    for (int l = 0; l < L; ++l) {
      const double a = 0.5 * df[l], b = 0.5, tt = t[l] * t[l];
      x[l] = df[l] / (df[l] + tt);
      y[l] = tt / (df[l] + tt);  // 1 - x
      direct[l] = x[l] < (a + 1.0) / (a + b + 2.0) ? 1.0 : 0.0;
      p[l] = direct[l] != 0.0 ? a : b;
      q[l] = direct[l] != 0.0 ? b : a;
      u[l] = direct[l] != 0.0 ? x[l] : y[l];
    }
    continue_fraction<L>(p, q, u, h);
    double front[L];
    for (int l = 0; l < L; ++l) front[l] = log_exact(x[l]);
    for (int l = 0; l < L; ++l) front[l] = exp_exact(0.5 * df[l] * front[l]);
    for (int l = 0; l < L; ++l) {
      const bool none = !(t[l] == t[l]) || !(df[l] >= 1.0);
      const double share = front[l] * sqrt(y[l]) / (none ? 1.0 : beta_of(static_cast<int>(df[l]))) * h[l] / p[l];
      const double tails = clip(direct[l] != 0.0 ? share : 1.0 - share, 0.0, 1.0);
      out[l] = none ? nan_d() : y[l] == 0.0 ? 1.0 : is_finite(t[l]) ? tails : 0.0;
    }
  }

 private:
  static constexpr int known = 256;

  /// B(df / 2, 1 / 2) from that of fewer degrees, by B(a + 1, b) = B(a, b) a / (a + b).
  FW_HD double beta_from(int fewer, int df) const {
    double beta = beta_[fewer];
    for (double a = 0.5 * fewer; a < 0.5 * df; a += 1.0) beta *= a / (a + 0.5);
    return beta;
  }
  /// That of I_u(p, q).
  template <int L>
  FW_HD static void continue_fraction(const double (&p)[L], const double (&q)[L], const double (&u)[L],
                                      double (&h)[L]) {
    constexpr double close = 3e-16;
    double c[L], d[L], moved[L], step[L], next[L];
    for (int l = 0; l < L; ++l) {
      c[l] = moved[l] = 1.0;
      d[l] = 1.0 - (p[l] + q[l]) * u[l] / (p[l] + 1.0);
      d[l] = 1.0 / off_zero(d[l]);
      h[l] = d[l];
    }
    int under_way = L;
    for (int m = 1; m < 2000 && under_way > 0; ++m) {
      const double k = static_cast<double>(m), k2 = 2.0 * k;
      for (int l = 0; l < L; ++l) step[l] = k * (q[l] - k) * u[l] / ((p[l] + k2 - 1.0) * (p[l] + k2));
      turn<L>(step, c, d);
      for (int l = 0; l < L; ++l) next[l] = h[l] * (d[l] * c[l]);
      for (int l = 0; l < L; ++l) step[l] = -(p[l] + k) * (p[l] + q[l] + k) * u[l] / ((p[l] + k2) * (p[l] + k2 + 1.0));
      turn<L>(step, c, d);
      for (int l = 0; l < L; ++l) next[l] *= d[l] * c[l];
      for (int l = 0; l < L; ++l) h[l] = moved[l] >= close ? next[l] : h[l];  // a lane that has arrived stays
      for (int l = 0; l < L; ++l) next[l] = absolute(d[l] * c[l] - 1.0);
      for (int l = 0; l < L; ++l) moved[l] = moved[l] >= close ? next[l] : 0.0;
      under_way = 0;
      for (int l = 0; l < L; ++l) under_way += moved[l] >= close ? 1 : 0;
    }
  }
  static FW_HD double off_zero(double v) {
    constexpr double tiny = 1e-300;
    return absolute(v) < tiny ? tiny : v;
  }
  template <int L>
  static FW_HD void turn(const double (&step)[L], double (&c)[L], double (&d)[L]) {
    for (int l = 0; l < L; ++l) d[l] = 1.0 + step[l] * d[l];
    for (int l = 0; l < L; ++l) c[l] = 1.0 + step[l] / c[l];
    for (int l = 0; l < L; ++l) d[l] = 1.0 / off_zero(d[l]);
    for (int l = 0; l < L; ++l) c[l] = off_zero(c[l]);
  }
  FW_HD double beta_of(int df) const { return df < known ? beta_[df] : beta_from(known - 2 + df % 2, df); }

  double beta_[known];  ///< B(1/2, 1/2) = pi, B(1, 1/2) = 2, ...
};

}  // namespace fw
