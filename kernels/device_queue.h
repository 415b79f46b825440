// The memory and the order of work of one backend on a device: everything about streams that a Backend's callers need
// not know. Host code throughout; what the device does is behind DeviceApi.
#pragma once
#include <exception>
#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "kernels/device_program.h"
#include "kernels/device_staging.h"

namespace fw {

struct QueueLimits {
  size_t upload_bytes = size_t{8} << 20;    ///< of each of two halves
  size_t download_bytes = size_t{4} << 20;  ///< of each of two halves
  size_t idle_bytes = size_t{2} << 30;      ///< of memory released and kept for the next that asks; more goes back
  size_t pending_commands = 64;             ///< asked of the stream together at the latest
  size_t cached_commands = 16384;           ///< of programs remembered as they may come again; 0: no graphs
};

/// One stream of work, used by one thread at a time. Commands are kept until 64 are there, an upload finds its half
/// full, or the host waits; then they are asked of the stream at once, as a graph where they were asked before.
/// Memory released is handed out again in the order of the stream. Every method throws DeviceError and
/// DeviceMemoryError; a failure of the device may show at a later call than the one it belongs to.
class DeviceQueue {
 public:
  explicit DeviceQueue(DeviceApi& api, QueueLimits limits = {});
  ~DeviceQueue();
  DeviceQueue(const DeviceQueue&) = delete;

  void* allocate(size_t bytes);
  void release(void* memory) noexcept;
  /// The host's memory is the caller's again on return.
  void upload(void* to, const void* from_host, size_t bytes);
  /// Waits.
  void download(void* to_host, const void* from, size_t bytes);
  void copy(void* to, const void* from, size_t bytes);
  void fill(void* to, unsigned char byte, size_t bytes);
  void launch(const Launch& launch);
  void synchronize();
  double time_ms(const std::function<void()>& work);
  size_t graphs_replayed() const { return programs_.replayed(); }

 private:
  void flush();
  void command_added();
  void give_back_idle() noexcept;
  void drop(void* memory) noexcept;

  DeviceApi& api_;
  QueueLimits limits_;
  OwnedHandle stream_, start_, stop_;
  std::unordered_map<void*, size_t> size_;  ///< of all memory
  std::multimap<size_t, void*> idle_;
  size_t idle_bytes_ = 0;
  DeviceProgram pending_;
  ProgramCache programs_;
  std::optional<UploadStaging> up_;
  std::optional<DownloadStaging> down_;
  std::exception_ptr late_;  ///< of a release, which cannot throw
};

}  // namespace fw
