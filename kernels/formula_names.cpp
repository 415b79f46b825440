#include <algorithm>
#include <numeric>

#include "kernels/formula.h"

namespace fw {
namespace {

/// One line of `text` around `position` with a caret below it; other bytes than printable ASCII become '?'.
std::string with_caret(std::string_view text, size_t position) {
  constexpr size_t room = 60;
  const size_t begin = position > room ? position - room : 0, end = std::min(text.size(), position + room);
  std::string line(text.substr(begin, end - begin));
  for (char& c : line) c = c == '\t' || c == '\n' ? ' ' : (c < ' ' || c > '~' ? '?' : c);
  const std::string before = begin > 0 ? "  ... " : "  ";
  return before + line + (end < text.size() ? " ..." : "") + "\n" + std::string(before.size() + position - begin, ' ') +
         "^";
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Edits between two words, in halves: 2 per letter inserted, removed or replaced, 1 where only the case differs.
int distance(std::string_view a, std::string_view b) {
  std::vector<int> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = 2 * static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    int diagonal = row[0];
    row[0] = 2 * static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const int replace = a[i - 1] == b[j - 1] ? 0 : (lower(a[i - 1]) == lower(b[j - 1]) ? 1 : 2);
      const int best = std::min({row[j] + 2, row[j - 1] + 2, diagonal + replace});
      diagonal = row[j];
      row[j] = best;
    }
  }
  return row[b.size()];
}

}  // namespace

FormulaError::FormulaError(std::string_view text, size_t position, std::string problem, std::string hint)
    : std::invalid_argument(problem + " (column " + std::to_string(position + 1) + "). " + hint + "\n" +
                            with_caret(text, position)),
      position_(position),
      problem_(std::move(problem)),
      hint_(std::move(hint)) {}

std::vector<std::string> formula_names(const FormulaTree& tree) {
  std::vector<const FormulaNode*> found;
  for (const FormulaNode& node : tree.nodes)
    if (node.kind == FormulaNode::Kind::name) found.push_back(&node);
  std::stable_sort(found.begin(), found.end(), [](auto* a, auto* b) { return a->position < b->position; });
  std::vector<std::string> names;
  for (const FormulaNode* node : found)
    if (std::find(names.begin(), names.end(), node->name) == names.end()) names.push_back(node->name);
  return names;
}

std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates) {
  const std::string* best = nullptr;
  // Half of the letters may differ, three at most; a single letter only by its case.
  int limit = std::min<int>(6, static_cast<int>(name.size()));
  for (const std::string& candidate : candidates) {
    const int d = distance(name, candidate);
    if (d <= limit && (best == nullptr || d < limit)) {
      best = &candidate;
      limit = d;
    }
  }
  return best ? *best : "";
}

}  // namespace fw
