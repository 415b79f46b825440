// Parts of a ZIP file in memory, each with a limit, for workbooks.
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace fw {

/// Whether the bytes start like a ZIP file with entries.
bool is_zip(std::string_view bytes);

class ZipArchive {
 public:
  /// The bytes must outlive the archive. Errors: InputError ZIP_INVALID, TOO_LARGE (more than 4096 entries).
  explicit ZipArchive(std::string_view bytes);
  ~ZipArchive();
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;
  bool has(const std::string& name) const;
  const std::vector<std::string>& names() const { return names_; }
  /// One entry, unpacked. What the entry says of its size is not believed: reading stops at the limit.
  /// Errors: InputError ZIP_INVALID (absent, encrypted, damaged, two entries of the name), TOO_LARGE (over the limit,
  /// or more than 1000 times its packed size).
  std::string read(const std::string& name, size_t limit_bytes) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::vector<std::string> names_;
};

/// gzip (RFC 1952) to bytes. Errors: InputError GZIP_INVALID (damaged, cut, something behind it), TOO_LARGE.
std::string unpack_gzip(std::string_view bytes, size_t limit_bytes);
bool is_gzip(std::string_view bytes);

}  // namespace fw
