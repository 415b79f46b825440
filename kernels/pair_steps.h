// All pairs of a series against a line: residuals from the line are compared, in whole steps of 16 bits, so that twice
// as many fit a register as of floats. What steps cannot decide is named pair by pair.
#pragma once
#include <bit>
#include <cstdint>
#include <utility>

#include "kernels/series_fit.h"

namespace fw {

/// A pair of dates of one lane.
struct DatePair {
  int from, to;  ///< dates, from < to
  int periods;   ///< between them
  int lane;
};

template <int L>
class PairSteps {
 public:
  static constexpr float whole = 32000.0f;  ///< steps of the largest residual

  /// Rows of scratch, per pixel.
  static FW_HD constexpr int scratch_rows(int times) { return 2 * times; }

  FW_HD PairSteps(Scratch<L> scratch, int times, int period)
      : steps_(scratch),
        values_(scratch.from(times)),
        times_(times),
        period_(period),
        middle_time_(0.5f * static_cast<float>((times - 1) / period)) {}

  /// Takes a series, NaN where there is no value.
  FW_HD void read(Scratch<L> x) {
    double low[L], high[L], middle[L];
    for (int l = 0; l < L; ++l) low[l] = infinity_d(), high[l] = -infinity_d();
    for (int i = 0; i < times_; ++i) {
      const double* row = x.row(i);
      for (int l = 0; l < L; ++l) {
        const double v = row[l];
        low[l] = v < low[l] ? v : low[l];
        high[l] = v > high[l] ? v : high[l];
      }
    }
    for (int l = 0; l < L; ++l) {
      const bool any = low[l] <= high[l];
      middle[l] = any ? 0.5 * low[l] + 0.5 * high[l] : 0.0;
      range_[l] = any ? static_cast<float>(clip(high[l] - low[l], 0.0, most)) : 0.0f;
    }
    for (int i = 0; i < times_; ++i) {
      const double* row = x.row(i);
      float* to = value(i);
      for (int l = 0; l < L; ++l) {
        const double v = row[l] - middle[l];
        to[l] = static_cast<float>(clip(v, -most, most));
      }
    }
  }
  /// Of the values of a lane; 0 where there is none.
  FW_HD float range(int lane) const { return range_[lane]; }
  /// Values of date i less the middle of their range.
  FW_HD float* value(int i) const { return reinterpret_cast<float*>(values_.row(i)); }
  /// Of date i, in periods from the middle of the series.
  FW_HD float time_of(int i) const { return static_cast<float>(i / period_) - middle_time_; }

  /// Room for a number per date and lane, which start_ties() sets to 0.
  FW_HD uint16_t* ties(int i) const { return reinterpret_cast<uint16_t*>(values_.row(i)) + 3 * L; }
  FW_HD void start_ties() const {
    for (int i = 0; i < times_; ++i) {
      uint16_t* of_date = ties(i);
      for (int l = 0; l < L; ++l) of_date[l] = 0;
    }
  }

  /// Pairs whose residuals from a line of this slope fall, but for those less than a step apart.
  FW_HD void count(const float (&slope)[L], int (&count)[L]) const {
    const Lines lines = scaled(slope);
    for (int i = 0; i < times_; ++i) {
      const float* values = value(i);
      int16_t *from = steps(i, 0), *to = steps(i, 1);
      const float t = time_of(i);
      for (int l = 0; l < L; ++l) {
        const float v = values[l];
        // Half a step higher: of the pairs that are less than a step apart half count as falling.
        const int16_t higher = in_steps(v, lines.slope[l], t, lines.scale[l], 0.5f);
        from[l] = v == v ? higher : static_cast<int16_t>(-beyond);
        to[l] = v == v ? in_steps(v, lines.slope[l], t, lines.scale[l], 0.0f) : beyond;
      }
    }
    for (int l = 0; l < L; ++l) count[l] = 0;
    for (int season = 0; season < period_; ++season)
      for (int i = season; i < times_; i += abreast * period_) count_from(i, count);
  }

