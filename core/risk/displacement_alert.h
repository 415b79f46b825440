// Alerts on daily numbers (people displaced, deaths in conflict) by OCHA's HDX Signals: is the sum of 30 days the
// greatest in a year, or in three?
#pragma once
#include <span>

#include "core/risk/answer.h"

namespace fw {

inline constexpr double conflict_displaced_minimum = 5'000, disaster_displaced_minimum = 50'000,
                        conflict_deaths_minimum = 100;

struct ThirtyDays {
  double sum = 0;                   ///< of the days reported
  int missing_days = 0;             ///< of the 30: the sum is then a lower bound
  Answer medium = Answer::unknown;  ///< at least the minimum and all sums of the 366 days before
  Answer high = Answer::unknown;    ///< the same of 1,096 days
};
/// In: daily: one number per day, >= 0, NaN where nobody reported (0 where it was reported that there were none); the
/// last is the day of the alert. minimum: of the sum. Out: no where the minimum or a greater earlier sum is certain;
/// unknown where days of these 30 are missing and could decide, where the record is shorter, or where more than a tenth
/// of its days are missing [own]. Source: OCHA HDX Signals.
ThirtyDays alert_thirty_days(std::span<const double> daily, double minimum);

}  // namespace fw
