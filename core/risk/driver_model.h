// How probable is it that a unit reaches a level (of 2, 3, 4 or worse), given drivers of which more is worse? An
// ordered logit learnt from what came of the past. Two uses: conditions consistent with a stated phase (food_words.h),
// and outflow of people (outflow.h), where there are two levels. Source: ordered_logit.h; sign constraint, ridge by
// leaving years out and interval by year blocks are this project's.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/risk/ordered_logit.h"
#include "core/risk/resample.h"

namespace fw {

/// A driver as the model wants it: high is bad (sign -1 turns one where low is bad), within -3..3. NaN stays NaN.
inline double orient_driver(double value, int sign) {
  const double v = sign < 0 ? -value : value;
  return v < -3 ? -3 : (v > 3 ? 3 : v);
}

inline constexpr size_t model_levels = 3;  ///< of 2, 3, 4 or worse

/// One unit and season to learn from.
struct DriverSample {
  std::string unit;
  int year = 0;
  std::vector<double> drivers;  ///< as known at the issue date; NaN where missing
  int level = 0;                ///< what came at the horizon, 1..4; 0 not assessed (left out)
  int month = 0;                ///< of the issue date where a year holds several rows of a unit, 1..12; else 0
};
struct DriverSettings {
  std::vector<std::string> drivers;
  int horizon_months = 0;
  double ridge = -1;  ///< < 0: the one of 0.1, 1, 10, 100 that predicts left-out years best
  int draws = 500;    ///< of the year-block bootstrap
  uint64_t seed = 1;
  double min_share = 0.5;  ///< of the drivers' influence that must be there for a unit to be assessed
};

struct DriverCoefficients {
  std::vector<double> beta;  ///< per unit of each driver, >= 0
  /// Of level 2, 3, 4 or worse; NaN where the history does not tell them apart.
  std::array<double, model_levels> threshold;
};

struct DriverModel {
  std::vector<std::string> drivers;
  int horizon_months = 0;
  double min_share = 0.5;
  DriverCoefficients main;
  std::vector<DriverCoefficients> draws;  ///< empty with fewer than 5 years: no interval
  std::vector<double> mean, sd;           ///< [driver] of the rows learnt from
  std::vector<double> rows;               ///< [row][driver] learnt from; a missing driver is drawn from them
  std::vector<int> row_level, row_year;   ///< [row] of rows
  // Fit record.
  int first_year = 0, last_year = 0, years = 0;
  size_t used = 0, left_out = 0;               ///< rows; left out: a driver or the level is missing
  std::array<size_t, 4> rows_by_level{};       ///< of those used
  std::vector<size_t> missing_by_driver;       ///< of all rows
  std::vector<std::string> without_influence;  ///< drivers that do not vary, or that the sign constraint set to 0
  double ridge = 0, log_likelihood = 0, log_likelihood_without_drivers = 0;
  double left_out_log_likelihood = 0;  ///< of years not learnt from; NaN where no year could be left out
  int iterations = 0;
  uint64_t seed = 1;  ///< of the bootstrap
  bool converged = false;
};

/// Errors: InputError FIT_SAMPLE (fewer than two levels in the history, too few rows, two rows of a unit and date), and
/// those of fit_ordered_logit.
DriverModel fit_driver_model(const std::vector<DriverSample>& samples, const DriverSettings& settings);

struct Conditions {
  bool assessed = false;
  std::array<double, model_levels> probability;   ///< of level 2, 3, 4 or worse; NaN where not assessed or not learnt
  std::array<Interval90, model_levels> interval;  ///< 90 %
  std::vector<double> contribution;               ///< [driver] beta (x - mean), in logits; NaN where missing
  std::vector<std::string> missing;               ///< drivers without a value: drawn from the record, never 0
  double share = 0;                               ///< of the drivers' influence that is there
};
/// A missing driver is drawn from the rows learnt from, once per draw: the probability is their mean, the interval gets
/// wider. In: as many drivers as the model has.
Conditions predict_conditions(const DriverModel& model, std::span<const double> drivers);

/// A reader's weights: every coefficient times its weight, then the thresholds and one slope for all are fitted again
/// to the rows learnt from, so that probabilities stay calibrated to the history; the draws likewise, each on its own
/// years. All weights 1: the model as it is. In: as many weights as drivers. Errors: ConfigError WEIGHTS (negative, not
/// finite, or none above 0 where the coefficient is), InputError FIT_SAMPLE (the model file holds no levels of rows).
DriverModel refit_with_weights(const DriverModel& model, std::span<const double> weights);

/// For hindcasts: probability of every sample by a model learnt without its year. NaN where it could not be.
std::vector<std::array<double, model_levels>> predict_left_out_years(const std::vector<DriverSample>& samples,
                                                                     const DriverSettings& settings);

}  // namespace fw
