// What a GPU's runtime offers, as little of it as device_queue.h needs: CUDA's is in cuda_api.cu, the tests bring one
// that runs on host memory and watches the order. One object per device; it outlives the queues on it.
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>

namespace fw {

/// A kernel to start: its address, its grid and its one argument, a trivially copyable structure.
struct Launch {
  const void* function = nullptr;
  unsigned blocks = 0, threads = 0;
  const void* argument = nullptr;  ///< read before launch() returns
  size_t argument_bytes = 0;
};
inline constexpr size_t argument_alignment = 16;  ///< at least what every argument needs

/// How a copy crosses the bus. Host memory in it comes from make_pinned().
enum class CopyWay { to_device, from_device, on_device };

/// Everything throws DeviceError, and DeviceMemoryError where memory is short; after a DeviceError of another kind the
/// device counts as lost. drop_* never throws and takes what the matching make_* gave. Any thread may call, one at a
/// time per stream.
class DeviceApi {
 public:
  using Handle = void*;
  virtual ~DeviceApi() = default;
  /// "cuda:0 (NVIDIA H200)"
  virtual std::string name() const = 0;
  /// Which machine code it runs: 90 for CUDA's compute capability 9.0.
  virtual int capability() const = 0;

  virtual Handle make_stream() = 0;
  virtual void drop_stream(Handle stream) noexcept = 0;
  /// timed: for elapsed_ms.
  virtual Handle make_event(bool timed) = 0;
  virtual void drop_event(Handle event) noexcept = 0;
  /// The event happens when everything asked of the stream so far is done.
  virtual void record(Handle event, Handle stream) = 0;
  /// What is asked of the stream from now on waits for the event as last recorded.
  virtual void wait(Handle stream, Handle event) = 0;
  /// The caller waits.
  virtual void wait_event(Handle event) = 0;
  virtual void wait_stream(Handle stream) = 0;
  /// Both have happened.
  virtual double elapsed_ms(Handle from, Handle to) = 0;

  virtual void* make_pinned(size_t bytes) = 0;
  virtual void drop_pinned(void* memory) noexcept = 0;
  /// In the order of the stream: to be used there, or elsewhere after an event of it.
  virtual void* make_memory(size_t bytes, Handle stream) = 0;
  virtual void drop_memory(void* memory, Handle stream) noexcept = 0;
  /// Gives memory that was dropped, and that the runtime keeps for later, back to all.
  virtual void trim() = 0;

  virtual void copy(void* to, const void* from, size_t bytes, CopyWay way, Handle stream) = 0;
  virtual void fill(void* to, unsigned char byte, size_t bytes, Handle stream) = 0;
  virtual void launch(const Launch& launch, Handle stream) = 0;

  /// What `ask` asks of the stream (copies on the device, fills, launches) as a graph; nothing runs. Whatever is
  /// thrown, the stream is usable afterwards unless the device is lost.
  virtual Handle capture(Handle stream, const std::function<void()>& ask) = 0;
  virtual void replay(Handle graph, Handle stream) = 0;
  virtual void drop_graph(Handle graph) noexcept = 0;
};

/// A handle or memory that is dropped with its owner.
struct DropHandle {
  DeviceApi* api = nullptr;
  void (DeviceApi::*drop)(void*) noexcept = nullptr;
  void operator()(void* handle) const noexcept { (api->*drop)(handle); }
};
using OwnedHandle = std::unique_ptr<void, DropHandle>;
inline OwnedHandle own_stream(DeviceApi& api) { return {api.make_stream(), {&api, &DeviceApi::drop_stream}}; }
inline OwnedHandle own_event(DeviceApi& api, bool timed = false) {
  return {api.make_event(timed), {&api, &DeviceApi::drop_event}};
}
inline OwnedHandle own_pinned(DeviceApi& api, size_t bytes) {
  return {api.make_pinned(bytes), {&api, &DeviceApi::drop_pinned}};
}

}  // namespace fw
