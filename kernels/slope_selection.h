// The median of all pairwise slopes of one series, the slow way: where theil_sen.h cannot prove its own.
#pragma once
#include "kernels/series_fit.h"

namespace fw {

/// Pairs (i, j), i < j, with (j - i) a multiple of `period` and both values there.
struct PairCounts {
  int rising = 0, falling = 0, level = 0;
  FW_HD int all() const { return rising + falling + level; }
};

/// Exact selection among the slopes of one lane; each round computes all of them again.
template <int L>
struct SlopeSelection {
  Scratch<L> x;
  int times, period, lane;

  /// The mean of the slopes of rank k and k + 1 of `pairs`; of rank k alone where `one`.
  FW_HD double median(int pairs, int k, bool one) const {
    double low = -infinity_d(), high = infinity_d();  // the slope of rank k lies strictly between
    int up_to_low = 0, below_high = pairs;
    while (below_high > up_to_low) {
      const int middle = (below_high - up_to_low) / 2;
      int seen = 0, below = 0, equal = 0;
      double pivot = 0.0;  // the middle one of those between, in the order of pairs
      each([&](double s) {
        if (s > low && s < high && seen++ == middle) pivot = s;
      });
      each([&](double s) { below += s < pivot, equal += s == pivot; });
      if (k < below) {
        high = pivot;
        below_high = below;
      } else if (k >= below + equal) {
        low = pivot;
        up_to_low = below + equal;
      } else {
        if (one || k + 1 < below + equal) return pivot;
        double next = infinity_d();
        each([&](double s) { next = s > pivot && s < next ? s : next; });
        return 0.5 * (pivot + next);
      }
    }
    return nan_d();
  }

 private:
  template <class Visit>
  FW_HD void each(const Visit& visit) const {
    for (int i = 0; i < times; ++i) {
      const double from = x.at(i, lane);
      if (from != from) continue;
      double steps = 0.0;
      for (int j = i + period; j < times; j += period) {
        const double to = x.at(j, lane);
        steps += 1.0;
        if (to == to) visit(clip((to - from) / steps, -1.7976931348623157e308, 1.7976931348623157e308));
      }
    }
  }
};

}  // namespace fw
