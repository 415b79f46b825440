// GDAL says some failures of writing only through its error state (GDALClose returns nothing): collected here, thrown
// once.
#pragma once
#include <filesystem>
#include <string>

#include "core/geo/gdal_errors.h"

namespace fw {

/// One file written through GDAL. While it lives, failures on this thread are kept and settings that a result must not
/// depend on are fixed (one thread, no side files).
class GdalWrite {
 public:
  GdalWrite();
  ~GdalWrite();
  GdalWrite(const GdalWrite&) = delete;
  GdalWrite& operator=(const GdalWrite&) = delete;

  /// Keeps an error of our own code that GDAL called back, to be thrown by check() as it is.
  void add(const std::string& code, const std::string& message);
  /// Errors: OutputError DISK_FULL (the device is full) or WRITE_FAILED, when a failure was kept or `broken`.
  void check(const std::string& doing, const std::filesystem::path& path, bool broken = false) const;

 private:
  GdalErrors errors_;
  std::string own_code_, own_message_;
};

}  // namespace fw
