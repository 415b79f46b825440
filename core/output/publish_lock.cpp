#include "core/output/publish_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "core/base/text.h"
#include "core/output/atomic_file.h"

namespace fw {

PublishLock::PublishLock(const std::filesystem::path& file) : file_(file) {
  // The owner removes the file before it lets go, so what we locked may have left the folder by then: try again.
  for (;;) {
    fd_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd_ < 0) throw output_failure("create the lock", file, errno);
    if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
      const int error_number = errno;
      char pid[32] = {};
      const ssize_t n = ::pread(fd_, pid, sizeof pid - 1, 0);
      ::close(fd_);
      if (error_number != EWOULDBLOCK) throw output_failure("lock", file, error_number);
      throw OutputError(
          "LOCKED", "Another run publishes into this folder (process " +
                        (n > 0 ? printable(trim({pid, static_cast<size_t>(n)})) : std::string("unknown")) + ", lock " +
                        printable(file.string(), 400) + "). Wait for it, or choose another folder.");
    }
    struct stat held {
    }, named{};
    if (::fstat(fd_, &held) == 0 && ::stat(file.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
        held.st_dev == named.st_dev)
      break;
    ::close(fd_);
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(fd_, 0) != 0 || ::pwrite(fd_, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    const int error_number = errno;
    ::unlink(file.c_str());
    ::close(fd_);
    throw output_failure("write the lock", file, error_number);
  }
}

PublishLock::~PublishLock() {
  ::unlink(file_.c_str());
  ::close(fd_);
}

}  // namespace fw
