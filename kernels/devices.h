// The devices of a run: which are there, whose turn it is, which have failed.
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "kernels/device_api.h"

namespace fw {

class Backend;

/// Backends over several devices, by turns, so that workers share them out. Used by several threads.
class Devices {
 public:
  using MakeBackend = std::function<std::unique_ptr<Backend>(std::shared_ptr<DeviceApi>)>;
  Devices(std::vector<std::shared_ptr<DeviceApi>> devices, MakeBackend make);
  ~Devices();

  size_t count() const;
  size_t working();
  /// A backend on the next device that works; one on which none can be made is given up. Errors: DeviceMemoryError;
  /// DeviceError when no device is left.
  std::unique_ptr<Backend> make_backend();
  /// No more backends on the device of this name (Backend::name()).
  void give_up(const std::string& name);
  /// "NVIDIA H200", "2 x NVIDIA H200, NVIDIA L4"
  std::string describe() const;

 private:
  struct Device;
  std::shared_ptr<DeviceApi> next();
  std::vector<Device> devices_;
  MakeBackend make_;
  size_t turn_ = 0;
  std::mutex mutex_;
};

}  // namespace fw
