// Bodies of StandardizedIndex and PotentialEvapotranspiration.
#pragma once
#include "kernels/group_rows.h"
#include "kernels/series_fit.h"
#include "kernels/spi_fits.h"

namespace fw {

template <class Real>
struct StandardizedIndexBody {
  StandardizedIndex<Real> op;
  const int32_t *rows, *begin;  ///< ListGroupRows

  /// x, the sums, and the sums of one group for sorting.
  size_t scratch_per_pixel() const { return 3 * static_cast<size_t>(op.times); }

  template <int L>
  FW_HD void block(size_t p, Scratch<L> scratch) const {
    const Scratch<L> x = scratch, sum = scratch.from(op.times), sorted = scratch.from(2 * op.times);
    read_series<L>(op.x, op.times, op.pixels, p, x);
    add_up<L>(x, sum);
    for (int l = 0; l < L; ++l) {
      const size_t pixel = p + static_cast<size_t>(l);
      for (int t = 0; t < op.times; ++t)
        if (op.group[t] < 0 || op.group[t] >= op.groups) put<L>(x, t, pixel, l, nan_d(), 0);
      for (int g = 0; g < op.groups; ++g) {
        const SpiFit fit = is_gamma() ? fit_gamma<L>(sum, g, l) : fit_logistic<L>(sum, sorted, g, l);
        put_fit(fit, static_cast<size_t>(g) * op.pixels + pixel);
        for (int k = begin[g]; k < begin[g + 1]; ++k) standardize<L>(fit, x, sum, rows[k], pixel, l);
      }
    }
  }

 private:
  FW_HD bool is_gamma() const { return op.distribution != SpiDistribution::log_logistic; }

  /// Sums in time order, each window on its own; NaN unless the window is complete.
  template <int L>
  FW_HD void add_up(Scratch<L> x, Scratch<L> sum) const {
    for (int t = 0; t < op.times; ++t) {
      double* row = sum.row(t);
      for (int l = 0; l < L; ++l) row[l] = t < op.scale - 1 ? nan_d() : 0.0;
      for (int s = t - op.scale + 1; s <= t && t >= op.scale - 1; ++s) {
        const double* from = x.row(s);
        for (int l = 0; l < L; ++l) row[l] += is_gamma() && from[l] < 0.0 ? nan_d() : from[l];
      }
    }
  }

  template <int L>
  FW_HD SpiFit fit_gamma(Scratch<L> sum, int g, int l) const {
    int valid = 0, positive = 0;
    double total = 0.0;
    for (int k = begin[g]; k < begin[g + 1]; ++k) {
      const double v = sum.at(rows[k], l);
      if (op.in_calibration[rows[k]] == 0 || v != v) continue;
      ++valid;
      if (v > 0.0) ++positive, total += v;
    }
    if (valid < op.min_years || positive < op.min_nonzero) return no_spi_fit();
    const double p_zero = static_cast<double>(valid - positive) / static_cast<double>(valid);
    if (p_zero > op.max_zero_share) return no_spi_fit();
    const double mean = total / static_cast<double>(positive);
    double logs = 0.0;
    for (int k = begin[g]; k < begin[g + 1]; ++k) {
      const double v = sum.at(rows[k], l);
      if (op.in_calibration[rows[k]] != 0 && v > 0.0) logs += log_exact(v / mean);
    }
    const double shape =
        gamma_shape(-logs / static_cast<double>(positive), op.distribution == SpiDistribution::gamma_thom);
    return shape == shape ? SpiFit{shape, mean / shape, 0.0, p_zero, log_gamma(shape)} : no_spi_fit();
  }

  template <int L>
  FW_HD SpiFit fit_logistic(Scratch<L> sum, Scratch<L> sorted, int g, int l) const {
    int n = 0;
    for (int k = begin[g]; k < begin[g + 1]; ++k) {
      const double v = sum.at(rows[k], l);
      if (op.in_calibration[rows[k]] == 0 || v != v) continue;
      int i = n++;
      for (; i > 0 && sorted.at(i - 1, l) > v; --i) sorted.at(i, l) = sorted.at(i - 1, l);
      sorted.at(i, l) = v;
    }
    if (n < op.min_years) return no_spi_fit();
    return fit_log_logistic(n, [&](int i) { return sorted.at(i, l); });
  }

  template <int L>
  FW_HD void standardize(const SpiFit& fit, Scratch<L> x, Scratch<L> sum, int t, size_t pixel, int l) const {
    const double v = sum.at(t, l);
    if (v != v || fit.shape != fit.shape) return put<L>(x, t, pixel, l, nan_d(), 0);
    const Probability h = is_gamma() ? gamma_probability(fit, v, op.zero_rule) : log_logistic_probability(fit, v);
    const double z = normal_quantile(h.below, h.above);
    const bool beyond = z < -spi_limit || z > spi_limit;
    put<L>(x, t, pixel, l, clip(z, -spi_limit, spi_limit), static_cast<uint8_t>(beyond ? flag_clipped : 0));
  }

