// The backends that device.cpp chooses from. Without a CUDA compiler backend_cuda.cu is not built (FW_WITH_CUDA unset).
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "kernels/backend.h"

namespace fw {

std::unique_ptr<Backend> make_cpu_backend();

#ifdef FW_WITH_CUDA
/// The CUDA devices that can be used, and in words which, or why none.
struct CudaState {
  std::shared_ptr<Devices> devices;  ///< null where none can be used
  std::string why;                   ///< "2 x NVIDIA H200" or "no CUDA device found (cudaErrorNoDevice: …)"
};
/// ordinals: those wanted, every one of which must be usable; empty: all that are.
CudaState find_cuda(const std::vector<int>& ordinals);
#endif

}  // namespace fw
