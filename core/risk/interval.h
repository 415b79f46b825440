// The 90 % interval of a likelihood: what would it be with other reference years, and with what is missing?
//
// Whole years of the unit's reference are drawn with replacement (200 times, the same draws for every indicator, unit
// and machine); each draw moves the indicator by s_b - s, s the statistic of the unit's mean against the drawn years.
// The move is put on the factor's value; where that is the share of the area beyond a threshold, on its log-odds as if
// the pixels were logistic with the unit's standard deviation. A factor that is missing is anything from 0 to 1. The
// ends of each draw go through ramp, score, reports and likelihood; the interval is from the 5 % point of the lower
// ends to the 95 % point of the upper ones and always holds the likelihood itself.
// It does not hold: errors of weights, ramps and reports, what clouds hid within a unit, that nothing is calibrated.
// SPI and detrended z move as plain z does. The range of drawn years is never wider than that of all: VCI moves one
// way. Source: year blocks after methods of hindcasts (core/risk/skill.h); the rest is design of this project.
#pragma once
#include <vector>

#include "core/risk/what_if.h"
#include "core/series/unit_reference.h"

namespace fw {

inline constexpr int interval_draws = 200, interval_min_years = 5;
inline constexpr uint64_t interval_seed = 20260101;

/// How far an indicator of one unit and period moves with other years.
struct Spread {
  int years = 0;              ///< of the reference that have a value, the year itself left out
  std::vector<double> shift;  ///< s_b - s by draw; NaN where the drawn years allow no statistic
};

/// Statistic of `x` against years of which the k-th counts times[k]: z (clipped to +-6; also for spi and detrended_z),
/// vci, tci (0..100), percent_of_median, difference. NaN years do not count. Out: NaN with fewer than 2 counted, no
/// spread, a median not above 0, or another statistic.
double statistic_of_years(const std::string& statistic, double x, const std::vector<float>& value,
                          const std::vector<double>& times);

/// Draws of years for the periods of one year (which is left out).
class YearDraws {
 public:
  YearDraws(const UnitReference& reference, int year);
  Spread spread(const UnitReferenceRow& row, double x) const;

 private:
  size_t own_;
  std::vector<std::vector<double>> times_;  ///< [draw][year]
};

/// Fills low and high of an assessed row and says in its reasons what they rest on, or why there is none: fewer than
/// interval_min_years years behind a factor, or no reference (null).
void add_interval(const RiskLayer& layer, const UnitInputs& unit, const UnitReference* reference,
                  const YearDraws* draws, RiskRow& row);

}  // namespace fw
