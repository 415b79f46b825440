// Rows of a series by calendar period, listed once for all pixels.
#pragma once
#include "kernels/lanes.h"

namespace fw {

/// Sorts the rows of groups 0..groups-1 by group, in time order: rows[begin[g]] .. rows[begin[g + 1] - 1] are those of
/// g. Rows of other groups are left out, and those that `counts` (may be null) says 0 of. rows: [times]; begin:
/// [groups + 1]. Runs once per group.
struct ListGroupRows {
  const int32_t* group;
  const uint8_t* counts;
  int times, groups;
  int32_t *rows, *begin;
  FW_HD int32_t load(size_t g) const {
    int32_t before = 0;
    for (int t = 0; t < times; ++t) before += has(t) && group[t] >= 0 && group[t] < static_cast<int32_t>(g);
    return before;
  }
  FW_HD void store(size_t g, int32_t first) const {
    begin[g] = first;
    for (int t = 0; t < times; ++t)
      if (has(t) && group[t] == static_cast<int32_t>(g)) rows[first++] = t;
    if (g + 1 == static_cast<size_t>(groups)) begin[groups] = first;
  }

 private:
  FW_HD bool has(int t) const { return !counts || counts[t] != 0; }
};

}  // namespace fw
