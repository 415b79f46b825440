// Bodies of Climatology, DetrendedAnomaly and VegetationHealth.
#pragma once
#include "kernels/anomaly_bodies.h"
#include "kernels/group_rows.h"
#include "kernels/ops_climatology.h"
#include "kernels/series_fit.h"

namespace fw {

/// Median-unbiased percentile (0..100) of n >= 1 ascending values, value(i).
template <class Value>
FW_HD double percentile_type8(int n, double percent, const Value& value) {
  const double rank = (static_cast<double>(n) + 1.0 / 3.0) * (percent / 100.0) + 1.0 / 3.0;  // 1-based
  if (rank <= 1.0) return value(0);
  if (rank >= static_cast<double>(n)) return value(n - 1);
  const int below = static_cast<int>(rank);
  const double part = rank - static_cast<double>(below), low = value(below - 1), high = value(below);
  return low + part * (high - low);
}

struct ClimatologyBody {
  static constexpr unsigned blocks_at_once = 2;  ///< as AnomalyBody, which needs fewer

  Climatology op;
  const int32_t *rows, *begin;  ///< ListGroupRows of the reference
  static constexpr size_t work_floats(int) { return 0; }

  template <int L>
  FW_HD void block(size_t p, float*) const {
    for (int g = 0; g < op.groups; ++g) describe<L>(p, g);
  }

 private:
  template <int L>
  FW_HD void describe(size_t p, int g) const {
    const SeriesView x{op.x + p, op.pixels};
    const int32_t* list = rows + begin[g];
    const int all = begin[g + 1] - begin[g], references = all < max_reference_years ? all : max_reference_years;
    if constexpr (L == 1)
      if (with_room(ReferenceSizes{}, references, [&](auto most) {
            HeldRows<decltype(most)::value> values(x, list, references);
            describe<1>(p, g, values, all > references);
          }))
        return;
    CopiedRows<L> values(x, list, references);
    describe<L>(p, g, values, all > references);
  }

  template <int L, class Rows>
  FW_HD void describe(size_t p, int g, Rows& values, bool too_many) const {
    const float infinity = __builtin_inff();
    float low[L], high[L];
    int n[L];
    double sum[L], squares[L];
    for (int l = 0; l < L; ++l) n[l] = 0, sum[l] = squares[l] = 0.0, low[l] = infinity, high[l] = -infinity;
    values.read_finite([&](const float* row) {
      for (int l = 0; l < L; ++l) {
        const float v = row[l];
        const bool ok = v < infinity;
        n[l] += ok;
        sum[l] += ok ? static_cast<double>(v) : 0.0;
        low[l] = ok && v < low[l] ? v : low[l];
        high[l] = ok && v > high[l] ? v : high[l];
      }
    });
    double mean[L];
    for (int l = 0; l < L; ++l) mean[l] = sum[l] / static_cast<double>(n[l]);
    values.each([&](const float* row) {
      for (int l = 0; l < L; ++l) {
        const double d = static_cast<double>(row[l]) - mean[l];
        squares[l] += row[l] < infinity ? d * d : 0.0;
      }
    });
    if (op.percentiles > 0) values.sort();
    // One output to a loop, so that each becomes vector instructions.
    const size_t first = static_cast<size_t>(g) * op.pixels + p;
    bool enough[L];
    for (int l = 0; l < L; ++l) enough[l] = (n[l] > 0) & (n[l] >= op.min_years) & !too_many;
    if (op.count)
      for (int l = 0; l < L; ++l) op.count[first + static_cast<size_t>(l)] = static_cast<uint16_t>(n[l]);
    if (op.mean)
      for (int l = 0; l < L; ++l) op.mean[first + static_cast<size_t>(l)] = enough[l] ? to_float(mean[l]) : nan_f();
    if (op.stddev) {
      double spread[L];
      for (int l = 0; l < L; ++l) spread[l] = sqrt(squares[l] / static_cast<double>(n[l] - 1));
      for (int l = 0; l < L; ++l)
        op.stddev[first + static_cast<size_t>(l)] = enough[l] & (n[l] > 1) ? to_float(spread[l]) : nan_f();
    }
    if (op.min)
      for (int l = 0; l < L; ++l) op.min[first + static_cast<size_t>(l)] = enough[l] ? low[l] : nan_f();
    if (op.max)
      for (int l = 0; l < L; ++l) op.max[first + static_cast<size_t>(l)] = enough[l] ? high[l] : nan_f();
    for (int k = 0; k < op.percentiles; ++k) {
      const double percent = op.percentile[k];
      const bool tail = percent < 10.0 || percent > 90.0;
      if (!op.percentile_out[k]) continue;
      for (int l = 0; l < L; ++l) {
        const bool known = enough[l] && (!tail || n[l] >= op.min_years_tails);
        op.percentile_out[k][first + static_cast<size_t>(l)] =
            known
                ? to_float(percentile_type8(n[l], percent, [&](int r) { return static_cast<double>(values.at(r, l)); }))
                : nan_f();
      }
    }
    if (op.reason)
      for (int l = 0; l < L; ++l)
        op.reason[first + static_cast<size_t>(l)] =
            number(enough[l] ? Reason::value : (n[l] > 0 ? Reason::not_assessed : Reason::not_observed));
  }
};

struct DetrendedAnomalyBody {
  DetrendedAnomaly op;
  const int32_t *rows, *row_count;  ///< ListReferences

