// Food insecurity learnt from stated phases: one ordered logit per horizon (driver_model.h) on drivers as they were
// known on the day of issue (driver_values.h), with how good it was in years that it was not learnt from.
#pragma once
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "core/risk/driver_model.h"
#include "core/risk/driver_values.h"
#include "core/risk/phase_history.h"
#include "core/risk/skill.h"

namespace fw {

/// The current phases that `files` state (paths of [[observations]]), cleaned (phase_history.h), and their source.
/// Errors: InputError FIT_HISTORY (no current phase in them), and those of clean_phase_history.
std::vector<PhaseRow> phase_history_of(const std::vector<MatchedObservation>& observations,
                                       const std::vector<std::string>& files);
/// Statistics without the phases of other files: drivers made of phases rest on the history alone.
std::vector<MatchedObservation> without_other_phases(std::vector<MatchedObservation> observations,
                                                     const std::vector<std::string>& files);

struct FoodSettings {
  std::vector<int> horizons = {0, 3, 6};  ///< months
  std::set<int> without_years;            ///< nothing of them is learnt: no phase, no average
  int draws = 500;                        ///< of the interval
  bool verify = true;                     ///< also hindcast every year
};

/// How good the models were, one score of one horizon and level.
struct FoodScore {
  int horizon = 0, level = 3;  ///< months; phase or worse
  std::string score;  ///< brier, skill_over_climatology, skill_over_persistence, roc_area, onset_skill_over_climatology
  Estimate estimate;
  size_t rows = 0, events = 0, onsets = 0, years = 0;
};

struct FoodModel {
  std::string drivers, source;          ///< name of the list of drivers; where the history comes from
  std::vector<int> without_years;       ///< ascending
  std::vector<std::string> not_learnt;  ///< drivers of the list that the history lacks in half of the rows or more
  std::vector<DriverModel> models;      ///< by horizon, the same drivers in each
  std::vector<FoodScore> scores;
};

/// Rows to learn from: every assessed phase with what was known `horizon` months before the end of its first month.
/// `outcome_year`: of the phase, where it is asked for. In: without_years as of DriverValues::at.
std::vector<DriverSample> food_samples(const DriverValues& values, const std::vector<PhaseRow>& history, int horizon,
                                       const std::set<int>& without_years, std::vector<int>* outcome_year = nullptr);

/// `step` is told after each of food_steps(…) parts of the work. Errors: InputError FIT_SAMPLE.
FoodModel learn_food_model(const DriverValues& values, const std::vector<PhaseRow>& history,
                           const FoodSettings& settings, const std::function<void()>& step = {});
size_t food_steps(const std::vector<PhaseRow>& history, const FoodSettings& settings);

/// The model in a reader's own mix (refit_with_weights at every horizon), without scores: nobody has verified it. In:
/// driver → weight; drivers not named keep 1. Errors: ConfigError WEIGHTS_UNKNOWN (no such driver in the model),
/// WEIGHTS.
FoodModel reweigh_food_model(const FoodModel& model, const std::map<std::string, double>& weights);

/// For people: what was learnt from what, and how good it was.
std::string describe_food_model(const FoodModel& model);
/// skill_famine.csv
std::string food_scores_csv(const FoodModel& model);

}  // namespace fw
