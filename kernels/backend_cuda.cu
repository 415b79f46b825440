// The kernels, and which CUDA devices can run them. Streams, memory and copies: device_queue.h, cuda_api.cu.
#include <cuda_runtime.h>

#include "kernels/backend_impl.h"
#include "kernels/backends.h"
#include "kernels/cuda_api.cuh"
#include "kernels/devices.h"
#include "kernels/formula_device.h"
#include "kernels/queue_device.h"

namespace fw {
namespace {

template <class Body>
__global__ void __launch_bounds__(pixel_threads) pixels_kernel(const __grid_constant__ KernelArgument<Body> a) {
  constexpr unsigned many = pixels_per_thread<Body>;
  const size_t first = static_cast<size_t>(blockIdx.x) * (pixel_threads * many) + threadIdx.x;
  decltype(a.body.load(0)) in[many];
#pragma unroll
  for (unsigned k = 0; k < many; ++k) {
    const size_t i = first + static_cast<size_t>(k) * pixel_threads;
    if (i < a.n) in[k] = a.body.load(i);
  }
#pragma unroll
  for (unsigned k = 0; k < many; ++k) {
    const size_t i = first + static_cast<size_t>(k) * pixel_threads;
    if (i < a.n) a.body.store(i, in[k]);
  }
}

template <class Body>
constexpr unsigned blocks_at_once() {
  if constexpr (requires { Body::blocks_at_once; })
    return Body::blocks_at_once;
  else
    return 1;
}
template <class Body>
__global__ void __launch_bounds__(pixel_threads, blocks_at_once<Body>())
    series_kernel(const __grid_constant__ KernelArgument<Body> a) {
  const size_t p = static_cast<size_t>(blockIdx.x) * pixel_threads + threadIdx.x;
  if (p < a.n) a.body.template block<1>(p, nullptr);
}

template <class Body>
__global__ void __launch_bounds__(fit_threads) fits_kernel(const __grid_constant__ KernelArgument<Body> a) {
  const size_t thread = static_cast<size_t>(blockIdx.x) * fit_threads + threadIdx.x;
  for (size_t p = thread; p < a.n; p += a.threads)
    a.body.template block<1>(p, Scratch<1>{a.scratch + thread, a.threads});
}

struct CudaKernels {
  template <class Body>
  static const void* pixels() {
    return reinterpret_cast<const void*>(&pixels_kernel<Body>);
  }
  template <class Body>
  static const void* series() {
    return reinterpret_cast<const void*>(&series_kernel<Body>);
  }
  template <class Body>
  static const void* fits() {
    return reinterpret_cast<const void*>(&fits_kernel<Body>);
  }
  static bool formulas(const FormulaOp& op, int capability, const std::function<void(const Launch&)>& use) {
    return launch_formulas(op, capability, use);
  }
};

std::string name_of(int ordinal) {
  cudaDeviceProp properties{};
  return cudaGetDeviceProperties(&properties, ordinal) == cudaSuccess ? properties.name : "a device without a name";
}

/// Empty where the device can be used.
std::string why_not(int ordinal) {
  if (const cudaError_t error = cudaSetDevice(ordinal); error != cudaSuccess)
    return "cuda:" + std::to_string(ordinal) + " cannot be used (" + words_of(error) + ")";
  // Whether our machine code runs there: an older device fails here, not in the middle of a job.
  cudaFuncAttributes attributes{};
  if (const cudaError_t error = cudaFuncGetAttributes(&attributes, CudaKernels::series<SeriesStatsBody>());
      error != cudaSuccess)
    return name_of(ordinal) + " cannot run this build (" + words_of(error) + ")";
  int pools = 0;
  (void)cudaDeviceGetAttribute(&pools, cudaDevAttrMemoryPoolsSupported, ordinal);
  return pools != 0 ? "" : name_of(ordinal) + " has no stream-ordered memory";
}

}  // namespace

CudaState find_cuda(const std::vector<int>& ordinals) {
  int there = 0;
  if (const cudaError_t error = cudaGetDeviceCount(&there); error != cudaSuccess) {
    (void)cudaGetLastError();
    const char* what = error == cudaErrorInsufficientDriver ? "no NVIDIA driver, or one too old for this build ("
                                                            : "no CUDA device found (";
    return {nullptr, what + words_of(error) + ")"};
  }
  if (there == 0) return {nullptr, "no CUDA device found"};
  std::vector<int> wanted = ordinals;
  for (int k = 0; ordinals.empty() && k < there; ++k) wanted.push_back(k);
  std::vector<std::shared_ptr<DeviceApi>> usable;
  std::string why;
  for (const int ordinal : wanted) {
    std::string problem = ordinal < there
                              ? why_not(ordinal)
                              : "no device cuda:" + std::to_string(ordinal) + " among " + std::to_string(there);
    (void)cudaGetLastError();
    if (!problem.empty() && !ordinals.empty()) return {nullptr, problem};
    if (problem.empty())
      usable.push_back(make_cuda_api(ordinal));
    else
      why += (why.empty() ? "" : "; ") + problem;
  }
  if (usable.empty()) return {nullptr, why};
  auto devices = std::make_shared<Devices>(std::move(usable), [](std::shared_ptr<DeviceApi> api) {
    return std::make_unique<BackendImpl<QueueDevice<CudaKernels>>>(QueueDevice<CudaKernels>(std::move(api)));
  });
  return {devices, devices->describe() + (why.empty() ? "" : " (not used: " + why + ")")};
}

}  // namespace fw
