// Series read row by row. A GPU thread that uses a row before it loads the next has one load in flight, and the memory
// waits for it; stores in between, which may change what is read next as far as the compiler knows, force that order.
#pragma once
#include "kernels/lanes.h"

namespace fw {

/// Rows that a GPU thread loads before it uses the first of them.
inline constexpr int rows_ahead = 8;

template <class T>
struct RowsAhead {
  const T* from;
  T row[rows_ahead];
  FW_HD void load(int k, size_t stride) {
    row[k] = *from;
    from += stride;
  }
};

/// Rows first .. first + rows_ahead - 1 of those below `times`: all loads, then all uses.
template <class Use, class... T>
FW_HD void use_ahead(int first, int times, size_t stride, const Use& use, RowsAhead<T>... rows) {
  FW_UNROLL
  for (int k = 0; k < rows_ahead; ++k)
    if (first + k < times) (rows.load(k, stride), ...);
  FW_UNROLL
  for (int k = 0; k < rows_ahead; ++k)
    if (first + k < times) use(first + k, static_cast<const T*>(rows.row + k)...);
}

/// Calls use(t, row of x, ...) for t = 0 .. times-1 in order; a row is L values of x[t * stride].
template <int L, class Use, class... T>
FW_HD void each_row(int times, size_t stride, const Use& use, const T*... x) {
  if constexpr (L > 1) {
    for (int t = 0; t < times; ++t) use(t, x + static_cast<size_t>(t) * stride...);
  } else {
    for (int t = 0; t < times; t += rows_ahead)
      use_ahead(t, times, stride, use, RowsAhead<T>{x + static_cast<size_t>(t) * stride, {}}...);
  }
}

}  // namespace fw
