#include "core/output/staging.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <set>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "core/output/atomic_file.h"
#include "core/output/manifest.h"

namespace fw {
namespace fs = std::filesystem;
namespace {

constexpr const char* temporary_name = ".unfinished";

/// The first parts of the paths that the manifest of a folder lists; manifest.json itself included.
std::set<std::string> listed_entries(const fs::path& folder) {
  std::set<std::string> entries = {"manifest.json"};
  try {
    for (const auto& file : load_manifest_outputs(folder)) {
      entries.insert(fs::path(file.path).begin()->string());
      // What was made of a file that is replaced, such as statistics and overviews, is not of the new one.
      for (const std::string& companion : companions_of(file.path)) entries.insert(companion);
    }
  } catch (const InputError&) {  // a manifest that someone broke lists nothing: all files are kept that do not collide
  }
  return entries;
}

/// Moves what the manifest does not list from an old set to the folder that replaced it, then removes the old set.
void retire(const fs::path& old, const fs::path& folder) {
  if (!fs::exists(old / temporary_name)) {
    std::set<std::string> ours;
    if (fs::exists(old / "manifest.json")) ours = listed_entries(old);
    std::vector<fs::path> foreign;
    for (const auto& entry : fs::directory_iterator(old))
      if (!ours.contains(entry.path().filename().string())) foreign.push_back(entry.path());
    for (const auto& from : foreign) {
      const fs::path to = folder / from.filename();
      if (fs::exists(fs::symlink_status(to))) continue;
      if (::rename(from.c_str(), to.c_str()) != 0) throw output_failure("keep", to, errno);
    }
    if (!foreign.empty()) sync_folder(folder);
  }
  fs::remove_all(old);
}

int exchange(const fs::path& a, const fs::path& b) {
  return static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE));
}

/// A mount point cannot be swapped: said before the work, not after it.
bool is_mount_point(const fs::path& folder) {
  struct statx info {};
  return ::statx(AT_FDCWD, folder.c_str(), AT_SYMLINK_NOFOLLOW, 0, &info) == 0 &&
         (info.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) != 0 && (info.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

}  // namespace

bool is_publishable_name(const std::string& name) {
  if (name.empty() || name.front() == '/' || name.back() == '/' || name == "manifest.json" || name == "rasters.json")
    return false;
  for (const auto& part : split(name, '/'))
    if (!is_safe_id(part)) return false;
  return true;
}

Staging::Staging(const fs::path& folder, bool overwrite) {
  try {
    folder_ = fs::absolute(folder).lexically_normal();
    if (!folder_.has_filename()) folder_ = folder_.parent_path();
    const std::string name = folder_.filename().string();
    if (name.empty() || name == "..")
      throw OutputError("WRITE_FAILED",
                        "'" + printable(folder.string()) + "' is not a folder to publish into. Name a folder.");
    fs::create_directories(folder_.parent_path());
    staging_ = folder_.parent_path() / ("." + name + ".staging");
    retired_ = folder_.parent_path() / ("." + name + ".retired");
    lock_ = std::make_unique<PublishLock>(folder_.parent_path() / ("." + name + ".lock"));
    if (fs::is_symlink(folder_) || (fs::exists(folder_) && !fs::is_directory(folder_)))
      throw OutputError(
          "EXISTS", printable(folder_.string(), 400) + " is a file or a link, not a folder. Choose another folder.");
    if (is_mount_point(folder_))
      throw OutputError("WRITE_FAILED",
                        printable(folder_.string(), 400) +
                            " is a mount point (it cannot be replaced in one step). Name a folder inside it.");
    // What a killed run left, in any state: the old set set aside and nothing in its place; sets replaced but not yet
    // removed.
    if (fs::exists(retired_)) {
      if (fs::exists(folder_))
        retire(retired_, folder_);
      else
        rename_synced(retired_, folder_);
    }
    if (fs::exists(staging_)) {
      if (fs::exists(folder_))
        retire(staging_, folder_);
      else
        fs::remove_all(staging_);
    }
    if (!overwrite) refuse_published(folder_);
    fs::create_directory(staging_);
    fs::create_directory(temporary());
  } catch (const fs::filesystem_error& e) {
    throw output_failure("prepare", e.path1().empty() ? folder_ : e.path1(), e.code().value());
  }
}

Staging::~Staging() {
  flushing_.clear();  // waits
  std::error_code ignored;
  if (!published_ && lock_) fs::remove_all(staging_, ignored);
}

fs::path Staging::temporary() const { return staging_ / temporary_name; }

void Staging::accept(const fs::path& temporary_file, const std::string& name) {
  const fs::path target = staging_ / name;
  std::error_code error;
  fs::create_directories(target.parent_path(), error);
  if (error) throw output_failure("create", target.parent_path(), error.value());
  if (::rename(temporary_file.c_str(), target.c_str()) != 0) throw output_failure("publish", target, errno);
  const std::lock_guard lock(mutex_);
  unflushed_.push_back(target);
}

void Staging::link(const fs::path& file, const std::string& name, const std::string& sha256) {
  const fs::path target = staging_ / name;
  std::error_code error;
  fs::create_directories(target.parent_path(), error);
  if (error) throw output_failure("create", target.parent_path(), error.value());
  if (::link(file.c_str(), target.c_str()) == 0) return;
  copy_file_compared(file, target, sha256);
  const std::lock_guard lock(mutex_);
  unflushed_.push_back(target);
}

void Staging::flush_ahead() {
  const std::lock_guard lock(mutex_);
  if (unflushed_.empty()) return;
  flushing_.push_back(std::async(std::launch::async, [paths = std::exchange(unflushed_, {})] { sync_all(paths); }));
}

void Staging::publish() {
  try {
    fs::remove_all(temporary());
    for (const auto& entry : fs::recursive_directory_iterator(staging_))
      if (entry.is_directory()) unflushed_.push_back(entry.path());
    unflushed_.push_back(staging_);
    for (auto& flushed : flushing_) flushed.get();
    flushing_.clear();
    sync_all(unflushed_);
    const fs::path parent = folder_.parent_path();
    struct stat unused {};
    if (::stat(folder_.c_str(), &unused) != 0) {
      if (::rename(staging_.c_str(), folder_.c_str()) != 0) throw output_failure("publish", folder_, errno);
      published_ = true;
      sync_folder(parent);
    } else {
      ::chmod(staging_.c_str(), unused.st_mode & 07777);
      if (exchange(staging_, folder_) == 0) {
        published_ = true;
        sync_folder(parent);
        retire(staging_, folder_);
      } else if (errno == EINVAL ||
                 errno == ENOSYS) {  // a file system without exchange: two steps, mended by the next run if cut
        if (::rename(folder_.c_str(), retired_.c_str()) != 0) throw output_failure("set aside", folder_, errno);
        if (::rename(staging_.c_str(), folder_.c_str()) != 0) {
          const int error_number = errno;
          ::rename(retired_.c_str(), folder_.c_str());
          throw output_failure("publish", folder_, error_number);
        }
        published_ = true;
        sync_folder(parent);
        retire(retired_, folder_);
      } else {
        throw output_failure("publish", folder_, errno);
      }
    }
  } catch (const fs::filesystem_error& e) {
    throw output_failure("publish", e.path1().empty() ? folder_ : e.path1(), e.code().value());
  }
  lock_.reset();
}

}  // namespace fw
