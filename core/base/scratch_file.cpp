#include "core/base/scratch_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "core/base/error.h"

namespace fw {
namespace {

template <class Io>
void move_bytes(Io io, int file, size_t at, char* memory, size_t bytes) {
  for (size_t done = 0; done < bytes;) {
    const ssize_t n = io(file, memory + done, bytes - done, static_cast<off_t>(at + done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0)
      throw OutputError("SCRATCH", "The temporary raster could not be moved (disk full?). Free space and run again.");
    done += static_cast<size_t>(n);
  }
}

}  // namespace

ScratchFile::ScratchFile(const std::filesystem::path& folder, size_t bytes) {
  std::string name = (folder / ".forewarn-scratch-XXXXXX").string();
  file_ = mkstemp(name.data());
  if (file_ >= 0 && unlink(name.c_str()) == 0 && ftruncate(file_, static_cast<off_t>(bytes)) == 0) return;
  if (file_ >= 0) close(file_);
  throw OutputError("SCRATCH",
                    "No temporary raster can be made in " + folder.string() + ". Check that it exists and has space.");
}
ScratchFile::~ScratchFile() { close(file_); }
void ScratchFile::write(size_t at, const void* values, size_t bytes) {
  move_bytes([](int f, char* m, size_t n, off_t from) { return pwrite(f, m, n, from); }, file_, at,
             const_cast<char*>(static_cast<const char*>(values)), bytes);
}
void ScratchFile::read(size_t at, void* values, size_t bytes) const {
  move_bytes([](int f, char* m, size_t n, off_t from) { return pread(f, m, n, from); }, file_, at,
             static_cast<char*>(values), bytes);
}

}  // namespace fw
