#include "core/base/config.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>
#include <toml++/toml.h>

#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace fw {
namespace {

using Json = nlohmann::ordered_json;
using Lines = std::map<std::string, unsigned>;

Json convert(const toml::node& node, const std::string& path, Lines& lines) {
  lines[path] = node.source().begin.line;
  if (const auto* table = node.as_table()) {
    // toml++ sorts keys; the order of the file comes back by line and column.
    std::vector<std::pair<std::string, const toml::node*>> children;
    for (const auto& [key, value] : *table) children.emplace_back(std::string(key.str()), &value);
    std::stable_sort(children.begin(), children.end(), [](const auto& a, const auto& b) {
      const auto pa = a.second->source().begin, pb = b.second->source().begin;
      return std::pair(pa.line, pa.column) < std::pair(pb.line, pb.column);
    });
    Json object = Json::object();
    for (const auto& [key, value] : children) object[key] = convert(*value, path.empty() ? key : path + "." + key, lines);
    return object;
  }
  if (const auto* array = node.as_array()) {
    Json list = Json::array();
    for (size_t i = 0; i < array->size(); ++i) list.push_back(convert(*array->get(i), path + "[" + std::to_string(i) + "]", lines));
    return list;
  }
  if (const auto* v = node.as_string()) return v->get();
  if (const auto* v = node.as_boolean()) return v->get();
  if (const auto* v = node.as_integer()) return v->get();
  if (const auto* v = node.as_floating_point()) return v->get();
  std::ostringstream text;  // dates and times are written as text and parsed by who asks
  if (const auto* v = node.as_date()) text << v->get();
  if (const auto* v = node.as_date_time()) text << v->get();
  if (const auto* v = node.as_time()) text << v->get();
  return text.str();
}

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0]++;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t keep = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({keep, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

struct ConfigNode::Tree {
  std::string name;
  Json root;
  Lines lines;
};

ConfigNode::ConfigNode(std::shared_ptr<const Tree> tree, const Json* value, std::string path)
    : tree_(std::move(tree)), value_(value), path_(std::move(path)), asked_(std::make_shared<std::map<std::string, bool>>()) {}

ConfigNode ConfigNode::load(const std::string& file) {
  std::string text;
  try {
    text = read_file(file, 16U << 20);
  } catch (const Error& e) {
    throw ConfigError("CONFIG_UNREADABLE", e.what());
  }
  const bool json = file.size() > 5 && lower(file.substr(file.size() - 5)) == ".json";
  return json ? parse_json(text, file) : parse_toml(text, file);
}

ConfigNode ConfigNode::parse_toml(std::string_view text, const std::string& name) {
  auto tree = std::make_shared<Tree>();
  tree->name = name;
  try {
    tree->root = convert(toml::parse(text), "", tree->lines);
  } catch (const toml::parse_error& e) {
    const auto at = e.source().begin;
    throw ConfigError("TOML_SYNTAX", name + ": line " + std::to_string(at.line) + ", column " + std::to_string(at.column) + ": " +
                                         printable(e.description()) + ". Correct the file.");
  }
  const Json* root = &tree->root;
  return {std::move(tree), root, ""};
}

ConfigNode ConfigNode::parse_json(std::string_view text, const std::string& name) {
  auto tree = std::make_shared<Tree>();
  tree->name = name;
  try {
    tree->root = parse_json_strict(text);
  } catch (const Error& e) {
    throw ConfigError(e.code(), name + ": " + e.what());
  }
  if (!tree->root.is_object()) throw ConfigError("JSON_SYNTAX", name + ": line 1, column 1: a configuration is one JSON object { … }.");
  const Json* root = &tree->root;
  return {std::move(tree), root, ""};
}

const Json* ConfigNode::child(std::string_view key) const {
  if (!value_->is_object()) fail("TYPE", "must be a table");
  (*asked_)[std::string(key)] = true;
  const auto it = value_->find(std::string(key));
  return it == value_->end() ? nullptr : &*it;
}

const Json& ConfigNode::need(std::string_view key) const {
  const Json* v = child(key);
  if (!v) fail(key, "MISSING_KEY", "is missing. Add it.");
  return *v;
}

bool ConfigNode::has(std::string_view key) const { return child(key) != nullptr; }

std::optional<ConfigNode> ConfigNode::find(std::string_view key) const {
  const Json* v = child(key);
  if (!v) return {};
  return ConfigNode(tree_, v, path_.empty() ? std::string(key) : path_ + "." + std::string(key));
}

ConfigNode ConfigNode::at(std::string_view key) const {
  need(key);
  return *find(key);
}

std::vector<ConfigNode> ConfigNode::list(std::string_view key) const {
  std::vector<ConfigNode> out;
  const auto node = find(key);
  if (!node) return out;
  if (!node->value_->is_array()) node->fail("TYPE", "must be a list");
  for (size_t i = 0; i < node->value_->size(); ++i)
    out.push_back(ConfigNode(tree_, &(*node->value_)[i], node->path_ + "[" + std::to_string(i) + "]"));
  return out;
}

std::vector<std::string> ConfigNode::strings(std::string_view key) const {
  if (const auto node = find(key); node && node->is_text()) return {node->as_text()};
  std::vector<std::string> out;
  for (const auto& node : list(key)) out.push_back(node.as_text());
  return out;
}

std::vector<double> ConfigNode::numbers(std::string_view key) const {
  std::vector<double> out;
  for (const auto& node : list(key)) out.push_back(node.as_number(-HUGE_VAL, HUGE_VAL));
  return out;
}

std::vector<std::string> ConfigNode::keys() const {
  std::vector<std::string> out;
  if (!value_->is_object()) fail("TYPE", "must be a table");
  for (const auto& [key, value] : value_->items()) {
    (*asked_)[key] = true;
    out.push_back(key);
  }
  return out;
}

std::string ConfigNode::as_text() const {
  if (!value_->is_string()) fail("TYPE", "must be a text in quotes");
  return value_->get<std::string>();
}

double ConfigNode::as_number(double lo, double hi) const {
  if (value_->is_string()) fail("NUMBER_FORMAT", "must be a number, not the text \"" + printable(value_->get<std::string>(), 40) + "\" (decimal point, no quotes)");
  if (!value_->is_number()) fail("TYPE", "must be a number");
  const double v = value_->get<double>();
  if (!std::isfinite(v) || v < lo || v > hi)
    fail("RANGE", "is " + (std::isfinite(v) ? format_number(v) : std::string("not finite")) + ", outside " + format_number(lo) + " .. " + format_number(hi));
  return v;
}

bool ConfigNode::is_table() const { return value_->is_object(); }
bool ConfigNode::is_text() const { return value_->is_string(); }

std::string ConfigNode::text(std::string_view key) const {
  need(key);
  return find(key)->as_text();
}
std::string ConfigNode::text(std::string_view key, std::string fallback) const { return has(key) ? text(key) : fallback; }
double ConfigNode::number(std::string_view key, double lo, double hi) const {
  need(key);
  return find(key)->as_number(lo, hi);
}
double ConfigNode::number(std::string_view key, double lo, double hi, double fallback) const {
  return has(key) ? number(key, lo, hi) : fallback;
}
long long ConfigNode::integer(std::string_view key, long long lo, long long hi) const {
  const Json& v = need(key);
  const ConfigNode node = *find(key);
  if (v.is_string()) node.as_number(0, 0);
  if (!v.is_number()) node.fail("TYPE", "must be a whole number");
  const double d = v.get<double>();
  if (v.is_number_float() && d != std::floor(d)) node.fail("TYPE", "must be a whole number, not " + format_number(d));
  if (!std::isfinite(d) || d < static_cast<double>(lo) || d > static_cast<double>(hi))
    node.fail("RANGE", "is " + format_number(d) + ", outside " + std::to_string(lo) + " .. " + std::to_string(hi));
  return v.is_number_float() ? static_cast<long long>(d) : v.get<long long>();
}
long long ConfigNode::integer(std::string_view key, long long lo, long long hi, long long fallback) const {
  return has(key) ? integer(key, lo, hi) : fallback;
}
bool ConfigNode::boolean(std::string_view key, bool fallback) const {
  const auto node = find(key);
  if (!node) return fallback;
  if (!node->value_->is_boolean()) node->fail("TYPE", "must be true or false");
  return node->value_->get<bool>();
}

void ConfigNode::done() const {
  if (!value_->is_object()) return;
  for (const auto& [key, value] : value_->items()) {
    if (asked_->count(key)) continue;
    std::string hint;
    size_t best = 3;
    for (const auto& [known, unused] : *asked_)
      if (const size_t d = edit_distance(key, known); d < best) {
        best = d;
        hint = " Did you mean '" + known + "'?";
      }
    fail(printable(key, 60), "UNKNOWN_KEY", "is not known here." + (hint.empty() ? std::string(" Remove it.") : hint));
  }
}

void ConfigNode::fail(const std::string& code, const std::string& message) const {
  const auto line = tree_->lines.find(path_);
  throw ConfigError(code, tree_->name + ": " + (path_.empty() ? std::string("the file") : "key '" + printable(path_, 120) + "'") +
                              (line == tree_->lines.end() ? "" : " (line " + std::to_string(line->second) + ")") + " " + message);
}

void ConfigNode::fail(std::string_view key, const std::string& code, const std::string& message) const {
  const std::string path = path_.empty() ? std::string(key) : path_ + "." + std::string(key);
  ConfigNode(tree_, value_, path).fail(code, message);
}

std::string ConfigNode::canonical() const { return value_->dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace fw
