// Cloud-Optimized GeoTIFF, laid out as GDAL's driver does but made on all threads, then read back and compared with
// what went in.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/output/band_statistics.h"
#include "core/output/publication.h"
#include "core/output/staged_pixels.h"

namespace fw {

/// Files whose blocks take more bytes before compression than this are BigTIFF.
inline constexpr uint64_t big_tiff_from = 2'000'000'000;

/// Where the parts of a file that was written lie and what they hold, from its first byte to its last.
struct WrittenCog {
  struct Part {
    uint64_t offset = 0, bytes = 0;
    uint32_t crc32 = 0;
  };
  std::vector<Part> parts;
};

/// Writes `file`: DEFLATE (level 1 with predictor 3, classes level 6), 256-pixel blocks, bands pixel by
/// pixel, overviews by MODE for classes, AVERAGE else. The same pixels and spec give the same bytes on any number of
/// threads. Errors: OutputError DISK_FULL, WRITE_FAILED.
WrittenCog encode_cog(const std::filesystem::path& file, const RasterSpec& spec, const StagedPixels& pixels,
                      const std::vector<BandStatistics>& statistics, uint64_t big_from = big_tiff_from);

/// Opens the file through open_scene, compares every pixel of full resolution and every byte that was written. Out:
/// sha256 of the file. Errors: OutputError VERIFY_FAILED.
std::string verify_cog(const std::filesystem::path& file, const RasterSpec& spec, const StagedPixels& pixels,
                       const WrittenCog& written);

/// encode_cog(), then verify_cog().
std::string write_cog(const std::filesystem::path& file, const RasterSpec& spec, const StagedPixels& pixels,
                      const std::vector<BandStatistics>& statistics);

}  // namespace fw
