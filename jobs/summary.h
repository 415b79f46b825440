// The page of a run that a person reads first.
#pragma once
#include <string>
#include <vector>

#include "core/risk/risk.h"
#include "jobs/run_config.h"

namespace fw {

/// A risk layer with the classes it is shown in and what it says of each unit.
struct LoadedLayer {
  RiskLayer layer;
  ClassScheme scheme;
  RiskTable table;
};

/// The page's name. Not summary.txt: GDAL takes every raster beside a file of that name for one of the satellite ALOS.
constexpr const char* summary_file = "run_summary.txt";

/// Plain text: per layer the number of units of each class and admin level, then the units at or above config.threshold
/// with their reasons, by falling likelihood, then those that are not assessed; of these, units with the same reasons
/// stand together; last, where the data come from.
std::string summary_text(const RunConfig& config, const std::vector<LoadedLayer>& layers, Period period);

/// A line per input: path beneath the input root, what the product is, licence with the credit it asks for, source (of
/// a generic product neither is known).
/// Errors: ConfigError PRODUCT_UNKNOWN.
std::vector<std::string> data_credits(const RunConfig& config);

}  // namespace fw
