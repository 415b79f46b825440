// Bodies over scenes and periods: Composite, SeriesStats, Rolling. See lanes.h for L.
#pragma once
#include <cstring>

#include "kernels/each_row.h"
#include "kernels/held_values.h"
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

/// reason_of for L neighbours. All are read, whether they are needed or not: CPUs are slow at loading chosen bytes.
template <int L>
FW_HD void reasons_of(const uint8_t* reason, size_t i, uint8_t (&out)[L]) {
  for (int l = 0; l < L; ++l) out[l] = reason_of(reason, i + static_cast<size_t>(l));
}

/// Reason of a trailing window: `missing` where the window is complete and its last period has no value.
FW_HD uint8_t window_reason(bool has_value, bool missing, const uint8_t* reason, size_t i) {
  if (has_value) return number(Reason::value);
  return missing ? reason_of(reason, i) : number(Reason::not_assessed);
}

/// Most: scenes of a median that a GPU thread holds (held_values.h); 0: any number.
template <int Most>
struct CompositeBody {
  Composite op;
  /// Two blocks share a processor: so many scenes would take the registers of nearly three.
  static constexpr unsigned blocks_at_once = Most > 32 ? 2 : 1;
  /// Of a median of more scenes than a CPU thread sorts where it stands.
  size_t work_floats(int lanes) const {
    const bool many = op.method == CompositeMethod::median && op.scenes > sorted_in_place;
    return many ? static_cast<size_t>(op.scenes) * static_cast<size_t>(lanes) : 0;
  }

  template <int L>
  FW_HD void block(size_t p, float* work) const {
    if constexpr (L > 1) {
      float room[sorted_in_place][L];
      combine<L>(p, op.scenes <= sorted_in_place ? room : reinterpret_cast<float(*)[L]>(work));
    } else if constexpr (Most > 0) {
      hold(p);
    } else if (op.method == CompositeMethod::median) {
      count_middle(p);
    } else {
      combine<1>(p, nullptr);
    }
  }

 private:
  static constexpr int sorted_in_place = 64;

