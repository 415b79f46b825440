// Where the engine may read and write, and what it takes from the environment.
#pragma once
#include <filesystem>
#include <string>

namespace fw {

/// A relative name beneath `root`, symlinks resolved, still beneath it.
/// Errors: ConfigError PATH_OUTSIDE_ROOT (.., absolute, a symlink that leaves), INPUT_SCHEME (/vsi…, <xml>, MEM:::, vrt://,
/// DRIVER:"…", http://, or any "scheme:" form), INPUT_MISSING when must_exist.
std::filesystem::path resolve_beneath(const std::filesystem::path& root, const std::string& name, bool must_exist);

/// Removes GDAL_*, CPL_*, OGR_*, VSI_*, AWS_*, GS_*, AZURE_*, SWIFT_*, OSS_*, PROJ_*, CURL_* and GTIFF_* from the environment and
/// sets the C locale. Call first thing in main, before any library starts.
void scrub_environment();

/// The folder with products, regions, classes…: `asked` when not empty, else config/ of the source tree the program was built
/// from, else <prefix>/share/forewarn/config. Errors: ConfigError CONFIG_DIR.
std::filesystem::path config_dir(const std::string& asked);

/// "0.1.0"
const char* program_version();

}  // namespace fw
