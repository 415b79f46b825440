// What a SceneFile holds. Internal to core/geo.
#pragma once
#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "core/geo/direct_blocks.h"
#include "core/geo/opening.h"

namespace fw {

struct SceneFile::Impl {
  RasterInfo info;
  Placement placement;
  std::string name;
  bool serial = false;
  DatasetPtr dataset;  ///< null where `direct` reads, until it cannot
  std::filesystem::path path;
  FileIdentity identity;
  std::atomic<bool> is_light = false;  ///< no dataset
  std::mutex reading;                  ///< of GDAL's dataset, which one thread uses at a time
  std::vector<char> masked;            ///< per band: the file carries its own mask for it

  void take(DatasetPtr opened);
  /// Leaves the pixels to `direct`, if that can be.
  void read_without_gdal();
  /// Opens the dataset again, if need be. Errors: InputError INCOMPLETE (another file by now), NOT_A_RASTER.
  void need_gdal();
  /// T: float or double; what is staged in double is masked before it is narrowed.
  template <class T>
  void read(int band, const Window& window, T* out);
  std::unique_ptr<DirectBlocks> direct;  ///< null: GDAL reads
  bool in_parts = false;                 ///< as OpenRequest::in_parts
  /// The part of a window that lies inside the raster.
  Window inside(const Window& window) const;
  bool reads_directly(size_t bands, const Window& part) const;
  /// Reads bands of a window that `direct` holds and that is worth it, with no-data made NaN. False: GDAL has to.
  /// Several threads may ask at once.
  bool read_direct(const std::vector<int>& bands, const Window& window, const std::vector<float*>& out) const;
  bool visit_direct(const std::vector<int>& bands, const Window& window, const StripVisitor& visit);

 private:
  /// Columns [col, col + cols) of the grid, rows [row, row + rows), all inside the raster and inside one run of file
  /// columns.
  template <class T>
  void read_run(int band, int row, int col, int rows, int cols, T* out, size_t stride);
};

}  // namespace fw
