#include "jobs/food_inputs.h"

#include "core/base/log.h"

namespace fw {

FoodInputs food_inputs(const RunConfig& config, std::vector<MatchedObservation> statistics,
                       const IndicatorTable& indicators) {
  const FoodConfig& food = *config.food;
  const DriverList list = load_drivers(config.config_dir.string(), food.drivers);
  std::vector<PhaseRow> history = phase_history_of(statistics, food.history);
  return {DriverValues(list, without_other_phases(std::move(statistics), food.history), indicators),
          std::move(history)};
}

FoodModel learn_food(const FoodInputs& inputs, const FoodSettings& settings) {
  Progress progress("food model", food_steps(inputs.history, settings));
  return learn_food_model(inputs.values, inputs.history, settings, [&] { progress.step(); });
}

}  // namespace fw
