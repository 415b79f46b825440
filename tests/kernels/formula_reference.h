// A second evaluator for formulas, straight from the tree in double with the C library, and beside the value a bound of
// what rounding in a narrower precision may change (first order, running error analysis: Higham 2002, ch. 3.3).
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "kernels/formula.h"

namespace fw::test {

struct Bounded {
  double value, error;
};

class FormulaReference {
 public:
  /// input: relative error of the bands; step: of every operation. Half a unit in the last place of float is 2^-24.
  FormulaReference(double input, double step) : input_(input), step_(step) {}

  /// NaN where Python raises or gives a complex or infinite number.
  Bounded evaluate(const FormulaSource& source, const std::map<std::string, double>& bands) {
    margin_ = std::numeric_limits<double>::infinity();
    return text(source, source.text, bands);
  }
  /// How far the last call stayed from where a value ceases to exist (a denominator, root, logarithm or base at 0, a
  /// number too large or small for float), less what rounding may change. Below 0: rounding decides.
  double margin() const { return margin_; }

 private:
  Bounded text(const FormulaSource& source, const std::string& words, const std::map<std::string, double>& bands) {
    const FormulaTree tree = parse_formula(words);
    std::vector<Bounded> made;
    for (const FormulaNode& node : tree.nodes) made.push_back(node_value(source, node, made, bands));
    return made.back();
  }
  Bounded name(const FormulaSource& source, const std::string& word, const std::map<std::string, double>& bands) {
    for (const auto& [constant, number] : source.constants)
      if (constant == word) return {number, 0.0};
    for (const auto& [defined, words] : source.definitions)
      if (defined == word) return text(source, words, bands);
    const double v = bands.at(word);
    return {v, std::abs(v) * input_};
  }
  void keep_off_zero(Bounded a) { margin_ = std::min(margin_, std::abs(a.value) - a.error); }
  /// A result whose operands' errors change it by `inherited`.
  Bounded rounded(double v, double inherited) {
    if (std::abs(v) > 1e30 || (v != 0.0 && std::abs(v) < 1e-30)) margin_ = -1.0;
    return std::isfinite(v) ? Bounded{v, inherited + step_ * std::abs(v)} : Bounded{std::nan(""), 0.0};
  }

  Bounded node_value(const FormulaSource& source, const FormulaNode& node, const std::vector<Bounded>& made,
                     const std::map<std::string, double>& bands) {
    using Kind = FormulaNode::Kind;
    const Bounded a = node.left < 0 ? Bounded{0, 0} : made[static_cast<size_t>(node.left)];
    const Bounded b = node.right < 0 ? Bounded{0, 0} : made[static_cast<size_t>(node.right)];
    switch (node.kind) {
      case Kind::number:
        return {node.number, std::abs(node.number) * step_};
      case Kind::name:
        return name(source, node.name, bands);
      case Kind::add:
        return rounded(a.value + b.value, a.error + b.error);
      case Kind::subtract:
        return rounded(a.value - b.value, a.error + b.error);
      case Kind::multiply:
        return rounded(a.value * b.value, std::abs(a.value) * b.error + std::abs(b.value) * a.error);
      case Kind::divide: {
        keep_off_zero(b);
        if (b.value == 0.0) return {std::nan(""), 0.0};
        const double v = a.value / b.value;
        const double least = std::max(std::abs(b.value) - b.error, 1e-300);
        return rounded(v, (a.error + std::abs(v) * b.error) / least);
      }
      case Kind::power:
        return power(a, b);
      case Kind::negate:
        return {-a.value, a.error};
      case Kind::call:
        return call(node.function, a, b);
    }
    return {std::nan(""), 0.0};
  }
  Bounded power(Bounded a, Bounded b) {
    if (b.value < 0.0 || b.value != std::floor(b.value)) keep_off_zero(a);
    if (a.value == 0.0 && b.value < 0.0) return {std::nan(""), 0.0};
    const double v = std::pow(a.value, b.value);
    const double by_base = b.value == 0.0 ? 0.0 : std::abs(v * b.value) * a.error / std::max(std::abs(a.value), 1e-300);
    const double by_exponent = a.value > 0.0 ? std::abs(v * std::log(a.value)) * b.error : 0.0;
    return rounded(v, by_base + by_exponent + (3.0 + std::abs(b.value)) * step_ * std::abs(v));
  }
  Bounded call(FormulaFunction function, Bounded a, Bounded b) {
    const double x = a.value;
    if (std::isnan(x) || std::isnan(b.value)) return {std::nan(""), 0.0};
    if (function == FormulaFunction::log || function == FormulaFunction::sqrt) keep_off_zero(a);
    switch (function) {
      case FormulaFunction::min:
        return {std::min(x, b.value), std::max(a.error, b.error)};
      case FormulaFunction::max:
        return {std::max(x, b.value), std::max(a.error, b.error)};
      case FormulaFunction::abs:
        return {std::abs(x), a.error};
      case FormulaFunction::tanh:
        return rounded(std::tanh(x), a.error + 4.0 * step_ * std::abs(std::tanh(x)));
      case FormulaFunction::exp:
        return rounded(std::exp(x), std::exp(x) * a.error);
      case FormulaFunction::log:
        return x <= 0.0 ? Bounded{std::nan(""), 0.0} : rounded(std::log(x), a.error / x);
      case FormulaFunction::sqrt:
        return rounded(std::sqrt(x), x > 0.0 ? 0.5 * a.error / std::sqrt(x) : std::sqrt(a.error));
    }
    return {std::nan(""), 0.0};
  }

  double input_, step_, margin_ = 0.0;
};

}  // namespace fw::test
