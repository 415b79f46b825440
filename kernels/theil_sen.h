// The median of all pairwise slopes without a list of them: a bracket around it is aimed by counting the slopes below a
// pivot (pair_steps.h), then the few slopes inside are computed in double and ranked. Whether the bracket was right is
// counted exactly, so that the result is proven; where it was wrong one aims again, and selects in the end.
#pragma once
#include "kernels/pair_steps.h"
#include "kernels/slope_selection.h"

namespace fw {

/// Theil-Sen slopes of L series.
template <int L>
class TheilSen {
 public:
  /// Rows of scratch, per pixel.
  static FW_HD constexpr int scratch_rows(int times) { return slots(times) + 1; }

  /// x: the series that `steps` has read.
  FW_HD TheilSen(Scratch<L> x, const PairSteps<L>& steps, Scratch<L> scratch, int times, int period)
      : x_(x), steps_(steps), slot_(scratch), times_(times), period_(period), slots_(slots(times)) {}

  /// slope: per `period` dates; NaN of a lane without a pair.
  FW_HD void find(const PairCounts (&pairs)[L], double (&slope)[L]) {
    bool busy = false;
    for (int l = 0; l < L; ++l) {
      const int all = all_[l] = pairs[l].all(), falling = pairs[l].falling;
      const double range = static_cast<double>(steps_.range(l));
      slope[l] = all > 0 ? 0.0 : nan_d();
      first_[l] = (all - 1) / 2;
      second_[l] = all / 2;
      target_[l] = 0.5 * static_cast<double>(first_[l] + second_[l]) + 0.5;
      // What the test has counted is the first pivot: 0.
      last_[l] = 0.0;
      last_count_[l] = falling;
      crowded_[l] = 0;
      low_[l] = first_[l] >= falling ? 0.0 : -2.0 * range;
      low_count_[l] = first_[l] >= falling ? falling : 0;
      high_[l] = second_[l] < falling ? 0.0 : 2.0 * range;
      high_count_[l] = second_[l] < falling ? falling : all;
      // Of many dates more pairs are too near to each other to be counted right.
      blur_[l] = 3e-5 * static_cast<double>(all);
      margin_[l] = all < slots_ / 2 ? 1e30 : margin + blur_[l];  // of few all are kept
      // Level pairs in the middle: the slope is 0.
      asked_[l] = all > 0 && !(first_[l] >= falling && second_[l] < falling + pairs[l].level) ? 1 : 0;
      busy = busy || asked_[l] != 0;
    }
    if (busy) guess();
    for (int attempt = 0; busy && attempt < attempts; ++attempt) {
      aim(attempt > 0 ? 1 : 0);
      collect();
      settle(slope);
      busy = false;
      for (int l = 0; l < L; ++l) busy = busy || asked_[l] != 0;
    }
    for (int l = 0; l < L; ++l)
      if (asked_[l] != 0 || crowded_[l] > 1)
        slope[l] = SlopeSelection<L>{x_, times_, period_, l}.median(all_[l], first_[l], first_[l] == second_[l]);
  }

 private:
  static constexpr int attempts = 4;  ///< at a bracket
  static constexpr int rounds = 20;   ///< of counting in one attempt
  // Ranks. Larger: fewer counts, more slopes kept or more attempts; chosen by measuring.
  static constexpr double near = 10.0;     ///< a pivot that near to the middle is good enough
  static constexpr double margin = 5.0;    ///< of the bracket to either side of the middle as estimated
  static constexpr double sure = 4.0;      ///< from there a pivot surely is on its side of the middle
  static constexpr double telling = 12.0;  ///< slopes between two pivots that tell how dense they are
  /// Slopes kept.
  static FW_HD constexpr int slots(int times) { return 48 + times / 8; }

  static FW_HD float to_bound(double v) { return static_cast<float>(clip(v, -3e38, 3e38)); }

