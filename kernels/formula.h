// Formulas as data: the text of a spectral index becomes a checked tree. Kernels know no files: the catalogue of
// indices (core/series/index_catalogue.h) gives the texts.
//
// Grammar, with Python's precedence (** binds tighter than a sign on its left and groups to the right):
//   sum     = product { ("+" | "-") product }
//   product = sign { ("*" | "/") sign }
//   sign    = ("+" | "-") sign | power
//   power   = atom [ "**" sign ]
//   atom    = number | name | function "(" sum { "," sum } ")" | "(" sum ")"
// Names are [A-Za-z][A-Za-z0-9_]*; numbers are decimals with an optional exponent. Functions: min max (2 arguments or
// more), tanh log exp sqrt abs.
#pragma once
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fw {

/// A formula that cannot be used. what(): "problem (why). Hint", then the text with a caret under the place.
class FormulaError : public std::invalid_argument {
 public:
  FormulaError(std::string_view text, size_t position, std::string problem, std::string hint);
  size_t position() const { return position_; }  ///< byte in the text, from 0
  const std::string& problem() const { return problem_; }
  const std::string& hint() const { return hint_; }

 private:
  size_t position_;
  std::string problem_, hint_;
};

/// A formula as somebody wrote it, with what its names mean.
struct FormulaSource {
  std::string name;  ///< of the result, for messages
  std::string text;
  std::vector<std::pair<std::string, double>> constants;         ///< finite
  std::vector<std::pair<std::string, std::string>> definitions;  ///< names that stand for another formula (kNR)
  bool in_double = false;  ///< evaluate in double (formulas that float cannot carry to 1e-6); the result is float
};

enum class FormulaFunction : unsigned char { min, max, tanh, log, exp, sqrt, abs };

/// One node of a formula's tree; `left` and `right` are indices into FormulaTree::nodes, always smaller than its own.
struct FormulaNode {
  enum class Kind : unsigned char { number, name, add, subtract, multiply, divide, power, negate, call };
  Kind kind;
  size_t position;                                  ///< byte in the text
  double number = 0.0;                              ///< Kind::number
  std::string name = {};                            ///< Kind::name
  FormulaFunction function = FormulaFunction::min;  ///< Kind::call; min and max of more than two are nested
  int left = -1, right = -1;
};

/// The tree of a text; the root is the last node.
struct FormulaTree {
  std::string text;
  std::vector<FormulaNode> nodes;
};

inline constexpr size_t max_formula_length = 4096;
inline constexpr int max_formula_depth = 100;  ///< of parentheses, signs, calls and exponents within each other

/// Reads a formula. Names are not looked up yet.
/// Errors: FormulaError: syntax, unknown function, wrong number of arguments, number out of range, too long, too deep.
FormulaTree parse_formula(std::string_view text);

/// Names in the order of their first use, each once.
std::vector<std::string> formula_names(const FormulaTree& tree);

/// The candidate that differs least from `name` when it is near enough to be a slip of the finger, else empty. The case
/// of a letter counts less than the letter.
std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace fw
