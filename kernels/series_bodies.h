// Bodies over scenes and periods: Composite, SeriesStats, Rolling, BuiltUp. See lanes.h for L.
#pragma once
#include "kernels/lanes.h"
#include "kernels/ops.h"
#include "kernels/series_stats.h"

namespace fw {

FW_HD uint8_t number(Reason r) { return static_cast<uint8_t>(r); }

/// Reason of x at i for a result that has none; where the caller's reason is missing or says "value" beside a NaN.
FW_HD uint8_t reason_of(const uint8_t* reason, size_t i) {
  const uint8_t r = reason ? reason[i] : number(Reason::not_observed);
  return r == number(Reason::value) ? number(Reason::not_observed) : r;
}

struct CompositeBody {
  Composite op;
  static constexpr size_t work_floats(int) { return 0; }

  template <int L>
  FW_HD void block(size_t p, float*) const {
    const float infinity = __builtin_inff();
    const bool by_median = op.method == CompositeMethod::median, by_last = op.method == CompositeMethod::last;
    float sorted[max_scenes_per_period][L];
    double sum[L];
    float best[L];
    int valid[L], observed[L];
    for (int l = 0; l < L; ++l) sum[l] = 0.0, best[l] = -infinity, valid[l] = 0, observed[l] = 0;
    for (int s = 0; s < op.scenes; ++s) {
      const size_t row = static_cast<size_t>(s) * op.pixels + p;
      for (int l = 0; l < L; ++l) {
        const float v = op.value[row + static_cast<size_t>(l)];
        const uint8_t outcome = op.outcome[row + static_cast<size_t>(l)];
        const bool ok = (v == v) & (outcome == static_cast<uint8_t>(MaskOutcome::clear));
        observed[l] += outcome != static_cast<uint8_t>(MaskOutcome::not_observed);
        valid[l] += ok;
        sum[l] += ok ? static_cast<double>(v) : 0.0;
        best[l] = ok & (by_last | (v > best[l])) ? v : best[l];
        if (by_median) sorted[s][l] = ok ? v : infinity;
      }
    }
    if (by_median) sort_lanes<L>(sorted, op.scenes);
    for (int l = 0; l < L; ++l) {
      const size_t i = p + static_cast<size_t>(l);
      double v = static_cast<double>(best[l]);
      if (by_median && valid[l] > 0) v = median_of_sorted<L>(sorted, valid[l], l);
      if (op.method == CompositeMethod::sum) v = sum[l];
      if (op.method == CompositeMethod::mean) v = sum[l] / static_cast<double>(valid[l]);
      op.out[i] = valid[l] > 0 ? to_float(v) : nan_f();
      if (op.valid) op.valid[i] = static_cast<uint16_t>(valid[l]);
      if (op.reason)
        op.reason[i] = number(valid[l] > 0 ? Reason::value : (observed[l] > 0 ? Reason::masked : Reason::not_observed));
    }
  }
};

struct SeriesStatsBody {
  SeriesStats op;
  static constexpr size_t work_floats(int) { return 0; }

  template <int L>
  FW_HD void block(size_t p, float*) const {
    const float infinity = __builtin_inff();
    double count[L], mean[L], squares[L];
    float low[L], high[L];
    for (int l = 0; l < L; ++l) count[l] = mean[l] = squares[l] = 0.0, low[l] = infinity, high[l] = -infinity;
    for (int t = 0; t < op.times; ++t) {
      const float* row = op.x + static_cast<size_t>(t) * op.pixels + p;
      for (int l = 0; l < L; ++l) {
        const float v = row[l];
        const bool ok = v == v;
        double n = count[l], m = mean[l], q = squares[l];
        add_value(n, m, q, static_cast<double>(v));
        count[l] = ok ? n : count[l];
        mean[l] = ok ? m : mean[l];
        squares[l] = ok ? q : squares[l];
        low[l] = v < low[l] ? v : low[l];  // false for NaN
        high[l] = v > high[l] ? v : high[l];
      }
    }
    for (int l = 0; l < L; ++l) {
      const size_t i = p + static_cast<size_t>(l);
      const bool some = count[l] > 0.0;
      if (op.count) op.count[i] = static_cast<float>(count[l]);
      if (op.mean) op.mean[i] = some ? to_float(mean[l]) : nan_f();
      if (op.stddev) op.stddev[i] = count[l] < 2.0 ? nan_f() : to_float(sqrt(squares[l] / (count[l] - 1.0)));
      if (op.min) op.min[i] = some ? low[l] : nan_f();
      if (op.max) op.max[i] = some ? high[l] : nan_f();
    }
  }
};

struct RollingBody {
  Rolling op;
  size_t work_floats(int lanes) const { return static_cast<size_t>(op.times) * static_cast<size_t>(lanes); }

