// A raster that another run published, taken over unchanged.
#pragma once
#include <filesystem>

#include "core/output/published_raster.h"

namespace fw {

/// Statistics of the bands of a raster that this process wrote and compared, by the SHA-256 of the file: it need not be
/// read again to be taken over.
void remember_statistics(const std::string& sha256, const std::vector<BandStatistics>& bands);

/// A published .tif and its companions, of those that the manifest beside it lists: there, and of the shape that `spec`
/// says; read once for the statistics, where they are not remembered. That they have not changed is seen when they are
/// copied. Out: files with paths relative to the .tif's folder. Errors: InputError SET_INVALID (not listed, missing, or
/// another raster than the spec says).
PublishedRaster read_published_raster(const RasterSpec& spec, const std::filesystem::path& tif,
                                      const std::vector<FileRecord>& listed);

/// Copies such a file and compares the copy with the manifest. Errors: InputError SET_INVALID (it changed since it was
/// published), OutputError.
void copy_published(const std::filesystem::path& folder, const FileRecord& file, const std::filesystem::path& to);

}  // namespace fw
