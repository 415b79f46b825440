// The median of all pairwise slopes without a list of them: a bracket around it is narrowed by counting the slopes
// below a pivot (one comparison per pair, of residuals in whole steps of 16 bits), widened by what such steps hide,
// then the few slopes inside are found in float, computed in double and ranked. The result is proven, and selected
// exactly where it cannot be.
#pragma once
#include <bit>
#include <cstdint>

#include "kernels/falling_pairs.h"
#include "kernels/slope_selection.h"

namespace fw {

/// Theil-Sen slopes of L series.
template <int L>
class TheilSen {
  static_assert(L <= 32, "lanes are bits of 32");

 public:
  /// Rows of scratch beside x, per pixel.
  static constexpr int scratch_rows(int times) { return 2 * times + slots + 1; }

  FW_HD TheilSen(Scratch<L> x, Scratch<L> scratch, int times, int period)
      : x_(x),
        residual_(scratch),
        pairs_(scratch, scratch.from(times), times, period),
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
      low_[l] = to_bound(-2.0 * static_cast<double>(range_[l]));
      high_[l] = to_bound(2.0 * static_cast<double>(range_[l]));
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
  static constexpr int few = 14;                  ///< slopes inside the bracket where narrowing stops
  static constexpr int slots = 48;                ///< slopes kept
  static constexpr int rounds = 20;               ///< of narrowing; a tie of more than `few` slopes ends it
  static constexpr int together = 4;              ///< dates looked through at once for a slope inside the bracket
  static constexpr int listed = L == 1 ? 1 : 16;  ///< of these, before one looks closer

  static FW_HD float to_bound(double v) { return static_cast<float>(clip(v, -3e38, 3e38)); }
  static FW_HD float* floats(Scratch<L> s, int i) { return reinterpret_cast<float*>(s.row(i)); }

