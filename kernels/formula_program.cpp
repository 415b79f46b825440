#include "kernels/formula_program.h"

#include <algorithm>
#include <set>

#include "kernels/formula_graph.h"

namespace fw {
namespace {

using Node = FormulaGraph::Node;
bool is_arithmetic(const Node& node) { return node.kind == Node::Kind::step && node.code != FormulaOpcode::widen; }

/// Registers of one width; the lowest free one is used again first, it is the likeliest to be in the cache.
class Registers {
 public:
  uint16_t take() {
    if (free_.empty()) return static_cast<uint16_t>(count_++);
    const uint16_t lowest = *free_.begin();
    free_.erase(free_.begin());
    return lowest;
  }
  void give_back(uint16_t reg) { free_.insert(reg); }
  size_t count() const { return count_; }

 private:
  std::set<uint16_t> free_;
  size_t count_ = 0;
};

}  // namespace

/// Puts the nodes of a graph in order: each index in turn, its parts before it, a shared part once.
class FormulaScheduler {
 public:
  FormulaScheduler(const FormulaGraph& graph, const std::vector<int>& roots, FormulaProgram& program)
      : nodes_(graph.nodes()), program_(program), place_(nodes_.size()), uses_(nodes_.size()) {
    std::vector<char> seen(nodes_.size());
    for (const int root : roots) count_uses(root, seen);
  }

  void number_bands(const std::vector<std::string>& names) {
    std::vector<uint16_t> number(names.size());
    for (size_t band = 0; band < names.size(); ++band) {
      const auto used = std::find_if(nodes_.begin(), nodes_.end(), [&](const Node& n) {
        return n.kind == Node::Kind::band && n.a == static_cast<int>(band);
      });
      if (used == nodes_.end()) continue;
      number[band] = static_cast<uint16_t>(program_.bands_.size());
      program_.bands_.push_back(names[band]);
    }
    for (size_t n = 0; n < nodes_.size(); ++n)
      if (nodes_[n].kind == Node::Kind::band)
        place_[n] = {FormulaOperand::Kind::band, number[static_cast<size_t>(nodes_[n].a)]};
  }

  void schedule(int root, size_t output) {
    make(root);
    const auto n = static_cast<size_t>(root);
    program_.steps_.push_back({FormulaOpcode::store, nodes_[n].wide, static_cast<uint16_t>(output), place_[n], {}});
    drop(root);
    program_.float_registers_ = registers_[0].count();
    program_.double_registers_ = registers_[1].count();
  }

 private:
  using Kind = FormulaOperand::Kind;

  void count_uses(int at, std::vector<char>& seen) {
    const auto n = static_cast<size_t>(at);
    ++uses_[n];
    if (seen[n] || nodes_[n].kind != Node::Kind::step) return;
    seen[n] = 1;
    count_uses(nodes_[n].a, seen);
    if (nodes_[n].b >= 0) count_uses(nodes_[n].b, seen);
  }

  void make(int at) {
    const auto n = static_cast<size_t>(at);
    const Node& node = nodes_[n];
    if (place_[n].kind != Kind::none) return;
    if (node.kind == Node::Kind::constant) {
      place_[n] = {Kind::constant, static_cast<uint16_t>(program_.constants_.size())};
      program_.constants_.push_back(node.value);
      return;
    }
    make(node.a);
    if (node.b >= 0) make(node.b);
    const uint16_t reg = registers_[node.wide ? 1 : 0].take();  // before the operands' are given back: never the same
    place_[n] = {Kind::reg, reg};
    program_.steps_.push_back({node.code, node.wide, reg, place_[static_cast<size_t>(node.a)],
                               node.b >= 0 ? place_[static_cast<size_t>(node.b)] : FormulaOperand{}});
    drop(node.a);
    if (node.b >= 0) drop(node.b);
  }

  void drop(int at) {
    const auto n = static_cast<size_t>(at);
    if (--uses_[n] == 0 && place_[n].kind == Kind::reg) registers_[nodes_[n].wide ? 1 : 0].give_back(place_[n].at);
  }

  const std::vector<Node>& nodes_;
  FormulaProgram& program_;
  std::vector<FormulaOperand> place_;
  std::vector<int> uses_;
  Registers registers_[2];
};

FormulaProgram FormulaProgram::compile(const std::vector<FormulaSource>& sources,
                                       const std::vector<std::string>& bands) {
  FormulaProgram program;
  FormulaGraph graph(bands);
  std::vector<int> roots;
  for (const FormulaSource& source : sources) {
    if (roots.size() == max_formula_outputs)
      throw FormulaError(source.text, 0, "more than 400 formulas at once", "Ask for fewer indices in one run");
    roots.push_back(graph.add(source));
    program.outputs_.push_back(source.name);
    FormulaGraph alone(bands);
    alone.add(source);
    program.unshared_steps_ +=
        static_cast<size_t>(std::count_if(alone.nodes().begin(), alone.nodes().end(), is_arithmetic));
  }
  FormulaScheduler scheduler(graph, roots, program);
  scheduler.number_bands(bands);
  if (program.bands_.size() > max_formula_bands)
    throw FormulaError(sources.front().text, 0, "the formulas read more than 64 bands", "Ask for fewer indices");
  for (size_t k = 0; k < roots.size(); ++k) scheduler.schedule(roots[k], k);
  return program;
}

std::vector<std::string> formula_bands(const FormulaSource& source, const std::vector<std::string>& bands) {
  return FormulaProgram::compile({source}, bands).bands();
}

}  // namespace fw
