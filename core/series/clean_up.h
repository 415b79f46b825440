// Small-object clean-up of a change raster, with the same result whatever the tiles are.
#pragma once
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>

#include "core/geo/grid.h"
#include "core/series/indicator.h"

namespace fw {

/// A raster of floats in an unnamed temporary file: written by windows, read by windows, gone with the object.
class ScratchRaster {
 public:
  /// Errors: OutputError SCRATCH (no space, no folder).
  ScratchRaster(const std::filesystem::path& folder, int rows, int cols);
  ~ScratchRaster();
  ScratchRaster(const ScratchRaster&) = delete;
  ScratchRaster& operator=(const ScratchRaster&) = delete;
  void write(const Window& window, const float* values);
  void read(const Window& window, float* values) const;

 private:
  int file_ = -1, rows_, cols_;
};

/// Objects are 8-connected groups of pixels beyond the indicator's threshold, gaps of up to 30 m (one cell at least)
/// bridged by a morphological closing with a square (thin rows have gaps too). Pixels of objects smaller than
/// min_object_ha are set to the threshold (no longer beyond it).
struct CleanUp {
  int min_pixels = 1, closing_radius = 0;
  int halo() const { return min_pixels + 2 * closing_radius + 1; }
};
CleanUp clean_up_of(const Indicator& indicator, const Grid& grid);

/// Cleans `window` of the raster; reads the window with a halo, so that tiles give the same result as the whole.
void clean_window(const ScratchRaster& raster, const Grid& grid, const Window& window, const Indicator& indicator,
                  const CleanUp& how, float* out);

}  // namespace fw
