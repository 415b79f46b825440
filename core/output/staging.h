// A result folder appears whole: it is built beside its place and swapped in at the end.
#pragma once
#include <filesystem>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/output/publish_lock.h"

namespace fw {

/// The folder `<parent>/.<name>.staging` in which a publication of `<parent>/<name>` is built. Whatever stops the run
/// before publish() leaves `<parent>/<name>` as it was; what a killed run left is cleared by the next one.
class Staging {
 public:
  /// Errors: OutputError LOCKED, EXISTS (`folder` is published and overwrite is false), WRITE_FAILED, DISK_FULL.
  Staging(const std::filesystem::path& folder, bool overwrite);
  /// Removes the staging folder unless published.
  ~Staging();
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  /// Where finished files lie until publish().
  const std::filesystem::path& path() const { return staging_; }
  /// Subfolder for unfinished files; never published.
  std::filesystem::path temporary() const;
  /// Moves a finished file from the temporary subfolder to its name in the staging folder; publish() flushes it.
  /// Thread-safe.
  void accept(const std::filesystem::path& temporary_file, const std::string& name);
  /// A second name for a published, unchanging file; a copy where the file system has no hard links.
  void link(const std::filesystem::path& file, const std::string& name, const std::string& sha256);
  /// Begins to flush what was accepted, beside what the caller does next.
  void flush_ahead();
  /// Flushes every file and folder to the device, then swaps the staging folder into place in one step and removes the
  /// set it replaces; files in the old folder that its manifest does not list (a person's project, a subfolder) move
  /// over. Call once, after manifest.json was written.
  void publish();

 private:
  std::filesystem::path folder_, staging_, retired_;
  std::unique_ptr<PublishLock> lock_;
  std::mutex mutex_;
  std::vector<std::filesystem::path> unflushed_;
  std::vector<std::future<void>> flushing_;
  bool published_ = false;
};

/// A name beneath a published folder: relative, parts of safe characters, no "..", not one of the reserved names.
bool is_publishable_name(const std::string& name);

}  // namespace fw