  FW_HD void put_fit(const SpiFit& fit, size_t i) const {
    if (op.shape) op.shape[i] = fit.shape;
    if (op.spread) op.spread[i] = fit.spread;
    if (op.location) op.location[i] = fit.location;
    if (op.p_zero) op.p_zero[i] = fit.p_zero;
  }
  template <int L>
  FW_HD void put(Scratch<L> x, int t, size_t pixel, int l, double value, uint8_t flag) const {
    const size_t i = static_cast<size_t>(t) * op.pixels + pixel;
    put_value(op.out[i], value);
    if (op.flags) op.flags[i] = flag;
    if (op.out_reason)
      op.out_reason[i] = window_reason(value == value, t >= op.scale - 1 && x.at(t, l) != x.at(t, l), op.reason, i);
  }
};

/// Sun at a latitude on a day of the year, both in radians where angles. Source: FAO-56, eq. 23-25.
struct Sun {
  double inverse_distance, declination;
};
FW_HD Sun sun_on(double day_of_year) {
  const double angle = 2.0 * pi_d * day_of_year / 365.0;
  return {1.0 + 0.033 * sin_cos_exact(angle).cos, 0.409 * sin_cos_exact(angle - 1.39).sin};
}
FW_HD double sunset_angle(double latitude, double declination) {
  const SinCos at = sin_cos_exact(latitude), sun = sin_cos_exact(declination);
  return acos_exact(-(at.sin * sun.sin) / (at.cos * sun.cos));  // polar day and night: clipped
}
/// Radiation above the atmosphere, MJ per square metre and day. Source: FAO-56, eq. 21.
FW_HD double extraterrestrial_radiation(double latitude, const Sun& sun) {
  const SinCos at = sin_cos_exact(latitude), up = sin_cos_exact(sun.declination);
  const double angle = sunset_angle(latitude, sun.declination);
  return 24.0 * 60.0 / pi_d * 0.0820 * sun.inverse_distance *
         (angle * at.sin * up.sin + at.cos * up.cos * sin_cos_exact(angle).sin);
}

template <class Real>
struct PotentialEvapotranspirationBody {
  PotentialEvapotranspiration<Real> op;
  static constexpr int months = 12;

  /// Sum and count of temperatures per month.
  static constexpr size_t scratch_per_pixel() { return 2 * months; }

  template <int L>
  FW_HD void block(size_t p, Scratch<L> scratch) const {
    for (int l = 0; l < L; ++l) {
      const size_t pixel = p + static_cast<size_t>(l);
      const double degrees = static_cast<double>(op.latitude[pixel]);
      const double latitude = degrees >= -90.0 && degrees <= 90.0 ? degrees * (pi_d / 180.0) : nan_d();
      const double heat = op.method == PetMethod::thornthwaite ? heat_index<L>(scratch, pixel, l) : 0.0;
      for (int t = 0; t < op.times; ++t) {
        const size_t i = static_cast<size_t>(t) * op.pixels + pixel;
        const double temperature = static_cast<double>(op.t_mean[i]);
        const double value = op.method == PetMethod::thornthwaite ? thornthwaite(temperature, heat, latitude, t)
                                                                  : hargreaves(temperature, latitude, i, t);
        put_value(op.out[i], value);
        if (!op.out_reason) continue;
        const bool present = is_finite(temperature) && latitude == latitude && op.method == PetMethod::thornthwaite;
        op.out_reason[i] = is_finite(value) ? number(Reason::value)
                                            : (present ? number(Reason::not_assessed) : reason_of(op.reason, i));
      }
    }
  }

 private:
  /// NaN unless every month has a temperature; 0 where all of them are <= 0.
  template <int L>
  FW_HD double heat_index(Scratch<L> scratch, size_t pixel, int l) const {
    for (int m = 0; m < 2 * months; ++m) scratch.at(m, l) = 0.0;
    for (int t = 0; t < op.times; ++t) {
      const double v = static_cast<double>(op.t_mean[static_cast<size_t>(t) * op.pixels + pixel]);
      if (!is_finite(v) || op.group[t] < 0 || op.group[t] >= months) continue;
      scratch.at(op.group[t], l) += v;
      scratch.at(months + op.group[t], l) += 1.0;
    }
    double sum = 0.0;
    for (int m = 0; m < months; ++m) {
      if (!(scratch.at(months + m, l) > 0.0)) return nan_d();
      const double mean = scratch.at(m, l) / scratch.at(months + m, l);
      if (mean > 0.0) sum += exp_exact(1.514 * log_exact(mean / 5.0));
    }
    return sum;
  }
  FW_HD double thornthwaite(double temperature, double heat, double latitude, int t) const {
    if (!is_finite(temperature) || heat != heat || latitude != latitude) return nan_d();
    if (temperature <= 0.0) return 0.0;
    // A year whose months are all cold on average has no heat index, and a warm month in it no formula.
    if (!(heat > 0.0)) return nan_d();
    const double a = ((6.75e-7 * heat - 7.71e-5) * heat + 1.792e-2) * heat + 0.49239;
    // Declination as in the SPEI package, and as Thornthwaite's tables: 0.4093 sin(2 pi J / 365 - 1.405).
    const double declination = 0.4093 * sin_cos_exact(2.0 * pi_d * op.day_of_year[t] / 365.0 - 1.405).sin;
    const double hours = 24.0 / pi_d * sunset_angle(latitude, declination);
    return 16.0 * (hours / 12.0) * (op.days[t] / 30.0) * exp_exact(a * log_exact(10.0 * temperature / heat));
  }
  FW_HD double hargreaves(double temperature, double latitude, size_t i, int t) const {
    const double low = static_cast<double>(op.t_min[i]), high = static_cast<double>(op.t_max[i]);
    if (!(is_finite(temperature) && is_finite(low) && is_finite(high) && high >= low && latitude == latitude))
      return nan_d();
    const double water = 0.408 * extraterrestrial_radiation(latitude, sun_on(op.day_of_year[t]));  // mm per day
    const double daily = 0.0023 * water * (temperature + 17.8) * sqrt(high - low);
    return (daily < 0.0 ? 0.0 : daily) * op.days[t];
  }
};

}  // namespace fw
