// Memory through which numbers cross the bus: pinned on the host, so that copies run beside everything else, and twice,
// so that one half is filled while the other is under way.
#pragma once
#include "kernels/device_api.h"

namespace fw {

/// Host to device. A half is pinned memory and as much on the device; the copy between them runs on a stream of its
/// own, and from the device's half on where it belongs on the stream of the work, so that no copy waits for the work.
class UploadStaging {
 public:
  /// bytes: of each half, at most; less where memory is short.
  UploadStaging(DeviceApi& api, size_t bytes);
  ~UploadStaging();
  UploadStaging(const UploadStaging&) = delete;

  /// How much the half now filled still takes.
  size_t room() const { return half_bytes_ - used_; }
  /// Starts on its way what fits (bytes <= room()); returns where it will lie on the device once `send_off` was called.
  const void* put(const void* from, size_t bytes);
  /// The work asked of `stream` from now on finds what was put.
  void send_off(DeviceApi::Handle stream);
  /// The work that reads it has been asked of `stream`: the other half is filled next.
  void turn(DeviceApi::Handle stream);
  /// Everything is known to be finished.
  void settle();
  bool empty() const { return used_ == 0; }

 private:
  struct Half {
    OwnedHandle pinned, copied, consumed;
    void* device = nullptr;
    bool in_flight = false;
  };
  void make_halves();
  void drop_memory() noexcept;

  DeviceApi& api_;
  OwnedHandle stream_;
  Half halves_[2];
  size_t half_bytes_, used_ = 0;
  int now_ = 0;
};

/// Device to host, in parts: while one is copied out of pinned memory the next is under way.
class DownloadStaging {
 public:
  DownloadStaging(DeviceApi& api, size_t bytes);
  /// Waits until all of it is there.
  void fetch(void* to, const void* from, size_t bytes, DeviceApi::Handle stream);

 private:
  struct Half {
    OwnedHandle pinned, arrived;
  };
  DeviceApi& api_;
  Half halves_[2];
  size_t half_bytes_;
};

}  // namespace fw
