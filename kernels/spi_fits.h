// The distributions of SPI and SPEI: fits and probabilities.
#pragma once
#include "kernels/gamma_functions.h"
#include "kernels/ops_spi.h"

namespace fw {

/// A fitted distribution of sums. shape NaN: not fitted.
struct SpiFit {
  double shape, spread, location, p_zero;
  double log_gamma_shape = 0.0;  ///< of the gamma distributions
};
FW_HD SpiFit no_spi_fit() { return {nan_d(), nan_d(), nan_d(), nan_d()}; }

/// Shape of a gamma distribution from s = ln(mean) - mean(ln) > 0: ln a - psi(a) = s, by Newton's method on ln a from a
/// start with relative error below 2 %. NaN where the shape is above max_gamma_shape.
/// Source: Thom 1958 (start: Greenwood & Durand 1960 as in Minka 2002, Estimating a Gamma distribution, eq. 8-9).
FW_HD double gamma_shape(double s, bool by_thom) {
  if (!(s > 0.0)) return nan_d();
  if (by_thom) {
    const double a = (1.0 + sqrt(1.0 + 4.0 * s / 3.0)) / (4.0 * s);
    return a <= max_gamma_shape ? a : nan_d();
  }
  double a = (3.0 - s + sqrt((s - 3.0) * (s - 3.0) + 24.0 * s)) / (12.0 * s);
  if (!(a <= 2.0 * max_gamma_shape)) return nan_d();
  for (int k = 0; k < 12; ++k) {
    // f(ln a) = ln a - psi(a) - s falls; its derivative by ln a is 1 - a psi'(a)
    const double step = (log_minus_digamma(a) - s) / (1.0 - a * trigamma(a));
    const double next = a * exp_exact(-step);
    const double moved = absolute(next - a);
    a = next;
    if (moved <= 1e-15 * a) break;
  }
  return a <= max_gamma_shape ? a : nan_d();
}

/// Generalised log-logistic by unbiased probability-weighted moments of n >= 4 ascending values, value(i).
/// Source: Hosking & Wallis 1997, Regional Frequency Analysis, eq. 2.59 and A.7 (generalised logistic).
template <class Value>
FW_HD SpiFit fit_log_logistic(int n, const Value& value) {
  double b0 = 0.0, b1 = 0.0, b2 = 0.0;
  const double count = static_cast<double>(n);
  for (int i = 0; i < n; ++i) {
    const double x = value(i), rank = static_cast<double>(i);
    b0 += x;
    b1 += x * (rank / (count - 1.0));
    b2 += x * (rank / (count - 1.0)) * ((rank - 1.0) / (count - 2.0));
  }
  b0 /= count, b1 /= count, b2 /= count;
  const double l2 = 2.0 * b1 - b0, l3 = 6.0 * b2 - 6.0 * b1 + b0, size = absolute(value(0)) + absolute(value(n - 1));
  if (!(l2 > 1e-12 * size)) return no_spi_fit();  // all equal
  const double kappa = -l3 / l2;
  if (!(kappa > -1.0 && kappa < 1.0)) return no_spi_fit();
  // As kappa goes to 0: sin(kappa pi) / (kappa pi) -> 1, 1/kappa - pi / sin(kappa pi) -> -kappa pi^2 / 6.
  const bool flat = absolute(kappa) < 1e-6;
  const double angle = pi_d * kappa, sine = sin_cos_exact(angle).sin;
  const double alpha = l2 * (flat ? 1.0 : sine / angle);
  const double xi = b0 - alpha * (flat ? -kappa * pi_d * pi_d / 6.0 : 1.0 / kappa - pi_d / sine);
  return {kappa, alpha, xi, 0.0};
}

/// A probability and what is left of 1.
struct Probability {
  double below, above;
};

FW_HD Probability log_logistic_probability(const SpiFit& f, double x) {
  const double u = (x - f.location) / f.spread, k = f.shape;
  double y = u;
  if (absolute(k) >= 1e-6) {
    const double inside = 1.0 - k * u;
    if (!(inside > 0.0)) return k > 0.0 ? Probability{1.0, 0.0} : Probability{0.0, 1.0};  // beyond the bound
    y = -log_exact(inside) / k;
  }
  return {logistic(y), logistic(-y)};
}

FW_HD Probability gamma_probability(const SpiFit& f, double x, ZeroRule rule) {
  if (!(x > 0.0)) {
    const double h = rule == ZeroRule::center ? 0.5 * f.p_zero : (f.p_zero > 0.5 ? 0.5 : f.p_zero);
    return {h, 1.0 - h};
  }
  const GammaShares g = incomplete_gamma(f.shape, x / f.spread, f.log_gamma_shape);
  return {f.p_zero + (1.0 - f.p_zero) * g.lower, (1.0 - f.p_zero) * g.upper};
}

}  // namespace fw