  /// Parts pairs by two lines, low <= high: how many surely fall less steeply than the lower one, and by
  /// visit(DatePair), which returns whether to go on, those that may lie between them, or nearer than a step. Exactly
  /// on the line where both have slope 0 and `slack` is 0: visited are those whose steps are equal. slack: 1 else.
  /// asked: lanes that are looked at, 1 or 0; others have no count. Returns whether it went on to the end.
  template <class Visit>
  FW_HD bool part(const float (&low)[L], const float (&high)[L], const int (&asked)[L], int slack, int (&below)[L],
                  const Visit& visit) const {
    const Lines a = scaled(low), b = scaled(high);
    float kept[L];
    for (int l = 0; l < L; ++l) {
      kept[l] = asked[l] != 0 ? 0.0f : nan_f();
      below[l] = 0;
    }
    for (int i = 0; i < times_; ++i) {
      const float* values = value(i);
      int16_t *from_low = steps(i, 0), *to_low = steps(i, 1), *from_high = steps(i, 2), *to_high = steps(i, 3);
      const float t = time_of(i);
      for (int l = 0; l < L; ++l) {
        const float v = values[l] + kept[l];
        const bool ok = v == v;
        const int16_t r = in_steps(v, a.slope[l], t, a.scale[l], 0.0f),
                      q = in_steps(v, b.slope[l], t, b.scale[l], 0.0f);
        from_low[l] = ok ? static_cast<int16_t>(r - slack) : static_cast<int16_t>(-beyond);
        to_low[l] = ok ? r : beyond;
        from_high[l] = ok ? static_cast<int16_t>(q + slack) : static_cast<int16_t>(-beyond);
        to_high[l] = ok ? q : beyond;
      }
    }
    for (int season = 0; season < period_; ++season)
      for (int i = season; i < times_; i += group * period_)
        if (!part_from(i, below, visit)) return false;
    return true;
  }

 private:
  static constexpr int abreast = 8;              ///< dates compared with each later one in count()
  static constexpr int group = L == 1 ? 4 : 16;  ///< the same in part(): bits of a mark
  static constexpr int at_once = 2048;           ///< later dates counted in 16 bits
  static constexpr int16_t beyond = 32767;       ///< steps where there is no value
  static constexpr double most = 1e38;           ///< of a value less the middle

  /// A line, and steps per unit of the residuals from it. None of these is larger than whole steps; all are 0 steps
  /// where they are too small or too large for float.
  struct Lines {
    float slope[L], scale[L];
  };
  FW_HD Lines scaled(const float (&slope)[L]) const {
    Lines lines;
    for (int l = 0; l < L; ++l) {
      const float largest = 0.500001f * range_[l] + (slope[l] < 0.0f ? -slope[l] : slope[l]) * middle_time_;
      const bool fits = largest > 1e-30f && largest < 1e30f;
      lines.slope[l] = fits ? slope[l] : 0.0f;
      lines.scale[l] = fits ? whole / largest : 0.0f;
    }
    return lines;
  }

  /// Rounded, so that the difference of two is wrong by one step and a rounding error at most; never falls where the
  /// residual grows.
  static FW_HD int16_t in_steps(float v, float slope, float t, float scale, float more) {
    const float r = (v == v ? (v - slope * t) * scale : 0.0f) + more;
    return static_cast<int16_t>(static_cast<int>(r + 32768.5f) - 32768);
  }

  /// Calls of<0>() .. of<N - 1>(), written out: no compiler vectorises around a loop that long.
  template <int N, class Of>
  static FW_HD void each(const Of& of) {
    [&]<int... K>(std::integer_sequence<int, K...>) { (of.template operator()<K>(), ...); }
    (std::make_integer_sequence<int, N>{});
  }

  FW_HD int16_t* steps(int i, int k) const { return reinterpret_cast<int16_t*>(steps_.row(i)) + k * L; }
  /// Bits of the dates of a group that make a pair with date j, per lane; beside the values.
  FW_HD uint16_t* marks(int j) const { return reinterpret_cast<uint16_t*>(values_.row(j)) + 2 * L; }

  /// From `abreast` dates, i and after it, to all later ones.
  FW_HD void count_from(int i, int (&count)[L]) const {
    int16_t from[abreast][L], falling[L];
    for (int k = 0; k < abreast; ++k)
      for (int l = 0; l < L; ++l) from[k][l] = static_cast<int16_t>(-beyond);
    for (int l = 0; l < L; ++l) falling[l] = 0;
    int j = i + period_;
    for (int k = 0; k < abreast && j < times_; ++k, j += period_) {
      const int16_t* row = steps(j - period_, 0);
      for (int l = 0; l < L; ++l) from[k][l] = row[l];
      if (k < abreast / 2)
        count_to<abreast / 2>(j, from, falling);
      else
        count_to<abreast>(j, from, falling);
    }
    while (j < times_) {
      for (int n = 0; n < at_once && j < times_; ++n, j += period_) count_to<abreast>(j, from, falling);
      for (int l = 0; l < L; ++l) count[l] += falling[l], falling[l] = 0;
    }
    for (int l = 0; l < L; ++l) count[l] += falling[l];
  }
  template <int N>
  FW_HD void count_to(int j, const int16_t (&from)[abreast][L], int16_t (&falling)[L]) const {
    const int16_t* to = steps(j, 1);
    for (int l = 0; l < L; ++l) {
      const int16_t v = to[l];
      int16_t sum = falling[l];
      each<N>([&]<int k>() { sum = static_cast<int16_t>(sum + (v < from[k][l] ? 1 : 0)); });
      falling[l] = sum;
    }
  }

