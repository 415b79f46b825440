// The parts of a run's configuration, each read from its tables. What is wrong is a ConfigError that names file and
// key.
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "jobs/run_config.h"

namespace fw {

/// A day given as a key. Errors: ConfigError DATE.
Date date_at(const ConfigNode& node, const char* key);
/// A list of so many numbers. Errors: ConfigError TYPE.
std::vector<double> fixed_numbers(const ConfigNode& node, const char* key, size_t count);
/// The texts of a table, by key; none where it is not there.
std::map<std::string, std::string> texts_of(const ConfigNode& parent, const char* key);

// run_config_region.cpp
/// Cuts the grid to the cells whose centres lie in the box (CRS of the grid).
void crop(Grid& grid, const ConfigNode& root);

// run_config_inputs.cpp
void read_scene_inputs(const ConfigNode& root, RunConfig& config);
/// What an input, or the whole run, states for reports that do not say it themselves.
std::map<std::string, std::string> read_terms(const ConfigNode& parent, const char* key);
void read_reports(const ConfigNode& root, RunConfig& config);
void read_observation_inputs(const ConfigNode& root, RunConfig& config);
void read_food(const ConfigNode& root, RunConfig& config, const std::filesystem::path& folder);

// run_config_methods.cpp
void read_analysis(const ConfigNode& root, RunConfig& config);
/// Where anything is gated by the season of pixels, the run tells that season too.
void add_season(RunConfig& config);
void read_methods(const ConfigNode& root, RunConfig& config);

}  // namespace fw
