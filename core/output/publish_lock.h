// Only one process at a time publishes into a folder.
#pragma once
#include <filesystem>

namespace fw {

/// An exclusive lock (flock) on a file that holds the owner's pid. The kernel drops it when the process dies, so the
/// file of a killed run does not block the next one.
class PublishLock {
 public:
  /// Errors: OutputError LOCKED (held by a living process; names its pid), WRITE_FAILED.
  explicit PublishLock(const std::filesystem::path& file);
  ~PublishLock();
  PublishLock(const PublishLock&) = delete;
  PublishLock& operator=(const PublishLock&) = delete;

 private:
  std::filesystem::path file_;
  int fd_ = -1;
};

}  // namespace fw
