// Dates as the publishers of statistics write them. Each form is one that can be read in one way only.
#pragma once
#include <optional>
#include <string_view>

#include "core/base/date.h"

namespace fw {

/// First and last day.
struct DaySpan {
  Date from, to;
};

/// ISO 8601 (a clock and zone are cut off), "17 May 2013", "17-May-2013". Never 03/04/2013.
std::optional<Date> parse_day(std::string_view text);
/// A day, a month ("Aug 2020", "Septembre 2012", "2020-08") or a year ("2020").
std::optional<DaySpan> parse_span(std::string_view text);
/// "Aug 2020 - Sep 2020"; both ends may be what parse_span reads.
std::optional<DaySpan> parse_span_from_to(std::string_view text);
/// "Jan-May" of a year; a label whose second month is before the first runs into the next year.
std::optional<DaySpan> parse_month_label(std::string_view label, int year);
/// A four-digit year 1900..2200.
std::optional<int> parse_year(std::string_view text);
DaySpan whole_year(int year);
DaySpan whole_month(int year, int month);

}  // namespace fw
