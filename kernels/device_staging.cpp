#include "kernels/device_staging.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "kernels/device_error.h"

namespace fw {
namespace {

constexpr size_t granule = 256;  // of places in a half, so that every copy is aligned

/// Calls make(bytes) with half as much after each DeviceMemoryError, down to granule; returns the bytes it took.
template <class Make>
size_t make_or_halve(size_t bytes, const Make& make) {
  for (;; bytes /= 2) try {
      make(bytes);
      return bytes;
    } catch (const DeviceMemoryError&) {
      if (bytes / 2 < granule) throw;
    }
}

}  // namespace

UploadStaging::UploadStaging(DeviceApi& api, size_t bytes) : api_(api), stream_(own_stream(api)), half_bytes_(bytes) {
  for (Half& half : halves_) {
    half.copied = own_event(api);
    half.consumed = own_event(api);
  }
  half_bytes_ = make_or_halve(bytes, [&](size_t n) {
    try {
      for (Half& half : halves_) {
        half.pinned = own_pinned(api_, n);
        half.device = api_.make_memory(n, stream_.get());
      }
    } catch (const DeviceMemoryError&) {
      drop_memory();
      api_.wait_stream(stream_.get());
      api_.trim();
      throw;
    } catch (const DeviceError&) {
      drop_memory();
      throw;
    }
  });
}

UploadStaging::~UploadStaging() {
  try {
    api_.wait_stream(stream_.get());  // pinned memory must not go while it is read
  } catch (const DeviceError&) {
  }
  drop_memory();
}

void UploadStaging::drop_memory() noexcept {
  for (Half& half : halves_) {
    if (half.device) api_.drop_memory(std::exchange(half.device, nullptr), stream_.get());
    half.pinned.reset();
  }
}

const void* UploadStaging::put(const void* from, size_t bytes) {
  Half& half = halves_[now_];
  if (used_ == 0 && half.in_flight) {
    api_.wait_event(half.copied.get());             // the pinned part has been read
    api_.wait(stream_.get(), half.consumed.get());  // the device's part will have been
    half.in_flight = false;
  }
  auto* const pinned = static_cast<unsigned char*>(half.pinned.get()) + used_;
  auto* const device = static_cast<unsigned char*>(half.device) + used_;
  std::memcpy(pinned, from, bytes);
  api_.copy(device, pinned, bytes, CopyWay::to_device, stream_.get());
  used_ = std::min(half_bytes_, (used_ + bytes + granule - 1) / granule * granule);
  return device;
}

void UploadStaging::send_off(DeviceApi::Handle stream) {
  if (empty()) return;
  api_.record(halves_[now_].copied.get(), stream_.get());
  api_.wait(stream, halves_[now_].copied.get());
}

void UploadStaging::turn(DeviceApi::Handle stream) {
  if (empty()) return;
  api_.record(halves_[now_].consumed.get(), stream);
  halves_[now_].in_flight = true;
  now_ ^= 1;
  used_ = 0;
}

void UploadStaging::settle() {
  for (Half& half : halves_) half.in_flight = false;
  now_ = 0;
}

DownloadStaging::DownloadStaging(DeviceApi& api, size_t bytes) : api_(api), half_bytes_(bytes) {
  for (Half& half : halves_) half.arrived = own_event(api);
  half_bytes_ = make_or_halve(bytes, [&](size_t n) {
    for (Half& half : halves_) half.pinned.reset();
    for (Half& half : halves_) half.pinned = own_pinned(api_, n);
  });
}

void DownloadStaging::fetch(void* to, const void* from, size_t bytes, DeviceApi::Handle stream) {
  const size_t parts = (bytes + half_bytes_ - 1) / half_bytes_;
  const auto size = [&](size_t k) { return std::min(half_bytes_, bytes - k * half_bytes_); };
  const auto start = [&](size_t k) {
    Half& half = halves_[k % 2];
    api_.copy(half.pinned.get(), static_cast<const unsigned char*>(from) + k * half_bytes_, size(k),
              CopyWay::from_device, stream);
    api_.record(half.arrived.get(), stream);
  };
  if (parts > 0) start(0);
  for (size_t k = 0; k < parts; ++k) {
    if (k + 1 < parts) start(k + 1);
    api_.wait_event(halves_[k % 2].arrived.get());
    std::memcpy(static_cast<unsigned char*>(to) + k * half_bytes_, halves_[k % 2].pinned.get(), size(k));
  }
}

}  // namespace fw
