// GeoTIFFs that stopped half way open cleanly and read as zeros. Their list of blocks tells.
#include <gdal_priv.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/geo/opening.h"
#include "core/geo/tiff_layout.h"

namespace fw {
namespace {

/// TIFF 6.0 tag 278, rows per strip, of the first directory; 0 where it is not given (tiles, or one strip).
uint64_t rows_per_strip(const std::filesystem::path& file) {
  TiffNumbers tiff(file);
  return tiff_directory(tiff).value(278, 0);
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
