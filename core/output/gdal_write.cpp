#include "core/output/gdal_write.h"

#include <cpl_conv.h>

#include <cerrno>

#include "core/base/text.h"
#include "core/geo/open_scene.h"
#include "core/output/atomic_file.h"

namespace fw {
namespace {

constexpr const char* fixed_settings[][2] = {{"GDAL_PAM_ENABLED", "NO"}, {"GDAL_NUM_THREADS", "1"}};

}  // namespace

GdalWrite::GdalWrite() {
  prepare_gdal();
  for (const auto& s : fixed_settings) CPLSetThreadLocalConfigOption(s[0], s[1]);
}

GdalWrite::~GdalWrite() {
  for (const auto& s : fixed_settings) CPLSetThreadLocalConfigOption(s[0], nullptr);
}

void GdalWrite::add(const std::string& code, const std::string& message) {
  if (!own_code_.empty()) return;
  own_code_ = code;
  own_message_ = message;
}

void GdalWrite::check(const std::string& doing, const std::filesystem::path& path, bool broken) const {
  if (!own_code_.empty()) throw OutputError(own_code_, own_message_);
  if (!broken && !errors_.failed()) return;
  // GDAL turns "no space" into texts of many kinds ("Write error", "disk I/O error"), so the device is asked too.
  const std::string text = lower(errors_.text());
  if (text.find("no space") != std::string::npos || text.find("is full") != std::string::npos ||
      free_bytes(path) < (64U << 10))
    throw output_failure(doing, path, ENOSPC);
  throw OutputError("WRITE_FAILED", "Cannot " + doing + " " + printable(path.string(), 400) +
                                        " (GDAL: " + errors_.text() + "). Check the folder and the device.");
}

}  // namespace fw
