// How many pairs of a series fall less steeply than a line: residuals from the line are compared, in whole steps of 16
// bits, so that twice as many fit a register as of floats.
#pragma once
#include <cstdint>

#include "kernels/series_fit.h"

namespace fw {

template <int L>
class FallingPairs {
 public:
  static constexpr float whole = 32000.0f;  ///< steps of the largest residual

  /// Rows of scratch: `times` for steps, `times` for values.
  FW_HD FallingPairs(Scratch<L> steps, Scratch<L> values, int times, int period)
      : steps_(steps),
        values_(values),
        times_(times),
        period_(period),
        middle_time_(0.5f * static_cast<float>((times - 1) / period)) {}

  /// Values of date i less the middle of their range, NaN where there is none: whoever counts fills them first.
  FW_HD float* value(int i) const { return reinterpret_cast<float*>(values_.row(i)); }
  /// Of date i, in periods from the middle of the series.
  FW_HD float time_of(int i) const { return static_cast<float>(i / period_) - middle_time_; }
  /// No residual from a line through the middle is larger, where the values have this range.
  FW_HD float largest_residual(float slope, float range) const {
    return 0.500001f * range + (slope < 0.0f ? -slope : slope) * middle_time_;
  }

  /// Pairs whose residuals from a line of this slope fall.
  FW_HD void count(const float (&slope)[L], const float (&range)[L], int (&count)[L]) const {
    float scale[L];
    for (int l = 0; l < L; ++l) {
      const float largest = largest_residual(slope[l], range[l]);
      scale[l] = largest > 0.0f ? whole / largest : 0.0f;
    }
    for (int i = 0; i < times_; ++i) {
      const float* values = value(i);
      int16_t *from = from_steps(i), *to = to_steps(i);
      const float t = time_of(i);
      for (int l = 0; l < L; ++l) {
        const float v = values[l];
        float r = (v - slope[l] * t) * scale[l];
        r = r < -whole ? -whole : r;
        r = r > whole ? whole : r;
        r = r == r ? r : 0.0f;
        // Rounded, so that the difference of two is wrong by one step at most.
        const int16_t in_steps = static_cast<int16_t>(static_cast<int>(r + 32768.5f) - 32768);
        from[l] = v == v ? in_steps : static_cast<int16_t>(-beyond);
        to[l] = v == v ? in_steps : beyond;
      }
    }
    for (int l = 0; l < L; ++l) count[l] = 0;
    for (int season = 0; season < period_; ++season)
      for (int i = season; i < times_; i += abreast * period_) count_from(i, count);
  }

 private:
  static constexpr int abreast = 4;         ///< dates compared with each later one
  static constexpr int at_once = 4096;      ///< later dates counted in 16 bits
  static constexpr int16_t beyond = 32767;  ///< steps where there is no value

  /// Residuals of a date in whole steps, which no value falls from (where there is none: -beyond) ..
  FW_HD int16_t* from_steps(int i) const { return reinterpret_cast<int16_t*>(steps_.row(i)); }
  /// .. or to (beyond).
  FW_HD int16_t* to_steps(int i) const { return from_steps(i) + L; }

  /// From `abreast` dates, i and after it, to all later ones.
  FW_HD void count_from(int i, int (&count)[L]) const {
    int16_t from[abreast][L], falling[L];
    for (int l = 0; l < L; ++l) falling[l] = 0;
    int j = i;
    for (int k = 0; k < abreast; ++k, j += period_) {
      if (j >= times_) {
        for (int l = 0; l < L; ++l) from[k][l] = -beyond;
        continue;
      }
      const int16_t *row = from_steps(j), *to = to_steps(j);
      for (int l = 0; l < L; ++l) from[k][l] = row[l];
      for (int earlier = 0; earlier < k; ++earlier)
        for (int l = 0; l < L; ++l) falling[l] = static_cast<int16_t>(falling[l] + (to[l] < from[earlier][l] ? 1 : 0));
    }
    do {
      for (int n = 0; n < at_once && j < times_; ++n, j += period_) {
        const int16_t* to = to_steps(j);
        for (int l = 0; l < L; ++l) {
          const int16_t v = to[l];
          int16_t sum = falling[l];
          for (int k = 0; k < abreast; ++k) sum = static_cast<int16_t>(sum + (v < from[k][l] ? 1 : 0));
          falling[l] = sum;
        }
      }
      for (int l = 0; l < L; ++l) count[l] += falling[l], falling[l] = 0;
    } while (j < times_);
  }

  Scratch<L> steps_, values_;
  int times_, period_;
  float middle_time_;
};

}  // namespace fw
