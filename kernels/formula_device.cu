// Formulas on a CUDA device: compiled by NVRTC once per program and process, launched through the runtime's libraries.
#include <cuda_runtime.h>

#include <cstdio>
#include <map>
#include <mutex>
#include <vector>

#include "kernels/backend.h"
#include "kernels/backends.h"
#include "kernels/formula_cpu.h"
#include "kernels/formula_cuda.h"

namespace fw {
namespace {

void check_cuda(cudaError_t error, const char* what) {
  if (error == cudaSuccess) return;
  (void)cudaGetLastError();
  throw DeviceError(std::string("CUDA: ") + what + " failed (" + cudaGetErrorName(error) + ": " +
                    cudaGetErrorString(error) + "). Check the driver with nvidia-smi, or use the CPU.");
}

/// The kernel of a source, or why there is none. Kept until the process ends: all backends share one device context.
struct Loaded {
  const void* kernel = nullptr;
  std::string why;
};

#if CUDART_VERSION >= 12080
Loaded load(const std::string& source) {
  int major = 0, minor = 0;
  check_cuda(cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, 0), "reading the device's capability");
  check_cuda(cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, 0), "reading the device's capability");
  CompiledCuda compiled = compile_cuda(source, 10 * major + minor, CudaCode::binary);
  if (!compiled.code) return {nullptr, compiled.why};
  cudaLibrary_t library = nullptr;
  check_cuda(cudaLibraryLoadData(&library, compiled.code->data(), nullptr, nullptr, 0, nullptr, nullptr, 0),
             "loading the formulas");
  cudaKernel_t kernel = nullptr;
  check_cuda(cudaLibraryGetKernel(&kernel, library, formula_kernel_name), "loading the formulas");
  return {reinterpret_cast<const void*>(kernel), compiled.why};
}
#else
Loaded load(const std::string&) { return {nullptr, "built with a CUDA toolkit older than 12.8"}; }
#endif

const Loaded& kernel_of(const FormulaProgram& program) {
  static std::mutex mutex;
  static std::map<std::string, Loaded> known;
  const std::string source = formula_cuda_source(program);
  const std::lock_guard lock(mutex);
  const auto found = known.find(source);
  if (found != known.end()) return found->second;
  const Loaded& loaded = known.emplace(source, load(source)).first->second;
  if (!loaded.kernel)
    std::fprintf(stderr, "forewarn: formulas run on the CPU, the rest on the device: %s\n", loaded.why.c_str());
  return loaded;
}

/// Through host memory: slow, and right.
void run_on_host(const FormulaOp& op, cudaStream_t stream) {
  const size_t bands = op.program->bands().size(), outputs = op.program->outputs().size();
  std::vector<float> memory((bands + outputs) * op.pixels);
  std::vector<const float*> band;
  std::vector<float*> out;
  for (size_t k = 0; k < bands; ++k) {
    float* row = memory.data() + k * op.pixels;
    check_cuda(cudaMemcpyAsync(row, op.band[k], op.pixels * sizeof(float), cudaMemcpyDeviceToHost, stream),
               "copying from the device");
    band.push_back(row);
  }
  check_cuda(cudaStreamSynchronize(stream), "copying from the device");
  for (size_t k = 0; k < outputs; ++k) out.push_back(memory.data() + (bands + k) * op.pixels);
  run_formula_block({op.program, band.data(), out.data(), op.pixels}, 0, op.pixels);
  for (size_t k = 0; k < outputs; ++k)
    check_cuda(cudaMemcpyAsync(op.out[k], out[k], op.pixels * sizeof(float), cudaMemcpyHostToDevice, stream),
               "copying to the device");
  check_cuda(cudaStreamSynchronize(stream), "copying to the device");
}

}  // namespace

void run_formulas_cuda(const FormulaOp& op, void* stream_of_backend) {
  const auto stream = static_cast<cudaStream_t>(stream_of_backend);
  const Loaded& loaded = kernel_of(*op.program);
  if (!loaded.kernel) return run_on_host(op, stream);
  // The kernel's one argument: pointers of the bands (one place at least), of the outputs, and the number of pixels.
  std::vector<unsigned long long> argument;
  const auto add = [&](const void* pointer) { argument.push_back(reinterpret_cast<unsigned long long>(pointer)); };
  for (size_t k = 0; k < op.program->bands().size(); ++k) add(op.band[k]);
  if (argument.empty()) add(nullptr);
  for (size_t k = 0; k < op.program->outputs().size(); ++k) add(op.out[k]);
  argument.push_back(op.pixels);
  void* arguments[] = {argument.data()};
  const auto blocks = static_cast<unsigned>((op.pixels + formula_threads - 1) / formula_threads);
  check_cuda(cudaLaunchKernel(loaded.kernel, dim3(blocks), dim3(formula_threads), arguments, 0, stream),
             "starting the formulas");
}

}  // namespace fw
