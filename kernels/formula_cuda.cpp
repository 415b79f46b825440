#include "kernels/formula_cuda.h"

#include <cinttypes>
#include <cstdio>
#include <cstring>

namespace fw {
namespace {

using Code = FormulaOpcode;

const char* function_of(Code code) {
  switch (code) {
    case Code::divide_by_sum:
      return "divide_by_sum";
    case Code::divide:
      return "divide";
    case Code::power:
      return "power";
    case Code::smaller:
      return "smaller";
    case Code::larger:
      return "larger";
    case Code::absolute:
      return "absolute";
    case Code::root:
      return "root";
    case Code::exponential:
      return "exponential";
    case Code::logarithm:
      return "logarithm";
    case Code::tangent:
      return "tangent";
    default:
      return nullptr;
  }
}

/// A number by its bits: nothing is lost and no locale has a say.
std::string literal(double value, bool wide) {
  char text[40];
  if (wide) {
    uint64_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    std::snprintf(text, sizeof text, "as_double(0x%016" PRIx64 "ull)", bits);
  } else {
    const float narrow = static_cast<float>(value);
    uint32_t bits;
    std::memcpy(&bits, &narrow, sizeof bits);
    std::snprintf(text, sizeof text, "as_float(0x%08" PRIx32 "u)", bits);
  }
  return text;
}

/// "f12". (Not "f" + std::to_string(12): g++ 12 warns of an overlap that is not there.)
std::string numbered(char prefix, size_t number) {
  std::string text(1, prefix);
  text += std::to_string(number);
  return text;
}

std::string operand(const FormulaProgram& program, FormulaOperand o, bool wide) {
  switch (o.kind) {
    case FormulaOperand::Kind::band:
      return numbered('b', o.at);
    case FormulaOperand::Kind::reg:
      return numbered(wide ? 'd' : 'f', o.at);
    case FormulaOperand::Kind::constant:
      return literal(program.constants()[o.at], wide);
    case FormulaOperand::Kind::none:
      break;
  }
  return "";
}

std::string statement(const FormulaProgram& program, const FormulaStep& step) {
  const std::string to = numbered(step.wide ? 'd' : 'f', step.to) + " = ";
  const std::string a = operand(program, step.a, step.wide && step.code != Code::widen);
  const std::string b = operand(program, step.b, step.wide);
  switch (step.code) {
    case Code::add:
      return to + a + " + " + b;
    case Code::subtract:
      return to + a + " - " + b;
    case Code::multiply:
      return to + a + " * " + b;
    case Code::negate:
      return to + "-" + a;
    case Code::widen:
      return to + "static_cast<double>(" + a + ")";
    case Code::store:
      return "p.out[" + std::to_string(step.to) + "][i] = fw::finite_or_nan(static_cast<float>(" + a + "))";
    default:
      return to + function_of(step.code) + "(" + a + (b.empty() ? "" : ", " + b) + ")";
  }
}

void declare(std::string& text, const char* type, char prefix, size_t count) {
  for (size_t k = 0; k < count; ++k) text += std::string("  ") + type + " " + numbered(prefix, k) + ";\n";
}

}  // namespace

std::string formula_cuda_source(const FormulaProgram& program) {
  // A structure cannot have an array of nothing; a program of constants only has no bands.
  const std::string bands = std::to_string(program.bands().empty() ? 1 : program.bands().size());
  std::string text =
      "#include \"kernels/formula_math.h\"\n"
      "using namespace fw::formula;\n"
      "struct Pointers {\n  const float* band[" +
      bands + "];\n  float* out[" + std::to_string(program.outputs().size()) +
      "];\n  unsigned long long pixels;\n};\n"
      "static __device__ __forceinline__ float as_float(unsigned v) { return __uint_as_float(v); }\n"
      "static __device__ __forceinline__ double as_double(unsigned long long v) {\n"
      "  return __longlong_as_double(static_cast<long long>(v));\n}\n"
      "extern \"C\" __global__ void __launch_bounds__(" +
      std::to_string(formula_threads) + ")\n" + formula_kernel_name +
      "(const __grid_constant__ Pointers p) {\n"
      "  const unsigned long long i = blockIdx.x * " +
      std::to_string(formula_threads) +
      "ull + threadIdx.x;\n"
      "  if (i >= p.pixels) return;\n";
  for (size_t k = 0; k < program.bands().size(); ++k)
    text += "  const float " + numbered('b', k) + " = p.band[" + std::to_string(k) + "][i];  // " + program.bands()[k] +
            "\n";
  declare(text, "float", 'f', program.float_registers());
  declare(text, "double", 'd', program.double_registers());
  for (const FormulaStep& step : program.steps()) text += "  " + statement(program, step) + ";\n";
  return text + "}\n";
}

}  // namespace fw
