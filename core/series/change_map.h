// Change between two periods: differences, change vectors, MAD and IR-MAD.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "core/series/period_bands.h"
#include "kernels/canonical.h"

namespace fw {

enum class ChangeLayer : uint8_t { before, after, difference, magnitude, angle, chi2, no_change };

struct ChangePlan {
  Grid grid;
  std::vector<std::string> names;  ///< bands and indices, 1..max_change_bands
  PeriodMethod composite = PeriodMethod::median;
  std::vector<const Scene*> before, after;
  bool difference = false, vector = false, mad = false;
  int mad_rounds = 50;         ///< 1: plain MAD
  int x_band = 0, y_band = 1;  ///< places in names: the angle is that of the change in these two
  size_t memory_bytes = size_t{1} << 30;
  std::filesystem::path scratch_dir;  ///< for values beyond the memory; mad: of both composites, while the rounds run
};

class ChangeSink {
 public:
  virtual ~ChangeSink() = default;
  /// band: place in names for before, after and difference, else 0. NaN: not assessed (a period has no value there).
  /// Called from several threads at once.
  virtual void write(ChangeLayer layer, size_t band, const Window& window, const float* values) = 0;
};

struct ChangeSummary {
  size_t scenes_before = 0, scenes_after = 0;  ///< that had the bands
  size_t assessed = 0;                         ///< pixels with values in both periods
  IrMadStatus mad = IrMadStatus::running;      ///< how the rounds ended
  int rounds = 0;
  std::vector<double> correlation;  ///< canonical, of the last good round
};

/// Errors: InputError NO_SCENES (a period without a scene that has the bands), MAD_SINGULAR (a band is constant or made
/// of the others, or too few pixels); ConfigError RANGE; OutputError SCRATCH. Results do not depend on memory or
/// threads.
ChangeSummary map_change(const ChangePlan& plan, const Catalogue& catalogue, const IndexCatalogue& indices,
                         const ChosenDevice& device, ChangeSink& sink, RunReport& report);

}  // namespace fw
