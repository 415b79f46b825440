// What the fits over series share: reading into scratch, gaps, medians. See Scratch in lanes.h.
#pragma once
#include "kernels/series_bodies.h"
#include "kernels/series_flags.h"
#include "kernels/special_functions.h"

namespace fw {

/// Rounds to the type of a raster; what is not finite becomes the one NaN.
FW_HD void put_value(float& to, double v) { to = is_finite(v) ? static_cast<float>(v) : nan_f(); }
FW_HD void put_value(double& to, double v) { to = is_finite(v) ? v : nan_d(); }

/// Copies pixels p .. p+L-1 of x[time][pixel] to rows 0.. of y; what is not finite becomes NaN.
template <int L, class Real>
FW_HD void read_series(const Real* x, int times, size_t pixels, size_t p, Scratch<L> y) {
  const auto copy = [&](int t, const Real* from) {
    double* row = y.row(t);
    for (int l = 0; l < L; ++l) {
      const double v = static_cast<double>(from[l]);
      row[l] = is_finite(v) ? v : nan_d();
    }
  };
  each_row<L>(times, pixels, copy, x + p);
}

/// Where the values of one lane lie.
struct Span {
  int valid = 0, first = -1, last = -1, longest_gap = 0;
  double low = 0.0, high = 0.0;
};
template <int L>
FW_HD Span find_span(Scratch<L> y, int times, int lane) {
  Span s;
  for (int t = 0; t < times; ++t) {
    const double v = y.at(t, lane);
    if (v != v) continue;
    if (s.valid == 0) {
      s.first = t;
      s.low = s.high = v;
    } else if (t - s.last - 1 > s.longest_gap) {
      s.longest_gap = t - s.last - 1;
    }
    s.low = v < s.low ? v : s.low;
    s.high = v > s.high ? v : s.high;
    s.last = t;
    ++s.valid;
  }
  return s;
}

/// The number of rank k (0..n-1) of rows 0..n-1 of a lane, which are reordered. No NaN.
/// Source: Hoare 1961, Algorithm 65 (FIND).
template <int L>
FW_HD double select_rank(Scratch<L> v, int n, int k, int lane) {
  int low = 0, high = n - 1;
  while (low < high) {
    const double pivot = v.at(low + (high - low) / 2, lane);
    int i = low, j = high;
    while (i <= j) {
      while (v.at(i, lane) < pivot) ++i;
      while (v.at(j, lane) > pivot) --j;
      if (i <= j) {
        const double swapped = v.at(i, lane);
        v.at(i, lane) = v.at(j, lane);
        v.at(j, lane) = swapped;
        ++i;
        --j;
      }
    }
    if (k <= j)
      high = j;
    else if (k >= i)
      low = i;
    else
      break;
  }
  return v.at(k, lane);
}

/// Median of rows 0..n-1 (n >= 1) of a lane, which are reordered: the mean of the two middle ones when n is even.
template <int L>
FW_HD double median_of(Scratch<L> v, int n, int lane) {
  const double high = select_rank<L>(v, n, n / 2, lane);
  if (n % 2 == 1) return high;
  double low = v.at(0, lane);  // rows before n/2 are the smaller ones now
  for (int i = 1; i < n / 2; ++i) low = v.at(i, lane) > low ? v.at(i, lane) : low;
  return low == high ? low : 0.5 * (low + high);
}

/// Writes times of one pixel that have a smoothed value z inside its span, and says what stands behind each.
/// read(t): z; y: the series as read. `with_curve` false: no value anywhere.
template <int L, class Op, class Read>
FW_HD void put_smoothed(const Op& op, const Span& span, bool with_curve, int reach, Scratch<L> y, size_t pixel,
                        int lane, const Read& read) {
  const int begin = span.first - reach, end = span.last + reach;
  int gap_end = 0;  // first time after the gap t is in
  uint8_t gap_flag = 0;
  for (int t = 0; t < op.times; ++t) {
    const size_t i = static_cast<size_t>(t) * op.pixels + pixel;
    const bool missing = y.at(t, lane) != y.at(t, lane);
    double value = nan_d();
    uint8_t flag = 0;
    if (with_curve && t >= begin && t <= end) {
      value = read(t);
      if (t < span.first || t > span.last) {
        value = clip(value, span.low, span.high);
        flag = flag_extrapolated;
      } else if (missing) {
        if (t >= gap_end) {
          gap_end = t;
          while (y.at(gap_end, lane) != y.at(gap_end, lane)) ++gap_end;  // ends at span.last at the latest
          gap_flag = gap_end - t > op.max_gap ? flag_interpolated : flag_filled;
        }
        flag = gap_flag;
      }
    }
    const bool there = is_finite(value);
    put_value(op.out[i], value);
    if (op.flags) op.flags[i] = there ? flag : uint8_t{0};
    if (op.out_reason)
      op.out_reason[i] =
          there ? number(Reason::value) : (missing ? reason_of(op.reason, i) : number(Reason::not_assessed));
  }
}

}  // namespace fw
