#include "core/base/date.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace fw {
namespace {

constexpr std::array<const char*, 12> month_names = {"January", "February", "March",     "April",   "May",      "June",
                                                     "July",    "August",   "September", "October", "November", "December"};

/// Exactly `digits` decimal digits at `at`; moves `at` past them.
bool take_digits(std::string_view s, size_t& at, int digits, int& value) {
  if (at + static_cast<size_t>(digits) > s.size()) return false;
  int v = 0;
  for (int i = 0; i < digits; ++i) {
    const char c = s[at + static_cast<size_t>(i)];
    if (c < '0' || c > '9') return false;
    v = v * 10 + (c - '0');
  }
  at += static_cast<size_t>(digits);
  value = v;
  return true;
}
bool take(std::string_view s, size_t& at, char c) {
  if (at >= s.size() || s[at] != c) return false;
  ++at;
  return true;
}

}  // namespace

int64_t days_since_epoch(Date d) {
  // H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
  const int y = d.year - (d.month <= 2);
  const int era = (y >= 0 ? y : y - 399) / 400;
  const auto yoe = static_cast<unsigned>(y - era * 400);
  const auto doy = static_cast<unsigned>((153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1);
  const unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return static_cast<int64_t>(era) * 146097 + static_cast<int64_t>(doe) - 719468;
}

Date date_from_days(int64_t days) {
  days += 719468;
  const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const auto doe = static_cast<unsigned>(days - era * 146097);
  const unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const unsigned mp = (5 * doy + 2) / 153;
  const int month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  return {static_cast<int>(static_cast<int64_t>(yoe) + era * 400) + (month <= 2), month,
          static_cast<int>(doy - (153 * mp + 2) / 5 + 1)};
}

int days_in_month(int year, int month) {
  constexpr std::array<int, 12> days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : days[static_cast<size_t>(month - 1)];
}

bool is_valid(Date d) {
  return d.year >= 0 && d.year <= 9999 && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
         d.day <= days_in_month(d.year, d.month);
}

std::string to_string(Date d) {
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", d.year, d.month, d.day);
  return text;
}

int64_t seconds_since_epoch(const DateTime& t) { return days_since_epoch(t.date) * 86400 + t.seconds_of_day; }

std::optional<DateTime> parse_datetime(std::string_view s) {
  DateTime t;
  size_t at = 0;
  if (!take_digits(s, at, 4, t.date.year)) return {};
  const char separator = at < s.size() && (s[at] == '-' || s[at] == ':') ? s[at] : '\0';
  if (separator) ++at;
  if (!take_digits(s, at, 2, t.date.month)) return {};
  if (separator && !take(s, at, separator)) return {};
  if (!take_digits(s, at, 2, t.date.day) || !is_valid(t.date)) return {};
  if (at == s.size()) return separator == ':' ? std::nullopt : std::optional(t);
  if (s[at] != 'T' && s[at] != ' ') return {};
  ++at;
  int hour = 0, minute = 0, second = 0;
  const bool colons = s.size() > at + 2 && s[at + 2] == ':';
  if (!take_digits(s, at, 2, hour)) return {};
  if (colons && !take(s, at, ':')) return {};
  if (!take_digits(s, at, 2, minute)) return {};
  if (colons ? take(s, at, ':') : (at < s.size() && s[at] >= '0' && s[at] <= '9')) {
    if (!take_digits(s, at, 2, second)) return {};
    if (take(s, at, '.')) {
      const size_t begin = at;
      while (at < s.size() && s[at] >= '0' && s[at] <= '9') ++at;
      if (at == begin) return {};
    }
  }
  if (hour > 23 || minute > 59 || second > 60) return {};
  t.has_time = true;
  t.seconds_of_day = hour * 3600 + minute * 60 + std::min(second, 59);
  if (at == s.size()) return t;
  t.has_zone = true;
  if (take(s, at, 'Z')) return at == s.size() ? std::optional(t) : std::nullopt;
  const int sign = s[at] == '+' ? 1 : s[at] == '-' ? -1 : 0;
  if (!sign) return {};
  ++at;
  int zone_hour = 0, zone_minute = 0;
  if (!take_digits(s, at, 2, zone_hour)) return {};
  take(s, at, ':');
  if (at < s.size() && !take_digits(s, at, 2, zone_minute)) return {};
  if (at != s.size() || zone_hour > 14 || zone_minute > 59) return {};
  const int64_t utc = seconds_since_epoch(t) - sign * (zone_hour * 3600 + zone_minute * 60);
  const int64_t day = utc >= 0 ? utc / 86400 : (utc - 86399) / 86400;
  t.date = date_from_days(day);
  t.seconds_of_day = static_cast<int>(utc - day * 86400);
  return t;
}

std::string to_string(const DateTime& t) {
  std::string text = to_string(t.date);
  if (!t.has_time) return text;
  char clock[32];
  std::snprintf(clock, sizeof clock, "T%02d:%02d:%02d", t.seconds_of_day / 3600, t.seconds_of_day / 60 % 60,
                t.seconds_of_day % 60);
  return text + clock + (t.has_zone ? "Z" : "");
}

Period period_of(Date d, Cadence c) {
  if (c == Cadence::month) return {c, 12 * d.year + d.month - 1};
  return {c, 36 * d.year + 3 * (d.month - 1) + std::min(2, (d.day - 1) / 10)};
}

Date first_day(Period p) {
  const int place = place_in_year(p);
  if (p.cadence == Cadence::month) return {year_of(p), place + 1, 1};
  return {year_of(p), place / 3 + 1, 1 + 10 * (place % 3)};
}
Date last_day(Period p) { return date_from_days(days_since_epoch(first_day({p.cadence, p.number + 1})) - 1); }

std::string label(Period p) {
  const Date d = first_day(p);
  char text[32];
  if (p.cadence == Cadence::month)
    std::snprintf(text, sizeof text, "%04d-%02d", d.year, d.month);
  else
    std::snprintf(text, sizeof text, "%04d-%02d-d%d", d.year, d.month, place_in_year(p) % 3 + 1);
  return text;
}

std::optional<Period> parse_period(std::string_view s) {
  Date d;
  size_t at = 0;
  if (!take_digits(s, at, 4, d.year) || !take(s, at, '-') || !take_digits(s, at, 2, d.month)) return {};
  if (d.month < 1 || d.month > 12) return {};
  if (at == s.size()) return period_of(d, Cadence::month);
  int third = 0;
  if (!take(s, at, '-') || !take(s, at, 'd') || !take_digits(s, at, 1, third) || at != s.size()) return {};
  if (third < 1 || third > 3) return {};
  d.day = 1 + 10 * (third - 1);
  return period_of(d, Cadence::dekad);
}

std::string describe(Period p) {
  const Date a = first_day(p), b = last_day(p);
  const std::string month = std::string(month_names[static_cast<size_t>(a.month - 1)]) + " " + std::to_string(a.year);
  if (p.cadence == Cadence::month) return month;
  return std::to_string(a.day) + "-" + std::to_string(b.day) + " " + month;
}

}  // namespace fw
