#include "core/evidence/data_terms.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"

namespace fw {
namespace {

constexpr std::array<const char*, 4> sensitivity_names = {"low", "moderate", "high", "severe"};
constexpr int most_years = 100;

struct Span {
  long long months = 0, days = 0;
};

bool add_part(long long n, char unit, Span& span) {
  constexpr long long most = most_years * 366LL;
  if (n < 0 || n > most) return false;
  if (unit == 'y') span.months += 12 * n;
  if (unit == 'm') span.months += n;
  if (unit == 'w') span.days += 7 * n;
  if (unit == 'd') span.days += n;
  return unit == 'y' || unit == 'm' || unit == 'w' || unit == 'd';
}

std::optional<Span> parse_iso_span(const std::string& text) {
  Span span;
  std::string digits;
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] >= '0' && text[i] <= '9') {
      digits += text[i];
      continue;
    }
    const auto n = parse_integer(digits);
    if (!n || !add_part(*n, text[i], span)) return {};
    digits.clear();
  }
  return digits.empty() && text.size() > 2 ? std::optional(span) : std::nullopt;
}

std::optional<Span> parse_span(std::string_view cell) {
  const std::string text = lower(trim(cell));
  if (text.empty()) return {};
  if (text[0] == 'p') return parse_iso_span(text);
  const size_t end = text.find_first_not_of("0123456789");
  if (end == 0 || end == std::string::npos) return {};
  const auto n = parse_integer(text.substr(0, end));
  std::string unit = trim(text.substr(end));
  if (unit.size() > 1 && unit.back() == 's') unit.pop_back();
  Span span;
  const bool known = unit == "day" || unit == "week" || unit == "month" || unit == "year" || unit == "d" ||
                     unit == "w" || unit == "m" || unit == "y";
  return n && known && add_part(*n, unit[0], span) ? std::optional(span) : std::nullopt;
}

std::string plain(std::string_view text) {
  std::string s = lower(trim(text));
  std::replace_if(
      s.begin(), s.end(), [](char c) { return c == '-' || c == '_'; }, ' ');
  return s;
}

}  // namespace

const char* name_of(Sensitivity s) { return sensitivity_names.at(static_cast<size_t>(s)); }

std::optional<Sensitivity> parse_sensitivity(std::string_view text) {
  const auto at = std::find(sensitivity_names.begin(), sensitivity_names.end(), lower(trim(text)));
  if (at == sensitivity_names.end()) return {};
  return static_cast<Sensitivity>(at - sensitivity_names.begin());
}

std::optional<Date> keep_until(std::string_view retention, Date reported) {
  if (const auto day = parse_datetime(trim(retention))) return day->date;
  const auto span = parse_span(retention);
  if (!span || span->months > 12 * most_years) return {};
  const long long month = reported.year * 12LL + reported.month - 1 + span->months;
  Date d{static_cast<int>(month / 12), static_cast<int>(month % 12) + 1, reported.day};
  d.day = std::min(d.day, days_in_month(d.year, d.month));
  return date_from_days(days_since_epoch(d) + span->days);
}

bool serves_purpose(std::string_view given, std::string_view wanted) {
  const std::vector<std::string> purposes = split(std::string(given), ';');
  return std::any_of(purposes.begin(), purposes.end(), [&](const std::string& p) { return plain(p) == plain(wanted); });
}

}  // namespace fw
