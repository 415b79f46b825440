// The backends that device.cpp chooses from. Without a CUDA compiler backend_cuda.cu is not built (FW_WITH_CUDA unset).
#pragma once
#include <memory>
#include <string>

#include "kernels/backend.h"

namespace fw {

std::unique_ptr<Backend> make_cpu_backend();

#ifdef FW_WITH_CUDA
/// Whether a CUDA device can be used, and in words which, or why not.
struct CudaState {
  bool usable;
  std::string why;  ///< "NVIDIA H200, driver 13.0" or "no CUDA device found (cudaErrorNoDevice: …)"
};
CudaState find_cuda();
/// Errors: DeviceError.
std::unique_ptr<Backend> make_cuda_backend();
/// Formulas on the stream (cudaStream_t) of a backend. Without NVRTC on the CPU, and says so once on stderr.
/// Errors: DeviceError.
void run_formulas_cuda(const FormulaOp& op, void* stream);
#endif

}  // namespace fw