  template <int L>
  FW_HD void block(size_t p, float* work) const {
    const SeriesView x = stage<L>(op.x, op.times, op.pixels, p, work);
    for (int t = 0; t < op.times; ++t) {
      double sum[L];
      float best[L];
      int valid[L];
      for (int l = 0; l < L; ++l) sum[l] = 0.0, best[l] = -__builtin_inff(), valid[l] = 0;
      const bool inside = t >= op.window - 1;
      for (int s = inside ? t - op.window + 1 : t + 1; s <= t; ++s) {
        for (int l = 0; l < L; ++l) {
          const float v = x.at(s, l);
          const bool ok = v == v;
          valid[l] += ok;
          sum[l] += ok ? static_cast<double>(v) : 0.0;
          best[l] = v > best[l] ? v : best[l];
        }
      }
      for (int l = 0; l < L; ++l) {
        const size_t i = static_cast<size_t>(t) * op.pixels + p + static_cast<size_t>(l);
        const bool enough = inside && valid[l] >= op.min_valid;
        double v = static_cast<double>(best[l]);
        if (op.method == RollingMethod::mean) v = sum[l] / static_cast<double>(valid[l]);
        if (op.method == RollingMethod::sum)
          v = valid[l] == op.window ? sum[l] : sum[l] * static_cast<double>(op.window) / static_cast<double>(valid[l]);
        op.out[i] = enough ? to_float(v) : nan_f();
        const bool missing = inside && is_nan(x.at(t, l));
        if (op.out_reason)
          op.out_reason[i] =
              enough ? number(Reason::value) : (missing ? reason_of(op.reason, i) : number(Reason::not_assessed));
      }
    }
  }
};

struct BuiltUpBody {
  BuiltUp op;
  size_t work_floats(int lanes) const { return 2 * static_cast<size_t>(op.times) * static_cast<size_t>(lanes); }

  template <int L>
  FW_HD void block(size_t p, float* work) const {
    const float infinity = __builtin_inff();
    const SeriesView ndvi = stage<L>(op.ndvi, op.times, op.pixels, p, work);
    const SeriesView ndbi = stage<L>(op.ndbi, op.times, op.pixels, p, L > 1 ? work + op.times * L : work);
    for (int t = 0; t < op.times; ++t) {
      float greenest[L], sorted[max_window][L];
      int green_valid[L], built_valid[L];
      for (int l = 0; l < L; ++l)
        greenest[l] = -infinity, sorted[0][l] = infinity, green_valid[l] = 0, built_valid[l] = 0;
      const bool inside = t >= op.window - 1;
      const int length = inside ? op.window : 0;
      for (int k = 0; k < length; ++k) {
        const int s = t - op.window + 1 + k;
        for (int l = 0; l < L; ++l) {
          const float g = ndvi.at(s, l), b = ndbi.at(s, l);
          green_valid[l] += g == g;
          built_valid[l] += b == b;
          greenest[l] = g > greenest[l] ? g : greenest[l];
          sorted[k][l] = b == b ? b : infinity;
        }
      }
      sort_lanes<L>(sorted, length);
      for (int l = 0; l < L; ++l) {
        const size_t i = static_cast<size_t>(t) * op.pixels + p + static_cast<size_t>(l);
        const bool enough = inside && green_valid[l] >= op.min_valid && built_valid[l] >= op.min_valid;
        const double built = enough ? median_of_sorted<L>(sorted, built_valid[l], l) : 0.0;
        const double logit = static_cast<double>(op.a0) + static_cast<double>(op.a_ndbi) * built +
                             static_cast<double>(op.a_ndvi) * static_cast<double>(greenest[l]);
        op.out[i] = enough ? to_float(logistic(logit)) : nan_f();
        const bool missing = inside && (is_nan(ndvi.at(t, l)) || is_nan(ndbi.at(t, l)));
        if (op.out_reason)
          op.out_reason[i] =
              enough ? number(Reason::value) : (missing ? reason_of(op.reason, i) : number(Reason::not_assessed));
      }
    }
  }
};

}  // namespace fw