  /// From the dates of a group, i and after it, to all later ones.
  template <class Visit>
  FW_HD bool part_from(int i, int (&below)[L], const Visit& visit) const {
    int16_t low[group][L], high[group][L];
    uint16_t under[L], marked[L];
    for (int k = 0; k < group; ++k)
      for (int l = 0; l < L; ++l) low[k][l] = high[k][l] = static_cast<int16_t>(-beyond);
    for (int l = 0; l < L; ++l) under[l] = marked[l] = 0;
    int j = i + period_;
    for (int k = 0; k < group && j < times_; ++k, j += period_) {
      const int16_t *of_low = steps(j - period_, 0), *of_high = steps(j - period_, 2);
      for (int l = 0; l < L; ++l) low[k][l] = of_low[l], high[k][l] = of_high[l];
      if (k < group / 2)
        mark<group / 2>(j, low, high, under, marked);
      else
        mark<group>(j, low, high, under, marked);
    }
    while (j < times_) {
      for (int n = 0; n < at_once && j < times_; ++n, j += period_) mark<group>(j, low, high, under, marked);
      for (int l = 0; l < L; ++l) below[l] += under[l], under[l] = 0;
    }
    uint32_t any = 0;
    for (int l = 0; l < L; ++l) below[l] += under[l], any |= marked[l];
    return any == 0 || visit_marks(i, visit);
  }
  template <int N>
  FW_HD void mark(int j, const int16_t (&low)[group][L], const int16_t (&high)[group][L], uint16_t (&under)[L],
                  uint16_t (&marked)[L]) const {
    const int16_t *to_low = steps(j, 1), *to_high = steps(j, 3);
    uint16_t bits[L];
    for (int l = 0; l < L; ++l) {
      const int16_t a = to_low[l], b = to_high[l];
      uint16_t fall = 0, up_to = 0;
      each<N>([&]<int k>() {
        fall = static_cast<uint16_t>(fall | (a < low[k][l] ? 1 << k : 0));
        up_to = static_cast<uint16_t>(up_to | (b <= high[k][l] ? 1 << k : 0));
      });
      under[l] = static_cast<uint16_t>(under[l] + count_bits(fall));
      bits[l] = static_cast<uint16_t>(up_to & ~fall);
      marked[l] = static_cast<uint16_t>(marked[l] | bits[l]);
    }
    uint16_t* to = marks(j);
    for (int l = 0; l < L; ++l) to[l] = bits[l];
  }
  /// Steps of whole registers: few instruction sets count bits in them.
  static FW_HD uint16_t count_bits(uint16_t v) {
    v = static_cast<uint16_t>(v - ((v >> 1) & 0x5555));
    v = static_cast<uint16_t>((v & 0x3333) + ((v >> 2) & 0x3333));
    v = static_cast<uint16_t>((v + (v >> 4)) & 0x0f0f);
    return static_cast<uint16_t>((v + (v >> 8)) & 0x1f);
  }

  /// First where marks are, then them: no processor foresees where a pair is.
  template <class Visit>
  FW_HD bool visit_marks(int i, const Visit& visit) const {
    if constexpr (L % 4 == 0) {
      constexpr int words = L / 4, listed = 256;
      uint64_t found[listed + words];
      int where[listed + words];
      int n = 0, periods = 1;
      for (int j = i + period_; j < times_; j += period_, ++periods) {
        const uint16_t* of_date = marks(j);
        for (int w = 0; w < words; ++w) {
          uint64_t four;
          memcpy(&four, of_date + 4 * w, sizeof four);
          found[n] = four;
          where[n] = periods * words + w;
          n += four != 0 ? 1 : 0;
        }
        if (n < listed && j + period_ < times_) continue;
        for (int f = 0; f < n; ++f)
          for (uint64_t bits = found[f]; bits != 0; bits &= bits - 1) {
            const int bit = std::countr_zero(bits), k = bit % 16, later = where[f] / words;
            if (!visit(DatePair{i + k * period_, i + later * period_, later - k, 4 * (where[f] % words) + bit / 16}))
              return false;
          }
        n = 0;
      }
    } else {
      int periods = 1;
      for (int j = i + period_; j < times_; j += period_, ++periods)
        for (int l = 0; l < L; ++l)
          for (int k = 0; k < group; ++k)
            if ((marks(j)[l] >> k & 1) != 0 && !visit(DatePair{i + k * period_, j, periods - k, l})) return false;
    }
    return true;
  }

  Scratch<L> steps_, values_;
  int times_, period_;
  float middle_time_;
  float range_[L];
};

}  // namespace fw
