// The gamma function's family and the normal distribution, in plain arithmetic (see special_functions.h).
#pragma once
#include "kernels/special_functions.h"

namespace fw {

/// ln Gamma(a) for a > 0: Stirling's series after a shift to a >= 15.
/// Out: absolute error below 1.5e-14 + 1.5e-15 |ln Gamma(a)| up to a = 1e6.
/// Source: Abramowitz & Stegun 1964, 6.1.41.
FW_HD double log_gamma(double a) {
  double product = 1.0, z = a;
  while (z < 15.0) {
    product *= z;
    z += 1.0;
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

/// ln a - psi(a) for a > 0, without the cancellation of its parts where a is large. Relative error below 2e-14.
/// Source: Abramowitz & Stegun 1964, 6.3.18 and 6.3.5.
FW_HD double log_minus_digamma(double a) {
  double z = a, shift = 0.0;
  while (z < 12.0) {
    shift += 1.0 / z;
    z += 1.0;
  }
  const double r = 1.0 / z, r2 = r * r;
  double q = 1.0 / 12.0;
  q = q * r2 - 691.0 / 32760.0;
  q = q * r2 + 1.0 / 132.0;
  q = q * r2 - 1.0 / 240.0;
  q = q * r2 + 1.0 / 252.0;
  q = q * r2 - 1.0 / 120.0;
  q = q * r2 + 1.0 / 12.0;
  const double tail = 0.5 * r + q * r2;  // ln z - psi(z)
  return a < 12.0 ? (tail + shift) - log_exact(z / a) : tail;
}

/// psi'(a) for a > 0. Relative error below 1e-13. Source: Abramowitz & Stegun 1964, 6.4.12 and 6.4.6.
FW_HD double trigamma(double a) {
  double z = a, shift = 0.0;
  while (z < 12.0) {
    shift += 1.0 / (z * z);
    z += 1.0;
  }
  const double r = 1.0 / z, r2 = r * r;
  double q = -691.0 / 2730.0;
  q = q * r2 + 5.0 / 66.0;
  q = q * r2 - 1.0 / 30.0;
  q = q * r2 + 1.0 / 42.0;
  q = q * r2 - 1.0 / 30.0;
  q = q * r2 + 1.0 / 6.0;
  return shift + r + 0.5 * r2 + q * r2 * r;
}

/// Regularised incomplete gamma functions: lower P(a, x) and upper Q(a, x) = 1 - P(a, x). P is computed where x < a +
/// 1, else Q: neither far tail loses digits.
struct GammaShares {
  double lower, upper;
};
/// In: a: shape, 0 < a <= 1e5; x >= 0; log_gamma_a: log_gamma(a), the same for many x. Series for x < a + 1, else the
/// continued fraction by Lentz's method. Out: relative error of the share computed below 1e-14 * (10 + a), where it is
/// above 1e-300. Source: Abramowitz & Stegun 1964, 6.5.29 and 6.5.31.
FW_HD GammaShares incomplete_gamma(double a, double x, double log_gamma_a) {
  constexpr int limit = 20000;  // needs about 8 sqrt(a) terms
  if (x <= 0.0) return {0.0, 1.0};
  if (!(x < infinity_d())) return {1.0, 0.0};
  const double front = exp_exact(a * log_exact(x) - x - log_gamma_a);
  if (x < a + 1.0) {
    double term = 1.0 / a, sum = term, n = a;
    for (int k = 0; k < limit && term > sum * 1e-17; ++k) {
      n += 1.0;
      term *= x / n;
      sum += term;
    }
    const double lower = clip(front * sum, 0.0, 1.0);
    return {lower, 1.0 - lower};
  }
  constexpr double tiny = 1e-300;
  double b = x + 1.0 - a, c = 1.0 / tiny, d = 1.0 / b, h = d;
  for (int k = 1; k < limit; ++k) {
    const double i = static_cast<double>(k), an = -i * (i - a);
    b += 2.0;
    d = an * d + b;
    d = absolute(d) < tiny ? tiny : d;
    c = b + an / c;
    c = absolute(c) < tiny ? tiny : c;
    d = 1.0 / d;
    const double step = d * c;
    h *= step;
    if (absolute(step - 1.0) < 2e-16) break;
  }
  const double upper = clip(front * h, 0.0, 1.0);
  return {1.0 - upper, upper};
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
