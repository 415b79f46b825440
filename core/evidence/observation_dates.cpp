#include "core/evidence/observation_dates.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/base/text.h"

namespace fw {
namespace {

/// 1..12 for a month in English or French, whole or by its first three letters (English); 0 for anything else.
int month_of(std::string_view word) {
  constexpr std::array english = {"january", "february", "march",     "april",   "may",      "june",
                                  "july",    "august",   "september", "october", "november", "december"};
  constexpr std::array french = {"janvier", "février", "mars",      "avril",   "mai",      "juin",
                                 "juillet", "août",    "septembre", "octobre", "novembre", "décembre"};
  // Without accents as people type them.
  constexpr std::array plain = {"janvier", "fevrier", "mars",      "avril",   "mai",      "juin",
                                "juillet", "aout",    "septembre", "octobre", "novembre", "decembre"};
  const std::string w = lower(word);
  for (size_t m = 0; m < 12; ++m)
    if (w == english[m] || w == french[m] || w == plain[m] || w == std::string_view(english[m]).substr(0, 3) ||
        (m == 8 && w == "sept"))
      return static_cast<int>(m) + 1;
  return 0;
}

}  // namespace

DaySpan whole_year(int year) { return {{year, 1, 1}, {year, 12, 31}}; }
DaySpan whole_month(int year, int month) { return {{year, month, 1}, {year, month, days_in_month(year, month)}}; }

std::optional<int> parse_year(std::string_view text) {
  if (text.size() != 4) return {};
  const auto year = parse_integer(text);
  if (!year || *year < 1900 || *year > 2200) return {};
  return static_cast<int>(*year);
}

std::optional<Date> parse_day(std::string_view text) {
  const std::string t = trim(text);
  // Eight digits alone are a number of something else more often than a day.
  if (t.size() >= 10 && t[4] == '-')
    if (const auto iso = parse_datetime(t)) return iso->date;
  // A clock without a zone reads as its day.
  std::string words = t;
  std::replace(words.begin(), words.end(), '-', ' ');
  const std::vector<std::string> parts = split(words, ' ');
  if (parts.size() != 3) return {};
  const auto day = parse_integer(parts[0]);
  const int month = month_of(parts[1]);
  const auto year = parse_year(parts[2]);
  if (!day || parts[0].size() > 2 || !month || !year) return {};
  const Date d{*year, month, static_cast<int>(*day)};
  return is_valid(d) ? std::optional(d) : std::nullopt;
}

std::optional<DaySpan> parse_span(std::string_view text) {
  const std::string t = trim(text);
  if (const auto day = parse_day(t)) return DaySpan{*day, *day};
  if (const auto year = parse_year(t)) return whole_year(*year);
  if (t.size() == 7 && t[4] == '-') {
    const auto year = parse_year(t.substr(0, 4));
    const auto month = parse_integer(t.substr(5));
    if (year && month && *month >= 1 && *month <= 12) return whole_month(*year, static_cast<int>(*month));
    return {};
  }
  const size_t blank = t.rfind(' ');
  if (blank == std::string::npos) return {};
  const int month = month_of(trim(t.substr(0, blank)));
  const auto year = parse_year(t.substr(blank + 1));
  if (!month || !year) return {};
  return whole_month(*year, month);
}

std::optional<DaySpan> parse_span_from_to(std::string_view text) {
  const size_t dash = text.find(" - ");
  if (dash == std::string_view::npos) return parse_span(text);
  const auto a = parse_span(text.substr(0, dash)), b = parse_span(text.substr(dash + 3));
  if (!a || !b || b->to < a->from) return {};
  return DaySpan{a->from, b->to};
}

std::optional<DaySpan> parse_month_label(std::string_view label, int year) {
  const size_t dash = label.find('-');
  if (dash == std::string_view::npos) return {};
  const int a = month_of(trim(label.substr(0, dash))), b = month_of(trim(label.substr(dash + 1)));
  if (!a || !b) return {};
  return DaySpan{whole_month(year, a).from, whole_month(b < a ? year + 1 : year, b).to};
}

}  // namespace fw
