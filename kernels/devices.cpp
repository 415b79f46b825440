#include "kernels/devices.h"

#include <algorithm>

#include "kernels/backend.h"

namespace fw {

struct Devices::Device {
  std::shared_ptr<DeviceApi> api;
  bool works = true;
};

Devices::Devices(std::vector<std::shared_ptr<DeviceApi>> devices, MakeBackend make) : make_(std::move(make)) {
  for (auto& api : devices) devices_.push_back({std::move(api)});
}
Devices::~Devices() = default;
size_t Devices::count() const { return devices_.size(); }

size_t Devices::working() {
  const std::lock_guard lock(mutex_);
  return static_cast<size_t>(std::count_if(devices_.begin(), devices_.end(), [](const Device& d) { return d.works; }));
}

std::shared_ptr<DeviceApi> Devices::next() {
  const std::lock_guard lock(mutex_);
  for (size_t k = 0; k < devices_.size(); ++k) {
    const Device& device = devices_[turn_++ % devices_.size()];
    if (device.works) return device.api;
  }
  return nullptr;
}

std::unique_ptr<Backend> Devices::make_backend() {
  std::string why = "all have failed";
  while (const auto api = next()) try {
      return make_(api);
    } catch (const DeviceMemoryError&) {
      throw;
    } catch (const DeviceError& e) {
      give_up(api->name());
      why = e.what();
    }
  throw DeviceError("No device works any more (" + why + "). Use the CPU.");
}

void Devices::give_up(const std::string& name) {
  const std::lock_guard lock(mutex_);
  for (Device& device : devices_)
    if (device.api->name() == name) device.works = false;
}

std::string Devices::describe() const {
  // "cuda:0 (NVIDIA H200)" to its last part
  std::vector<std::pair<std::string, size_t>> kinds;
  for (const Device& device : devices_) {
    const std::string name = device.api->name(),
                      kind = name.substr(name.find('(') + 1, name.size() - name.find('(') - 2);
    const auto at = std::find_if(kinds.begin(), kinds.end(), [&](const auto& k) { return k.first == kind; });
    at == kinds.end() ? void(kinds.emplace_back(kind, 1)) : void(++at->second);
  }
  std::string words;
  for (const auto& [kind, number] : kinds)
    words += (words.empty() ? "" : ", ") + (number > 1 ? std::to_string(number) + " x " : std::string()) + kind;
  return words;
}

}  // namespace fw
