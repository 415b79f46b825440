// Bodies over scenes and periods: Composite, SeriesStats, Rolling, BuiltUp. See lanes.h for L.
#pragma once
#include "kernels/lanes.h"
#include "kernels/middle_selection.h"
#include "kernels/ops.h"
#include "kernels/series_stats.h"

namespace fw {

FW_HD uint8_t number(Reason r) { return static_cast<uint8_t>(r); }

/// Reason of x at i for a result that has none; where the caller's reason is missing or says "value" beside a NaN.
FW_HD uint8_t reason_of(const uint8_t* reason, size_t i) {
  const uint8_t r = reason ? reason[i] : number(Reason::not_observed);
  return r == number(Reason::value) ? number(Reason::not_observed) : r;
}

/// Reason of a trailing window: `missing` where the window is complete and its last period has no value.
FW_HD uint8_t window_reason(bool has_value, bool missing, const uint8_t* reason, size_t i) {
  if (has_value) return number(Reason::value);
  return missing ? reason_of(reason, i) : number(Reason::not_assessed);
}

struct CompositeBody {
  Composite op;
  /// Of a median of more scenes than a thread sorts where it stands.
  size_t work_floats(int lanes) const {
    const bool many = op.method == CompositeMethod::median && op.scenes > sorted_in_place;
    return many ? static_cast<size_t>(op.scenes) * static_cast<size_t>(lanes) : 0;
  }

  template <int L>
  FW_HD void block(size_t p, float* work) const {
    if (op.method != CompositeMethod::median || op.scenes <= sorted_in_place) {
      float room[sorted_in_place][L];
      combine<L>(p, room, false);
    } else if constexpr (L > 1) {
      combine<L>(p, reinterpret_cast<float(*)[L]>(work), true);
    } else {
      count_middle(p);
    }
  }

 private:
  static constexpr int sorted_in_place = 64;

  /// many: more than sorted_in_place.
  template <int L>
  FW_HD void combine(size_t p, float (*sorted)[L], bool many) const {
    const float infinity = __builtin_inff();
    const CompositeMethod method = op.method;
    const bool by_median = method == CompositeMethod::median;
    double sum[L];
    float best[L];
    int valid[L], observed[L];
    for (int l = 0; l < L; ++l) sum[l] = 0.0, best[l] = -infinity, valid[l] = 0, observed[l] = 0;
    sorted[0][0] = infinity;
    for (int s = 0; s < op.scenes; ++s) {
      const size_t row = static_cast<size_t>(s) * op.pixels + p;
      const float* value = op.value + row;
      const uint8_t* outcome = op.outcome + row;
      float v[L];  // NaN where the scene does not count
      for (int l = 0; l < L; ++l) {
        const int seen = outcome[l];
        v[l] = seen == static_cast<int>(MaskOutcome::clear) ? value[l] : nan_f();
        observed[l] |= seen != static_cast<int>(MaskOutcome::not_observed);
      }
      for (int l = 0; l < L; ++l) valid[l] += v[l] == v[l];
      if (by_median) {
        if (many)
          for (int l = 0; l < L; ++l) v[l] = one_zero(v[l]);
        for (int l = 0; l < L; ++l) sorted[s][l] = v[l] == v[l] ? v[l] : infinity;
      } else if (method == CompositeMethod::max) {
        for (int l = 0; l < L; ++l) best[l] = v[l] > best[l] ? v[l] : best[l];
      } else if (method == CompositeMethod::last) {
        for (int l = 0; l < L; ++l) best[l] = v[l] == v[l] ? v[l] : best[l];
      } else {
        for (int l = 0; l < L; ++l) sum[l] += v[l] == v[l] ? static_cast<double>(v[l]) : 0.0;
      }
    }
    if (by_median) sort_lanes<L>(sorted, op.scenes);
    float result[L];
    if (by_median) {
      for (int l = 0; l < L; ++l)
        result[l] = valid[l] > 0 ? to_float(median_of_sorted<L>(sorted, valid[l], l)) : nan_f();
    } else if (method == CompositeMethod::sum) {
      for (int l = 0; l < L; ++l) result[l] = to_float(sum[l]);
    } else if (method == CompositeMethod::mean) {
      for (int l = 0; l < L; ++l) result[l] = to_float(sum[l] / static_cast<double>(valid[l]));
    } else {
      for (int l = 0; l < L; ++l) result[l] = best[l];
    }
    put<L>(p, result, valid, observed);
  }

