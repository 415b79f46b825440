// The median of all pairwise slopes without a list of them: a bracket around it is narrowed by counting the slopes
// below a pivot (one comparison per pair, in float), then the few slopes inside are computed in double and ranked.
// Counts in float may be wrong near the pivot: the result is proven afterwards, and selected exactly where it cannot
// be.
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

/// Theil-Sen slopes of L series.
template <int L>
class TheilSen {
 public:
  /// Rows of scratch beside x, per pixel.
  static constexpr int scratch_rows(int times) { return 2 * times + slots; }

  FW_HD TheilSen(Scratch<L> x, Scratch<L> scratch, int times, int period)
      : x_(x),
        low_line_(scratch),
        high_line_(scratch.from(times)),
        slot_(scratch.from(2 * times)),
        times_(times),
        period_(period) {}

  /// slope: per `period` dates; NaN of a lane without a pair.
  FW_HD void find(const PairCounts (&pairs)[L], double (&slope)[L]) {
    guess();
    bool busy = false;
    for (int l = 0; l < L; ++l) {
      const int all = pairs[l].all();
      slope[l] = all > 0 ? 0.0 : nan_d();
      first_[l] = (all - 1) / 2;
      second_[l] = all / 2;
      low_[l] = to_bound(-2.0 * range_[l]);
      high_[l] = to_bound(2.0 * range_[l]);
      low_count_[l] = 0;
      high_count_[l] = all;
      if (second_[l] < pairs[l].falling) high_[l] = 0.0f, high_count_[l] = pairs[l].falling;
      if (first_[l] >= pairs[l].falling) low_[l] = 0.0f, low_count_[l] = pairs[l].falling;
      // Level pairs in the middle: the slope is 0.
      settled_[l] = all == 0 || (first_[l] >= pairs[l].falling && second_[l] < pairs[l].falling + pairs[l].level);
      busy = busy || !settled_[l];
    }
    if (!busy) return;
    narrow();
    collect();
    for (int l = 0; l < L; ++l)
      if (!settled_[l]) slope[l] = settle(pairs[l], l);
  }

 private:
  static constexpr int few = 14;     ///< slopes inside the bracket where narrowing stops
  static constexpr int slots = 48;   ///< slopes kept
  static constexpr int rounds = 20;  ///< of narrowing; a tie of more than `few` slopes ends it

  static FW_HD float to_bound(double v) { return static_cast<float>(clip(v, -3e38, 3e38)); }

  /// Range and middle of the values, and a first bracket: least squares and its standard error.
  FW_HD void guess() {
    double n[L], st[L], sx[L], stt[L], stx[L], sxx[L], low[L], high[L];
    for (int l = 0; l < L; ++l)
      n[l] = st[l] = sx[l] = stt[l] = stx[l] = 0.0, low[l] = infinity_d(), high[l] = -infinity_d();
    for (int i = 0; i < times_; ++i) {
      const double* row = x_.row(i);
      for (int l = 0; l < L; ++l) {
        low[l] = row[l] < low[l] ? row[l] : low[l];
        high[l] = row[l] > high[l] ? row[l] : high[l];
      }
    }
    for (int l = 0; l < L; ++l) {
      middle_[l] = low[l] <= high[l] ? 0.5 * low[l] + 0.5 * high[l] : 0.0;
      range_[l] = low[l] <= high[l] ? high[l] - low[l] : 0.0;
      sxx[l] = 0.0;
    }
    for (int i = 0; i < times_; ++i) {
      const double* row = x_.row(i);
      const double t = static_cast<double>(i / period_);
      for (int l = 0; l < L; ++l) {
        const bool ok = row[l] == row[l];
        const double v = ok ? row[l] - middle_[l] : 0.0, w = ok ? t : 0.0;
        n[l] += ok ? 1.0 : 0.0;
        st[l] += w;
        stt[l] += w * w;
        sx[l] += v;
        stx[l] += w * v;
        sxx[l] += v * v;
      }
    }
    for (int l = 0; l < L; ++l) {
      const double tt = stt[l] - st[l] * st[l] / n[l], tx = stx[l] - st[l] * sx[l] / n[l];
      const double b = tt > 0.0 ? tx / tt : 0.0, left = sxx[l] - sx[l] * sx[l] / n[l] - b * tx;
      const double error = tt > 0.0 && left > 0.0 ? sqrt(left / (n[l] * tt)) : 0.0, least = 1e-6 * range_[l];
      centre_[l] = is_finite(b) ? b : 0.0;
      step_[l] = is_finite(error) && error > least ? error : least;
    }
  }

  /// Values less `slope` times their date, in float.
  FW_HD void make_line(Scratch<L> line, const float (&slope)[L]) const {
    for (int i = 0; i < times_; ++i) {
      const double* row = x_.row(i);
      float* to = floats(line, i);
      const double t = static_cast<double>(i / period_);
      for (int l = 0; l < L; ++l) to[l] = static_cast<float>((row[l] - middle_[l]) - static_cast<double>(slope[l]) * t);
    }
  }
  static FW_HD float* floats(Scratch<L> s, int i) { return reinterpret_cast<float*>(s.row(i)); }

