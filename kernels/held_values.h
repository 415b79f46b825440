// Values of one pixel that a GPU thread holds in registers: N of them, known when the program is compiled, because what
// is indexed by a number that only the running program knows lies in local memory. All are loaded before the first is
// used. Where there are fewer than N the rest is NaN.
#pragma once
#include <utility>

#include "kernels/lanes.h"

namespace fw {

/// What a number is sorted as, in whatever order values come: both zeros are +0.
FW_HD float one_zero(float v) { return v + 0.0f; }

/// Calls use(k) for k = 0 .. count-1, at most N. In a GPU thread k is known when the program is compiled: what is
/// indexed by it stays in registers.
template <int N, class Use>
FW_HD void each_of(int count, const Use& use) {
  if constexpr (FW_ON_DEVICE) {
    FW_UNROLL
    for (int k = 0; k < N; ++k)
      if (k < count) use(k);
  } else {
    for (int k = 0; k < count; ++k) use(k);
  }
}

/// Batcher's merge exchange of sort_lanes for N values.
template <int N>
struct SortingNetwork {
  int count = 0;
  int low[N * 9] = {}, high[N * 9] = {};
  constexpr SortingNetwork() {
    int top = 1;
    while (2 * top < N) top *= 2;
    for (int p = top; p > 0; p /= 2) {
      int q = top, r = 0, d = p;
      for (;;) {
        for (int i = 0; i < N - d; ++i)
          if ((i & p) == r) low[count] = i, high[count] = i + d, ++count;
        if (q == p) break;
        d = q - p;
        q /= 2;
        r = p;
      }
    }
  }
};
template <int N>
inline constexpr SortingNetwork<N> sorting_network{};

template <int Low, int High, int N>
FW_HD void exchange(float (&v)[N]) {
  const float a = v[Low], b = v[High];
  v[Low] = b < a ? b : a;
  v[High] = b < a ? a : b;
}
template <int N, size_t... K>
FW_HD void exchange_all(float (&v)[N], std::index_sequence<K...>) {
  (exchange<sorting_network<N>.low[K], sorting_network<N>.high[K]>(v), ...);
}
/// Ascending. No NaN.
template <int N>
FW_HD void sort_held(float (&v)[N]) {
  exchange_all(v, std::make_index_sequence<static_cast<size_t>(sorting_network<N>.count)>{});
}

/// v[index], by the bits of the index.
template <int N>
FW_HD float pick_held(const float (&v)[N], int index) {
  float left[N];
  FW_UNROLL
  for (int k = 0; k < N; ++k) left[k] = v[k];
  FW_UNROLL
  for (int bit = 1; bit < N; bit *= 2) {
    FW_UNROLL
    for (int k = 0; k + bit < N; k += 2 * bit) left[k] = index & bit ? left[k + bit] : left[k];
  }
  return left[0];
}

/// The first rows (at most N) of a column of x; `none` in the place of more.
template <int N, class T>
FW_HD void hold_rows(const T* x, int rows, size_t stride, T none, T (&v)[N]) {
  FW_UNROLL
  for (int k = 0; k < N; ++k) {
    v[k] = none;
    if (k < rows) v[k] = *x;
    x += stride;  // not x[k * stride], which is multiplied out for every row
  }
}

/// Median of the values, NaN where there is none; what is NaN does not count. Their number is made N by -infinity and
/// +infinity by turns: the middle of N is then the middle of the values, and only it has to be sorted out.
template <int N>
FW_HD double median_held(float (&v)[N]) {
  static_assert(N % 2 == 0);
  float pad = __builtin_inff();
  int count = 0;
  FW_UNROLL
  for (int k = 0; k < N; ++k) {
    const bool there = v[k] == v[k];
    v[k] = there ? one_zero(v[k]) : pad;
    pad = there ? pad : -pad;
    count += there;
  }
  sort_held(v);
  const double low = v[N / 2 - 1], high = count % 2 == 0 ? v[N / 2] : v[N / 2 - 1];
  const double middle = low == high ? low : 0.5 * (low + high);
  return count > 0 ? middle : static_cast<double>(nan_f());
}

/// Calls use(std::integral_constant<int, N>) with the smallest size that holds `count` values, or is false: too many.
#if defined(__CUDACC__)
#pragma nv_exec_check_disable
#endif
template <int... N, class Use>
FW_HD bool with_room(std::integer_sequence<int, N...>, int count, const Use& use) {
  bool done = false;
  ((!done && count <= N ? (use(std::integral_constant<int, N>{}), done = true) : false), ...);
  return done;
}
/// Sizes of series that lie in registers.
using HeldSizes = std::integer_sequence<int, 8, 12, 16, 24, 32, 64>;

}  // namespace fw
