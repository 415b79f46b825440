// Files named on the command line.
#pragma once
#include <filesystem>
#include <string>

namespace fw {

/// The absolute path of a name, links resolved; nothing need be there.
std::filesystem::path given_path(const std::string& name);
/// The same of a plain file name, where something is there. Errors: ConfigError INPUT_SCHEME, InputError INPUT_MISSING.
std::filesystem::path given_file(const std::string& name);

/// The files of a job as absolute paths, and the folder that holds them all.
class GivenFiles {
 public:
  /// An empty name gives an empty path. Errors: those of given_file.
  std::filesystem::path add(const std::string& name);
  const std::filesystem::path& root() const { return root_; }
  /// Beneath the root, as it is after the last file; empty for no file.
  std::string relative(const std::filesystem::path& path) const;

 private:
  std::filesystem::path root_;
};

}  // namespace fw
