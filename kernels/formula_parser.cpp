#include <algorithm>
#include <charconv>
#include <cmath>

#include "kernels/formula.h"

namespace fw {
namespace {

struct FunctionInfo {
  std::string_view name;
  FormulaFunction function;
  bool many;  ///< two arguments or more; else exactly one
};
constexpr FunctionInfo functions[] = {
    {"min", FormulaFunction::min, true},  {"max", FormulaFunction::max, true},  {"tanh", FormulaFunction::tanh, false},
    {"log", FormulaFunction::log, false}, {"exp", FormulaFunction::exp, false}, {"sqrt", FormulaFunction::sqrt, false},
    {"abs", FormulaFunction::abs, false},
};

// Not <cctype>: a formula means the same in every locale.
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Parser {
 public:
  explicit Parser(std::string_view text) { tree_.text = text; }

  FormulaTree parse() {
    if (text().size() > max_formula_length)
      fail(max_formula_length, "the formula is longer than 4096 characters", "Split it into several indices");
    sum();
    skip();
    if (at_ < text().size()) {
      if (text()[at_] == ')') fail(at_, "a closing parenthesis without an opening one", "Remove it, or add '(' before");
      unexpected();
    }
    return std::move(tree_);
  }

 private:
  using Kind = FormulaNode::Kind;
  const std::string& text() const { return tree_.text; }
  [[noreturn]] void fail(size_t position, std::string problem, std::string hint) const {
    throw FormulaError(text(), position, std::move(problem), std::move(hint));
  }

  void skip() {
    while (at_ < text().size() && (text()[at_] == ' ' || text()[at_] == '\t' || text()[at_] == '\n')) ++at_;
  }
  /// Takes `token` if it comes next; "*" does not take the first half of "**".
  bool take(std::string_view token) {
    skip();
    if (text().compare(at_, token.size(), token) != 0) return false;
    if (token == "*" && text().compare(at_, 2, "**") == 0) return false;
    at_ += token.size();
    return true;
  }
  int add(FormulaNode node) {
    tree_.nodes.push_back(std::move(node));
    return static_cast<int>(tree_.nodes.size()) - 1;
  }
  int join(Kind kind, size_t position, int left, int right) {
    return add({.kind = kind, .position = position, .left = left, .right = right});
  }

  int sum() {
    int left = product();
    for (;;) {
      skip();
      const size_t position = at_;
      if (take("+")) {
        left = join(Kind::add, position, left, product());
      } else if (take("-")) {
        left = join(Kind::subtract, position, left, product());
      } else {
        return left;
      }
    }
  }
  int product() {
    int left = sign();
    for (;;) {
      skip();
      const size_t position = at_;
      if (take("*")) {
        left = join(Kind::multiply, position, left, sign());
      } else if (take("/")) {
        left = join(Kind::divide, position, left, sign());
      } else {
        return left;
      }
    }
  }
  int sign() {
    skip();
    const size_t position = at_;
    if (++depth_ > max_formula_depth) fail(position, "the formula is nested more than 100 levels deep", "Simplify it");
    int node;
    if (take("-")) {
      const int operand = sign();
      node = add({.kind = Kind::negate, .position = position, .left = operand});
    } else if (take("+")) {
      node = sign();
    } else {
      node = power();
    }
    --depth_;
    return node;
  }
  int power() {
    const int base = atom();
    skip();
    const size_t position = at_;
    return take("**") ? join(Kind::power, position, base, sign()) : base;
  }
  int atom() {
    skip();
    if (at_ == text().size()) fail(at_, "the formula ends where a band, number or '(' must come", "Complete it");
    const char c = text()[at_];
    if (is_letter(c)) return name();
    if (is_digit(c) || c == '.') return number();
    if (c == '(') {
      const size_t open = at_++;
      const int inside = sum();
      close(open);
      return inside;
    }
    if (c == ')') fail(at_, "')' where a band, number or '(' must come", "Complete what stands before it");
    unexpected();
  }
  void close(size_t open) {
    if (take(")")) return;
    skip();
    if (at_ < text().size()) unexpected();
    fail(open, "this parenthesis is not closed", "Add ')'");
  }
  int number() {
    const size_t start = at_;
    double value = 0.0;
    const auto [end, error] = std::from_chars(text().data() + at_, text().data() + text().size(), value);
    if (error == std::errc::invalid_argument) fail(start, "'.' without digits", "Write a number, such as 0.5");
    if (error != std::errc()) fail(start, "the number does not fit a double", "Write a smaller number");
    at_ = static_cast<size_t>(end - text().data());
    if (at_ < text().size() && (is_letter(text()[at_]) || text()[at_] == '_'))
      fail(at_, "a name directly after a number", "Write * between them");
    return add({.kind = Kind::number, .position = start, .number = value});
  }
  int name() {
    const size_t start = at_;
    while (at_ < text().size() && (is_letter(text()[at_]) || is_digit(text()[at_]) || text()[at_] == '_')) ++at_;
    std::string word = text().substr(start, at_ - start);
    skip();
    if (at_ < text().size() && text()[at_] == '(') return call(start, word);
    return add({.kind = Kind::name, .position = start, .name = std::move(word)});
  }
  int call(size_t start, const std::string& word) {
    const auto* info =
        std::find_if(std::begin(functions), std::end(functions), [&](const FunctionInfo& f) { return f.name == word; });
    if (info == std::end(functions)) {
      std::vector<std::string> known;
      for (const FunctionInfo& f : functions) known.emplace_back(f.name);
      const std::string near = nearest_name(word, known);
      fail(start, "unknown function '" + word + "'",
           (near.empty() ? "" : "Did you mean '" + near + "'? ") +
               "Functions are min, max, tanh, log, exp, sqrt and abs; write * to multiply");
    }
    const size_t open = at_++;
    skip();
    if (at_ < text().size() && text()[at_] == ')') arity(start, *info, 0);
    int left = sum(), count = 1;
    while (take(",")) {
      const int right = sum();
      ++count;
      if (info->many) {
        left = add({.kind = Kind::call, .position = start, .function = info->function, .left = left, .right = right});
      }
    }
    close(open);
    if (info->many ? count < 2 : count != 1) arity(start, *info, count);
    return info->many ? left : add({.kind = Kind::call, .position = start, .function = info->function, .left = left});
  }
  [[noreturn]] void arity(size_t start, const FunctionInfo& info, int count) const {
    fail(start, std::string(info.name) + " has " + std::to_string(count) + (count == 1 ? " argument" : " arguments"),
         std::string(info.name) + (info.many ? " takes two or more" : " takes one"));
  }
  [[noreturn]] void unexpected() const {
    const char c = text()[at_];
    if (c == ',') fail(at_, "a comma outside a function's arguments", "Write decimals with '.'");
    if (c == '^') fail(at_, "'^' is not an operator", "Write ** for a power");
    if (is_letter(c) || is_digit(c) || c == '(' || c == '.')
      fail(at_, "an operator is missing here", "Write one of + - * / **");
    if (c == '*' || c == '/')
      fail(at_, "an operator where a band, number or '(' must come", "Complete what stands around it");
    const bool printable = c > ' ' && c < '\x7f';
    fail(at_,
         printable ? std::string("'") + c + "' does not belong in a formula" : "a character that is not ASCII text",
         "A formula has names, decimals, + - * / **, parentheses and functions");
  }

  FormulaTree tree_;
  size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

FormulaTree parse_formula(std::string_view text) { return Parser(text).parse(); }

}  // namespace fw
