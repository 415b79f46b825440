// What 'forewarn series' is told on the command line.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/series/series_statistics.h"
#include "jobs/scene_job.h"
#include "kernels/ops.h"

namespace fw {

struct SeriesOptions {
  std::shared_ptr<SceneJobOptions> scenes;
  std::vector<std::string> stats = {"count", "mean", "std", "min", "max"};
  std::string name, from, to, cadence = "month", composite, target, reference_from, reference_to, monitor_from;
  std::vector<std::string> with;  ///< NAME=FILE[,key=value…]
  std::string lambda = "v-curve", zero_rule = "center", distribution = "gamma", history = "roc", process = "mosum",
              run_side = "below";
  std::vector<double> season_levels = {0.2, 0.75, 0.2};
  bool dates_as_given = false;
  std::optional<int> last;  ///< periods
  std::string state;        ///< folder; empty: none
  bool update = false, rescan = false;
  std::string memory = "1GiB";
  size_t memory_bytes = 0;  ///< from `memory`
  SeriesSettings settings;
  /// How scenes become one value of a step, of the further series; from `with`.
  std::map<std::string, CompositeMethod> further_composite;
};

std::shared_ptr<SeriesOptions> declare_series_options(CLI::App& app);

inline Cadence cadence_of(const SeriesOptions& o) { return o.cadence == "dekad" ? Cadence::dekad : Cadence::month; }

/// Settings and further stacks from the words of the options. Errors: ConfigError DATE, RANGE, WITH.
void read_series_options(SeriesOptions& options);

/// The part of it that reads `with`. Errors: ConfigError WITH.
void read_further_stacks(SeriesOptions& options);

}  // namespace fw
