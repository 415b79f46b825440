// Where the blocks of a GeoTIFF lie and how their bytes are made, from its first directory. Internal to core/geo and
// core/output.
#pragma once
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <vector>

namespace fw {

/// Numbers of a TIFF file in its own byte order. Past the end everything is 0.
class TiffNumbers {
 public:
  explicit TiffNumbers(const std::filesystem::path& file);
  uint64_t at(uint64_t offset, int bytes);
  bool little() const { return little_; }

 private:
  std::ifstream in_;
  bool little_ = true;
  std::vector<char> page_;  ///< bytes from page_at_ on: a directory is asked for in many small pieces
  uint64_t page_at_ = 0;
};

/// One tag of the first directory.
struct TiffField {
  uint64_t entry = 0;  ///< place of the entry in the file
  uint16_t tag = 0, type = 0;
  uint64_t count = 0, first = 0;  ///< first: the first value, or 0 where it has none
  uint64_t values = 0;            ///< place of the values in the file
};
struct TiffDirectory {
  bool big = false;  ///< BigTIFF
  std::vector<TiffField> fields;
  const TiffField* find(uint16_t tag) const;
  uint64_t value(uint16_t tag, uint64_t otherwise) const;
};
/// At most 4096 fields; a file that is no TIFF has none.
TiffDirectory tiff_directory(TiffNumbers& tiff);

/// Source: TIFF 6.0; Adobe Photoshop TIFF technical notes (predictor 3); GDAL and libtiff (ZSTD is 50000).
struct TiffLayout {
  enum class Codec : uint8_t { none, deflate, zstd };
  enum class Sample : uint8_t { byte, uint16, int16, float32 };
  int rows = 0, cols = 0, bands = 0, block_rows = 0, block_cols = 0;
  bool tiled = false, interleaved = false;  ///< interleaved: a block holds all bands, pixel by pixel
  int predictor = 1;                        ///< 1, 2 or 3
  Codec codec = Codec::none;
  Sample sample = Sample::byte;
  std::vector<uint64_t> offset, bytes;  ///< by block; blocks of the next band follow where not interleaved

  int sample_bytes() const { return sample == Sample::byte ? 1 : sample == Sample::float32 ? 4 : 2; }
  int across() const { return (cols + block_cols - 1) / block_cols; }
  int down() const { return (rows + block_rows - 1) / block_rows; }
  int channels() const { return interleaved ? bands : 1; }
};

/// The layout of a little-endian file of one of the sample types above whose blocks all lie within `file_bytes`;
/// nothing for any other, which is then left to GDAL.
std::optional<TiffLayout> tiff_layout(const std::filesystem::path& file, uint64_t file_bytes);

}  // namespace fw
