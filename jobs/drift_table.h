// Do fixed thresholds fire more or less often as the years pass?
#pragma once
#include <string>
#include <vector>

#include "core/series/exceedance.h"

namespace fw {

/// drift.csv: one row per indicator with a threshold.
std::string drift_csv(const SeriesPlan& plan, const std::vector<YearExceedance>& years);
/// One line for the log: the indicators whose rate changed most, first half of the reference against the last.
std::string describe_drift(const std::string& csv);

}  // namespace fw
