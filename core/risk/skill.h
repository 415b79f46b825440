// Is a forecast better than what one would say without it? References are made without the year that they are for, and
// intervals resample whole years, because the units of one season are not independent.
#pragma once
#include <functional>
#include <span>
#include <vector>

#include "core/risk/brier_scores.h"
#include "core/risk/resample.h"

namespace fw {

/// One forecast with what was known before it.
struct HindcastRow {
  double forecast = 0;  ///< 0..1; NaN: not assessed
  bool event = false;
  int before = -1;  ///< did the event hold when the forecast was issued? 1, 0; -1 not known
  int year = 0;
};

/// Frequency of the event in the other years; NaN where there is no other year.
std::vector<double> climatology_of(std::span<const HindcastRow> rows);
/// Persistence as a probability: frequency of the event in rows of other years that had the same `before`. A plain 0 or
/// 1 would be punished for its certainty and too easily beaten. NaN where `before` is not known or never occurred.
std::vector<double> persistence_of(std::span<const HindcastRow> rows);

struct Estimate {
  double value = 0;
  Interval90 interval;  ///< 90 %, year blocks; NaN with fewer than 5 years
};
struct Skill {
  Estimate brier, over_climatology, over_persistence;  ///< Brier skill 1 - B / B_reference: 1 perfect, 0 no better
  Estimate roc_area;
  Estimate onset_over_climatology;  ///< of rows where the event did not hold before: the ones that warn
  size_t rows = 0, not_assessed = 0, onsets = 0, years = 0;
};
/// All scores on the same rows: those with forecast and both references (so that no score is better for being easier);
/// `onset…` on those of them with before = 0. In: draws: resamples. Out: NaN where a score is not defined.
Skill measure_skill(std::span<const HindcastRow> rows, int draws = 1000, uint64_t seed = 1);

/// 90 % interval of any statistic of rows by year blocks. In: statistic: of indices of rows (repeated as drawn).
Interval90 year_block_interval(const std::vector<int>& year, int draws, uint64_t seed,
                               const std::function<double(const std::vector<size_t>&)>& statistic);

}  // namespace fw
