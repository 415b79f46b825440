// A learnt model as a file: what it says, and what it was learnt from.
#pragma once
#include <string>
#include <string_view>

#include "core/risk/food_model.h"

namespace fw {

class ConfigNode;

/// JSON text; the same model gives the same bytes. In: purpose: "food", "outflow"; source: where the history comes
/// from, in words.
std::string write_driver_model(const DriverModel& model, const std::string& purpose, const std::string& source);
/// In: name: of the file, for messages; purpose: the one wanted. Errors: ConfigError: what ConfigNode says of JSON,
/// unknown and missing keys; MODEL_FILE: another format version or purpose, or parts that do not fit (a negative
/// coefficient, as many numbers as drivers).
DriverModel read_driver_model(std::string_view text, const std::string& name, const std::string& purpose);
DriverModel read_driver_model(const ConfigNode& root, const std::string& purpose);

/// The models of all horizons, their scores and what they were learnt from, as JSON; the same gives the same bytes.
std::string write_food_model(const FoodModel& model);
/// Errors: as read_driver_model; MODEL_FILE also where the models differ in their drivers.
FoodModel read_food_model(std::string_view text, const std::string& name);

}  // namespace fw
