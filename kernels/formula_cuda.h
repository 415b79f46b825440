// A compiled formula as CUDA C++ text, and NVRTC, which compiles it when the program runs. NVRTC is looked for when it
// is needed and never linked: without it formulas run on the CPU.
#pragma once
#include <optional>
#include <string>

#include "kernels/formula_program.h"

namespace fw {

/// Name of the kernel in the text, and its threads per block.
inline constexpr const char* formula_kernel_name = "fw_formula";
inline constexpr unsigned formula_threads = 256;

/// The kernel of a program: one thread per pixel reads every band once and writes every output. Its one argument:
/// struct { const float* band[bands]; float* out[outputs]; unsigned long long pixels; }.
/// Includes kernels/formula_math.h: the arithmetic of the CPU.
std::string formula_cuda_source(const FormulaProgram& program);

/// What NVRTC makes: PTX for a virtual architecture ("compute_80"), machine code for a real one ("sm_90").
enum class CudaCode { ptx, binary };

/// What came of compiling: the code, or in words why there is none.
struct CompiledCuda {
  std::optional<std::string> code;
  std::string why;  ///< "NVRTC 13.0" or "NVRTC is not installed (libnvrtc.so.13: cannot open…)"
};

/// Compiles with the project's flags: no contraction, IEEE division and root, denormals kept.
/// capability: of the device, 90 for 9.0.
CompiledCuda compile_cuda(const std::string& source, int capability, CudaCode wanted);

}  // namespace fw
