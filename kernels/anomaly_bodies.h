// Bodies of Anomaly, ReferenceOfPlace and AnomalyOfPlace: a value against the reference years of the same dekad, in
// two halves (statistics of the reference; a value against them) that the three share. See lanes.h for L.
#pragma once
#include "kernels/reference_rows.h"
#include "kernels/series_bodies.h"

namespace fw {

/// Lists the reference rows of each target once, for all pixels. rows: [target][max_reference_years]; count: [target],
/// -1 where there are more than max_reference_years.
template <class Op>
struct ListReferences {
  Op op;
  int32_t *rows, *count;
  FW_HD int32_t load(size_t k) const { return op.target[k]; }
  FW_HD void store(size_t k, int32_t t) const {
    int32_t* list = rows + k * static_cast<size_t>(max_reference_years);
    int32_t n = 0;
    for (int32_t s = 0; s < op.times; ++s) {
      if (op.group[s] != op.group[t] || op.in_reference[s] == 0 || op.year[s] == op.year[t]) continue;
      if (n < max_reference_years) list[n] = s;
      ++n;
    }
    count[k] = n <= max_reference_years ? n : -1;
  }
};

/// Lists the reference rows of a place in the year. count: -1 where there are more than max_reference_years.
struct ListPlaceRows {
  ReferenceOfPlace op;
  int32_t *rows, *count;
  FW_HD int32_t load(size_t) const { return op.place; }
  FW_HD void store(size_t, int32_t place) const {
    int32_t n = 0;
    for (int32_t s = 0; s < op.times; ++s) {
      if (op.group[s] != place || op.in_reference[s] == 0) continue;
      if (n < max_reference_years) rows[n] = s;
      ++n;
    }
    *count = n <= max_reference_years ? n : -1;
  }
};

/// Statistics of the reference values of L pixels.
template <int L>
struct ReferenceValues {
  double mean[L], squares[L], median[L];
  float low[L], high[L];
  int years[L];
};

template <int L, class Rows>
FW_HD void describe_reference(const Rows& rows, bool squares, bool median, ReferenceValues<L>& r) {
  const float infinity = __builtin_inff();
  double sum[L];
  for (int l = 0; l < L; ++l) {
    sum[l] = r.squares[l] = r.median[l] = 0.0;
    r.low[l] = infinity, r.high[l] = -infinity, r.years[l] = 0;
  }
  rows.each([&](const float* row) {
    for (int l = 0; l < L; ++l) {
      const float v = row[l];
      const bool ok = v == v;
      r.years[l] += ok;
      sum[l] += ok ? static_cast<double>(v) : 0.0;
      r.low[l] = v < r.low[l] ? v : r.low[l];
      r.high[l] = v > r.high[l] ? v : r.high[l];
    }
  });
  for (int l = 0; l < L; ++l) r.mean[l] = sum[l] / static_cast<double>(r.years[l]);
  if (squares)
    rows.each([&](const float* row) {
      for (int l = 0; l < L; ++l) {
        const float v = row[l];
        const double d = static_cast<double>(v) - r.mean[l];
        r.squares[l] += v == v ? d * d : 0.0;
      }
    });
  if (median) rows.medians(r.years, r.median);
}

/// Squares and median are computed only where asked for: they read the rows again.
template <int L>
FW_HD void collect_reference(const SeriesView& x, const int32_t* list, int references, bool squares, bool median,
                             ReferenceValues<L>& r) {
  if constexpr (L == 1)
    if (with_room(ReferenceSizes{}, references, [&](auto most) {
          describe_reference<1>(HeldRows<decltype(most)::value>(x, list, references), squares, median, r);
        }))
      return;
  describe_reference<L>(ListedRows<L>{x, list, references}, squares, median, r);
}

template <class Op>
FW_HD bool asks(const Op& op, Statistic s) {
  return op.out[static_cast<int>(s)] || op.reason_out[static_cast<int>(s)];
}

/// L pixels against their references. to: the place of the first in the outputs; from: its place in op.reason.
template <class Op, int L>
FW_HD void put_anomalies(const Op& op, const float (&value)[L], const ReferenceValues<L>& r, size_t to, size_t from) {
  constexpr double z_limit = 6.0;
  const double none = static_cast<double>(nan_f()), floor = static_cast<double>(op.std_floor);
  uint8_t missing[L];  // read before anything is written, which may be the same memory to the compiler
  reasons_of<L>(op.reason, from, missing);
  // One loop for each array: whatever is asked for, the loops have no branches.
  const auto put = [&](Statistic s, const auto& compute) {
    const int k = static_cast<int>(s);
    if (!asks(op, s)) return;
    double result[L];
    for (int l = 0; l < L; ++l) result[l] = compute(l);
    if (float* const out = op.out[k])
      for (int l = 0; l < L; ++l) {
        const bool present = (value[l] == value[l]) & (result[l] == result[l]);
        out[to + static_cast<size_t>(l)] = present ? static_cast<float>(result[l]) : nan_f();
      }
    if (uint8_t* const reason = op.reason_out[k])
      for (int l = 0; l < L; ++l) {
        const bool has_value = value[l] == value[l], present = has_value & (result[l] == result[l]);
        const uint8_t why = has_value ? number(Reason::not_assessed) : missing[l];
        reason[to + static_cast<size_t>(l)] = present ? number(Reason::value) : why;
      }
  };
  const auto v = [&](int l) { return static_cast<double>(value[l]); };
  const auto enough = [&](int l) { return (r.years[l] > 0) & (r.years[l] >= op.min_years); };
  const auto range = [&](int l) { return static_cast<double>(r.high[l]) - static_cast<double>(r.low[l]); };
  put(Statistic::value, [&](int l) { return v(l); });
  put(Statistic::difference, [&](int l) { return enough(l) ? v(l) - r.mean[l] : none; });
  put(Statistic::percent_of_median, [&](int l) {
    const double median = enough(l) ? r.median[l] : 0.0;
    return median > 0.0 ? 100.0 * v(l) / median : none;
  });
  put(Statistic::z, [&](int l) {
    const int freedom = r.years[l] > 1 ? r.years[l] - 1 : 1;
    const double stddev = sqrt(r.squares[l] / static_cast<double>(freedom));
    const bool spread = enough(l) & (r.years[l] > 1) & (stddev > 0.0) & (stddev >= floor);
    const double z = clip((v(l) - r.mean[l]) / stddev, -z_limit, z_limit);
    return spread ? z : none;
  });
  put(Statistic::vci, [&](int l) {
    const bool spread = enough(l) & (range(l) > 0.0);
    return spread ? clip(100.0 * (v(l) - static_cast<double>(r.low[l])) / range(l), 0.0, 100.0) : none;
  });
  put(Statistic::tci, [&](int l) {
    const bool spread = enough(l) & (range(l) > 0.0);
    return spread ? clip(100.0 * (static_cast<double>(r.high[l]) - v(l)) / range(l), 0.0, 100.0) : none;
  });
}

struct AnomalyBody {
  static constexpr unsigned blocks_at_once = 3;  ///< many registers are for the largest of ReferenceSizes alone