  /// The slope by least squares, each season about its own mean, and how many slopes are to be expected per unit of
  /// slope around it.
  FW_HD void guess() {
    float count[L], tt[L], tx[L], xx[L];
    for (int l = 0; l < L; ++l) count[l] = tt[l] = tx[l] = xx[l] = 0.0f;
    for (int season = 0; season < period_ && season < times_; ++season) {
      float n[L], st[L], sx[L], stt[L], stx[L], sxx[L];
      for (int l = 0; l < L; ++l) n[l] = st[l] = sx[l] = stt[l] = stx[l] = sxx[l] = 0.0f;
      for (int i = season; i < times_; i += period_) {
        const float *value = steps_.value(i), t = steps_.time_of(i);
        float values[L];  // a copy: the compiler would take two dates at once, and lanes one by one
        for (int l = 0; l < L; ++l) values[l] = value[l];
        for (int l = 0; l < L; ++l) {
          const float there = values[l];
          const bool ok = there == there;
          const float v = ok ? there : 0.0f, w = ok ? t : 0.0f, one = ok ? 1.0f : 0.0f;
          n[l] += one;
          st[l] += w;
          stt[l] += w * w;
          sx[l] += v;
          stx[l] += w * v;
          sxx[l] += v * v;
        }
      }
      for (int l = 0; l < L; ++l) {
        const float per_value = n[l] > 0.0f ? 1.0f / n[l] : 0.0f;
        count[l] += n[l];
        tt[l] += stt[l] - st[l] * st[l] * per_value;
        tx[l] += stx[l] - st[l] * sx[l] * per_value;
        xx[l] += sxx[l] - sx[l] * sx[l] * per_value;
      }
    }
    double least[L];
    for (int l = 0; l < L; ++l) least[l] = 1e-6 * static_cast<double>(steps_.range(l));
    for (int l = 0; l < L; ++l) {
      const float b = tt[l] > 0.0f ? tx[l] / tt[l] : 0.0f, left = xx[l] - b * tx[l], n = count[l];
      const double centre = static_cast<double>(b);
      const double spread = sqrt(static_cast<double>(left > 0.0f ? left / n : 0.0f));
      const double far = sqrt(static_cast<double>(tt[l] > 0.0f ? tt[l] / n : 0.0f));  // of dates from their mean
      // Of normal residuals: a pair d periods apart has a slope with the density d / (2 sqrt(pi) spread) in the middle;
      // d is 1.155 times `far` on average.
      const double density = 0.326 * static_cast<double>(all_[l]) * far / (spread > least[l] ? spread : least[l]);
      centre_[l] = is_finite(centre) ? centre : 0.0;
      density_[l] = density > 0.0 && is_finite(density) ? density : 1.0;
    }
  }

  /// Counts at pivots, first (round 0) the slope of least squares, until each lane has one near the middle, then sets
  /// the bracket from_ .. up_to_.
  FW_HD void aim(int started) {
    int stalled = 0;
    for (int round = started; round < started + rounds && stalled < 3; ++round) {
      float pivot[L];
      int count[L];
      if (!next_pivots(round, pivot)) break;
      steps_.count(pivot, count);
      stalled = learn(pivot, count) ? 0 : stalled + 1;
    }
    for (int l = 0; l < L; ++l) {
      const double low = low_[l], high = high_[l], target = target_[l];
      const double middle = last_[l] + (target - last_count_[l]) / density_[l];
      const double half = margin_[l] / density_[l], from = middle - half, up_to = middle + half;
      // A pivot nearer than that is a bound as good.
      const double least = low_count_[l] > target - sure - blur_[l] ? -infinity_d() : low;
      const double greatest = high_count_[l] < target + sure + blur_[l] ? infinity_d() : high;
      from_[l] = to_bound(from > least ? from : least);
      up_to_[l] = to_bound(up_to < greatest ? up_to : greatest);
    }
  }
  /// Whether any is needed. Where the middle is if slopes are as dense as they were; else, or if that took long, where
  /// it is if they were evenly spread in the bracket; every fourth time halfway.
  FW_HD bool next_pivots(int round, float (&pivot)[L]) const {
    int busy = 0;
    const bool halve = round % 4 == 3 && round > 4;
    const double far = round >= 5 ? infinity_d() : 0.0, least = halve ? 0.5 : 0.05;
    const double not_first = round > 0 ? infinity_d() : 0.0;
    for (int l = 0; l < L; ++l) {
      const double low = low_[l], high = high_[l], target = target_[l], last = last_[l], count = last_count_[l];
      const double gap = target - count, step = gap / density_[l] + far;
      const double share = (target - low_count_[l]) / (high_count_[l] - low_count_[l]);
      const double even = low + (high - low) * clip(share, least, 1.0 - least);
      const int needed = absolute(gap) > near + blur_[l] ? 1 : 0;
      busy |= asked_[l] & needed;
      const double centre = centre_[l] + not_first, dense = last + step;
      double v = (dense > low) & (dense < high) ? dense : (needed != 0 ? even : last);
      v = (centre > low) & (centre < high) ? centre : v;
      pivot[l] = to_bound((v >= low) & (v <= high) ? v : 0.5 * low + 0.5 * high);
    }
    return busy != 0;
  }
  /// Takes pivots and the slopes below them; whether any bracket became smaller.
  FW_HD bool learn(const float (&pivots)[L], const int (&counts)[L]) {
    int moved = 0;
    for (int l = 0; l < L; ++l) {
      const double pivot = static_cast<double>(pivots[l]), now = static_cast<double>(counts[l]);
      const double low = low_[l], high = high_[l], low_count = low_count_[l], high_count = high_count_[l];
      const double density = density_[l], last = last_[l], count = last_count_[l];
      const double slopes = now - count, found = slopes / (pivot - last);
      const bool tells = (absolute(slopes) >= telling) & (found > 0.25 * density) & (found < 4.0 * density);
      density_[l] = tells ? found : density;
      const bool up = now < target_[l], raised = up & (pivot > low), lowered = !up & (pivot < high);
      low_[l] = raised ? pivot : low;
      low_count_[l] = raised ? now : low_count;
      high_[l] = lowered ? pivot : high;
      high_count_[l] = lowered ? now : high_count;
      last_[l] = pivot;
      last_count_[l] = now;
      const int smaller = raised | lowered ? 1 : 0;
      moved |= asked_[l] & smaller;
    }
    return moved != 0;
  }

