// Mann-Kendall's S of L series and its variance: pairs compared lane by lane in lockstep.
#pragma once
#include "kernels/pair_steps.h"
#include "kernels/slope_selection.h"

namespace fw {

template <int L>
struct PairScore {
  double s[L], variance[L], count[L];
};

template <class Real, int L>
FW_HD Real* rows_of(Scratch<L> s, int i) {
  return reinterpret_cast<Real*>(s.row(i));
}

/// A row of y, or `nothing` behind the last. A GPU thread takes the value: its loads are in flight together.
template <int L, class Real>
struct Later {
  const Real* row;
  FW_HD void read(Scratch<L> y, int j, int rows, const Real (&nothing)[L]) {
    row = j < rows ? rows_of<Real>(y, j) : nothing;
  }
  FW_HD Real at(int l) const { return row[l]; }
};
template <class Real>
struct Later<1, Real> {
  Real value;
  FW_HD void read(Scratch<1> y, int j, int rows, const Real (&nothing)[1]) {
    value = nothing[0];
    if (j < rows) value = *rows_of<Real>(y, j);
  }
  FW_HD Real at(int) const { return value; }
};

/// S, its variance corrected for ties, the number of values and the kinds of pairs. Rows 0..rows-1 of y, which holds
/// Real numbers.
template <int L, class Real>
FW_HD void score_pairs(Scratch<L> y, int rows, int period, PairScore<L>& test, PairCounts (&pairs)[L]) {
  constexpr int together = 4;  // later dates at once
  Real nothing[L];
  for (int l = 0; l < L; ++l) nothing[l] = static_cast<Real>(nan_d());
  double spread[L];  // 18 times the variance
  for (int l = 0; l < L; ++l) test.count[l] = spread[l] = 0.0, pairs[l] = {};
  for (int season = 0; season < period && season < rows; ++season) {
    double values[L];  // of the season, from the end to i
    for (int l = 0; l < L; ++l) values[l] = 0.0;
    const int last = season + (rows - 1 - season) / period * period;
    for (int i = last; i >= season; i -= period) {
      const Real* from = rows_of<Real>(y, i);
      Real above[L], below[L];
      for (int l = 0; l < L; ++l) above[l] = below[l] = Real{0};
      for (int j = i + period; j < rows; j += together * period) {
        Later<L, Real> to[together];
        for (int k = 0; k < together; ++k) to[k].read(y, j + k * period, rows, nothing);
        for (int l = 0; l < L; ++l) {
          Real up = above[l], down = below[l];
          for (int k = 0; k < together; ++k) {
            up += to[k].at(l) > from[l] ? Real{1} : Real{0};
            down += to[k].at(l) < from[l] ? Real{1} : Real{0};
          }
          above[l] = up;
          below[l] = down;
        }
      }
      for (int l = 0; l < L; ++l) {
        const bool ok = from[l] == from[l];
        const double same = ok ? values[l] - static_cast<double>(above[l]) - static_cast<double>(below[l])
                               : 0.0;  // later values equal to this one
        pairs[l].rising += static_cast<int>(above[l]);
        pairs[l].falling += static_cast<int>(below[l]);
        pairs[l].level += static_cast<int>(same);
        // t(t-1)(2t+5) summed over ties of t values is 6 f(f+2) summed over the f = t-1, t-2, .. 0 of their members.
        spread[l] -= 6.0 * same * (same + 2.0);
        values[l] += ok ? 1.0 : 0.0;
      }
    }
    for (int l = 0; l < L; ++l) {
      const double n = values[l];
      spread[l] += n * (n - 1.0) * (2.0 * n + 5.0);
      test.count[l] += n;
    }
  }
  for (int l = 0; l < L; ++l) {
    test.s[l] = static_cast<double>(pairs[l].rising - pairs[l].falling);
    test.variance[l] = spread[l] / 18.0;
  }
}

/// The same of all rows, from steps, where few pairs are level or nearly so; else false, and nothing of use.
template <int L>
FW_HD bool score_in_steps(Scratch<L> y, int times, int period, const PairSteps<L>& steps, PairScore<L>& test,
                          PairCounts (&pairs)[L]) {
  float level[L];
  int varies[L], falling[L], all[L], near = 24 * L;
  for (int l = 0; l < L; ++l) level[l] = 0.0f, varies[l] = steps.range(l) > 0.0f ? 1 : 0, pairs[l] = {};
  steps.start_ties();
  bool tied = false;
  const bool done = steps.part(level, level, varies, 0, falling, [&](const DatePair& pair) {
    const double from = y.at(pair.from, pair.lane), to = y.at(pair.to, pair.lane);
    pairs[pair.lane].falling += to < from ? 1 : 0;
    steps.ties(pair.from)[pair.lane] += to == from ? 1 : 0;
    tied = tied || to == from;
    return --near > 0;
  });
  if (!done) return false;
  double spread[L];
  for (int l = 0; l < L; ++l) test.count[l] = spread[l] = 0.0, all[l] = 0;
  for (int season = 0; season < period && season < times; ++season) {
    float values[L];
    for (int l = 0; l < L; ++l) values[l] = 0.0f;
    for (int i = season; i < times; i += period) {
      const float* value = steps.value(i);
      for (int l = 0; l < L; ++l) values[l] += value[l] == value[l] ? 1.0f : 0.0f;
    }
    for (int l = 0; l < L; ++l) {
      const double n = static_cast<double>(values[l]);
      spread[l] += varies[l] != 0 ? n * (n - 1.0) * (2.0 * n + 5.0) : 0.0;
      test.count[l] += n;
      all[l] += static_cast<int>(n * (n - 1.0) * 0.5);
    }
  }
  for (int i = 0; tied && i < times; ++i) {
    const uint16_t* ties = steps.ties(i);
    for (int l = 0; l < L; ++l) {
      const double same = static_cast<double>(ties[l]);
      spread[l] -= 6.0 * same * (same + 2.0);
      pairs[l].level += ties[l];
    }
  }
  for (int l = 0; l < L; ++l) {
    pairs[l].falling += falling[l];
    pairs[l].level = varies[l] != 0 ? pairs[l].level : all[l];
    pairs[l].rising = all[l] - pairs[l].falling - pairs[l].level;
    test.s[l] = static_cast<double>(pairs[l].rising - pairs[l].falling);
    test.variance[l] = spread[l] / 18.0;
  }
  return true;
}

}  // namespace fw
