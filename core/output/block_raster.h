// Plain tiled GeoTIFFs, block by block, as other programs exchange them: DEFLATE with predictor, no overviews. Blocks
// are compressed by whoever computed them, on any thread, and then take their places in the order in which they are
// given.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/geo/grid.h"
#include "core/output/block_codec.h"

namespace fw {

struct BlockRasterSpec {
  enum class Type : uint8_t { int16, float32 };
  std::string stem;  ///< file name without .tif
  Grid grid;
  std::vector<std::string> bands;  ///< descriptions
  Type type = Type::int16;         ///< predictor 2 and no-data -32768, or predictor 3 and no-data NaN
  bool interleaved = false;        ///< a block holds all bands, pixel by pixel; else one band
  int block_size = 512;            ///< a multiple of 16
};
inline constexpr int16_t block_nodata = -32768;

/// Rounds value * scale to the nearest Int16, ties to even; NaN is block_nodata; out[i * step]. Beyond -32767..32767 it
/// is clipped.
void to_int16(const float* values, size_t n, float scale, int16_t* out, size_t step = 1);

/// One file under construction. Errors: OutputError DISK_FULL, WRITE_FAILED, VERIFY_FAILED.
class BlockRaster {
 public:
  using Bytes = fw::Bytes;
  /// Writes the head of the file.
  BlockRaster(const std::filesystem::path& file, const BlockRasterSpec& spec);
  ~BlockRaster();
  BlockRaster(const BlockRaster&) = delete;
  BlockRaster& operator=(const BlockRaster&) = delete;

  const BlockRasterSpec& spec() const { return spec_; }
  int across() const { return (spec_.grid.cols + spec_.block_size - 1) / spec_.block_size; }
  int down() const { return (spec_.grid.rows + spec_.block_size - 1) / spec_.block_size; }
  /// Bytes of one block before compression.
  size_t block_bytes() const;

  /// Compresses a whole block (row-major; edge blocks are full, with no-data beyond the raster). `samples` is
  /// overwritten. Any thread.
  void encode(int16_t* samples, Bytes& out) const;
  void encode(float* samples, Bytes& out) const;
  /// Gives a compressed block its place: block row and column; band from 1 (1 where interleaved). The order of the
  /// calls is the order in the file.
  void append(int block_row, int block_col, int band, const Bytes& bytes);
  /// Writes the list of blocks; none may be missing.
  void close();
  /// Reads every block back and compares it with what was appended.
  void verify() const;

 private:
  template <class T>
  void encode_as(T* samples, Bytes& out) const;
  struct Place {
    uint64_t offset = 0, bytes = 0;
    uint32_t check = 0;  ///< Adler-32 at the end of a block
  };
  void put(uint64_t at, const void* data, size_t bytes);

  std::filesystem::path file_;
  BlockRasterSpec spec_;
  int fd_ = -1;
  uint64_t end_ = 0;
  std::vector<Place> places_;
  std::mutex mutex_;
};

}  // namespace fw
