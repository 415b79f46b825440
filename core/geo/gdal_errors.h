// GDAL's messages of one scope, kept apart from the terminal and from other threads. Internal to core/geo and the
// writers.
#pragma once
#include <string>

namespace fw {

/// While it lives, GDAL errors and warnings of this thread are collected here instead of printed.
class GdalErrors {
 public:
  GdalErrors();
  ~GdalErrors();
  GdalErrors(const GdalErrors&) = delete;
  GdalErrors& operator=(const GdalErrors&) = delete;
  bool failed() const { return failures_ > 0; }
  bool warned() const { return warnings_ > 0; }
  /// First failure (else first warning), safe to print; "no reason given" when there is none.
  std::string text() const;
  void clear();
  /// Called by GDAL's handler. kind: a CPLErr as int.
  void take(int kind, const char* message);

 private:
  int failures_ = 0, warnings_ = 0;
  std::string failure_, warning_;
};

}  // namespace fw
