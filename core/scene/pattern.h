// Regular expressions of a product, with named groups: (?<y>\d{4}). Written by people who describe products, run on
// names of files.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/date.h"

namespace fw {

/// What matched: the whole match and the groups.
struct PatternMatch {
  std::vector<std::string> groups;                 ///< 0 is the whole match; groups that took no part are empty
  std::vector<std::string> names;                  ///< of the groups; empty where a group has none
  std::string named(std::string_view name) const;  ///< empty when there is no such group
};

/// A compiled expression (ECMAScript, and (?<name>…)). Copy is cheap (shared).
class Pattern {
 public:
  Pattern() = default;
  /// Errors: ConfigError PATTERN (does not compile), with the reason.
  explicit Pattern(const std::string& text);
  bool empty() const { return !impl_; }
  const std::string& text() const;
  /// Anywhere in the text, which is cut to 512 bytes. An empty pattern matches nothing.
  std::optional<PatternMatch> search(std::string_view text) const;
  bool matches(std::string_view text) const { return search(text).has_value(); }

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

/// The date in a name by the groups y, m, d | y, doy, with optional dekad (1..3: days 1, 11, 21), time (hhmmss).
/// Without d: the 1st. Out: nothing when the pattern does not match; `valid` false when it does and there is no such
/// day; `days`: how long what the name says is, a day, a dekad or a month.
struct NamedDate {
  DateTime time;
  int days = 1;
  bool valid = false;
};
std::optional<NamedDate> date_by_pattern(const Pattern& pattern, std::string_view name);

}  // namespace fw
