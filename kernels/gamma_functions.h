// The gamma function's family and the normal distribution, in plain arithmetic (see special_functions.h).
#pragma once
#include "kernels/special_functions.h"

namespace fw {

/// ln Gamma(a) for a > 0: Stirling's series after a shift to a >= 15.
/// Out: absolute error below 1.5e-14 + 1.5e-15 |ln Gamma(a)| up to a = 1e6.
/// Source: Abramowitz & Stegun 1964, 6.1.41.
FW_HD double log_gamma(double a) {
  double product = 1.0, z = a;
  for (int k = 0; k < 15; ++k) {
    const bool low = z < 15.0;
    product *= low ? z : 1.0;
    z += low ? 1.0 : 0.0;
  }
  const double r = 1.0 / z, r2 = r * r;
  double q = 1.0 / 156.0;
  q = q * r2 - 691.0 / 360360.0;
  q = q * r2 + 1.0 / 1188.0;
  q = q * r2 - 1.0 / 1680.0;
  q = q * r2 + 1.0 / 1260.0;
  q = q * r2 - 1.0 / 360.0;
  q = q * r2 + 1.0 / 12.0;
  constexpr double half_ln_2_pi = 0.91893853320467274178;
  return (((z - 0.5) * log_exact(z) - z) + half_ln_2_pi + q * r) - log_exact(product);
}

/// ln a - psi(a), without the cancellation of its parts where a is large, and psi'(a), for a > 0. Relative errors below
/// 2e-14 and 1e-13. Loops over lanes are innermost everywhere here, and without branches: they become vector
/// instructions. Source: Abramowitz & Stegun 1964, 6.3.18, 6.3.5, 6.4.12 and 6.4.6.
template <int L>
FW_HD void digamma_of(const double (&a)[L], double (&log_minus_psi)[L], double (&slope)[L]) {
  // Of the product of z, z + 1 .. below 12: itself, and the sums of what is left without one and without two of them.
  double z[L], all[L], one[L], two[L];
  for (int l = 0; l < L; ++l) z[l] = a[l], all[l] = 1.0, one[l] = two[l] = 0.0;
  for (int k = 0; k < 12; ++k)
    for (int l = 0; l < L; ++l) {
      const bool low = z[l] < 12.0;
      two[l] = low ? two[l] * z[l] + one[l] : two[l];
      one[l] = low ? one[l] * z[l] + all[l] : one[l];
      all[l] = low ? all[l] * z[l] : all[l];
      z[l] += low ? 1.0 : 0.0;
    }
  for (int l = 0; l < L; ++l) {
    const double r = 1.0 / z[l], r2 = r * r;
    double q = 1.0 / 12.0, w = -691.0 / 2730.0;
    q = q * r2 - 691.0 / 32760.0, w = w * r2 + 5.0 / 66.0;
    q = q * r2 + 1.0 / 132.0, w = w * r2 - 1.0 / 30.0;
    q = q * r2 - 1.0 / 240.0, w = w * r2 + 1.0 / 42.0;
    q = q * r2 + 1.0 / 252.0, w = w * r2 - 1.0 / 30.0;
    q = q * r2 - 1.0 / 120.0, w = w * r2 + 1.0 / 6.0;
    q = q * r2 + 1.0 / 12.0;
    const double tail = 0.5 * r + q * r2, ratio = log_exact(z[l] / a[l]);  // tail: ln z - psi(z)
    const double shift = one[l] / all[l], pairs = two[l] / all[l];  // sums of 1 / z and of 1 / (z z') of two different
    log_minus_psi[l] = a[l] < 12.0 ? (tail + shift) - ratio : tail;
    slope[l] = (shift * shift - 2.0 * pairs) + r + 0.5 * r2 + w * r2 * r;
  }
}

/// Regularised incomplete gamma functions: lower P(a, x) and upper Q(a, x) = 1 - P(a, x). P is computed where x < a +
/// 1, else Q: neither far tail loses digits.
struct GammaShares {
  double lower, upper;
};
/// In: a: shape, 0 < a <= 1e5; x >= 0; log_gamma_a: log_gamma(a), the same for many x. Series for x < a + 1, else the
/// continued fraction. Out: relative error of the share computed below 1e-14 * (10 + a), where it is
/// above 1e-300; NaN where a or x is. Source: Abramowitz & Stegun 1964, 6.5.29 and 6.5.31.
template <int L>
FW_HD void incomplete_gamma(const double (&a)[L], const double (&x)[L], const double (&log_gamma_a)[L],
                            double (&lower)[L], double (&upper)[L]) {
  constexpr int limit = 20000, together = 8;  // needs about 8 sqrt(a) terms; divided by its denominator every 8 terms
  double front[L], sum[L], fraction[L], series[L], moving[L];
  int64_t by_series = 0, by_fraction = 0;
  for (int l = 0; l < L; ++l) {
    front[l] = exp_exact(a[l] * log_exact(x[l]) - x[l] - log_gamma_a[l]);
    sum[l] = fraction[l] = 0.0;
    const bool inside = (x[l] > 0.0) & (x[l] < infinity_d());
    series[l] = inside & (x[l] < a[l] + 1.0) ? 1.0 : 0.0;
    moving[l] = inside & (x[l] >= a[l] + 1.0) ? 1.0 : 0.0;
    by_series += series[l] > 0.0 ? 1 : 0;
    by_fraction += moving[l] > 0.0 ? 1 : 0;
  }
  if (by_series > 0) {
    double term[L], n[L];  // the last term and its divisor; a term of 0: done, or not by series
    for (int l = 0; l < L; ++l) {
      sum[l] = term[l] = series[l] > 0.0 ? 1.0 / a[l] : 0.0;
      n[l] = a[l];
    }
    for (int k = 0; k < limit && by_series > 0; k += together) {
      double whole[L], power[L], below[L];
      for (int l = 0; l < L; ++l) whole[l] = sum[l], power[l] = term[l], below[l] = 1.0;
      for (int j = 0; j < together; ++j)
        for (int l = 0; l < L; ++l) {
          n[l] += 1.0;
          below[l] *= n[l];
          power[l] *= x[l];
          whole[l] = whole[l] * n[l] + power[l];
        }
      by_series = 0;
      for (int l = 0; l < L; ++l) {
        const double inverse = 1.0 / below[l];
        const bool goes = term[l] > 0.0;
        sum[l] = goes ? whole[l] * inverse : sum[l];
        term[l] = goes & (power[l] * inverse > sum[l] * 1e-17) ? power[l] * inverse : 0.0;
        by_series += term[l] > 0.0 ? 1 : 0;
      }
    }
  }
  if (by_fraction > 0) {
    double b[L], over[L], under[L], over_before[L], under_before[L];  // Wallis's recurrences
    for (int l = 0; l < L; ++l) {
      b[l] = moving[l] > 0.0 ? x[l] + 1.0 - a[l] : 2.0;
      over[l] = fraction[l] = 1.0 / b[l];
      under[l] = 1.0;
      over_before[l] = 0.0;
      under_before[l] = 1.0 / b[l];
    }
    for (int k = 1; k < limit && by_fraction > 0; k += together) {
      for (int j = 0; j < together; ++j) {
        const double i = static_cast<double>(k + j);
        for (int l = 0; l < L; ++l) {
          const double an = -i * (i - a[l]);
          b[l] += 2.0;
          const double next = b[l] * over[l] + an * over_before[l], next_under = b[l] * under[l] + an * under_before[l];
          over_before[l] = over[l], under_before[l] = under[l];
          over[l] = next, under[l] = next_under;
        }
      }
      by_fraction = 0;
      for (int l = 0; l < L; ++l) {
        const double inverse = 1.0 / under[l];
        over[l] *= inverse, over_before[l] *= inverse, under_before[l] *= inverse;
        under[l] = 1.0;
        const bool goes = moving[l] > 0.0;
        moving[l] = goes & (absolute(over[l] - fraction[l]) > 4e-15 * fraction[l]) ? 1.0 : 0.0;
        fraction[l] = goes ? over[l] : fraction[l];
        by_fraction += moving[l] > 0.0 ? 1 : 0;
      }
    }
  }
  for (int l = 0; l < L; ++l) {
    const bool low = x[l] < a[l] + 1.0;
    const double share = clip(front[l] * (low ? sum[l] : fraction[l]), 0.0, 1.0);
    const double under = x[l] <= 0.0 ? 0.0 : (x[l] < infinity_d() ? (low ? share : 1.0 - share) : 1.0);
    const double over = x[l] <= 0.0 ? 1.0 : (x[l] < infinity_d() ? (low ? 1.0 - share : share) : 0.0);
    const bool asked = a[l] == a[l] && x[l] == x[l];
    lower[l] = asked ? under : nan_d();
    upper[l] = asked ? over : nan_d();
  }
}

FW_HD GammaShares incomplete_gamma(double a, double x, double log_gamma_a) {
  const double as[1] = {a}, xs[1] = {x}, logs[1] = {log_gamma_a};
  double lower[1], upper[1];
  incomplete_gamma<1>(as, xs, logs, lower, upper);
  return {lower[0], upper[0]};
}
FW_HD GammaShares incomplete_gamma(double a, double x) { return incomplete_gamma(a, x, log_gamma(a)); }

/// Quantile of the standard normal distribution, 0 < p < 1 (-inf at 0, +inf at 1, NaN outside).
/// In: p, and q = 1 - p as its own argument: near 1 only q has the digits. Out: relative error below 1e-15.
/// Source: Wichura 1988, Algorithm AS 241 (PPND16), Applied Statistics 37:477.
FW_HD double normal_quantile(double p, double q) {
  if (!(p >= 0.0 && q >= 0.0)) return nan_d();
  const double tail = p < q ? p : q;
  if (tail <= 0.0) return p < q ? -infinity_d() : infinity_d();
  if (tail >= 0.075) {
    const double d = p < q ? p - 0.5 : 0.5 - q, r = 0.180625 - d * d;
    const double above = (((((((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r +
                              45921.953931549871457) *
                                 r +
                             13731.693765509461125) *
                                r +
                            1971.5909503065514427) *
                               r +
                           133.14166789178437745) *
                              r +
                          3.387132872796366608);
    const double below = (((((((5226.495278852545925 * r + 28729.085735721942674) * r + 39307.89580009271061) * r +
                              21213.794301586595867) *
                                 r +
                             5394.1960214247511077) *
                                r +
                            687.1870074920579083) *
                               r +
                           42.313330701600911252) *
                              r +
                          1.0);
    return d * above / below;
  }
  double r = sqrt(-log_exact(tail)), z;
  if (r <= 5.0) {
    r -= 1.6;
    const double above =
        (((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r +
             1.27045825245236838258) *
                r +
            3.64784832476320460504) *
               r +
           5.7694972214606914055) *
              r +
          4.6303378461565452959) *
             r +
         1.42343711074968357734);
    const double below =
        (((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r +
             0.14810397642748007459) *
                r +
            0.68976733498510000455) *
               r +
           1.6763848301838038494) *
              r +
          2.05319162663775882187) *
             r +
         1.0);
    z = above / below;
  } else {
    r -= 5.0;
    const double above =
        (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r +
             0.026532189526576123093) *
                r +
            0.29656057182850489123) *
               r +
           1.7848265399172913358) *
              r +
          5.4637849111641143699) *
             r +
         6.6579046435011037772);
    const double below =
        (((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r +
             7.868691311456132591e-4) *
                r +
            0.0148753612908506148525) *
               r +
           0.13692988092273580531) *
              r +
          0.59983220655588793769) *
             r +
         1.0);
    z = above / below;
  }
  return p < q ? -z : z;
}

}  // namespace fw
