#include "core/output/atomic_file.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <exception>
#include <fstream>
#include <iterator>
#include <thread>

#include "core/base/sha256.h"
#include "core/base/text.h"

namespace fw {
namespace fs = std::filesystem;
namespace {

/// A file descriptor that closes itself on the way out of an error.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  int close() {
    const int result = ::close(fd_);
    fd_ = -1;
    return result;
  }

 private:
  int fd_;
};

void sync_path(const fs::path& path, int flags) {
  const Descriptor fd(::open(path.c_str(), flags | O_CLOEXEC));
  if (fd.get() < 0) throw output_failure("open", path, errno);
  if (::fsync(fd.get()) != 0) throw output_failure("flush", path, errno);
}

}  // namespace

uintmax_t free_bytes(const fs::path& path) {
  struct statvfs info {};
  for (fs::path at = path; !at.empty(); at = at.parent_path()) {
    if (::statvfs(at.c_str(), &info) == 0) return static_cast<uintmax_t>(info.f_bavail) * info.f_frsize;
    if (at == at.parent_path()) break;
  }
  return 0;
}

OutputError output_failure(const std::string& doing, const fs::path& path, int error_number) {
  if (error_number == ENOSPC || error_number == EDQUOT)
    return {"DISK_FULL", "Cannot " + doing + " " + printable(path.string(), 400) +
                             " (no space left: " + format_bytes(static_cast<double>(free_bytes(path))) +
                             " free). Free space there or choose another folder."};
  return {"WRITE_FAILED", "Cannot " + doing + " " + printable(path.string(), 400) + " (" + std::strerror(error_number) +
                              "). Check the folder's permissions and the device."};
}

void sync_file(const fs::path& file) { sync_path(file, O_RDONLY); }
void sync_folder(const fs::path& folder) { sync_path(folder, O_RDONLY | O_DIRECTORY); }

void sync_all(const std::vector<fs::path>& paths) {
  constexpr size_t most = 8;
  std::atomic<size_t> next = 0;
  std::vector<std::exception_ptr> failed(paths.size());
  const auto work = [&] {
    for (size_t i = next++; i < paths.size(); i = next++) try {
        sync_path(paths[i], O_RDONLY);
      } catch (...) {
        failed[i] = std::current_exception();
      }
  };
  {
    std::vector<std::jthread> threads;
    for (size_t t = 1; t < std::min(most, paths.size()); ++t) threads.emplace_back(work);
    work();
  }
  for (const auto& error : failed)
    if (error) std::rethrow_exception(error);
}

void begin_flush(int file) { ::sync_file_range(file, 0, 0, SYNC_FILE_RANGE_WRITE); }

void write_file_compared(const fs::path& file, std::string_view content) {
  Descriptor fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (fd.get() < 0) throw output_failure("create", file, errno);
  write_all(fd.get(), {0, content.data(), content.size()}, "write", file);
  if (fd.close() != 0) throw output_failure("close", file, errno);
  std::ifstream in(file, std::ios::binary);
  std::string back(content.size() + 1, '\0');
  in.read(back.data(), static_cast<std::streamsize>(back.size()));
  back.resize(static_cast<size_t>(in.gcount()));
  if (back != content)
    throw OutputError("VERIFY_FAILED",
                      printable(file.string(), 400) + " does not read back as it was written. Check the device.");
}

void write_file_synced(const fs::path& file, std::string_view content) {
  write_file_compared(file, content);
  sync_file(file);
}

void create_file(const fs::path& file, uintmax_t bytes) {
  Descriptor fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (fd.get() < 0) throw output_failure("create", file, errno);
  if (::ftruncate(fd.get(), static_cast<off_t>(bytes)) != 0) throw output_failure("size", file, errno);
}

void write_all(int file, const FilePiece& piece, const char* doing, const fs::path& path) {
  for (size_t done = 0; done < piece.count;) {
    const ssize_t n = ::pwrite(file, static_cast<const char*>(piece.bytes) + done, piece.count - done,
                               static_cast<off_t>(piece.offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw output_failure(doing, path, errno);
    done += static_cast<size_t>(n);
  }
}

bool read_all(int file, size_t offset, void* to, size_t count) {
  for (size_t done = 0; done < count;) {
    const ssize_t n = ::pread(file, static_cast<char*>(to) + done, count - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n == 0) errno = EIO;
    if (n <= 0) return false;
    done += static_cast<size_t>(n);
  }
  return true;
}

void write_into(const fs::path& file, std::span<const FilePiece> pieces) {
  Descriptor fd(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
  if (fd.get() < 0) throw output_failure("open", file, errno);
  for (const FilePiece& piece : pieces) write_all(fd.get(), piece, "write", file);
  if (fd.close() != 0) throw output_failure("close", file, errno);
}

void copy_file_compared(const fs::path& from, const fs::path& to, const std::string& sha256) {
  std::error_code error;
  fs::copy_file(from, to, error);
  if (error) throw output_failure("copy to", to, error.value());
  if (sha256_of_file(to) != sha256)
    throw OutputError("VERIFY_FAILED", printable(to.filename().string()) +
                                           " is not the file it was copied from (SHA-256). Check the device.");
}

void rename_synced(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) throw output_failure("rename into", to, errno);
  sync_folder(to.parent_path());
}

}  // namespace fw
