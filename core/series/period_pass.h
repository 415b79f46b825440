// Composites of periods, block by block: every block of every scene is read once, by several threads.
#pragma once
#include <filesystem>
#include <functional>

#include "core/series/on_device.h"
#include "core/series/period_bands.h"

namespace fw {

struct PeriodPass {
  Grid grid;
  size_t memory_bytes = size_t{1} << 30;
  std::filesystem::path scratch_dir;  ///< for values beyond the memory
  /// Called from several threads at once, each pixel of the grid in one call.
  std::function<void(Backend& backend, const Window& window, std::vector<BandValues>& of_period)> take;
  size_t pixel_bytes = 128;  ///< of a device, per pixel, beside the scenes' values
};

/// Makes the composites of the periods; a scene that several of them take is read once for all. Scenes that cannot be
/// read are reported and count as not observed. Errors: what `take` throws; DeviceError; OutputError SCRATCH.
void composite_periods(const std::vector<PeriodBands>& periods, const Catalogue& catalogue, const ChosenDevice& device,
                       const PeriodPass& pass, RunReport& report);

}  // namespace fw
