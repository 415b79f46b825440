// GeoTIFFs that stopped half way open cleanly and read as zeros. Their list of blocks tells.
#include <gdal_priv.h>

#include <algorithm>
#include <fstream>

#include "core/base/text.h"
#include "core/geo/opening.h"

namespace fw {
namespace {

/// Numbers of a TIFF file in its own byte order. Past the end everything is 0.
class TiffNumbers {
 public:
  explicit TiffNumbers(const std::filesystem::path& file) : in_(file, std::ios::binary) { little_ = in_.get() == 'I'; }
  uint64_t at(uint64_t offset, int bytes) {
    unsigned char b[8] = {};
    in_.clear();
    in_.seekg(static_cast<std::streamoff>(offset));
    if (!in_.read(reinterpret_cast<char*>(b), bytes)) return 0;
    uint64_t v = 0;
    for (int i = 0; i < bytes; ++i) v = v << 8 | b[little_ ? bytes - 1 - i : i];
    return v;
  }

 private:
  std::ifstream in_;
  bool little_ = true;
};

/// TIFF 6.0 tag 278, rows per strip, of the first directory; 0 where it is not given (tiles, or one strip).
uint64_t rows_per_strip(const std::filesystem::path& file) {
  TiffNumbers tiff(file);
  const bool big = tiff.at(2, 2) == 43;
  const uint64_t directory = big ? tiff.at(8, 8) : tiff.at(4, 4);
  const uint64_t entries = std::min<uint64_t>(tiff.at(directory, big ? 8 : 2), 4096);
  for (uint64_t i = 0; i < entries; ++i) {
    const uint64_t entry = directory + (big ? 8 + 20 * i : 2 + 12 * i);
    if (tiff.at(entry, 2) == 278) return tiff.at(entry + (big ? 12 : 8), tiff.at(entry + 2, 2) == 3 ? 2 : 4);
  }
  return 0;
}

double number(GDALRasterBand& band, const std::string& key) {
  const char* value = band.GetMetadataItem(key.c_str(), "TIFF");
  return value ? parse_number(value).value_or(0) : 0;
}

}  // namespace

void check_blocks(GDALDataset& dataset, const OpenedFile& file, const RasterInfo& info, bool allow_sparse) {
  if (info.driver != "GTiff") return;
  const auto bytes = static_cast<double>(file.identity.size);
  const bool plain = info.compression.empty();
  const int planes = info.interleave == "PIXEL" ? 1 : static_cast<int>(info.bands.size());
  const int across = (info.grid.cols + info.block_cols - 1) / info.block_cols;
  int block_rows = info.block_rows;
  // GDAL shows one large strip as blocks of one row; only the strip has a place in the file.
  if (block_rows == 1 && info.block_cols == info.grid.cols)
    if (const uint64_t strip = rows_per_strip(file.path); strip == 0 || strip > 1) block_rows = info.grid.rows;
  const int down = (info.grid.rows + block_rows - 1) / block_rows;
  for (int b = 1; b <= planes; ++b) {
    GDALRasterBand& band = *dataset.GetRasterBand(b);
    const double raw_bytes = static_cast<double>(info.block_cols) * block_rows *
                             GDALGetDataTypeSizeBytes(band.GetRasterDataType()) *
                             (planes == 1 ? static_cast<double>(info.bands.size()) : 1);
    for (int y = 0; y < down; ++y)
      for (int x = 0; x < across; ++x) {
        const std::string place = std::to_string(x) + "_" + std::to_string(y);
        const double offset = number(band, "BLOCK_OFFSET_" + place), size = number(band, "BLOCK_SIZE_" + place);
        const bool written = offset > 0 && size > 0;
        if (!written && allow_sparse) continue;
        // Writers may declare a whole last strip and store only the rows there are.
        const double needed = !plain ? size : y == down - 1 ? 1 : std::min(size, raw_bytes);
        if (!written || offset + needed > bytes)
          throw InputError("INCOMPLETE", printable(file.path.filename().string()) + ": block " + place + " of band " +
                                             std::to_string(b) +
                                             (written ? " ends behind the end of the file" : " was never written") +
                                             ". Fetch it again; the writer may have been stopped half way.");
      }
  }
}

}  // namespace fw