  FW_HD void count_middle(size_t p) const {
    int valid[1] = {0}, observed[1] = {0};
    for (int s = 0; s < op.scenes; ++s) {
      const size_t at = static_cast<size_t>(s) * op.pixels + p;
      const float v = op.value[at];
      valid[0] += op.outcome[at] == static_cast<uint8_t>(MaskOutcome::clear) && v == v;
      observed[0] |= op.outcome[at] != static_cast<uint8_t>(MaskOutcome::not_observed);
    }
    const ScenesOfPixel scenes{op.value + p, op.outcome + p, op.scenes, op.pixels};
    const float result[1] = {valid[0] > 0 ? to_float(scenes.median(valid[0])) : nan_f()};
    put<1>(p, result, valid, observed);
  }

  template <int L>
  FW_HD void put(size_t p, const float (&result)[L], const int (&valid)[L], const int (&observed)[L]) const {
    for (int l = 0; l < L; ++l) op.out[p + static_cast<size_t>(l)] = valid[l] > 0 ? result[l] : nan_f();
    if (op.valid)
      for (int l = 0; l < L; ++l)
        op.valid[p + static_cast<size_t>(l)] = static_cast<uint16_t>(valid[l] < 65535 ? valid[l] : 65535);
    if (op.reason)
      for (int l = 0; l < L; ++l) {
        const int missing = observed[l] > 0 ? static_cast<int>(Reason::masked) : static_cast<int>(Reason::not_observed);
        op.reason[p + static_cast<size_t>(l)] =
            static_cast<uint8_t>(valid[l] > 0 ? static_cast<int>(Reason::value) : missing);
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
        for (int l = 0; l < L; ++l) valid[l] += x.at(s, l) == x.at(s, l);
        if (op.method == RollingMethod::max) {
          for (int l = 0; l < L; ++l) best[l] = x.at(s, l) > best[l] ? x.at(s, l) : best[l];
        } else {
          for (int l = 0; l < L; ++l) sum[l] += x.at(s, l) == x.at(s, l) ? static_cast<double>(x.at(s, l)) : 0.0;
        }
      }
      float result[L];
      if (op.method == RollingMethod::max) {
        for (int l = 0; l < L; ++l) result[l] = best[l];
      } else {
        // A sum of all values stays what it is: its factor is exactly 1.
        const double whole = op.method == RollingMethod::sum ? static_cast<double>(op.window) : 1.0;
        for (int l = 0; l < L; ++l) {
          const bool complete = (op.method == RollingMethod::sum) & (valid[l] == op.window);
          result[l] = to_float(complete ? sum[l] : sum[l] * whole / static_cast<double>(valid[l]));
        }
      }
      const int needed = inside ? op.min_valid : op.window + 1;
      const size_t row = static_cast<size_t>(t) * op.pixels + p;
      for (int l = 0; l < L; ++l) op.out[row + static_cast<size_t>(l)] = valid[l] >= needed ? result[l] : nan_f();
      if (op.out_reason)
        for (int l = 0; l < L; ++l)
          op.out_reason[row + static_cast<size_t>(l)] =
              window_reason(valid[l] >= needed, inside && is_nan(x.at(t, l)), op.reason, row + static_cast<size_t>(l));
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
      bool enough[L];
      double built[L], logit[L];
      for (int l = 0; l < L; ++l) {
        enough[l] = inside && green_valid[l] >= op.min_valid && built_valid[l] >= op.min_valid;
        built[l] = enough[l] ? median_of_sorted<L>(sorted, built_valid[l], l) : 0.0;
      }
      for (int l = 0; l < L; ++l)
        logit[l] = static_cast<double>(op.a0) + static_cast<double>(op.a_ndbi) * built[l] +
                   static_cast<double>(op.a_ndvi) * static_cast<double>(greenest[l]);
      float score[L];
      for (int l = 0; l < L; ++l) score[l] = to_float(logistic(logit[l]));
      const size_t row = static_cast<size_t>(t) * op.pixels + p;
      for (int l = 0; l < L; ++l) op.out[row + static_cast<size_t>(l)] = enough[l] ? score[l] : nan_f();
      if (op.out_reason)
        for (int l = 0; l < L; ++l)
          op.out_reason[row + static_cast<size_t>(l)] =
              window_reason(enough[l], inside && (is_nan(ndvi.at(t, l)) || is_nan(ndbi.at(t, l))), op.reason,
                            row + static_cast<size_t>(l));
    }
  }
};

}  // namespace fw
