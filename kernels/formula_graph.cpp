#include "kernels/formula_graph.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernels/formula_math.h"

namespace fw {
namespace {

using Code = FormulaOpcode;
constexpr size_t max_nodes = 60000;      // their numbers fit 16 bits
constexpr int largest_whole_power = 16;  ///< up to here by multiplying, the rest by exp and log

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (size_t k = 0; k < names.size() && k < 40; ++k) text += (k ? ", " : "") + names[k];
  return text + (names.size() > 40 ? ", ..." : "");
}

double fold(Code code, double a, double b) {
  switch (code) {
    case Code::add:
      return a + b;
    case Code::subtract:
      return a - b;
    case Code::multiply:
      return a * b;
    case Code::divide_by_sum:
    case Code::divide:
      return formula::divide(a, b);
    case Code::power:
      return formula::power(a, b);
    case Code::smaller:
      return formula::smaller(a, b);
    case Code::larger:
      return formula::larger(a, b);
    case Code::negate:
      return -a;
    case Code::absolute:
      return formula::absolute(a);
    case Code::root:
      return formula::root(a);
    case Code::exponential:
      return formula::exponential(a);
    case Code::logarithm:
      return formula::logarithm(a);
    case Code::tangent:
      return formula::tangent(a);
    case Code::widen:
    case Code::store:
      break;
  }
  return a;
}

Code code_of(FormulaFunction function) {
  switch (function) {
    case FormulaFunction::min:
      return Code::smaller;
    case FormulaFunction::max:
      return Code::larger;
    case FormulaFunction::tanh:
      return Code::tangent;
    case FormulaFunction::log:
      return Code::logarithm;
    case FormulaFunction::exp:
      return Code::exponential;
    case FormulaFunction::sqrt:
      return Code::root;
    case FormulaFunction::abs:
      return Code::absolute;
  }
  throw std::logic_error("formula: a function without an operation");
}

}  // namespace

/// What the names of a text mean.
struct FormulaGraph::Scope {
  const FormulaSource& source;
  bool in_definition;
};

int FormulaGraph::add(const FormulaSource& source) { return add_tree(Scope{source, false}, source.text); }

int FormulaGraph::add_tree(const Scope& scope, std::string_view text) {
  using Kind = FormulaNode::Kind;
  const FormulaTree tree = parse_formula(text);
  std::vector<int> made;
  made.reserve(tree.nodes.size());
  for (const FormulaNode& node : tree.nodes) {
    const int left = node.left < 0 ? -1 : made[static_cast<size_t>(node.left)];
    const int right = node.right < 0 ? -1 : made[static_cast<size_t>(node.right)];
    const auto step = [&](Code code) { return add_step(scope, tree, node, code, left, right); };
    switch (node.kind) {
      case Kind::number:
        made.push_back(constant(node.number, scope.source.in_double));
        break;
      case Kind::name:
        made.push_back(add_name(scope, tree, node));
        break;
      case Kind::add:
        made.push_back(step(Code::add));
        break;
      case Kind::subtract:
        made.push_back(step(Code::subtract));
        break;
      case Kind::multiply:
        made.push_back(step(Code::multiply));
        break;
      case Kind::divide:
        made.push_back(add_quotient(scope, tree, node, left, right));
        break;
      case Kind::power:
        made.push_back(add_power(scope, tree, node, left, right));
        break;
      case Kind::negate:
        made.push_back(step(Code::negate));
        break;
      case Kind::call:
        made.push_back(step(code_of(node.function)));
        break;
    }
  }
  return made.back();
}

int FormulaGraph::add_name(const Scope& scope, const FormulaTree& tree, const FormulaNode& node) {
  const FormulaSource& source = scope.source;
  for (const auto& [name, number] : source.constants) {
    if (name != node.name) continue;
    if (!is_finite(number))
      throw FormulaError(tree.text, node.position, "the constant '" + name + "' is not finite", "Give it a number");
    return constant(number, source.in_double);
  }
  for (const auto& [name, text] : source.definitions) {
    if (name != node.name) continue;
    if (scope.in_definition)
      throw FormulaError(tree.text, node.position, "a definition uses the definition of '" + name + "'",
                         "Define names by bands and constants only");
    return add_tree(Scope{source, true}, text);
  }
  const auto band = std::find(bands_.begin(), bands_.end(), node.name);
  if (band != bands_.end()) {
    const int leaf = intern({Node::Kind::band, Code::store, false, static_cast<int>(band - bands_.begin())});
    return source.in_double ? intern({Node::Kind::step, Code::widen, true, leaf}) : leaf;
  }
  std::vector<std::string> names, known = bands_;
  for (const auto& constant : source.constants) names.push_back(constant.first);
  for (const auto& definition : source.definitions) names.push_back(definition.first);
  known.insert(known.end(), names.begin(), names.end());
  const std::string near = nearest_name(node.name, known);
  throw FormulaError(tree.text, node.position, "unknown band or constant '" + node.name + "'",
                     (near.empty() ? "" : "Did you mean '" + near + "'? ") + "Bands are " + listed(bands_) +
                         (names.empty() ? "; this formula has no constants" : "; constants here are " + listed(names)));
}

