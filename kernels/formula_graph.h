// The expressions of several formulas as one graph in which equal expressions are one node.
#pragma once
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "kernels/formula_program.h"

namespace fw {

class FormulaGraph {
 public:
  struct Node {
    enum class Kind : uint8_t { band, constant, step };
    Kind kind;
    FormulaOpcode code;  ///< Kind::step
    bool wide;           ///< computed in double
    int a = -1, b = -1;  ///< nodes (step), or the band's number in a (band)
    double value = 0.0;  ///< Kind::constant
  };

  explicit FormulaGraph(const std::vector<std::string>& bands) : bands_(bands) {}
  /// Adds a formula; returns its node. Errors: FormulaError.
  int add(const FormulaSource& source);
  const std::vector<Node>& nodes() const { return nodes_; }

 private:
  struct Scope;
  int add_tree(const Scope& scope, std::string_view text);
  int add_name(const Scope& scope, const FormulaTree& tree, const FormulaNode& node);
  int add_step(const Scope& scope, const FormulaTree& tree, const FormulaNode& node, FormulaOpcode code, int a, int b);
  int add_power(const Scope& scope, const FormulaTree& tree, const FormulaNode& node, int base, int exponent);
  int add_quotient(const Scope& scope, const FormulaTree& tree, const FormulaNode& node, int a, int b);
  int constant(double value, bool wide);
  int intern(const Node& node);
  bool is_constant(int node) const { return nodes_[static_cast<size_t>(node)].kind == Node::Kind::constant; }
  double value(int node) const { return nodes_[static_cast<size_t>(node)].value; }
  bool is_sum(int node) const;

  const std::vector<std::string>& bands_;
  std::vector<Node> nodes_;
  std::map<std::tuple<Node::Kind, FormulaOpcode, bool, int, int, uint64_t>, int> known_;
};

}  // namespace fw
