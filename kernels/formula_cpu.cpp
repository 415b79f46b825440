#include "kernels/formula_cpu.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "kernels/formula_math.h"

namespace fw {
namespace {

using Code = FormulaOpcode;

/// The most pixels a register holds, and the fewest (so that the choice of steps stays cheap); registers of a program
/// that has many are made shorter, to fit the second-level cache.
constexpr size_t longest_block = 512, shortest_block = 128, registers_bytes = 192 * 1024;

size_t block_of(const FormulaProgram& program) {
  const size_t per_pixel = program.float_registers() * sizeof(float) + program.double_registers() * sizeof(double);
  const size_t fits = registers_bytes / std::max<size_t>(per_pixel, 1) / 64 * 64;
  return std::clamp(fits, shortest_block, longest_block);
}

/// What a step reads: a row of values, or one constant.
template <class T>
struct Input {
  const T* row;
  T constant;
};

template <class T, class Compute>
void each(T* __restrict to, Input<T> a, size_t n, Compute compute) {
  const T* __restrict x = a.row;
  for (size_t i = 0; i < n; ++i) to[i] = compute(x[i]);
}
template <class T, class Compute>
void each(T* __restrict to, Input<T> a, Input<T> b, size_t n, Compute compute) {
  const T* __restrict x = a.row, * __restrict y = b.row;
  if (x && y) {
    for (size_t i = 0; i < n; ++i) to[i] = compute(x[i], y[i]);
  } else if (x) {
    const T c = b.constant;
    for (size_t i = 0; i < n; ++i) to[i] = compute(x[i], c);
  } else {
    const T c = a.constant;
    for (size_t i = 0; i < n; ++i) to[i] = compute(c, y[i]);
  }
}

template <class T>
void compute(Code code, T* to, Input<T> a, Input<T> b, size_t n) {
  switch (code) {
    case Code::add:
      return each(to, a, b, n, [](T x, T y) { return x + y; });
    case Code::subtract:
      return each(to, a, b, n, [](T x, T y) { return x - y; });
    case Code::multiply:
      return each(to, a, b, n, [](T x, T y) { return x * y; });
    case Code::divide_by_sum:
      return each(to, a, b, n, [](T x, T y) { return formula::divide_by_sum(x, y); });
    case Code::divide:
      return each(to, a, b, n, [](T x, T y) { return formula::divide(x, y); });
    case Code::power:
      return each(to, a, b, n, [](T x, T y) { return formula::power(x, y); });
    case Code::smaller:
      return each(to, a, b, n, [](T x, T y) { return formula::smaller(x, y); });
    case Code::larger:
      return each(to, a, b, n, [](T x, T y) { return formula::larger(x, y); });
    case Code::negate:
      return each(to, a, n, [](T x) { return -x; });
    case Code::absolute:
      return each(to, a, n, [](T x) { return formula::absolute(x); });
    case Code::root:
      return each(to, a, n, [](T x) { return formula::root(x); });
    case Code::exponential:
      return each(to, a, n, [](T x) { return formula::exponential(x); });
    case Code::logarithm:
      return each(to, a, n, [](T x) { return formula::logarithm(x); });
    case Code::tangent:
      return each(to, a, n, [](T x) { return formula::tangent(x); });
    case Code::widen:
    case Code::store:
      break;  // in Block::run
  }
}

void store(float* __restrict to, const float* __restrict from, size_t n) {
  for (size_t i = 0; i < n; ++i) to[i] = finite_or_nan(from[i]);
}
void store(float* __restrict to, const double* __restrict from, size_t n) {
  for (size_t i = 0; i < n; ++i) to[i] = finite_or_nan(static_cast<float>(from[i]));
}

/// The registers of one thread, 64-byte aligned rows of `length` pixels.
struct Registers {
  std::vector<float> floats;
  std::vector<double> doubles;
  void fit(const FormulaProgram& program, size_t length) {
    floats.resize(std::max(floats.size(), program.float_registers() * length));
    doubles.resize(std::max(doubles.size(), program.double_registers() * length));
  }
};

class Block {
 public:
  Block(const FormulaOp& op, Registers& registers, size_t length) : op_(op), registers_(registers), length_(length) {}

  void run(size_t begin, size_t n) {
    begin_ = begin;
    for (const FormulaStep& step : op_.program->steps()) {
      if (step.code == Code::store) {
        store_output(step, n);
      } else if (step.code == Code::widen) {
        const float* from = input<float>(step.a).row;
        double* __restrict to = row<double>(step.to);
        for (size_t i = 0; i < n; ++i) to[i] = static_cast<double>(from[i]);
      } else if (step.wide) {
        compute(step.code, row<double>(step.to), input<double>(step.a), input<double>(step.b), n);
      } else {
        compute(step.code, row<float>(step.to), input<float>(step.a), input<float>(step.b), n);
      }
    }
  }

 private:
  template <class T>
  T* row(uint16_t reg) {
    if constexpr (sizeof(T) == sizeof(float))
      return registers_.floats.data() + reg * length_;
    else
      return registers_.doubles.data() + reg * length_;
  }
  template <class T>
  Input<T> input(FormulaOperand operand) {
    using Kind = FormulaOperand::Kind;
    if (operand.kind == Kind::reg) return {row<T>(operand.at), T(0)};
    if (operand.kind == Kind::constant) return {nullptr, static_cast<T>(op_.program->constants()[operand.at])};
    if constexpr (sizeof(T) == sizeof(float))
      if (operand.kind == Kind::band) return {op_.band[operand.at] + begin_, T(0)};
    return {nullptr, T(0)};
  }
  void store_output(const FormulaStep& step, size_t n) {
    float* to = op_.out[step.to] + begin_;
    if (step.a.kind == FormulaOperand::Kind::constant) {
      const auto value = static_cast<float>(op_.program->constants()[step.a.at]);
      std::fill(to, to + n, finite_or_nan(value));
    } else if (step.wide) {
      store(to, input<double>(step.a).row, n);
    } else {
      store(to, input<float>(step.a).row, n);
    }
  }

  const FormulaOp& op_;
  Registers& registers_;
  size_t length_, begin_ = 0;
};

}  // namespace

void run_formula_block(const FormulaOp& op, size_t begin, size_t end) {
  thread_local Registers registers;
  const size_t length = block_of(*op.program);
  registers.fit(*op.program, length);
  Block block(op, registers, length);
  for (size_t at = begin; at < end; at += length) block.run(at, std::min(length, end - at));
}

}  // namespace fw
