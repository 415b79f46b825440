// Cloud-Optimized GeoTIFF: made by GDAL's driver, then read back and compared with what went in.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "core/output/band_statistics.h"
#include "core/output/publication.h"
#include "core/output/staged_pixels.h"

namespace fw {

/// Writes `file` (DEFLATE, 256-pixel blocks; overviews by MODE for classes, AVERAGE else), flushes it, opens it through
/// open_scene and compares every pixel of full resolution. Out: sha256 of the file. The same pixels and spec give the
/// same bytes. Errors: OutputError DISK_FULL, WRITE_FAILED, VERIFY_FAILED.
std::string write_cog(const std::filesystem::path& file, const RasterSpec& spec, const StagedPixels& pixels,
                      const std::vector<BandStatistics>& statistics);

}  // namespace fw
