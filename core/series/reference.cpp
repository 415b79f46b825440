#include "core/series/reference.h"

#include <algorithm>
#include <map>

#include "core/series/send.h"

namespace fw {

ReferenceCalendar reference_calendar(Period first, int periods, std::optional<Date> from, std::optional<Date> to) {
  ReferenceCalendar calendar;
  for (int i = 0; i < periods; ++i) {
    const Period p{first.cadence, first.number + i};
    calendar.group.push_back(place_in_year(p));
    calendar.year.push_back(year_of(p));
    calendar.in_reference.push_back((!from || last_day(p) >= *from) && (!to || first_day(p) <= *to));
  }
  return calendar;
}

TargetReference::TargetReference(Backend& backend, const ReferenceCalendar& calendar, const std::vector<int>& targets)
    : group_(send(backend, calendar.group)),
      year_(send(backend, calendar.year)),
      target_(send(backend, std::vector<int32_t>(targets.begin(), targets.end()))),
      in_reference_(send(backend, calendar.in_reference)),
      targets_(static_cast<int>(targets.size())) {
  std::map<int32_t, int> years;
  for (size_t t = 0; t < calendar.group.size(); ++t)
    if (calendar.in_reference[t]) most_years_ = std::max(most_years_, ++years[calendar.group[t]]);
}

void TargetReference::compare(Backend& backend, const TileSeries& series, int min_years, double std_floor,
                              Statistic statistic, float* out, uint8_t* reason_out) const {
  Anomaly op{};
  op.x = series.x;
  op.reason = series.reason;
  op.times = series.times;
  op.pixels = series.pixels;
  set(op);
  op.min_years = min_years;
  op.std_floor = static_cast<float>(std_floor);
  op.out[static_cast<int>(statistic)] = out;
  op.reason_out[static_cast<int>(statistic)] = reason_out;
  backend.run(op);
}

}  // namespace fw
