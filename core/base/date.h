// Calendar days and the periods of the engine: dekads (1-10, 11-20, 21-end) and months.
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fw {

/// A day of the proleptic Gregorian calendar.
struct Date {
  int year = 1970, month = 1, day = 1;
  auto operator<=>(const Date&) const = default;
};

/// Days since 1970-01-01.
int64_t days_since_epoch(Date d);
Date date_from_days(int64_t days);
int days_in_month(int year, int month);
bool is_valid(Date d);
/// "2024-05-21"
std::string to_string(Date d);

/// An instant in UTC, or a plain day. Seconds 60 (leap second) is kept as 59.
struct DateTime {
  Date date;
  int seconds_of_day = 0;
  bool has_time = false;
  bool has_zone = false;  ///< Z or an offset was given (the value is then UTC)
  auto operator<=>(const DateTime&) const = default;
};
/// Seconds since 1970-01-01T00:00:00Z.
int64_t seconds_since_epoch(const DateTime& t);
/// ISO 8601: YYYY-MM-DD, YYYYMMDD, YYYY-MM-DD[T ]hh:mm[:ss[.fff]][Z|±hh:mm]; also TIFF's YYYY:MM:DD hh:mm:ss.
/// Nothing else is guessed; an impossible date (30 February, hour 25) gives nothing.
std::optional<DateTime> parse_datetime(std::string_view text);
std::string to_string(const DateTime& t);

enum class Cadence : uint8_t { dekad, month };
inline int periods_per_year(Cadence c) { return c == Cadence::dekad ? 36 : 12; }

/// One dekad or month, numbered consecutively: dekad 36*year + 3*(month-1) + min(2,(day-1)/10); month 12*year + month-1.
struct Period {
  Cadence cadence = Cadence::dekad;
  int number = 0;
  auto operator<=>(const Period&) const = default;
};
Period period_of(Date d, Cadence c);
/// 0-based place in the year: 0..35 or 0..11.
inline int place_in_year(Period p) { return p.number % periods_per_year(p.cadence); }
inline int year_of(Period p) { return p.number / periods_per_year(p.cadence); }
Date first_day(Period p);
Date last_day(Period p);
/// "2024-05-d3" or "2024-05".
std::string label(Period p);
/// Inverse of label().
std::optional<Period> parse_period(std::string_view text);
/// "21-31 May 2024" or "May 2024", for people.
std::string describe(Period p);

}  // namespace fw
