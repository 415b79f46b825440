#include "jobs/given_files.h"

#include "core/base/error.h"

namespace fw {
namespace fs = std::filesystem;

fs::path given_path(const std::string& name) { return fs::weakly_canonical(fs::absolute(name)); }

fs::path given_file(const std::string& name) {
  if (name.rfind("/vsi", 0) == 0 || name.find(':') != std::string::npos || name.find('<') != std::string::npos)
    throw ConfigError("INPUT_SCHEME",
                      "A file given is not a plain file name (a scheme or driver prefix). Name local files.");
  const fs::path path = given_path(name);
  if (!fs::exists(path)) throw InputError("INPUT_MISSING", name + " does not exist. Check the name.");
  return path;
}

fs::path GivenFiles::add(const std::string& name) {
  if (name.empty()) return {};
  const fs::path path = given_file(name);
  if (root_.empty()) root_ = path.parent_path();
  while (path.lexically_relative(root_).empty() || *path.lexically_relative(root_).begin() == "..")
    root_ = root_.parent_path();
  return path;
}

std::string GivenFiles::relative(const fs::path& path) const {
  return path.empty() ? "" : path.lexically_relative(root_).string();
}

}  // namespace fw
