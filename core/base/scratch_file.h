// Values that wait on disk.
#pragma once
#include <cstddef>
#include <filesystem>

namespace fw {

/// A temporary file without a name: gone with the object. Places that do not overlap may be written from several
/// threads; what was never written reads as zeros.
class ScratchFile {
 public:
  /// Errors: OutputError SCRATCH (no folder, no space).
  ScratchFile(const std::filesystem::path& folder, size_t bytes);
  ~ScratchFile();
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  /// at: bytes from the beginning. Errors: OutputError SCRATCH.
  void write(size_t at, const void* values, size_t bytes);
  void read(size_t at, void* values, size_t bytes) const;

 private:
  int file_ = -1;
};

}  // namespace fw
