#include <algorithm>
#include <charconv>

#include "kernels/backends.h"
#include "kernels/devices.h"

namespace fw {

std::optional<DeviceRequest> parse_device(std::string_view text) {
  if (text == "auto") return DeviceRequest{DeviceChoice::automatic};
  if (text == "cpu") return DeviceRequest{DeviceChoice::cpu};
  if (text == "cuda") return DeviceRequest{DeviceChoice::cuda};
  constexpr std::string_view prefix = "cuda:";
  if (text.substr(0, prefix.size()) != prefix) return {};
  DeviceRequest request{DeviceChoice::cuda};
  for (const char* at = text.data() + prefix.size() - 1; at != text.data() + text.size();) {
    if (*at != (request.ordinals.empty() ? ':' : ',')) return {};
    int ordinal = -1;
    const auto [end, error] = std::from_chars(at + 1, text.data() + text.size(), ordinal);
    if (error != std::errc() || ordinal < 0) return {};
    if (std::find(request.ordinals.begin(), request.ordinals.end(), ordinal) == request.ordinals.end())
      request.ordinals.push_back(ordinal);
    at = end;
  }
  return request;
}

ChosenDevice choose_device(const DeviceRequest& asked) {
  if (asked.choice == DeviceChoice::cpu) return {DeviceChoice::cpu, "cpu: asked for"};
  const bool wanted = asked.choice == DeviceChoice::cuda;
#ifdef FW_WITH_CUDA
  const CudaState cuda = find_cuda(asked.ordinals);
  if (cuda.devices)
    return {DeviceChoice::cuda, "cuda: " + cuda.why + (wanted ? ", asked for" : ", found"), cuda.devices};
  if (wanted)
    throw DeviceError("CUDA was asked for and cannot be used (" + cuda.why +
                      "). Run on a machine with an NVIDIA device and driver, or choose the device 'auto' or 'cpu'");
  return {DeviceChoice::cpu, "cpu: " + cuda.why};
#else
  if (wanted)
    throw DeviceError(
        "CUDA was asked for and cannot be used (built without CUDA). Build with -DFW_CUDA=ON where a CUDA compiler is "
        "installed, or choose the device 'auto' or 'cpu'");
  return {DeviceChoice::cpu, "cpu: built without CUDA"};
#endif
}

std::unique_ptr<Backend> make_backend(const ChosenDevice& chosen) {
  if (chosen.device == DeviceChoice::cpu) return make_cpu_backend();
  if (chosen.devices) return chosen.devices->make_backend();
  throw DeviceError("no backend for the device chosen (" + chosen.why + "). Let choose_device decide");
}

}  // namespace fw
