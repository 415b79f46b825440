// Which files of the configuration folder a step's results depend on, beside the run's own file and its region.
#pragma once
#include <map>
#include <string>

#include "jobs/run_config.h"

namespace fw {

/// SHA-256 by path beneath the configuration folder: products from the catalogue on, indicators from the indicators on,
/// aliases and kinds of statistics for the evidence, layers with their classes and drivers for risk and publish. The
/// registry is left out: it names people. Errors: InputError for a file that cannot be read.
std::map<std::string, std::string> method_files(const RunConfig& config, const std::string& step);

}  // namespace fw
