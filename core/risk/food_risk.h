// The famine layer with a learnt likelihood: rows of units as a risk table holds them. The score is the sum of the
// contributions, in logits from the average of the record that was learnt from (0: as that average).
#pragma once
#include <span>

#include "core/risk/food_model.h"
#include "core/risk/risk.h"

namespace fw {

/// The declared layer with the model's drivers as its factors and without evidence kinds (reports do not enter the
/// model). Errors: ConfigError MODEL_DRIVERS (the list lacks a driver of the model).
RiskLayer food_layer(const RiskLayer& declared, const DriverList& drivers, const FoodModel& model);

struct FoodUnit {
  std::string pcode, name;
  int level = 0;
};
/// Rows by p-code and period. Likelihood, interval and class are those of phase 3 or worse at the shortest horizon;
/// rules: p<2|3|4>_h<months>, with _low and _high. Membership of a driver: its place among the rows learnt from, 0..1.
/// Rank: by likelihood among the assessed units of the level. confidence: share of the drivers' influence that is there
/// times one less the width of the interval, times 1 - 1 / (1 + years / 10) of the record [own]. In: layer of
/// food_layer; declared: rows by the declared curve, of which the field reports' score and flags are taken.
RiskTable assess_food(const RiskLayer& layer, const ClassScheme& classes, const FoodModel& model,
                      const DriverValues& values, std::span<const FoodUnit> units, std::span<const Period> periods,
                      const RiskTable& declared);

}  // namespace fw
