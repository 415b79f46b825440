// Strict reading of configuration (TOML that people edit, JSON that machines write): every key is asked for or refused.
#pragma once
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fw {

/// JSON with limits. Errors: InputError JSON_SYNTAX (line, column), JSON_DEPTH (> 64 levels), JSON_DUP_KEY, JSON_NUMBER (NaN,
/// Infinity, out of range, more than 400 digits), ENCODING.
nlohmann::ordered_json parse_json_strict(std::string_view text);

/// One value of a configuration with its key path, for messages: "bale.toml: key 'grid.cell' (line 7): …".
/// A table remembers which keys were asked for; done() refuses the rest (UNKNOWN_KEY, with the nearest known key).
class ConfigNode {
 public:
  /// .toml or .json by the file's name. Errors: ConfigError CONFIG_UNREADABLE, TOML_SYNTAX / JSON_SYNTAX with line and column,
  /// JSON_DUP_KEY, JSON_NUMBER, JSON_DEPTH.
  static ConfigNode load(const std::string& file);
  static ConfigNode parse_toml(std::string_view text, const std::string& name);
  static ConfigNode parse_json(std::string_view text, const std::string& name);

  bool has(std::string_view key) const;
  /// Child table or array element. Errors: ConfigError MISSING_KEY, TYPE.
  ConfigNode at(std::string_view key) const;
  std::optional<ConfigNode> find(std::string_view key) const;
  std::vector<ConfigNode> list(std::string_view key) const;     ///< array of anything; empty when absent
  std::vector<std::string> strings(std::string_view key) const; ///< array of strings (or one string); empty when absent
  std::vector<double> numbers(std::string_view key) const;
  std::vector<std::string> keys() const;                        ///< of a table; marks them as known

  std::string text(std::string_view key) const;
  std::string text(std::string_view key, std::string fallback) const;
  /// Errors: NUMBER_FORMAT where the value is a string, RANGE outside [lo, hi] or not finite.
  double number(std::string_view key, double lo, double hi) const;
  double number(std::string_view key, double lo, double hi, double fallback) const;
  long long integer(std::string_view key, long long lo, long long hi) const;
  long long integer(std::string_view key, long long lo, long long hi, long long fallback) const;
  bool boolean(std::string_view key, bool fallback) const;

  // The node itself as a scalar (elements of a list).
  std::string as_text() const;
  double as_number(double lo, double hi) const;
  bool is_table() const;
  bool is_text() const;

  /// Refuses keys that nobody asked for. Call when a table has been read whole.
  void done() const;
  /// ConfigError at this node: "file: key 'path' (line n): message".
  [[noreturn]] void fail(const std::string& code, const std::string& message) const;
  [[noreturn]] void fail(std::string_view key, const std::string& code, const std::string& message) const;
  const std::string& path() const { return path_; }
  /// The configuration as canonical JSON text (keys in the order of the file): what the manifest hashes.
  std::string canonical() const;

 private:
  struct Tree;
  ConfigNode(std::shared_ptr<const Tree> tree, const nlohmann::ordered_json* value, std::string path);
  const nlohmann::ordered_json* child(std::string_view key) const;
  const nlohmann::ordered_json& need(std::string_view key) const;

  std::shared_ptr<const Tree> tree_;
  const nlohmann::ordered_json* value_ = nullptr;
  std::string path_;
  std::shared_ptr<std::map<std::string, bool>> asked_;
};

}  // namespace fw
