// Bodies of StandardizedIndex, its two halves for one place in the year, and PotentialEvapotranspiration.
#pragma once
#include "kernels/group_rows.h"
#include "kernels/series_fit.h"
#include "kernels/spi_fits.h"
#include "kernels/spi_guard.h"

namespace fw {

/// Indices of L sums by a fit that many of them share.
template <int L>
struct GammaIndex {
  GammaFits<L> fit;
  double log_gamma_shape[L];

  FW_HD explicit GammaIndex(const GammaFits<L>& from) : fit(from) {
    for (int l = 0; l < L; ++l) log_gamma_shape[l] = log_gamma(fit.shape[l]);
  }
  FW_HD void find(const double (&sum)[L], ZeroRule rule, double (&z)[L]) const {
    gamma_index<L>(fit, log_gamma_shape, sum, rule, z);
  }
};
FW_HD bool beyond_record(double z) { return z < -spi_limit || z > spi_limit; }

template <class Real>
struct StandardizedIndexBody {
  StandardizedIndex<Real> op;
  const int32_t *rows, *begin;  ///< ListGroupRows
  static constexpr int lanes = 16;

  /// The sums by group, and those of one group for sorting.
  size_t scratch_per_pixel() const { return 2 * static_cast<size_t>(op.times); }

  template <int L>
  FW_HD void block(size_t p, Scratch<L> scratch) const {
    const Scratch<L> sum = scratch, sorted = scratch.from(op.times);
    double none[L];
    for (int l = 0; l < L; ++l) none[l] = nan_d();
    for (int t = 0; t < op.times; ++t)
      if (op.group[t] < 0 || op.group[t] >= op.groups) put<L>(none, t, p);
    for (int k = 0; k < begin[op.groups]; ++k) add_up<L>(rows[k], p, sum.row(k));
    for (int g = 0; g < op.groups; ++g)
      if (op.distribution == SpiDistribution::log_logistic)
        by_logistic<L>(sum, sorted, g, p);
      else
        by_gamma<L>(sum, g, p);
  }

 private:
  /// The sum that ends at t, in time order; NaN unless its window is complete.
  template <int L>
  FW_HD void add_up(int t, size_t p, double* sum) const {
    const double least = op.distribution == SpiDistribution::log_logistic ? -infinity_d() : 0.0;
    for (int l = 0; l < L; ++l) sum[l] = t < op.scale - 1 ? nan_d() : 0.0;
    for (int s = t - op.scale + 1; s <= t && t >= op.scale - 1; ++s) {
      const Real* from = op.x + static_cast<size_t>(s) * op.pixels + p;
      for (int l = 0; l < L; ++l) {
        const double v = static_cast<double>(from[l]);
        sum[l] += is_finite(v) && v >= least ? v : nan_d();
      }
    }
  }

  template <int L>
  FW_HD void by_gamma(Scratch<L> sum, int g, size_t p) const {
    const int first = begin[g], count = begin[g + 1] - first;
    const GammaRule rule{op.min_years, op.min_nonzero, op.max_zero_share,
                         op.distribution == SpiDistribution::gamma_thom};
    const GammaIndex<L> index(fit_gamma<L>(rule, count, [&](int k, double(&v)[L]) {
      const bool counts = op.in_calibration[rows[first + k]] != 0;
      for (int l = 0; l < L; ++l) v[l] = counts ? sum.row(first + k)[l] : nan_d();
    }));
    for (int l = 0; l < L; ++l)
      put_fit({index.fit.shape[l], index.fit.spread[l], index.fit.shape[l] == index.fit.shape[l] ? 0.0 : nan_d(),
               index.fit.p_zero[l]},
              g, p + static_cast<size_t>(l));
    for (int k = 0; k < count; ++k) {
      double v[L], z[L];
      for (int l = 0; l < L; ++l) v[l] = sum.row(first + k)[l];
      index.find(v, op.zero_rule, z);
      put<L>(z, rows[first + k], p);
    }
  }