  Anomaly op;
  const int32_t *rows, *row_count;

  /// Few targets read few rows: then the rows are read where they are.
  FW_HD bool staged() const { return op.targets > 4; }
  size_t work_floats(int lanes) const {
    return staged() ? static_cast<size_t>(op.times) * static_cast<size_t>(lanes) : 0;
  }

  template <int L>
  FW_HD void block(size_t p, float* work) const {
    const SeriesView x = staged() ? stage<L>(op.x, op.times, op.pixels, p, work) : SeriesView{op.x + p, op.pixels};
    ReferenceValues<L> r;
    for (int k = 0; k < op.targets; ++k) {
      const int t = op.target[k];
      collect_reference<L>(x, rows + static_cast<size_t>(k) * static_cast<size_t>(max_reference_years),
                           row_count[k] < 0 ? 0 : row_count[k], asks(op, Statistic::z),
                           asks(op, Statistic::percent_of_median), r);
      float value[L];
      for (int l = 0; l < L; ++l) value[l] = x.at(t, l);
      put_anomalies<Anomaly, L>(op, value, r, static_cast<size_t>(k) * op.pixels + p,
                                static_cast<size_t>(t) * op.pixels + p);
    }
  }
};

struct ReferenceOfPlaceBody {
  static constexpr unsigned blocks_at_once = 3;  ///< as AnomalyBody

  ReferenceOfPlace op;
  const int32_t *rows, *row_count;
  static constexpr size_t work_floats(int) { return 0; }

  template <int L>
  FW_HD void block(size_t p, float*) const {
    ReferenceValues<L> r;
    collect_reference<L>({op.x + p, op.pixels}, rows, *row_count < 0 ? 0 : *row_count, op.out.squares != nullptr,
                         op.out.median != nullptr, r);
    for (int l = 0; l < L; ++l) {
      const size_t i = p + static_cast<size_t>(l);
      const bool some = r.years[l] > 0;
      op.out.count[i] = static_cast<uint8_t>(r.years[l]);
      if (op.out.mean) op.out.mean[i] = some ? one_nan(r.mean[l]) : 0.0;
      if (op.out.squares) op.out.squares[i] = some ? one_nan(r.squares[l]) : 0.0;
      if (op.out.low) op.out.low[i] = some ? r.low[l] : 0.0f;
      if (op.out.high) op.out.high[i] = some ? r.high[l] : 0.0f;
      if (op.out.median) op.out.median[i] = some ? one_nan(r.median[l]) : 0.0;
    }
  }

 private:
  /// Infinite values give a NaN whose bits differ between processors.
  FW_HD static double one_nan(double v) { return v == v ? v : static_cast<double>(nan_f()); }
};

struct AnomalyOfPlaceBody {
  AnomalyOfPlace op;
  static constexpr size_t work_floats(int) { return 0; }

  template <int L>
  FW_HD void block(size_t p, float*) const {
    ReferenceValues<L> r;
    float value[L];
    for (int l = 0; l < L; ++l) {
      const size_t i = p + static_cast<size_t>(l);
      value[l] = op.x[i];
      r.years[l] = op.reference.count[i];
      r.mean[l] = op.reference.mean ? op.reference.mean[i] : 0.0;
      r.squares[l] = op.reference.squares ? op.reference.squares[i] : 0.0;
      r.low[l] = op.reference.low ? op.reference.low[i] : 0.0f;
      r.high[l] = op.reference.high ? op.reference.high[i] : 0.0f;
      r.median[l] = op.reference.median ? op.reference.median[i] : 0.0;
    }
    put_anomalies<AnomalyOfPlace, L>(op, value, r, p, p);
  }
};

}  // namespace fw
