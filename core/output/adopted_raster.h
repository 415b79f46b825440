// A raster that another run published, taken over unchanged.
#pragma once
#include <filesystem>

#include "core/output/published_raster.h"

namespace fw {

/// Checks a published .tif and its companions against the manifest beside it, and its pixels' shape against `spec`;
/// reads it once for the statistics. Out: files with paths relative to the .tif's folder. Errors: InputError
/// SET_INVALID (not listed, changed, or another raster than the spec says), MANIFEST_INVALID.
PublishedRaster read_published_raster(const RasterSpec& spec, const std::filesystem::path& tif);

}  // namespace fw
