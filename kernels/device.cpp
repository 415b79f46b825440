#include "kernels/backends.h"

namespace fw {

ChosenDevice choose_device(DeviceChoice asked) {
  if (asked == DeviceChoice::cpu) return {DeviceChoice::cpu, "cpu: asked for"};
#ifdef FW_WITH_CUDA
  const CudaState cuda = find_cuda();
  if (cuda.usable)
    return {DeviceChoice::cuda, "cuda: " + cuda.why + (asked == DeviceChoice::cuda ? ", asked for" : ", found")};
  if (asked == DeviceChoice::cuda)
    throw DeviceError("CUDA was asked for and cannot be used (" + cuda.why +
                      "). Run on a machine with an NVIDIA device and driver, or choose the device 'auto' or 'cpu'");
  return {DeviceChoice::cpu, "cpu: " + cuda.why};
#else
  if (asked == DeviceChoice::cuda)
    throw DeviceError(
        "CUDA was asked for and cannot be used (built without CUDA). Build with -DFW_CUDA=ON where a CUDA compiler is "
        "installed, or choose the device 'auto' or 'cpu'");
  return {DeviceChoice::cpu, "cpu: built without CUDA"};
#endif
}

std::unique_ptr<Backend> make_backend(const ChosenDevice& chosen) {
  if (chosen.device == DeviceChoice::cpu) return make_cpu_backend();
#ifdef FW_WITH_CUDA
  if (chosen.device == DeviceChoice::cuda) return make_cuda_backend();
#endif
  throw DeviceError("no backend for the device chosen (" + chosen.why + "). Let choose_device decide");
}

}  // namespace fw
