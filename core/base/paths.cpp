#include "core/base/paths.h"

#include <unistd.h>

#include <clocale>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/text.h"

extern char** environ;  // NOLINT: POSIX

namespace fw {
namespace fs = std::filesystem;
namespace {

bool has_scheme(const std::string& name) {
  if (name.rfind("/vsi", 0) == 0 || name.find("\\vsi") != std::string::npos || name.find('<') != std::string::npos) return true;
  const size_t colon = name.find(':');
  return colon != std::string::npos && name.find('/') > colon;
}

}  // namespace

fs::path resolve_beneath(const fs::path& root, const std::string& name, bool must_exist) {
  const std::string shown = printable(name, 120);
  if (has_scheme(name))
    throw ConfigError("INPUT_SCHEME", "'" + shown + "' is not a plain file name (a scheme or driver prefix). Name a file beneath " +
                                          root.string() + ".");
  const fs::path relative(name);
  if (relative.is_absolute() || name.empty())
    throw ConfigError("PATH_OUTSIDE_ROOT", "'" + shown + "' must be a relative path beneath " + root.string() + ".");
  for (const auto& part : relative)
    if (part == "..") throw ConfigError("PATH_OUTSIDE_ROOT", "'" + shown + "' leaves its root through '..'. Name a path beneath " + root.string() + ".");
  std::error_code error;
  const fs::path base = fs::weakly_canonical(root, error);
  const fs::path full = fs::weakly_canonical(base / relative, error);
  const auto inside = full.lexically_relative(base);
  if (inside.empty() || *inside.begin() == "..")
    throw ConfigError("PATH_OUTSIDE_ROOT", "'" + shown + "' leads outside " + root.string() + " (a symbolic link). Name a path beneath it.");
  if (must_exist && !fs::exists(full, error))
    throw ConfigError("INPUT_MISSING", "'" + shown + "' does not exist beneath " + base.string() + ". Check the name.");
  return full;
}

void scrub_environment() {
  static constexpr std::string_view prefixes[] = {"GDAL_", "CPL_", "OGR_", "VSI_", "VSICRED", "AWS_", "GS_", "GOOGLE_", "AZURE_", "SWIFT_",
                                                  "OSS_", "PROJ_", "CURL_", "GTIFF_", "JPEG", "HDF5_", "HDF_", "NETCDF_", "OPENJPEG"};
  std::vector<std::string> doomed;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view name(*entry, std::strcspn(*entry, "="));
    for (const auto prefix : prefixes)
      if (name.substr(0, prefix.size()) == prefix) {
        doomed.emplace_back(name);
        break;
      }
  }
  for (const auto& name : doomed) unsetenv(name.c_str());
  setenv("GDAL_DRIVER_PATH", "disable", 1);
  setenv("PROJ_NETWORK", "OFF", 1);
  setenv("LC_ALL", "C.UTF-8", 1);
  setenv("TZ", "UTC", 1);
  std::setlocale(LC_ALL, "C");
}

fs::path config_dir(const std::string& asked) {
  std::vector<fs::path> candidates;
  if (!asked.empty()) {
    candidates.emplace_back(asked);
  } else {
    candidates.emplace_back(fs::path(FW_SOURCE_DIR) / "config");
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    if (!error) candidates.push_back(program.parent_path().parent_path() / "share/forewarn/config");
  }
  for (const auto& dir : candidates)
    if (fs::is_directory(dir / "products")) return dir;
  throw ConfigError("CONFIG_DIR", "No configuration folder with products/ found (looked at " + candidates.front().string() +
                                      "). Give one with --config-dir.");
}

const char* program_version() { return FW_VERSION; }

}  // namespace fw
