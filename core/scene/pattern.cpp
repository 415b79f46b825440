#include "core/scene/pattern.h"

// A false alarm of GCC 12 inside libstdc++'s <regex> when sanitizers are on.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <regex>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fw {
namespace {

/// ECMAScript has no named groups: "(?<y>" becomes "(" and its name is kept by number.
std::string without_names(const std::string& text, std::vector<std::string>& names) {
  std::string plain;
  names.assign(1, "");
  bool in_class = false;
  for (size_t i = 0; i < text.size(); ++i) {
    plain += text[i];
    if (text[i] == '\\' && i + 1 < text.size()) {
      plain += text[++i];
    } else if (in_class) {
      in_class = text[i] != ']';
    } else if (text[i] == '[') {
      in_class = true;
    } else if (text[i] == '(') {
      const bool special = i + 1 < text.size() && text[i + 1] == '?';
      if (!special) {
        names.emplace_back();
      } else if (text.compare(i, 3, "(?<") == 0) {
        const size_t end = text.find('>', i);
        if (end == std::string::npos) continue;  // the regex library says what is wrong
        names.push_back(text.substr(i + 3, end - i - 3));
        i = end;
      }
    }
  }
  return plain;
}

}  // namespace

struct Pattern::Impl {
  std::string text;
  std::vector<std::string> names;
  std::regex regex;
};

std::string PatternMatch::named(std::string_view name) const {
  for (size_t i = 1; i < groups.size() && i < names.size(); ++i) {
    if (names[i] == name && !groups[i].empty()) return groups[i];
  }
  return {};
}

Pattern::Pattern(const std::string& text) {
  auto impl = std::make_shared<Impl>();
  impl->text = text;
  try {
    impl->regex = std::regex(without_names(text, impl->names), std::regex::ECMAScript | std::regex::optimize);
  } catch (const std::regex_error& e) {
    throw ConfigError(
        "PATTERN", "The regular expression '" + printable(text) + "' does not compile (" + e.what() + "). Correct it.");
  }
  impl_ = std::move(impl);
}

const std::string& Pattern::text() const {
  static const std::string none;
  return impl_ ? impl_->text : none;
}

std::optional<PatternMatch> Pattern::search(std::string_view text) const {
  if (!impl_) return std::nullopt;
  const std::string_view cut = text.substr(0, 512);
  std::match_results<std::string_view::const_iterator> found;
  if (!std::regex_search(cut.begin(), cut.end(), found, impl_->regex)) return std::nullopt;
  PatternMatch match;
  match.names = impl_->names;
  for (const auto& group : found) match.groups.push_back(group.str());
  return match;
}

std::optional<NamedDate> date_by_pattern(const Pattern& pattern, std::string_view name) {
  const auto match = pattern.search(name);
  if (!match) return std::nullopt;
  const auto number = [&](const char* group, int fallback) -> int {
    const std::string text = match->named(group);
    if (text.empty()) return fallback;
    return static_cast<int>(parse_integer(text).value_or(-1));
  };
  NamedDate out;
  const int year = number("y", -1), doy = number("doy", 0), dekad = number("dekad", 0);
  if (year < 1 || year > 9999 || dekad < 0 || dekad > 3) return out;
  Date date{year, number("m", 1), number("d", dekad > 0 ? dekad * 10 - 9 : 1)};
  if (!match->named("doy").empty()) {
    const int days = is_valid({year, 2, 29}) ? 366 : 365;
    if (doy < 1 || doy > days) return out;
    date = date_from_days(days_since_epoch({year, 1, 1}) + doy - 1);
  }
  if (!is_valid(date)) return out;
  out.time.date = date;
  if (match->named("doy").empty() && match->named("d").empty()) {
    const Period whole = period_of(date, dekad > 0 ? Cadence::dekad : Cadence::month);
    out.days = static_cast<int>(days_since_epoch(last_day(whole)) - days_since_epoch(date)) + 1;
  }
  if (const std::string clock = match->named("time"); !clock.empty()) {
    const auto full = parse_datetime(to_string(date) + "T" + clock.substr(0, 2) + ":" + clock.substr(2, 2) + ":" +
                                     clock.substr(4, 2) + "Z");
    if (clock.size() != 6 || !full) return out;
    out.time = *full;
  }
  out.valid = true;
  return out;
}

}  // namespace fw
