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

/// Plain text: per layer the number of units of each class, then the units at or above config.threshold with their
/// reasons, by falling likelihood, then those that are not assessed; of these, units with the same reasons stand
/// together.
std::string summary_text(const RunConfig& config, const std::vector<LoadedLayer>& layers, Period period);

}  // namespace fw