  /// sorted: room for the scenes of a median.
  template <int L>
  FW_HD void combine(size_t p, float (*sorted)[L]) const {
    const float infinity = __builtin_inff();
    const bool median_of_one = op.method == CompositeMethod::median && op.scenes == 1;
    const CompositeMethod method = median_of_one ? CompositeMethod::sum : op.method;
    const bool by_median = L > 1 && method == CompositeMethod::median;
    double sum[L];
    float best[L];
    int valid[L], observed[L];
    for (int l = 0; l < L; ++l) sum[l] = 0.0, best[l] = -infinity, valid[l] = 0, observed[l] = 0;
    const auto add = [&](int s, const float* value, const uint8_t* outcome) {
      float v[L];  // NaN where the scene does not count
      for (int l = 0; l < L; ++l) {
        const int seen = outcome[l];
        v[l] = seen == static_cast<int>(MaskOutcome::clear) ? value[l] : nan_f();
        observed[l] |= seen != static_cast<int>(MaskOutcome::not_observed);
      }
      for (int l = 0; l < L; ++l) valid[l] += v[l] == v[l];
      if (by_median) {
        for (int l = 0; l < L; ++l) sorted[s][l] = v[l] == v[l] ? one_zero(v[l]) : infinity;
      } else if (method == CompositeMethod::max) {
        for (int l = 0; l < L; ++l) best[l] = v[l] > best[l] ? v[l] : best[l];
      } else if (method == CompositeMethod::last) {
        for (int l = 0; l < L; ++l) best[l] = v[l] == v[l] ? v[l] : best[l];
      } else {
        for (int l = 0; l < L; ++l) sum[l] += v[l] == v[l] ? static_cast<double>(v[l]) : 0.0;
      }
    };
    each_row<L>(op.scenes, op.pixels, add, op.value + p, op.outcome + p);
    float result[L];
    if (by_median) {
      sort_lanes<L>(sorted, op.scenes);
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

  FW_HD void hold(size_t p) const {
    float v[Most];
    uint8_t seen[Most];
    hold_rows(op.value + p, op.scenes, op.pixels, nan_f(), v);
    hold_rows(op.outcome + p, op.scenes, op.pixels, static_cast<uint8_t>(MaskOutcome::not_observed), seen);
    int valid[1] = {0}, observed[1] = {0};
    FW_UNROLL
    for (int s = 0; s < Most; ++s) {
      v[s] = seen[s] == static_cast<uint8_t>(MaskOutcome::clear) ? v[s] : nan_f();
      observed[0] |= seen[s] != static_cast<uint8_t>(MaskOutcome::not_observed);
      valid[0] += v[s] == v[s];
    }
    const float result[1] = {to_float(median_held(v))};
    put<1>(p, result, valid, observed);
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
    const auto add = [&](int, const float* row) {
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
    };
    each_row<L>(op.times, op.pixels, add, op.x + p);
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
    const bool slides = L > 1 && op.method != RollingMethod::max && sums_are_exact<L>(x);
    double sum[L];
    float best[L];
    int valid[L];
    for (int l = 0; l < L; ++l) sum[l] = 0.0, valid[l] = 0;
    const auto step = [&](int t, const float* newest) {
      const bool inside = t >= op.window - 1;
      const auto take = [&](const float* row) {
        if (op.method == RollingMethod::max) {
          for (int l = 0; l < L; ++l) valid[l] += row[l] == row[l];
          for (int l = 0; l < L; ++l) best[l] = row[l] > best[l] ? row[l] : best[l];
        } else {
          add<L, 1>(row, sum, valid);
        }
      };
      if (slides) {
        if (t >= op.window) add<L, -1>(x.row(t - op.window), sum, valid);
        take(newest);
      } else {
        for (int l = 0; l < L; ++l) sum[l] = 0.0, best[l] = -__builtin_inff(), valid[l] = 0;
        for (int s = t - op.window + 1; s < t && inside; ++s) take(x.row(s));
        if (inside) take(newest);
      }
      float result[L];
      if (op.method == RollingMethod::max) {
        for (int l = 0; l < L; ++l) result[l] = best[l];
      } else if (op.method == RollingMethod::sum && all_reach<L>(valid, op.window)) {
        for (int l = 0; l < L; ++l) result[l] = to_float(sum[l]);
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
      if (const size_t ahead = row + 8 * op.pixels; L > 1 && t + 8 < op.times) {
        fetch_to_write<L>(op.out + ahead);
        if (op.out_reason) fetch_to_write<L>(op.out_reason + ahead);
      }
      for (int l = 0; l < L; ++l) op.out[row + static_cast<size_t>(l)] = valid[l] >= needed ? result[l] : nan_f();
      if (!op.out_reason) return;
      if (all_reach<L>(valid, needed)) {  // reasons are not looked at: they lie elsewhere
        for (int l = 0; l < L; ++l) op.out_reason[row + static_cast<size_t>(l)] = number(Reason::value);
        return;
      }
      uint8_t why[L], has_value[L], missing[L];  // each in its own loop: numbers of one size to a register
      reasons_of<L>(op.reason, row, why);
      for (int l = 0; l < L; ++l) has_value[l] = valid[l] >= needed;
      for (int l = 0; l < L; ++l) missing[l] = inside && is_nan(newest[l]);
      for (int l = 0; l < L; ++l)
        op.out_reason[row + static_cast<size_t>(l)] = has_value[l] ? number(Reason::value)
                                                      : missing[l] ? why[l]
                                                                   : number(Reason::not_assessed);
    };
    each_row<L>(op.times, x.stride, step, x.first);
  }

 private:
  /// Sign 1: takes a row into the sums; -1: out of them.
  template <int L, int Sign>
  FW_HD static void add(const float* row, double (&sum)[L], int (&valid)[L]) {
    for (int l = 0; l < L; ++l) valid[l] += row[l] == row[l] ? Sign : 0;
    for (int l = 0; l < L; ++l) sum[l] += row[l] == row[l] ? static_cast<double>(Sign * row[l]) : 0.0;
  }

  template <int L>
  FW_HD static bool all_reach(const int (&valid)[L], int count) {
    bool all = true;
    for (int l = 0; l < L; ++l) all &= valid[l] >= count;
    return all;
  }

  /// Are the sums of windows the same number in whatever order values come and go? They are where nothing is rounded:
  /// every value is a multiple of the last place of the smallest, and no sum exceeds 2^53 of those.
  template <int L>
  FW_HD bool sums_are_exact(const SeriesView& x) const {
    constexpr uint32_t infinity = 0x7F800000u;
    uint32_t low[L], high[L];  // magnitudes other than 0, as their bits
    for (int l = 0; l < L; ++l) low[l] = infinity, high[l] = 0;
    for (int t = 0; t < op.times; ++t) {
      float row[L];
      uint32_t bits[L];
      for (int l = 0; l < L; ++l) row[l] = x.at(t, l);
      memcpy(bits, row, sizeof bits);
      for (int l = 0; l < L; ++l) {
        const uint32_t magnitude = bits[l] & 0x7FFFFFFFu;
        high[l] = magnitude <= infinity && magnitude > high[l] ? magnitude : high[l];
        low[l] = magnitude > 0 && magnitude < low[l] ? magnitude : low[l];
      }
    }
    uint32_t lowest = infinity, highest = 0;
    for (int l = 0; l < L; ++l)
      lowest = low[l] < lowest ? low[l] : lowest, highest = high[l] > highest ? high[l] : highest;
    if (highest == 0) return true;
    int terms = 0;  // as bits: of at most a window of values
    while ((1 << terms) < op.window) ++terms;
    const int from = lowest >> 23 ? static_cast<int>(lowest >> 23) : 1, to = static_cast<int>(highest >> 23);
    return highest < infinity && to - from <= 29 - terms;
  }
};

}  // namespace fw
