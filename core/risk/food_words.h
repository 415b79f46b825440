// Food insecurity: conditions consistent with phase 2, 3, 4 or worse, learnt from phases that an authorised analysis
// has stated. The program states no phase, and above "phase 4 or worse" it says nothing: that classification belongs to
// the IPC and its Famine Review Committee. Drivers as in Andree et al. 2020 (World Bank WPS 9412): season anomaly,
// rain, water satisfaction, surface water, prices, conflict, inflow of people, last stated phase, months since a good
// season.
#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "core/risk/driver_model.h"

namespace fw {

/// Level to learn from a stated phase: 4 and 5 are one. In: 1..5; 0 not assessed.
inline int level_of_phase(int phase) { return std::min(phase, 4); }

/// "62 %", "below 1 %", "above 99 %": no model is certain. In: p 0..1.
std::string in_percent(double p);

/// Sentences for people: probabilities with interval, what raises them most, what is missing, whose decision a
/// classification is.
std::vector<std::string> describe_food(const DriverModel& model, const Conditions& conditions);

}  // namespace fw
