#include "kernels/device_queue.h"

#include <algorithm>
#include <utility>

#include "kernels/device_error.h"

namespace fw {
namespace {

constexpr size_t granule = 256;

}  // namespace

DeviceQueue::DeviceQueue(DeviceApi& api, QueueLimits limits)
    : api_(api),
      limits_(limits),
      stream_(own_stream(api)),
      start_(own_event(api, true)),
      stop_(own_event(api, true)),
      programs_(api, limits.cached_commands) {}

DeviceQueue::~DeviceQueue() {
  try {
    api_.wait_stream(stream_.get());
  } catch (const DeviceError&) {
  }
  up_.reset();
  down_.reset();
  for (const auto& [memory, bytes] : size_) api_.drop_memory(memory, stream_.get());
  try {
    api_.wait_stream(stream_.get());
  } catch (const DeviceError&) {
  }
}

void* DeviceQueue::allocate(size_t bytes) {
  bytes = std::max<size_t>(1, (bytes + granule - 1) / granule) * granule;
  // Anything up to a quarter larger will do; the same sizes in the same order get the same places.
  if (const auto at = idle_.lower_bound(bytes); at != idle_.end() && at->first <= bytes + bytes / 4) {
    void* const memory = at->second;
    idle_bytes_ -= at->first;
    idle_.erase(at);
    return memory;
  }
  void* memory = nullptr;
  try {
    memory = api_.make_memory(bytes, stream_.get());
  } catch (const DeviceMemoryError&) {
    synchronize();  // what waits to be done may hold what could be free
    give_back_idle();
    api_.wait_stream(stream_.get());
    api_.trim();
    memory = api_.make_memory(bytes, stream_.get());
  }
  try {
    size_.emplace(memory, bytes);
  } catch (...) {
    api_.drop_memory(memory, stream_.get());
    throw;
  }
  return memory;
}

void DeviceQueue::release(void* memory) noexcept {
  const size_t bytes = size_.at(memory);
  try {
    if (idle_bytes_ + bytes <= limits_.idle_bytes) {
      idle_.emplace_hint(idle_.lower_bound(bytes), bytes, memory);  // the last released is the first handed out
      idle_bytes_ += bytes;
      return;
    }
    flush();  // what is pending may use it
  } catch (...) {
    late_ = std::current_exception();
  }
  drop(memory);
}

void DeviceQueue::drop(void* memory) noexcept {
  size_.erase(memory);
  api_.drop_memory(memory, stream_.get());
}

void DeviceQueue::give_back_idle() noexcept {
  for (const auto& [bytes, memory] : idle_) drop(memory);
  idle_.clear();
  idle_bytes_ = 0;
}

void DeviceQueue::flush() {
  if (late_) std::rethrow_exception(std::exchange(late_, nullptr));
  if (pending_.commands() == 0) return;
  const auto finish = [&] {
    pending_.clear();  // also when it failed: half of it may have been asked, and whoever asked starts anew
    if (up_) up_->turn(stream_.get());
  };
  try {
    if (up_) up_->send_off(stream_.get());
    programs_.run(pending_, stream_.get());
  } catch (const DeviceMemoryError&) {
    finish();
    throw;
  } catch (const DeviceError&) {
    pending_.clear();
    throw;
  }
  finish();
}

void DeviceQueue::command_added() {
  if (pending_.commands() >= limits_.pending_commands) flush();
}

void DeviceQueue::upload(void* to, const void* from_host, size_t bytes) {
  if (bytes > 0 && !up_) up_.emplace(api_, limits_.upload_bytes);
  for (size_t done = 0; done < bytes;) {
    if (up_->room() == 0 || (!up_->empty() && up_->room() < bytes - done)) flush();
    const size_t part = std::min(up_->room(), bytes - done);
    const void* const staged = up_->put(static_cast<const unsigned char*>(from_host) + done, part);
    pending_.add_copy(static_cast<unsigned char*>(to) + done, staged, part);
    done += part;
  }
  command_added();
}

void DeviceQueue::download(void* to_host, const void* from, size_t bytes) {
  if (bytes > 0 && !down_) down_.emplace(api_, limits_.download_bytes);
  flush();
  if (bytes > 0) down_->fetch(to_host, from, bytes, stream_.get());
  if (bytes > 0 && up_) up_->settle();
}

void DeviceQueue::copy(void* to, const void* from, size_t bytes) {
  if (bytes == 0) return;
  pending_.add_copy(to, from, bytes);
  command_added();
}

void DeviceQueue::fill(void* to, unsigned char byte, size_t bytes) {
  if (bytes == 0) return;
  pending_.add_fill(to, byte, bytes);
  command_added();
}

void DeviceQueue::launch(const Launch& launch) {
  pending_.add(launch);
  command_added();
}

void DeviceQueue::synchronize() {
  flush();
  api_.wait_stream(stream_.get());
  if (up_) up_->settle();
}

double DeviceQueue::time_ms(const std::function<void()>& work) {
  flush();
  api_.record(start_.get(), stream_.get());
  work();
  flush();
  api_.record(stop_.get(), stream_.get());
  api_.wait_event(stop_.get());
  return api_.elapsed_ms(start_.get(), stop_.get());
}

}  // namespace fw
