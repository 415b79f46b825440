// CUDA behind DeviceApi, and how its errors are said.
#pragma once
#include <cuda_runtime.h>

#include <memory>
#include <string>

#include "kernels/device_api.h"

namespace fw {

/// "cudaErrorNoDevice: no CUDA-capable device is detected"
std::string words_of(cudaError_t error);
/// Throws DeviceError, or DeviceMemoryError where the device's or pinned memory is short.
void check_cuda(cudaError_t error, const char* what);

/// The device with this number. Errors: DeviceError.
std::shared_ptr<DeviceApi> make_cuda_api(int ordinal);

}  // namespace fw
