// Bodies over series work on L neighbouring pixels at once: L = series_lanes on the CPU, where the loops over lanes
// become vector instructions and rows of memory are read whole, and L = 1 on a GPU thread. A lane never looks at
// another, so a result does not depend on L.
#pragma once
#include <cstddef>

#include "kernels/arithmetic.h"

namespace fw {

inline constexpr int series_lanes = 32;

/// L pixels of a [time][pixel] array: at(t, lane).
struct SeriesView {
  const float* first;
  size_t stride;
  FW_HD const float* row(int t) const { return first + static_cast<size_t>(t) * stride; }
  FW_HD float at(int t, int lane) const { return row(t)[lane]; }
};

/// Views pixels p .. p+L-1 of x. With L > 1 they are copied to `work` (times * L floats) first: bodies read a series
/// many times, and rows a power of two apart would evict each other from the cache.
template <int L>
FW_HD SeriesView stage(const float* x, int times, size_t pixels, size_t p, [[maybe_unused]] float* work) {
  if constexpr (L == 1) {
    return {x + p, pixels};
  } else {
    for (int t = 0; t < times; ++t)
      for (int l = 0; l < L; ++l) work[t * L + l] = x[static_cast<size_t>(t) * pixels + p + static_cast<size_t>(l)];
    return {work, static_cast<size_t>(L)};
  }
}

/// Asks for L values that will be written: rows far apart are not foreseen by the CPU.
template <int L, class T>
FW_HD void fetch_to_write([[maybe_unused]] T* row) {
#ifndef __CUDA_ARCH__
  for (size_t byte = 0; byte < L * sizeof(T); byte += 64) __builtin_prefetch(reinterpret_cast<char*>(row) + byte, 1);
#endif
}

/// Pixels of a block of an operation that needs memory per pixel (Device::for_fits) on the CPU; 1 on a GPU thread.
inline constexpr int fit_lanes = 8;
/// Lanes of a body on the CPU: its own `lanes`, else fit_lanes.
template <class Body>
constexpr int fit_lanes_of() {
  if constexpr (requires { Body::lanes; })
    return Body::lanes;
  else
    return fit_lanes;
}

/// Memory of a block of L pixels: rows of doubles, one column per pixel. Not cleared between blocks.
template <int L>
struct Scratch {
  double* first;
  size_t stride;  ///< between rows, where L is 1
  FW_HD double* row(int i) const {
    if constexpr (L == 1)
      return first + static_cast<size_t>(i) * stride;
    else
      return first + static_cast<size_t>(i) * static_cast<size_t>(L);
  }
  FW_HD double& at(int i, int lane) const { return row(i)[lane]; }
  FW_HD size_t step() const { return L == 1 ? stride : static_cast<size_t>(L); }  ///< from row to row
  /// The rows from i on.
  FW_HD Scratch from(int i) const { return {row(i), stride}; }
};

/// Sorts v[0..n) of every lane, ascending, by Batcher's merge exchange: the comparisons do not depend on the values.
/// Values must not be NaN: put +infinity where there is none, then the first `count` entries are the values.
/// Source: Knuth, The Art of Computer Programming 3, 5.2.2, Algorithm M.
template <int L, class Real>
FW_HD void sort_lanes(Real (*v)[L], int n) {
  int top = 1;
  while (2 * top < n) top *= 2;
  for (int p = n > 1 ? top : 0; p > 0; p /= 2) {
    int q = top, r = 0, d = p;
    for (;;) {
      for (int i = 0; i < n - d; ++i) {
        if ((i & p) != r) continue;
        Real low[L], high[L];  // copies: two rows of v may be one to the compiler, which then would not vectorise
        for (int l = 0; l < L; ++l) low[l] = v[i][l], high[l] = v[i + d][l];
        for (int l = 0; l < L; ++l) {
          v[i][l] = high[l] < low[l] ? high[l] : low[l];
          v[i + d][l] = high[l] < low[l] ? low[l] : high[l];
        }
      }
      if (q == p) break;
      d = q - p;
      q /= 2;
      r = p;
    }
  }
}

/// Median of the first `count` (>= 1) sorted values of a lane: the mean of the two middle ones when count is even.
template <int L>
FW_HD double median_of_sorted(const float (*v)[L], int count, int lane) {
  const double low = v[(count - 1) / 2][lane], high = v[count / 2][lane];
  return low == high ? low : 0.5 * (low + high);
}

template <int L>
FW_HD double median_of_sorted(Scratch<L> v, int count, int lane) {
  const double low = v.at((count - 1) / 2, lane), high = v.at(count / 2, lane);
  return low == high ? low : 0.5 * (low + high);
}

}  // namespace fw
