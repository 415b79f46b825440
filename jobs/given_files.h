// Files named on the command line.
#pragma once
#include <filesystem>
#include <string>

namespace fw {

/// The files of a job as absolute paths, and the folder that holds them all.
class GivenFiles {
 public:
  /// An empty name gives an empty path. Errors: ConfigError INPUT_SCHEME, InputError INPUT_MISSING.
  std::filesystem::path add(const std::string& name);
  const std::filesystem::path& root() const { return root_; }
  /// Beneath the root, as it is after the last file; empty for no file.
  std::string relative(const std::filesystem::path& path) const;

 private:
  std::filesystem::path root_;
};

}  // namespace fw