  /// Range and middle of the values, the values less the middle in float, and a first bracket: least squares and its
  /// standard error.
  FW_HD void guess() {
    double low[L], high[L], middle[L];
    for (int l = 0; l < L; ++l) low[l] = infinity_d(), high[l] = -infinity_d();
    for (int i = 0; i < times_; ++i) {
      const double* row = x_.row(i);
      for (int l = 0; l < L; ++l) {
        const double v = row[l];
        low[l] = v < low[l] ? v : low[l];
        high[l] = v > high[l] ? v : high[l];
      }
    }
    for (int l = 0; l < L; ++l) {
      const bool any = low[l] <= high[l];
      middle[l] = middle_[l] = any ? 0.5 * low[l] + 0.5 * high[l] : 0.0;
      range_[l] = any ? to_bound(high[l] - low[l]) : 0.0f;
    }
    float n[L], st[L], sx[L], stt[L], stx[L], sxx[L];
    for (int l = 0; l < L; ++l) n[l] = st[l] = sx[l] = stt[l] = stx[l] = sxx[l] = 0.0f;
    for (int i = 0; i < times_; ++i) {
      const double* row = x_.row(i);
      float* value = pairs_.value(i);
      const float t = pairs_.time_of(i);
      for (int l = 0; l < L; ++l) {
        const double v = row[l] - middle[l];
        value[l] = static_cast<float>(v);
      }
      for (int l = 0; l < L; ++l) {
        const float there = value[l];
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
      const float tt = stt[l] - st[l] * st[l] / n[l], tx = stx[l] - st[l] * sx[l] / n[l];
      const float b = tt > 0.0f ? tx / tt : 0.0f, left = sxx[l] - sx[l] * sx[l] / n[l] - b * tx;
      const double centre = static_cast<double>(b), least = 1e-6 * static_cast<double>(range_[l]);
      const double error = sqrt(static_cast<double>(tt > 0.0f && left > 0.0f ? left / (n[l] * tt) : 0.0f));
      centre_[l] = is_finite(centre) ? centre : 0.0;
      step_[l] = is_finite(error) && error > least ? error : least;
    }
  }

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
      if (!busy) break;
      pairs_.count(pivot, range_, count);
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
    // Slopes so near to a bound that steps did not tell on which side.
    for (int l = 0; l < L; ++l) {
      low_[l] = to_bound(static_cast<double>(low_[l]) - hidden(low_[l], l));
      high_[l] = to_bound(static_cast<double>(high_[l]) + hidden(high_[l], l));
    }
  }
  /// Slopes that far from a pivot, or nearer, may be counted on the wrong side: a step of residuals, and rounding.
  FW_HD double hidden(float pivot, int l) const {
    return 1.05 / static_cast<double>(FallingPairs<L>::whole) *
           static_cast<double>(pairs_.largest_residual(pivot, range_[l]));
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

  /// Residuals of a date from the lines of the lower and of the upper bound, in float.
  FW_HD float* low_line(int i) const { return floats(residual_, i); }
  FW_HD float* high_line(int i) const { return floats(residual_, i) + L; }
  FW_HD void make_lines() const {
    for (int i = 0; i < times_; ++i) {
      const double* row = x_.row(i);
      float *low = low_line(i), *high = high_line(i);
      const double t = static_cast<double>(i / period_);
      for (int l = 0; l < L; ++l) {
        const double v = row[l] - middle_[l];
        low[l] = static_cast<float>(v - static_cast<double>(low_[l]) * t);
        high[l] = static_cast<float>(v - static_cast<double>(high_[l]) * t);
      }
    }
  }

  /// Counts the slopes surely below the bracket and keeps those that may be inside, in double.
  FW_HD void collect() {
    make_lines();
    float slack[L], nothing[L];
    int below[L];
    for (int l = 0; l < L; ++l) {
      const double steepest = static_cast<double>(-low_[l] > high_[l] ? -low_[l] : high_[l]);
      const double reach = steepest * static_cast<double>(times_ / period_ + 1);
      slack[l] = to_bound(5e-7 * (static_cast<double>(range_[l]) + reach));
      nothing[l] = nan_f();
      below[l] = kept_[l] = 0;
    }
    for (int i = 0; i < times_; ++i) {
      float low[L], high[L];
      for (int l = 0; l < L; ++l) low[l] = low_line(i)[l] - slack[l], high[l] = high_line(i)[l] + slack[l];
      int j = i + period_;
      while (j < times_) {
        // First where to look closer, then there: no processor foresees where a slope is inside.
        int where[listed], n = 0;
        for (; n < listed && j < times_; j += together * period_) {
          const float *low_to[together], *high_to[together];
          for (int k = 0; k < together; ++k) {
            const int date = j + k * period_;
            low_to[k] = date < times_ ? low_line(date) : nothing;
            high_to[k] = date < times_ ? high_line(date) : nothing;
          }
          int any = 0;
          for (int l = 0; l < L; ++l) {
            int under = 0, up_to = 0;
            for (int k = 0; k < together; ++k) {
              under += low_to[k][l] < low[l] ? 1 : 0;
              up_to += high_to[k][l] <= high[l] ? 1 : 0;
            }
            below[l] += under;
            any |= up_to - under;
          }
          where[n] = j;
          n += any != 0 ? 1 : 0;
        }
        look_closer(i, where, n, low, high);
      }
    }
    for (int l = 0; l < L; ++l) below_[l] = below[l];
  }
  FW_HD void look_closer(int i, const int (&where)[listed], int n, const float (&low)[L], const float (&high)[L]) {
    int date[listed * together], found = 0;
    uint32_t inside[listed * together];  // a bit per lane
    for (int g = 0; g < n; ++g)
      for (int k = 0; k < together; ++k) {
        const int j = where[g] + k * period_;
        if (j >= times_) break;
        const float *low_to = low_line(j), *high_to = high_line(j);
        uint32_t lanes = 0;
        for (int l = 0; l < L; ++l) {
          const uint32_t not_below = low_to[l] < low[l] ? 0 : 1, not_above = high_to[l] <= high[l] ? 1 : 0;
          lanes |= (not_below & not_above) << l;
        }
        date[found] = j;
        inside[found] = lanes;
        found += lanes != 0 ? 1 : 0;
      }
    for (int f = 0; f < found; ++f)
      for (uint32_t lanes = inside[f]; lanes != 0; lanes &= lanes - 1) keep(i, date[f], lowest_bit(lanes));
  }
  static FW_HD int lowest_bit(uint32_t bits) {
    if constexpr (L == 1)
      return 0;
    else
      return std::countr_zero(bits);
  }
  FW_HD void keep(int i, int j, int l) {
    const double steps = static_cast<double>((j - i) / period_);
    slot_.at(kept_[l] < slots ? kept_[l] : slots, l) = (x_.at(j, l) - x_.at(i, l)) / steps;
    ++kept_[l];
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

  Scratch<L> x_, residual_;
  FallingPairs<L> pairs_;
  Scratch<L> slot_;
  int times_, period_;
  double middle_[L], centre_[L], step_[L];
  float range_[L];
  float low_[L], high_[L];
  int low_count_[L], high_count_[L], first_[L], second_[L], below_[L], kept_[L];
  bool settled_[L];
};

}  // namespace fw
