// The distributions of SPI and SPEI: fits and probabilities.
#pragma once
#include "kernels/gamma_functions.h"
#include "kernels/ops_spi.h"

namespace fw {

/// A fitted distribution of sums. shape NaN: not fitted.
struct SpiFit {
  double shape, spread, location, p_zero;
};
FW_HD SpiFit no_spi_fit() { return {nan_d(), nan_d(), nan_d(), nan_d()}; }

/// Shapes of gamma distributions from s = ln(mean) - mean(ln) > 0: ln a - psi(a) = s, by Newton's method on ln a from a
/// start with relative error below 2 %. NaN where the shape is above max_gamma_shape.
/// Source: Thom 1958 (start: Greenwood & Durand 1960 as in Minka 2002, Estimating a Gamma distribution, eq. 8-9).
template <int L>
FW_HD void gamma_shapes(const double (&s)[L], bool by_thom, double (&a)[L]) {
  double moved[L];  // ln a in the last step
  for (int l = 0; l < L; ++l) {
    const double three = s[l] - 3.0;
    a[l] = by_thom ? (1.0 + sqrt(1.0 + 4.0 * s[l] / 3.0)) / (4.0 * s[l])
                   : (sqrt(three * three + 24.0 * s[l]) - three) / (12.0 * s[l]);
    const bool can_be = s[l] > 0.0 && a[l] > 0.0 && a[l] <= 2.0 * max_gamma_shape;
    a[l] = can_be ? a[l] : nan_d();
    moved[l] = can_be && !by_thom ? 1.0 : 0.0;
  }
  // What a step leaves is about the square of the step.
  constexpr double least = 1e-8;
  bool busy = !by_thom;
  for (int k = 0; k < 12 && busy; ++k) {
    // f(ln a) = ln a - psi(a) - s falls; its derivative by ln a is 1 - a psi'(a)
    double value[L], slope[L], next[L];
    digamma_of<L>(a, value, slope);
    int64_t left = 0;
    for (int l = 0; l < L; ++l) {
      value[l] = (value[l] - s[l]) / (1.0 - a[l] * slope[l]);
      next[l] = a[l] * exp_exact(-value[l]);
    }
    for (int l = 0; l < L; ++l) {
      const bool moves = moved[l] > least;
      a[l] = moves ? next[l] : a[l];
      moved[l] = moves ? absolute(value[l]) : 0.0;
      left += moved[l] > least ? 1 : 0;
    }
    busy = left > 0;
  }
  for (int l = 0; l < L; ++l) a[l] = a[l] <= max_gamma_shape ? a[l] : nan_d();
}

/// Sums of natural logarithms of positive numbers below infinity: one logarithm of a product, kept near 1.
template <int L>
class LogSums {
 public:
  FW_HD LogSums() {
    for (int l = 0; l < L; ++l) product_[l] = 1.0, powers_[l] = sum_[l] = 0.0;
  }
  /// What is not above 0 is left out.
  FW_HD void add(const double (&v)[L]) {
    for (int l = 0; l < L; ++l) {
      const bool counts = v[l] > 0.0;
      const PowerOfTwo p = split_power(counts ? v[l] : 1.0);
      product_[l] *= p.rest;
      powers_[l] += p.power;
    }
    if (++together_ == most) fold();
  }
  FW_HD void get(double (&sum)[L]) {
    fold();
    for (int l = 0; l < L; ++l) sum[l] = sum_[l];
  }

 private:
  static constexpr int most = 1000;  ///< sqrt(1/2)^1000 is above 1e-151
  FW_HD void fold() {
    for (int l = 0; l < L; ++l) {
      sum_[l] += powers_[l] * 0.693147180559945309417 + log_exact(product_[l]);
      product_[l] = 1.0, powers_[l] = 0.0;
    }
    together_ = 0;
  }
  double product_[L], powers_[L], sum_[L];
  int together_ = 0;
};

/// What a fit of a gamma distribution takes.
struct GammaRule {
  int min_years, min_nonzero;
  double max_zero_share;
  bool by_thom;
};
/// Gamma distributions of L samples; shape NaN: not fitted.
template <int L>
struct GammaFits {
  double shape[L], spread[L], p_zero[L];
};
/// read(k, v): row k of the samples, NaN where there is none.
template <int L, class Read>
FW_HD GammaFits<L> fit_gamma(const GammaRule& rule, int rows, const Read& read) {
  double valid[L], positive[L], mean[L], v[L], s[L];
  for (int l = 0; l < L; ++l) valid[l] = positive[l] = mean[l] = 0.0;
  for (int k = 0; k < rows; ++k) {
    read(k, v);
    for (int l = 0; l < L; ++l) {
      valid[l] += v[l] == v[l] ? 1.0 : 0.0;
      positive[l] += v[l] > 0.0 ? 1.0 : 0.0;
      mean[l] = v[l] > 0.0 ? mean[l] + v[l] : mean[l];
    }
  }
  for (int l = 0; l < L; ++l) mean[l] /= positive[l];
  LogSums<L> logs;
  for (int k = 0; k < rows; ++k) {
    read(k, v);
    for (int l = 0; l < L; ++l) v[l] /= mean[l];
    logs.add(v);
  }
  logs.get(s);
  GammaFits<L> fit;
  for (int l = 0; l < L; ++l) {
    fit.p_zero[l] = (valid[l] - positive[l]) / valid[l];
    const bool enough = valid[l] >= static_cast<double>(rule.min_years) &&
                        positive[l] >= static_cast<double>(rule.min_nonzero) && fit.p_zero[l] <= rule.max_zero_share;
    s[l] = enough && is_finite(mean[l]) ? -s[l] / positive[l] : nan_d();
  }
  gamma_shapes<L>(s, rule.by_thom, fit.shape);
  for (int l = 0; l < L; ++l) {
    const bool fitted = fit.shape[l] == fit.shape[l];
    fit.spread[l] = fitted ? mean[l] / fit.shape[l] : nan_d();
    fit.p_zero[l] = fitted ? fit.p_zero[l] : nan_d();
  }
  return fit;
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

/// Index of sums x, 0 and more; NaN without a fit or a sum. log_gamma_shape: of the fit.
template <int L>
FW_HD void gamma_index(const GammaFits<L>& fit, const double (&log_gamma_shape)[L], const double (&x)[L], ZeroRule rule,
                       double (&z)[L]) {
  double scaled[L], lower[L], upper[L];
  for (int l = 0; l < L; ++l) scaled[l] = x[l] / fit.spread[l];
  incomplete_gamma<L>(fit.shape, scaled, log_gamma_shape, lower, upper);
  for (int l = 0; l < L; ++l) {
    const double p0 = fit.p_zero[l], none = rule == ZeroRule::center ? 0.5 * p0 : (p0 > 0.5 ? 0.5 : p0);
    lower[l] = x[l] > 0.0 ? p0 + (1.0 - p0) * lower[l] : none;
    upper[l] = x[l] > 0.0 ? (1.0 - p0) * upper[l] : 1.0 - none;
  }
  for (int l = 0; l < L; ++l)
    z[l] = x[l] == x[l] && fit.shape[l] == fit.shape[l] ? normal_quantile(lower[l], upper[l]) : nan_d();
}

}  // namespace fw
