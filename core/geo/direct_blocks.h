// Plain GeoTIFFs read without GDAL: a block is fetched, decompressed by libdeflate or libzstd, and its bands are taken
// apart. Internal to core/geo; everything that is not plain, or fails, is read by GDAL, which then says what is wrong.
#pragma once
#include <memory>
#include <span>

#include "core/geo/input_file.h"
#include "core/geo/open_scene.h"
#include "core/geo/tiff_layout.h"

namespace fw {

class DirectBlocks {
 public:
  /// Null where the file is not of a kind that is read directly, or is not the file that was checked.
  static std::unique_ptr<DirectBlocks> open(const std::filesystem::path& file, const FileIdentity& identity,
                                            const RasterInfo& info);

  /// Whether reading these bands of the window directly is worth it: GDAL keeps blocks that are used in part.
  bool pays(size_t bands, const Window& window) const;
  bool within_one_block(const Window& window) const;
  /// Pixels of the bands (from 1) in a window inside the raster. Whole numbers equal to nodata[k] become NaN (NaN: none
  /// do); floats are left as they are. out[k]: row 0 of band k, rows `stride` apart. False: a block cannot be had, or
  /// the file is another by now. Several threads may read at once; no file stays open.
  bool read(std::span<const int> bands, std::span<const float> nodata, const Window& window,
            std::span<float* const> out, size_t stride) const;
  /// The same by strips, for a window that lies in one block of which all bands are interleaved; false also for others.
  bool visit_strips(std::span<const int> bands, std::span<const float> nodata, const Window& window,
                    const StripVisitor& visit) const;

 private:
  class File;
  DirectBlocks(TiffLayout layout, std::filesystem::path path, const FileIdentity& identity)
      : layout_(std::move(layout)), path_(std::move(path)), identity_(identity) {}
  /// A block until the next one is loaded by the same thread.
  struct Loaded {
    const unsigned char* data = nullptr;  ///< null: it cannot be had
    unsigned char* to_restore = nullptr;  ///< the same, where the predictor of its rows has yet to be undone
    size_t bytes = 0;
  };
  Loaded load(const File& file, size_t block, int rows) const;
  bool unpack(std::span<const unsigned char> packed, unsigned char* to, size_t wanted) const;
  /// A block restored, from memory where the last such block was packed to the same bytes.
  const unsigned char* repeated(std::span<const unsigned char> packed, size_t wanted) const;
  size_t row_bytes() const {
    return static_cast<size_t>(layout_.block_cols) * static_cast<size_t>(layout_.channels() * layout_.sample_bytes());
  }
  size_t block_of(int band, int block_row, int block_col) const;
  /// Rows that the block holds: a tile is stored whole, the last strip only as far as the raster goes.
  int stored_rows(int block_row) const;
  /// Undoes the predictor of a row of a block.
  void restore(unsigned char* row) const;
  /// Pixels [first, first + n) of a restored row; channel from 0.
  void take(const unsigned char* row, size_t first, size_t n, size_t channel, float nodata, float* to) const;
  TiffLayout layout_;
  std::filesystem::path path_;
  FileIdentity identity_;
};

}  // namespace fw
