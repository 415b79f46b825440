// What food insecurity is learnt and computed from in a run or by `forewarn fit`.
#pragma once
#include "core/risk/food_model.h"
#include "jobs/run_context.h"

namespace fw {

struct FoodInputs {
  DriverValues values;
  std::vector<PhaseRow> history;
};
/// In: a configuration with [food]; its statistics, and the indicators of the run (may be empty). Errors: InputError
/// FIT_HISTORY, PHASE_…; ConfigError of the list of drivers.
FoodInputs food_inputs(const RunConfig& config, std::vector<MatchedObservation> statistics,
                       const IndicatorTable& indicators);
/// Learns with progress shown.
FoodModel learn_food(const FoodInputs& inputs, const FoodSettings& settings);

}  // namespace fw
