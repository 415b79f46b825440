// Bodies of Phenology, SeasonState and RunLength.
#pragma once
#include "kernels/ops_phenology.h"
#include "kernels/series_fit.h"

namespace fw {

struct PhenologyBody {
  Phenology op;
  size_t scratch_per_pixel() const { return static_cast<size_t>(op.periods); }

  template <int L>
  FW_HD void block(size_t p, Scratch<L> curve) const {
    read_series<L>(op.curve, op.periods, op.pixels, p, curve);
    for (int l = 0; l < L; ++l) {
      const Span span = find_span<L>(curve, op.periods, l);
      Season s{nan_d(), nan_d(), nan_d(), nan_d(), nan_d(), nan_d()};
      if (span.valid == op.periods) s = find<L>(curve, l);
      put(s, span.valid, p + static_cast<size_t>(l));
    }
  }

 private:
  struct Season {
    double start, peak, senescence, end, start_level, end_level;
  };

  /// Value k periods from the start of the year, around the ring.
  template <int L>
  FW_HD double at(Scratch<L> curve, int k, int l) const {
    const int i = k % op.periods;
    return curve.at(i < 0 ? i + op.periods : i, l);
  }

  template <int L>
  FW_HD Season find(Scratch<L> curve, int l) const {
    const Season none{nan_d(), nan_d(), nan_d(), nan_d(), nan_d(), nan_d()};
    int peak = 0;
    for (int k = 1; k < op.periods; ++k)
      if (curve.at(k, l) > curve.at(peak, l)) peak = k;
    const int half = op.periods / 2;
    const int first = op.circular ? peak - half : 0, last = op.circular ? peak + half : op.periods - 1;
    const double top = curve.at(peak, l);
    double left = top, right = top;
    for (int k = first; k < peak; ++k) left = at<L>(curve, k, l) < left ? at<L>(curve, k, l) : left;
    for (int k = peak + 1; k <= last; ++k) right = at<L>(curve, k, l) < right ? at<L>(curve, k, l) : right;
    const double least = static_cast<double>(op.min_amplitude);
    if (!(top > left && top > right && top - left >= least && top - right >= least)) return none;
    Season s{};
    s.start_level = left + static_cast<double>(op.start_fraction) * (top - left);
    s.end_level = right + static_cast<double>(op.end_fraction) * (top - right);
    const double late_level = right + static_cast<double>(op.senescence_fraction) * (top - right);
    int k = peak;
    while (k - 1 > first && at<L>(curve, k - 1, l) >= s.start_level) --k;
    const double below = at<L>(curve, k - 1, l), rise = at<L>(curve, k, l) - below;
    s.start = static_cast<double>(k - 1) + (s.start_level - below) / rise;
    s.peak = static_cast<double>(peak);
    s.senescence = falls<L>(curve, peak, last, late_level, l);
    s.end = falls<L>(curve, peak, last, s.end_level, l);
    // On the ring the season is told from its start on.
    const double year = static_cast<double>(op.periods), shift = s.start < 0.0 ? year : 0.0;
    s.start += shift, s.peak += shift, s.senescence += shift, s.end += shift;
    return s;
  }

  template <int L>
  FW_HD double falls(Scratch<L> curve, int peak, int last, double level, int l) const {
    int k = peak;
    while (k + 1 < last && at<L>(curve, k + 1, l) >= level) ++k;
    const double above = at<L>(curve, k, l);
    return static_cast<double>(k) + (above - level) / (above - at<L>(curve, k + 1, l));
  }

  FW_HD void put(const Season& s, int valid, size_t pixel) const {
    if (op.start) put_value(op.start[pixel], s.start);
    if (op.peak) put_value(op.peak[pixel], s.peak);
    if (op.senescence) put_value(op.senescence[pixel], s.senescence);
    if (op.end) put_value(op.end[pixel], s.end);
    if (op.length) put_value(op.length[pixel], s.end - s.start);
    if (op.start_level) put_value(op.start_level[pixel], s.start_level);
    if (op.end_level) put_value(op.end_level[pixel], s.end_level);
    if (op.reason)
      op.reason[pixel] =
          number(s.start == s.start ? Reason::value : (valid > 0 ? Reason::not_assessed : Reason::not_observed));
  }
};

struct SeasonStateBody {
  SeasonState op;
  static constexpr size_t work_floats(int) { return 0; }

  template <int L>
  FW_HD void block(size_t p, float*) const {
    float start[L], senescence[L], end[L];
    int known[L];
    for (int l = 0; l < L; ++l) {
      const size_t pixel = p + static_cast<size_t>(l);
      start[l] = op.start[pixel], senescence[l] = op.senescence[pixel], end[l] = op.end[pixel];
      known[l] = is_finite(start[l]) & is_finite(senescence[l]) & is_finite(end[l]);
    }
    const auto put = [&](int t, const int32_t* period) {
      uint8_t state[L];
      const float now = static_cast<float>(*period), later = now + static_cast<float>(op.periods);
      for (int l = 0; l < L; ++l) {
        // The season may reach into the next year, and this year's periods into the last year's season.
        const float time = now < start[l] ? later : now;
        const int in_season = time < senescence[l] ? 1 : 2, of_known = time > end[l] ? 0 : in_season;
        state[l] = static_cast<uint8_t>(known[l] != 0 ? of_known : int{season_unknown});
      }
      uint8_t* row = op.state + static_cast<size_t>(t) * op.pixels + p;
      for (int l = 0; l < L; ++l) row[l] = state[l];
    };
    each_row<L>(op.times, 1, put, op.period);
  }
};

struct RunLengthBody {
  RunLength op;
  static constexpr size_t work_floats(int) { return 0; }

  template <int L>
  FW_HD void block(size_t p, float*) const {
    const bool below = op.side == RunSide::below;
    int run[L], longest[L], any[L];
    for (int l = 0; l < L; ++l) run[l] = longest[l] = any[l] = 0;
    const auto add = [&](int t, const float* x) {
      const size_t row = static_cast<size_t>(t) * op.pixels + p;
      float value[L];  // a copy: the outputs may lie where the series is, to the compiler
      for (int l = 0; l < L; ++l) value[l] = x[l];
      for (int l = 0; l < L; ++l) {
        const float v = value[l];
        const bool holds = below ? v < op.threshold : v > op.threshold;  // false for NaN
        run[l] = holds ? run[l] + 1 : 0;
        longest[l] = run[l] > longest[l] ? run[l] : longest[l];
        any[l] |= v == v;
      }
      if (op.run)
        for (int l = 0; l < L; ++l)
          op.run[row + static_cast<size_t>(l)] = value[l] == value[l] ? static_cast<float>(run[l]) : nan_f();
      if (op.reached)
        for (int l = 0; l < L; ++l) {
          const float there = run[l] >= op.needed ? 1.0f : 0.0f;
          op.reached[row + static_cast<size_t>(l)] = value[l] == value[l] ? there : nan_f();
        }
    };
    each_row<L>(op.times, op.pixels, add, op.x + p);
    if (op.longest)
      for (int l = 0; l < L; ++l)
        op.longest[p + static_cast<size_t>(l)] = any[l] != 0 ? static_cast<float>(longest[l]) : nan_f();
  }
};

}  // namespace fw
