// Which files of the configuration folder a run's results depend on, beside its own file and its region.
#pragma once
#include <map>
#include <string>

#include "jobs/run_config.h"

namespace fw {

/// SHA-256 by path beneath the configuration folder: products, indicators, kinds of statistics with their aliases,
/// layers with their classes and drivers. The registry is left out: it names people. Errors: InputError for a file that
/// cannot be read.
std::map<std::string, std::string> method_files(const RunConfig& config);

/// Those that a step rests on: products from the catalogue on, indicators from the indicators on, kinds and aliases for
/// the evidence; all of them for risk and publish.
std::map<std::string, std::string> methods_of(const std::map<std::string, std::string>& files, const std::string& step);

}  // namespace fw
