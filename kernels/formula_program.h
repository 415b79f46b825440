// Formulas compiled together into one program: a list of steps on registers in which every sub-expression that occurs
// in several indices stands once. What runs it: run_formula_block (formula_cpu.h) and the CUDA kernel of
// formula_cuda.h.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kernels/formula.h"

namespace fw {

/// What a step does with its operands a and b. Arithmetic: kernels/formula_math.h.
enum class FormulaOpcode : uint8_t {
  add,
  subtract,
  multiply,
  divide_by_sum,  ///< a / b, NaN where |b| < 1e-6: b is a band or a sum
  divide,         ///< a / b, NaN where b is 0: b is a product, power, quotient or function
  power,
  smaller,
  larger,
  negate,
  absolute,
  root,
  exponential,
  logarithm,
  tangent,
  widen,  ///< float to double
  store   ///< a to output `to`: rounded to float, NaN where not finite
};

struct FormulaOperand {
  enum class Kind : uint8_t { none, band, reg, constant };
  Kind kind = Kind::none;
  uint16_t at = 0;  ///< index of the band, register or constant
};

/// Registers of float and of double steps are numbered apart; `wide` says which (of a `store`: what it reads; of a
/// `widen`: double is what it writes). A step never writes a register that it reads.
struct FormulaStep {
  FormulaOpcode code;
  bool wide;
  uint16_t to;  ///< register, or output of a store
  FormulaOperand a, b;
};

inline constexpr size_t max_formula_outputs = 400;
inline constexpr size_t max_formula_bands = 64;

/// Immutable; one program may be run by several backends at once.
class FormulaProgram {
 public:
  /// Parses, checks and compiles. `bands`: the names that are bands; constants and definitions come with each source.
  /// A name of a source's constants or definitions hides a band of that name. Constants are folded in double.
  /// Not-a-number rules: see FormulaOp (kernels/ops_formula.h).
  /// Errors: FormulaError (of parse_formula; unknown name; a constant part without a value; a definition that uses
  /// another; more than max_formula_outputs sources or max_formula_bands bands used).
  static FormulaProgram compile(const std::vector<FormulaSource>& sources, const std::vector<std::string>& bands);

  const std::vector<std::string>& bands() const { return bands_; }      ///< used, in the order given to compile()
  const std::vector<std::string>& outputs() const { return outputs_; }  ///< names of the sources
  const std::vector<FormulaStep>& steps() const { return steps_; }
  const std::vector<double>& constants() const { return constants_; }
  size_t float_registers() const { return float_registers_; }
  size_t double_registers() const { return double_registers_; }
  /// Arithmetic steps (no store, no widen) that the sources have when each is compiled on its own: what sharing saves.
  size_t unshared_steps() const { return unshared_steps_; }

 private:
  std::vector<std::string> bands_, outputs_;
  std::vector<FormulaStep> steps_;
  std::vector<double> constants_;
  size_t float_registers_ = 0, double_registers_ = 0, unshared_steps_ = 0;
  friend class FormulaScheduler;
};

/// Bands that a formula reads, in the order of `bands`. Errors: as compile().
std::vector<std::string> formula_bands(const FormulaSource& source, const std::vector<std::string>& bands);

}  // namespace fw
