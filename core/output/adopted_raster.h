// A raster that another run published, taken over unchanged.
#pragma once
#include <filesystem>

#include "core/output/published_raster.h"

namespace fw {

/// Statistics of the bands of a raster that this process wrote and compared, by the SHA-256 of the file: it need not be
/// read again to be taken over.
void remember_statistics(const std::string& sha256, const std::vector<BandStatistics>& bands);

/// Checks a published .tif and its companions against the manifest beside it, and its pixels' shape against `spec`;
/// reads it once for the statistics, where they are not remembered. Out: files with paths relative to the .tif's
/// folder. Errors: InputError SET_INVALID (not listed, changed, or another raster than the spec says),
/// MANIFEST_INVALID.
PublishedRaster read_published_raster(const RasterSpec& spec, const std::filesystem::path& tif);

}  // namespace fw