int FormulaGraph::constant(double value, bool wide) {
  return intern({.kind = Node::Kind::constant, .code = Code::store, .wide = wide, .value = value});
}

int FormulaGraph::intern(const Node& node) {
  uint64_t bits;
  std::memcpy(&bits, &node.value, sizeof bits);
  const auto key = std::make_tuple(node.kind, node.code, node.wide, node.a, node.b, bits);
  const auto [entry, is_new] = known_.emplace(key, static_cast<int>(nodes_.size()));
  if (is_new) nodes_.push_back(node);
  if (nodes_.size() > max_nodes)
    throw FormulaError("", 0, "the formulas have more than 60000 different parts", "Ask for fewer indices in one run");
  return entry->second;
}

int FormulaGraph::add_step(const Scope& scope, const FormulaTree& tree, const FormulaNode& node, Code code, int a,
                           int b) {
  const bool wide = scope.source.in_double;
  if (is_constant(a) && (b < 0 || is_constant(b))) {
    const double folded = fold(code, value(a), b < 0 ? 0.0 : value(b));
    if (!is_finite(folded))
      throw FormulaError(tree.text, node.position, "this part is constant and has no value", "Correct its numbers");
    return constant(folded, wide);
  }
  // Exact for every value: x * 1, x / 1, x - 0.
  if (b >= 0 && is_constant(b)) {
    const bool one = value(b) == 1.0, zero = value(b) == 0.0 && !std::signbit(value(b));
    if ((one && (code == Code::multiply || code == Code::divide)) || (zero && code == Code::subtract)) return a;
  }
  if (code == Code::multiply && is_constant(a) && value(a) == 1.0) return b;
  if ((code == Code::add || code == Code::multiply) && a > b) std::swap(a, b);  // the same bits either way
  return intern({Node::Kind::step, code, wide, a, b});
}

int FormulaGraph::add_quotient(const Scope& scope, const FormulaTree& tree, const FormulaNode& node, int a, int b) {
  if (is_constant(b) && value(b) == 0.0)
    throw FormulaError(tree.text, node.position, "division by zero", "Correct the denominator");
  return add_step(scope, tree, node, is_sum(b) ? Code::divide_by_sum : Code::divide, a, b);
}

int FormulaGraph::add_power(const Scope& scope, const FormulaTree& tree, const FormulaNode& node, int base,
                            int exponent) {
  if (!is_constant(exponent)) return add_step(scope, tree, node, Code::power, base, exponent);
  const bool wide = scope.source.in_double;
  const double e = value(exponent), size = std::abs(e);
  const auto inverse = [&](int n) { return e < 0.0 ? add_quotient(scope, tree, node, constant(1.0, wide), n) : n; };
  if (size == 0.5) return inverse(add_step(scope, tree, node, Code::root, base, -1));
  if (size < 1.0 || size > largest_whole_power || size != std::floor(size))
    return add_step(scope, tree, node, Code::power, base, exponent);
  int result = -1, square = base;
  for (int left = static_cast<int>(size); left > 0; left /= 2) {
    if (left % 2 == 1) result = result < 0 ? square : add_step(scope, tree, node, Code::multiply, result, square);
    if (left > 1) square = add_step(scope, tree, node, Code::multiply, square, square);
  }
  return inverse(result);
}

bool FormulaGraph::is_sum(int at) const {
  const Node& node = nodes_[static_cast<size_t>(at)];
  if (node.kind != Node::Kind::step) return node.kind == Node::Kind::band;
  switch (node.code) {
    case Code::add:
    case Code::subtract:
      return true;
    case Code::negate:
    case Code::absolute:
    case Code::widen:
      return is_sum(node.a);
    case Code::smaller:
    case Code::larger:
      return is_sum(node.a) || is_sum(node.b);
    default:
      return false;
  }
}

}  // namespace fw
