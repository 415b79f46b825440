// Small-object clean-up of a change raster, with the same result whatever the tiles are.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "core/base/scratch_file.h"
#include "core/geo/grid.h"
#include "core/series/indicator.h"

namespace fw {

/// A raster in an unnamed temporary file: written by windows, read by windows, gone with the object. Windows that do
/// not overlap may be written from several threads.
class ScratchRaster {
 public:
  /// Of floats. Errors: OutputError SCRATCH (no space, no folder).
  ScratchRaster(const std::filesystem::path& folder, int rows, int cols)
      : ScratchRaster(folder, rows, cols, sizeof(float)) {}
  static std::unique_ptr<ScratchRaster> of_bytes(const std::filesystem::path& folder, int rows, int cols) {
    return std::unique_ptr<ScratchRaster>(new ScratchRaster(folder, rows, cols, 1));
  }
  void write(const Window& window, const float* values);
  void read(const Window& window, float* values) const;
  void write(const Window& window, const uint8_t* values);
  void read(const Window& window, uint8_t* values) const;
  // Of a window of tiles(grid, rows, cols) that is read as it was written: in one piece, not row by row.
  void write_tile(const Window& window, const float* values);
  void read_tile(const Window& window, float* values) const;

 private:
  ScratchRaster(const std::filesystem::path& folder, int rows, int cols, size_t pixel_bytes);
  void check(const Window& window, size_t pixel_bytes) const;
  size_t tile_at(const Window& window) const;
  void put(const Window& window, const void* values, size_t pixel_bytes);
  void get(const Window& window, void* values, size_t pixel_bytes) const;

  ScratchFile file_;
  int rows_, cols_;
  size_t pixel_bytes_;
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
