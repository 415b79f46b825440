// Trends of a series per pixel: Mann-Kendall with Theil-Sen, and least squares. Real: float for rasters; double where
// the input has more digits than a float. Computed in double. Every output may be null.
#pragma once
#include <cstddef>
#include <cstdint>

namespace fw {

/// Which variance, and of which series, the Mann-Kendall test uses.
///   original        Mann 1945, Kendall 1975; variance corrected for ties
///   hamed_rao       variance times Hamed & Rao 1998's factor, from the autocorrelation of the ranks of the series less
///                   its trend at the lags where it is significant; as in pyMannKendall it never shrinks the variance
///   yue_wang        variance times Yue & Wang 2004's factor, from the autocorrelation of the series less its trend
///   pre_whitening   the series less its autocorrelation at lag 1 (Yue & Wang 2002)
///   trend_free_pre_whitening  the same of the series less its trend, which is then added again (Yue & Wang 2002)
///   seasonal        S and variance added up over the seasons of the year (Hirsch & Slack 1984)
/// The trend taken away is Theil-Sen's. Before an autocorrelation the series closes up over missing values.
enum class TrendTest : uint8_t { original, hamed_rao, yue_wang, pre_whitening, trend_free_pre_whitening, seasonal };

///   slope      Theil-Sen: median of (x[j] - x[i]) / (j - i) over all pairs i < j with values; missing values keep
///   their
///              place in time; of an even number of pairs the mean of the two middle ones. Per date; seasonal: pairs of
///              the same season only, per year
///   intercept  of the line through the median of x at the median date that has a value; at the first date
///   tau        S / number of pairs, -1..1
///   s          score: pairs that rise less pairs that fall
///   variance   of S where there is no trend
///   z          (S - 1) / sqrt(variance), or S + 1 where S < 0; 0 where S is 0
///   p          two-sided, 0..1, of the normal distribution
///   count      values of the series
enum class TrendStatistic : uint8_t { slope, intercept, tau, s, variance, z, p, count };
inline constexpr int trend_statistic_count = 8;

struct MannKendallSettings {
  const uint8_t* reason = nullptr;  ///< [time][pixel] of x; null, or `value` beside a NaN: not_observed
  int times = 0;                    ///< <= max_trend_times
  size_t pixels = 0;
  TrendTest test = TrendTest::original;
  int period = 1;  ///< seasonal: dates per year, >= 2; else 1
  /// hamed_rao: an autocorrelation is significant beyond this / sqrt(count). The default is the 5 % level.
  double autocorrelation_z = 1.959963984540054;
  int min_valid = 4;  ///< >= 2; >= 4 for tests that look at autocorrelation
  uint8_t* reason_out = nullptr;
};

/// Mann-Kendall test and Theil-Sen slope. Fewer than min_valid values, or no two of the same season: NaN (count stays),
/// not_assessed or the reason of the series. A constant series: slope, S, variance and z are 0, p is 1. Where
/// yue_wang's factor is not above 0 (rounding): variance, z and p are NaN, not_assessed; the slope stands.
/// x: [time][pixel], equally spaced; out: [pixel] each.
/// Source: Sen 1968, J. Am. Stat. Assoc. 63:1379; Hussain & Mahmud 2019, J. Open Source Softw. 4:1556 (pyMannKendall).
template <class Real>
struct MannKendall : MannKendallSettings {
  const Real* x = nullptr;
  Real* out[trend_statistic_count] = {};
};
inline constexpr int max_trend_times = 4096;

enum class LineStatistic : uint8_t { slope, intercept, slope_error, p, r2, count };
inline constexpr int line_statistic_count = 6;

struct LinearTrendSettings {
  const uint8_t* reason = nullptr;
  int times = 0;
  size_t pixels = 0;
  const double* t = nullptr;  ///< [time], finite, memory of the backend: years, or numbers of dates
  int min_valid = 3;          ///< >= 3
  uint8_t* reason_out = nullptr;
};

/// Line by least squares: slope per unit of t, intercept at t = 0, standard error of the slope, two-sided p of the
/// slope (t distribution, count - 2), r2 (0 of a constant series), count. Fewer than min_valid values, or all at one
/// time: NaN (count stays), not_assessed or the reason of the series. A constant series: slope 0, error 0, p 1.
template <class Real>
struct LinearTrend : LinearTrendSettings {
  const Real* x = nullptr;
  Real* out[line_statistic_count] = {};
};

}  // namespace fw
