// manifest.json: what a published set is made of, and from what. Written last; without it a folder is not a published
// set.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "core/output/publication.h"

namespace fw {

/// JSON text. No time of day, host or folder of this run goes in: the same inputs, configuration and program give the
/// same bytes.
std::string manifest_json(const ManifestInfo& info, const std::vector<FileRecord>& outputs);

/// The files a published folder's manifest lists. Errors: InputError MANIFEST_INVALID (unreadable; a path that is
/// absolute, leaves the folder or comes twice).
std::vector<FileRecord> load_manifest_outputs(const std::filesystem::path& folder);

/// Files that programs would read as part of a file, were they beside it: statistics, overviews, masks and world files
/// of a raster, journals of a GeoPackage. Paths like that of the file.
std::vector<std::string> companions_of(const std::string& path);

/// Errors: OutputError EXISTS where the folder holds a set whose manifest cannot be read. Put over it, a new one would
/// inherit its files as if a person had put them there, also those that are not for its audience.
void refuse_unknown(const std::filesystem::path& folder);

/// Errors: OutputError EXISTS where the folder holds a published set.
void refuse_published(const std::filesystem::path& folder);

}  // namespace fw