  template <int L>
  FW_HD void by_logistic(Scratch<L> sum, Scratch<L> sorted, int g, size_t p) const {
    SpiFit fit[L];
    for (int l = 0; l < L; ++l) {
      fit[l] = fit_logistic<L>(sum, sorted, g, l);
      put_fit(fit[l], g, p + static_cast<size_t>(l));
    }
    for (int k = begin[g]; k < begin[g + 1]; ++k) {
      double z[L];
      for (int l = 0; l < L; ++l) {
        const double v = sum.at(k, l);
        z[l] = nan_d();
        if (v != v || fit[l].shape != fit[l].shape) continue;
        const Probability h = log_logistic_probability(fit[l], v);
        z[l] = normal_quantile(h.below, h.above);
      }
      put<L>(z, rows[k], p);
    }
  }
  template <int L>
  FW_HD SpiFit fit_logistic(Scratch<L> sum, Scratch<L> sorted, int g, int l) const {
    int n = 0;
    for (int k = begin[g]; k < begin[g + 1]; ++k) {
      const double v = sum.at(k, l);
      if (op.in_calibration[rows[k]] == 0 || v != v) continue;
      int i = n++;
      for (; i > 0 && sorted.at(i - 1, l) > v; --i) sorted.at(i, l) = sorted.at(i - 1, l);
      sorted.at(i, l) = v;
    }
    if (n < op.min_years) return no_spi_fit();
    return fit_log_logistic(n, [&](int i) { return sorted.at(i, l); });
  }

  FW_HD void put_fit(const SpiFit& fit, int g, size_t pixel) const {
    const size_t i = static_cast<size_t>(g) * op.pixels + pixel;
    if (op.shape) op.shape[i] = fit.shape;
    if (op.spread) op.spread[i] = fit.spread;
    if (op.location) op.location[i] = fit.location;
    if (op.p_zero) op.p_zero[i] = fit.p_zero;
  }
  template <int L>
  FW_HD void put(const double (&z)[L], int t, size_t p) const {
    for (int l = 0; l < L; ++l) {
      const size_t i = static_cast<size_t>(t) * op.pixels + p + static_cast<size_t>(l);
      const double v = z[l];
      put_value(op.out[i], clip(v, -spi_limit, spi_limit));
      if (op.flags) op.flags[i] = static_cast<uint8_t>(beyond_record(v) ? flag_clipped : 0);
      if (op.out_reason) {
        const bool missing = t >= op.scale - 1 && !is_finite(static_cast<double>(op.x[i]));
        op.out_reason[i] = window_reason(v == v, missing, op.reason, i);
      }
    }
  }
};

/// Lists the calibration rows of a place in the year once for all pixels. rows: [times]; count: 1.
struct ListCalibration {
  GammaOfPlace op;
  int32_t *rows, *count;
  FW_HD int32_t load(size_t) const { return op.place; }
  FW_HD void store(size_t, int32_t place) const {
    *count = 0;
    for (int t = 0; t < op.times; ++t)
      if (op.group[t] == place && op.in_calibration[t] != 0) rows[(*count)++] = t;
  }
};
struct GammaOfPlaceBody {
  GammaOfPlace op;
  const int32_t *rows, *count;
  static constexpr int lanes = series_lanes;
  static constexpr size_t scratch_per_pixel() { return 1; }

  template <int L>
  FW_HD void block(size_t p, Scratch<L>) const {
    const GammaRule rule{op.min_years, op.min_nonzero, op.max_zero_share, false};
    const GammaFits<L> fit = fit_gamma<L>(rule, *count, [&](int k, double(&v)[L]) {
      const float* from = op.x + static_cast<size_t>(rows[k]) * op.pixels + p;
      for (int l = 0; l < L; ++l) v[l] = sum_of(from[l]);
    });
    for (int l = 0; l < L; ++l) {
      const size_t i = p + static_cast<size_t>(l);
      op.fit.shape[i] = fit.shape[l];
      op.fit.spread[i] = fit.spread[l];
      op.fit.p_zero[i] = fit.p_zero[l];
    }
  }
  FW_HD static double sum_of(float x) {
    const double v = static_cast<double>(x);
    return is_finite(v) && v >= 0.0 ? v : nan_d();
  }
};

struct SpiOfPlaceBody {
  SpiOfPlace op;
  static constexpr int lanes = series_lanes;
  static constexpr size_t scratch_per_pixel() { return 1; }

  template <int L>
  FW_HD void block(size_t p, Scratch<L>) const {
    GammaFits<L> fit;
    double sum[L], z[L];
    for (int l = 0; l < L; ++l) {
      const size_t i = p + static_cast<size_t>(l);
      fit.shape[l] = op.fit.shape[i];
      fit.spread[l] = op.fit.spread[i];
      fit.p_zero[l] = op.fit.p_zero[i];
      sum[l] = GammaOfPlaceBody::sum_of(op.x[i]);
    }
    GammaIndex<L>(fit).find(sum, op.zero_rule, z);
    for (int l = 0; l < L; ++l) {
      const size_t i = p + static_cast<size_t>(l);
      float value;
      put_value(value, clip(z[l], -spi_limit, spi_limit));
      if (op.guarded) value = guard_spi(value, op.x[i], static_cast<float>(fit.p_zero[l]));
      op.out[i] = value;
      op.out_reason[i] = window_reason(value == value, !is_finite(static_cast<double>(op.x[i])), op.reason, i);
    }
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