  /// Values, years and residuals of the references, and the slopes of all pairs.
  size_t scratch_per_pixel() const {
    const size_t n = static_cast<size_t>(op.max_years);
    return 2 * n + n * (n - 1) / 2;
  }

  template <int L>
  FW_HD void block(size_t p, Scratch<L> scratch) const {
    for (int k = 0; k < op.targets; ++k)
      for (int l = 0; l < L; ++l) compare<L>(scratch, p + static_cast<size_t>(l), k, l);
  }

 private:
  template <int L>
  FW_HD void compare(Scratch<L> scratch, size_t pixel, int k, int l) const {
    const Scratch<L> value = scratch, year = scratch.from(op.max_years), slopes = scratch.from(2 * op.max_years);
    const int t = op.target[k];
    const size_t at = static_cast<size_t>(t) * op.pixels + pixel;
    const double target = static_cast<double>(op.x[at]);
    const int32_t* list = rows + static_cast<size_t>(k) * static_cast<size_t>(max_reference_years);
    const int references = row_count[k] < 0 || row_count[k] > op.max_years ? 0 : row_count[k];
    int n = 0;
    for (int j = 0; j < references; ++j) {
      const double v = static_cast<double>(op.x[static_cast<size_t>(list[j]) * op.pixels + pixel]);
      if (!is_finite(v)) continue;
      value.at(n, l) = v;
      year.at(n, l) = static_cast<double>(op.year[list[j]]);
      ++n;
    }
    int pairs = 0;
    for (int i = 0; i < n; ++i)
      for (int j = i + 1; j < n; ++j) {
        const double apart = year.at(j, l) - year.at(i, l);
        if (apart != 0.0) slopes.at(pairs++, l) = (value.at(j, l) - value.at(i, l)) / apart;
      }
    const bool enough = n >= 3 && n >= op.min_years && pairs > 0;
    const double slope = enough ? median_of<L>(slopes, pairs, l) : nan_d();
    const double now = static_cast<double>(op.year[t]);
    double mean = 0.0, squares = 0.0;
    for (int i = 0; i < n; ++i) mean += value.at(i, l) - slope * (year.at(i, l) - now);
    mean /= static_cast<double>(n);
    for (int i = 0; i < n; ++i) {
      const double d = value.at(i, l) - slope * (year.at(i, l) - now) - mean;
      squares += d * d;
    }
    const double stddev = sqrt(squares / static_cast<double>(n - 1));
    const bool spread = enough && stddev > 0.0 && stddev >= static_cast<double>(op.std_floor);
    const double z = spread && is_finite(target) ? clip((target - mean) / stddev, -6.0, 6.0) : nan_d();
    const size_t i = static_cast<size_t>(k) * op.pixels + pixel;
    put_value(op.z[i], z);
    if (op.slope) put_value(op.slope[i], slope);
    if (op.reason_out)
      op.reason_out[i] = is_finite(z)        ? number(Reason::value)
                         : is_finite(target) ? number(Reason::not_assessed)
                                             : reason_of(op.reason, at);
  }
};

struct VegetationHealthBody {
  VegetationHealth op;
  struct Pair {
    float vci, tci;
  };
  FW_HD Pair load(size_t i) const { return {op.vci[i], op.tci[i]}; }
  FW_HD void store(size_t i, Pair v) const {
    const double alpha = static_cast<double>(op.alpha);
    const float health = to_float(alpha * static_cast<double>(v.vci) + (1.0 - alpha) * static_cast<double>(v.tci));
    op.out[i] = health;
    if (op.reason)
      op.reason[i] = !is_nan(health) ? number(Reason::value)
                     : is_nan(v.vci) ? reason_of(op.vci_reason, i)
                                     : reason_of(op.tci_reason, i);
  }
};

}  // namespace fw
