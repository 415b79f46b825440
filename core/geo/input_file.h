// A file from outside: where it may lie, what its bytes are.
#pragma once
#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <tuple>

namespace fw {

/// What tells that a file is still the same one.
struct FileIdentity {
  uint64_t device = 0, inode = 0;
  int64_t size = 0, modified_ns = 0, changed_ns = 0;
  auto operator<=>(const FileIdentity&) const = default;
  /// The same but for links to it and permissions, which change no byte.
  bool holds_same(const FileIdentity& o) const {
    return device == o.device && inode == o.inode && size == o.size && modified_ns == o.modified_ns;
  }
};
FileIdentity identity_of(const struct ::stat& status);
/// Errors: InputError INPUT_UNREADABLE (absent, not a regular file).
FileIdentity identify(const std::filesystem::path& file);
/// False: changed less than 2 seconds ago; a further change need not show in its time stamps.
bool is_settled(const FileIdentity& identity);

/// Canonical path of a regular file beneath root (empty: the file's own folder).
/// Errors: InputError PATH_OUTSIDE_ROOT, INPUT_SCHEME (/vsi…, inline XML, "driver:" forms), INPUT_UNREADABLE.
std::filesystem::path checked_input(const std::filesystem::path& file, const std::filesystem::path& root);

/// SHA-256 of the bytes; remembered in the process for as long as the file's identity does not change.
std::string remembered_sha256(const std::filesystem::path& file, const FileIdentity& identity);

}  // namespace fw
