// Formulas on a CUDA device: compiled by NVRTC once per program and process, launched through the runtime's libraries.
#include <cuda_runtime.h>

#include <cstdio>
#include <map>
#include <mutex>
#include <vector>

#include "kernels/cuda_api.cuh"
#include "kernels/formula_cuda.h"
#include "kernels/formula_device.h"

namespace fw {
namespace {

/// The kernel of a source, or why there is none. Kept until the process ends, for every device of its capability.
struct Loaded {
  const void* kernel = nullptr;
  std::string why;
};

#if CUDART_VERSION >= 12080
Loaded load(const std::string& source, int capability) {
  CompiledCuda compiled = compile_cuda(source, capability, CudaCode::binary);
  if (!compiled.code) return {nullptr, compiled.why};
  cudaLibrary_t library = nullptr;
  check_cuda(cudaLibraryLoadData(&library, compiled.code->data(), nullptr, nullptr, 0, nullptr, nullptr, 0),
             "loading the formulas");
  cudaKernel_t kernel = nullptr;
  check_cuda(cudaLibraryGetKernel(&kernel, library, formula_kernel_name), "loading the formulas");
  return {reinterpret_cast<const void*>(kernel), compiled.why};
}
#else
Loaded load(const std::string&, int) { return {nullptr, "built with a CUDA toolkit older than 12.8"}; }
#endif

const Loaded& kernel_of(const FormulaProgram& program, int capability) {
  static std::mutex mutex;
  static std::map<std::pair<int, std::string>, Loaded> known;
  const std::pair key(capability, formula_cuda_source(program));
  const std::lock_guard lock(mutex);
  const auto found = known.find(key);
  if (found != known.end()) return found->second;
  const Loaded& loaded = known.emplace(key, load(key.second, key.first)).first->second;
  if (!loaded.kernel)
    std::fprintf(stderr, "forewarn: formulas run on the CPU, the rest on the device: %s\n", loaded.why.c_str());
  return loaded;
}

}  // namespace

bool launch_formulas(const FormulaOp& op, int capability, const std::function<void(const Launch&)>& use) {
  const Loaded& loaded = kernel_of(*op.program, capability);
  if (!loaded.kernel) return false;
  // The kernel's one argument: pointers of the bands (one place at least), of the outputs, and the number of pixels.
  std::vector<unsigned long long> argument;
  const auto add = [&](const void* pointer) { argument.push_back(reinterpret_cast<unsigned long long>(pointer)); };
  for (size_t k = 0; k < op.program->bands().size(); ++k) add(op.band[k]);
  if (argument.empty()) add(nullptr);
  for (size_t k = 0; k < op.program->outputs().size(); ++k) add(op.out[k]);
  argument.push_back(op.pixels);
  const auto blocks = static_cast<unsigned>((op.pixels + formula_threads - 1) / formula_threads);
  use({loaded.kernel, blocks, formula_threads, argument.data(), argument.size() * sizeof(argument[0])});
  return true;
}

}  // namespace fw
