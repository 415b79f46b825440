// The reference values of a dekad, as statistics read them: where they lie, copied, or in a GPU thread's registers.
#pragma once
#include "kernels/held_values.h"
#include "kernels/ops.h"

namespace fw {

FW_HD float finite_or_infinity(float v) { return is_finite(v) ? one_zero(v) : __builtin_inff(); }

/// Reference rows of L pixels where they lie.
template <int L>
struct ListedRows {
  SeriesView x;
  const int32_t* list;
  int count;
  /// Calls use(row) for each.
  template <class Use>
  FW_HD void each(const Use& use) const {
    for (int j = 0; j < count; ++j) {
      float row[L];  // a copy: the series may lie where the statistics are, to the compiler
      for (int l = 0; l < L; ++l) row[l] = x.at(list[j], l);
      use(row);
    }
  }
  FW_HD void medians(const int (&values)[L], double (&median)[L]) const {
    float sorted[max_reference_years][L];
    for (int j = 0; j < count; ++j)
      for (int l = 0; l < L; ++l) {
        const float v = x.at(list[j], l);
        sorted[j][l] = v == v ? one_zero(v) : __builtin_inff();
      }
    sort_lanes<L>(sorted, count);
    for (int l = 0; l < L; ++l) median[l] = values[l] > 0 ? median_of_sorted<L>(sorted, values[l], l) : 0.0;
  }
};

/// The same copied, where they are also sorted.
template <int L>
struct CopiedRows {
  SeriesView x;
  const int32_t* list;
  int count;
  float v[max_reference_years][L];
  FW_HD CopiedRows(const SeriesView& from, const int32_t* rows, int references)
      : x(from), list(rows), count(references) {}
  /// The first time: what is not finite becomes +infinity.
  template <class Use>
  FW_HD void read_finite(const Use& use) {
    for (int j = 0; j < count; ++j) {
      float row[L];  // as in ListedRows
      for (int l = 0; l < L; ++l) row[l] = finite_or_infinity(x.at(list[j], l));
      for (int l = 0; l < L; ++l) v[j][l] = row[l];
      use(row);
    }
  }
  template <class Use>
  FW_HD void each(const Use& use) const {
    for (int j = 0; j < count; ++j) use(v[j]);
  }
  FW_HD void sort() { sort_lanes<L>(v, count); }
  FW_HD float at(int row, int l) const { return v[row][l]; }
};

/// Reference rows of one pixel that a GPU thread holds, NaN beyond them: they change no statistic.
template <int N>
struct HeldRows {
  float v[N];
  FW_HD HeldRows(const SeriesView& x, const int32_t* list, int count) {
    FW_UNROLL
    for (int j = 0; j < N; ++j) {
      v[j] = nan_f();
      if (j < count) v[j] = x.at(list[j], 0);
    }
  }
  template <class Use>
  FW_HD void each(const Use& use) const {
    FW_UNROLL
    for (int j = 0; j < N; ++j) use(v + j);
  }
  template <class Use>
  FW_HD void read_finite(const Use& use) {
    FW_UNROLL
    for (int j = 0; j < N; ++j) {
      v[j] = finite_or_infinity(v[j]);
      use(v + j);
    }
  }
  FW_HD void medians(const int (&values)[1], double (&median)[1]) const {
    float sorted[N];
    FW_UNROLL
    for (int j = 0; j < N; ++j) sorted[j] = v[j];
    const double middle = median_held(sorted);
    median[0] = values[0] > 0 ? middle : 0.0;
  }
  FW_HD void sort() { sort_held(v); }
  FW_HD float at(int row, int) const { return pick_held(v, row); }
};

/// Sizes of references that a GPU thread holds.
using ReferenceSizes = std::integer_sequence<int, 8, 16, 32>;

}  // namespace fw
