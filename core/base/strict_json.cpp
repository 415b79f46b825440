#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/config.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace fw {
namespace {

constexpr size_t max_depth = 64;
constexpr size_t max_number_length = 400;

struct Position {
  size_t line = 1, column = 1;
};
Position position_of(std::string_view text, size_t byte) {
  Position p;
  for (size_t i = 0; i < byte && i < text.size(); ++i) {
    p.column = text[i] == '\n' ? 1 : p.column + 1;
    if (text[i] == '\n') ++p.line;
  }
  return p;
}
std::string where(std::string_view text, size_t byte) {
  const Position p = position_of(text, byte);
  return "line " + std::to_string(p.line) + ", column " + std::to_string(p.column);
}

/// Builds the tree and refuses what JSON allows but we do not.
class StrictReader : public nlohmann::json_sax<nlohmann::ordered_json> {
 public:
  using Json = nlohmann::ordered_json;
  explicit StrictReader(std::string_view text) : text_(text) {}
  Json result;

  bool null() override { return put(nullptr), true; }
  bool boolean(bool v) override { return put(v), true; }
  bool number_integer(number_integer_t v) override { return put(v), true; }
  bool number_unsigned(number_unsigned_t v) override { return put(v), true; }
  bool number_float(number_float_t v, const string_t& text) override {
    if (!std::isfinite(v) || text.size() > max_number_length)
      throw InputError("JSON_NUMBER", "A number is out of range (" + printable(text, 40) + "). Give a finite decimal number.");
    return put(v), true;
  }
  bool string(string_t& v) override { return put(std::move(v)), true; }
  bool binary(binary_t&) override { return false; }
  bool start_object(size_t) override { return open(Json::object()); }
  bool start_array(size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& v) override {
    if (stands_already(v))
      throw InputError("JSON_DUP_KEY", "The key \"" + printable(v, 60) + "\" stands twice in one object. Keep one of them.");
    key_ = v;
    return true;
  }
  bool parse_error(size_t byte, const std::string& token, const nlohmann::detail::exception& e) override {
    const std::string t = trim(token);
    const bool number_like = e.id == 406 /* overflow */ || t.find("NaN") != std::string::npos || t.find("Infinity") != std::string::npos ||
                             (!t.empty() && (t[0] == '-' || (t[0] >= '0' && t[0] <= '9')) && t.size() > max_number_length);
    // The lexer stops at the first odd letter: NaN reads as "N", Infinity as "I", -Infinity as "-I".
    const std::string_view rest = text_.substr(byte > 0 ? byte - 1 : 0);
    const std::string_view before = text_.substr(0, byte);
    const bool special = rest.substr(0, 3) == "NaN" || rest.substr(0, 8) == "Infinity" ||
                         (before.size() > 1 && before.substr(before.size() - 2) == "-I");
    if (number_like || special)
      throw InputError("JSON_NUMBER", "NaN and Infinity are no JSON numbers (" + where(text_, byte ? byte - 1 : 0) + "). Leave the value out.");
    throw InputError("JSON_SYNTAX", "Not valid JSON at " + where(text_, byte ? byte - 1 : 0) + " (found '" + printable(t.substr(t.size() > 20 ? t.size() - 20 : 0), 40) +
                                        "'). Check commas, quotes and brackets.");
  }

 private:
  using Members = Json::object_t::Container;  ///< in their order

  Members& members() { return stack_.back()->get_ref<Json::object_t&>(); }
  /// Small objects are looked through, of large ones a set of keys is kept.
  bool stands_already(const std::string& key) {
    constexpr size_t small = 16;
    const Members& here = members();
    std::set<std::string>& known = keys_.back();
    if (here.size() < small)
      return std::any_of(here.begin(), here.end(), [&](const auto& member) { return member.first == key; });
    if (known.empty())
      for (const auto& member : here) known.insert(member.first);
    return !known.insert(key).second;
  }
  Json& put(Json v) {
    if (stack_.empty()) return result = std::move(v);
    if (stack_.back()->is_array()) {
      stack_.back()->push_back(std::move(v));
      return stack_.back()->back();
    }
    members().emplace_back(key_, std::move(v));  // the key stands there once: looking for it would cost its square
    return members().back().second;
  }
  bool open(Json v) {
    if (keys_.size() >= max_depth)
      throw InputError("JSON_DEPTH", "The JSON is nested deeper than " + std::to_string(max_depth) + " levels.");
    stack_.push_back(&put(std::move(v)));
    keys_.emplace_back();
    return true;
  }
  bool close() {
    stack_.pop_back();
    keys_.pop_back();
    return true;
  }
  std::string_view text_;
  std::vector<Json*> stack_;
  std::vector<std::set<std::string>> keys_;
  std::string key_;
};

}  // namespace

nlohmann::ordered_json parse_json_strict(std::string_view text) {
  if (text.find('\0') != std::string_view::npos || !is_valid_utf8(text))
    throw InputError("ENCODING", "The JSON is not UTF-8 text. Save it as UTF-8.");
  StrictReader reader(text);
  if (!nlohmann::ordered_json::sax_parse(text.begin(), text.end(), &reader))
    throw InputError("JSON_SYNTAX", "Not valid JSON.");
  return std::move(reader.result);
}

}  // namespace fw
