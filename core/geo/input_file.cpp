#include "core/geo/input_file.h"

#include <sys/stat.h>

#include <ctime>
#include <map>
#include <mutex>

#include "core/base/error.h"
#include "core/base/paths.h"
#include "core/base/sha256.h"
#include "core/base/text.h"

namespace fw {
namespace fs = std::filesystem;
namespace {

int64_t nanoseconds(const timespec& t) { return static_cast<int64_t>(t.tv_sec) * 1'000'000'000 + t.tv_nsec; }

bool is_scheme(const std::string& name) {
  return name.rfind("/vsi", 0) == 0 || name.find('<') != std::string::npos || name.rfind("MEM:", 0) == 0 ||
         name.find("://") != std::string::npos;
}

}  // namespace

bool is_settled(const FileIdentity& identity) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return nanoseconds(now) - identity.changed_ns > 2'000'000'000;
}

FileIdentity identity_of(const struct ::stat& status) {
  return {status.st_dev, status.st_ino, status.st_size, nanoseconds(status.st_mtim), nanoseconds(status.st_ctim)};
}

FileIdentity identify(const fs::path& file) {
  struct stat status {};
  if (stat(file.c_str(), &status) != 0)
    throw InputError("INPUT_UNREADABLE",
                     printable(file.string()) + " cannot be read. Check that it exists and its permissions.");
  if (!S_ISREG(status.st_mode))
    throw InputError("INPUT_UNREADABLE", printable(file.string()) + " is not a regular file. Name a plain file.");
  return identity_of(status);
}

fs::path checked_input(const fs::path& file, const fs::path& root) {
  if (is_scheme(file.string()))
    throw InputError("INPUT_SCHEME", "'" + printable(file.string(), 120) + "' is not a plain file name. Name a file.");
  if (!file.is_absolute())
    throw InputError("PATH_OUTSIDE_ROOT",
                     "'" + printable(file.string(), 120) + "' is not an absolute path. Give it with its input root.");
  const fs::path base = root.empty() ? file.parent_path() : root;
  const fs::path name = file.lexically_normal().lexically_relative(base.lexically_normal());
  if (name.empty() || *name.begin() == ".." || *name.begin() == ".")
    throw InputError("PATH_OUTSIDE_ROOT", "'" + printable(file.string(), 120) + "' is not beneath " + base.string() +
                                              ". Name a file beneath the input root.");
  try {
    return resolve_beneath(base, name.string(), true);
  } catch (const ConfigError& e) {
    throw InputError(e.code() == "INPUT_MISSING" ? "INPUT_UNREADABLE" : e.code(), e.what());
  }
}

std::string remembered_sha256(const fs::path& file, const FileIdentity& identity) {
  static std::mutex mutex;
  static std::map<FileIdentity, std::string> known;
  {
    const std::lock_guard lock(mutex);
    if (auto found = known.find(identity); found != known.end()) return found->second;
  }
  const std::string hash = sha256_of_file(file);
  if (identify(file) != identity)
    throw InputError("INCOMPLETE",
                     printable(file.string()) + " changed while it was hashed. Wait until it is written whole.");
  if (is_settled(identity)) {
    const std::lock_guard lock(mutex);
    known[identity] = hash;
  }
  return hash;
}

}  // namespace fw