  FW_HD void narrow() {
    int stalled = 0;
    for (int round = 0; round < rounds && stalled < 3; ++round) {
      float pivot[L];
      int count[L];
      bool busy = false, moved = false;
      for (int l = 0; l < L; ++l) {
        pivot[l] = next_pivot(round, l);
        busy = busy || (!settled_[l] && high_count_[l] - low_count_[l] > few);
      }
      if (!busy) return;
      make_line(low_line_, pivot);
      count_falling(count);
      for (int l = 0; l < L; ++l) {
        const bool down = count[l] <= first_[l] && pivot[l] > low_[l],
                   up = count[l] > second_[l] && pivot[l] < high_[l];
        low_[l] = down ? pivot[l] : low_[l];
        low_count_[l] = down ? count[l] : low_count_[l];
        high_[l] = up ? pivot[l] : high_[l];
        high_count_[l] = up ? count[l] : high_count_[l];
        moved = moved || (!settled_[l] && (down || up));
      }
      stalled = moved ? 0 : stalled + 1;
    }
  }

  /// Pairs of the line in low_line_ that fall.
  FW_HD void count_falling(int (&count)[L]) const {
    for (int l = 0; l < L; ++l) count[l] = 0;
    for (int i = 0; i < times_; ++i) {
      const float* from = floats(low_line_, i);
      for (int j = i + period_; j < times_; j += period_) {
        const float* to = floats(low_line_, j);
        for (int l = 0; l < L; ++l) count[l] += to[l] < from[l] ? 1 : 0;
      }
    }
  }

  /// First both sides of least squares, then where the wanted rank lies if slopes were evenly spread in the bracket,
  /// aimed a little to either side in turn; every fourth time the middle.
  FW_HD float next_pivot(int round, int l) const {
    const double low = static_cast<double>(low_[l]), high = static_cast<double>(high_[l]);
    const double sign = round % 2 == 0 ? -1.0 : 1.0;
    double v = 0.5 * (low + high);
    if (round < 2) {
      v = centre_[l] + sign * step_[l];
    } else if (round % 4 != 1) {
      const double rank = 0.5 * static_cast<double>(first_[l] + second_[l]) + 0.5 + sign * 3.0;
      const double share = (rank - low_count_[l]) / static_cast<double>(high_count_[l] - low_count_[l]);
      const double far = 8.0 * step_[l] * static_cast<double>(round);
      v = low + (high - low) * clip(share, 0.02, 0.98);
      if (high - low > 4.0 * far) v = clip(v, centre_[l] - far, centre_[l] + far);
    }
    return to_bound(v > low && v < high ? v : 0.5 * (low + high));
  }

  /// Counts the slopes surely below the bracket and keeps those that may be inside, in double.
  FW_HD void collect() {
    make_line(low_line_, low_);
    make_line(high_line_, high_);
    float slack[L];
    for (int l = 0; l < L; ++l) {
      const double steepest = static_cast<double>(-low_[l] > high_[l] ? -low_[l] : high_[l]);
      slack[l] = to_bound(5e-7 * (range_[l] + steepest * static_cast<double>(times_ / period_ + 1)));
      below_[l] = kept_[l] = 0;
    }
    for (int i = 0; i < times_; ++i) {
      const float *low_from = floats(low_line_, i), *high_from = floats(high_line_, i);
      float low[L], high[L];
      for (int l = 0; l < L; ++l) low[l] = low_from[l] - slack[l], high[l] = high_from[l] + slack[l];
      int steps = 0;
      for (int j = i + period_; j < times_; j += period_) {
        const float *low_to = floats(low_line_, j), *high_to = floats(high_line_, j);
        ++steps;
        int inside[L], any = 0;
        for (int l = 0; l < L; ++l) {
          below_[l] += low_to[l] < low[l] ? 1 : 0;
          inside[l] = (low_to[l] >= low[l] ? 1 : 0) & (high_to[l] <= high[l] ? 1 : 0);
          any |= inside[l];
        }
        if (any) keep(i, j, static_cast<double>(steps), inside);
      }
    }
  }
  FW_HD void keep(int i, int j, double steps, const int (&inside)[L]) {
    for (int l = 0; l < L; ++l) {
      if (!inside[l]) continue;
      if (kept_[l] < slots) slot_.at(kept_[l], l) = (x_.at(j, l) - x_.at(i, l)) / steps;
      ++kept_[l];
    }
  }

  FW_HD double settle(const PairCounts& pairs, int l) {
    const int first = first_[l] - below_[l], second = second_[l] - below_[l];
    if (kept_[l] <= slots && first >= 0 && second < kept_[l]) {
      for (int a = 1; a < kept_[l]; ++a) {
        const double v = slot_.at(a, l);
        int b = a;
        for (; b > 0 && slot_.at(b - 1, l) > v; --b) slot_.at(b, l) = slot_.at(b - 1, l);
        slot_.at(b, l) = v;
      }
      const double low = slot_.at(first, l), high = slot_.at(second, l);
      // Whatever was counted as below lies below low_, whatever was left out above high_.
      if (low >= static_cast<double>(low_[l]) && high <= static_cast<double>(high_[l]))
        return low == high ? low : 0.5 * (low + high);
    }
    return SlopeSelection<L>{x_, times_, period_, l}.median(pairs.all(), first_[l], first_[l] == second_[l]);
  }

  Scratch<L> x_, low_line_, high_line_, slot_;
  int times_, period_;
  double middle_[L], range_[L], centre_[L], step_[L];
  float low_[L], high_[L];
  int low_count_[L], high_count_[L], first_[L], second_[L], below_[L], kept_[L];
  bool settled_[L];
};

}  // namespace fw