  /// Counts the slopes below the bracket exactly and keeps those inside.
  FW_HD void collect() {
    for (int l = 0; l < L; ++l) kept_[l] = 0;
    int nearly[L];
    for (int l = 0; l < L; ++l) nearly[l] = 0;
    steps_.part(from_, up_to_, asked_, 1, below_, [&](const DatePair& pair) {
      const int l = pair.lane;
      const double slope = (x_.at(pair.to, l) - x_.at(pair.from, l)) / static_cast<double>(pair.periods);
      slot_.at(kept_[l] < slots_ ? kept_[l] : slots_, l) = slope;
      const bool is_below = slope < static_cast<double>(from_[l]);
      nearly[l] += is_below ? 1 : 0;
      kept_[l] += !is_below && slope <= static_cast<double>(up_to_[l]) ? 1 : 0;
      return true;
    });
    for (int l = 0; l < L; ++l) below_[l] += nearly[l];
  }

  /// Answers the lanes whose middle is among the slopes kept; the others learn where it is.
  FW_HD void settle(double (&slope)[L]) {
    bool answered[L];
    int most = 0;
    for (int l = 0; l < L; ++l) {
      const int to = below_[l] + kept_[l];
      answered[l] = asked_[l] != 0 && first_[l] >= below_[l] && second_[l] < to && kept_[l] <= slots_;
      if (answered[l]) most = kept_[l] > most ? kept_[l] : most;
    }
    sort_slots(answered, most);
    for (int l = 0; l < L; ++l) {
      if (answered[l]) {
        const double low = slot_.at(first_[l] - below_[l], l), high = slot_.at(second_[l] - below_[l], l);
        slope[l] = low == high ? low : 0.5 * (low + high);
        asked_[l] = 0;
      } else if (asked_[l] != 0) {
        miss(l);
      }
    }
  }
  FW_HD void miss(int l) {
    const double from = static_cast<double>(from_[l]), up_to = static_cast<double>(up_to_[l]);
    const int to = below_[l] + kept_[l];
    if (first_[l] >= below_[l] && second_[l] < to) {  // too many: twice, and most are one
      asked_[l] = ++crowded_[l] > 1 ? 0 : 1;
      margin_[l] *= 0.25;
      low_[l] = from, low_count_[l] = below_[l];
      high_[l] = up_to, high_count_[l] = to;
      density_[l] = static_cast<double>(kept_[l]) / (up_to > from ? up_to - from : 1.0);
      last_count_[l] = below_[l];
      last_[l] = from;
      return;
    }
    margin_[l] *= 4.0;
    const bool above = second_[l] >= to;
    last_[l] = above ? up_to : from;
    last_count_[l] = above ? to : below_[l];
    (above ? low_[l] : high_[l]) = last_[l];
    (above ? low_count_[l] : high_count_[l]) = last_count_[l];
    if (low_[l] < high_[l]) return;
    // A pivot was taken for one of the other side.
    const double range = static_cast<double>(steps_.range(l));
    if (above)
      high_[l] = 2.0 * range, high_count_[l] = all_[l];
    else
      low_[l] = -2.0 * range, low_count_[l] = 0.0;
  }

  /// Sorts the slopes kept of the lanes named, of which the most has `most`.
  FW_HD void sort_slots(const bool (&named)[L], int most) {
    if constexpr (L == 1) {
      for (int a = 1; a < most; ++a) {
        const double v = slot_.at(a, 0);
        int b = a;
        for (; b > 0 && slot_.at(b - 1, 0) > v; --b) slot_.at(b, 0) = slot_.at(b - 1, 0);
        slot_.at(b, 0) = v;
      }
    } else {
      for (int l = 0; l < L; ++l)
        for (int a = named[l] ? kept_[l] : 0; a < most; ++a) slot_.at(a, l) = infinity_d();
      sort_lanes<L>(reinterpret_cast<double(*)[L]>(slot_.row(0)), most);
    }
  }

  Scratch<L> x_;
  PairSteps<L> steps_;
  Scratch<L> slot_;
  int times_, period_, slots_;
  double target_[L], centre_[L], last_[L], last_count_[L], density_[L], margin_[L], blur_[L];
  double low_[L], high_[L], low_count_[L], high_count_[L];
  float from_[L], up_to_[L];
  int all_[L], first_[L], second_[L], below_[L], kept_[L];
  int asked_[L];    ///< 1: not answered yet
  int crowded_[L];  ///< attempts that found too many slopes in the bracket
};

}  // namespace fw
