#include "core/risk/input_age.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>

namespace fw {
namespace {

constexpr std::string_view evidence_prefix = "evidence:";

/// Newest acquisition of the window that ends with `now`.
std::optional<Date> newest_acquisition(const IndicatorDays& of, Period now) {
  const auto after = std::upper_bound(of.days.begin(), of.days.end(), last_day(now));
  if (after == of.days.begin()) return {};
  const Date day = *std::prev(after);
  if (period_of(day, now.cadence).number <= now.number - of.window) return {};
  return day;
}

using Reports = std::map<std::pair<std::string, std::string>, std::vector<const EvidenceRow*>>;  // by p-code, kind

/// Newest of the reports up to `now`. An age coarsened for an audience never leads out of the row's own period.
std::optional<Date> newest_report(const std::vector<const EvidenceRow*>& rows, Period now, Date as_of) {
  std::optional<Date> newest;
  for (const EvidenceRow* e : rows) {
    if (last_day(e->period) > last_day(now)) continue;
    const Date told = date_from_days(days_since_epoch(as_of) - static_cast<int64_t>(e->age_days));
    const Date day = std::clamp(told, first_day(e->period), last_day(e->period));
    newest = newest ? std::max(*newest, day) : day;
  }
  return newest;
}

}  // namespace

void set_input_age(const InputDays& inputs, const EvidenceTable& evidence, RiskTable& table) {
  Reports reports;
  for (const EvidenceRow& e : evidence.rows) reports[{e.pcode, e.kind}].push_back(&e);
  for (RiskRow& row : table.rows) {
    std::optional<Date> newest;
    for (const Contribution& c : row.contributions) {
      if (std::isnan(c.membership)) continue;
      std::optional<Date> day;
      if (c.factor.starts_with(evidence_prefix)) {
        const auto at = reports.find({row.pcode, c.factor.substr(evidence_prefix.size())});
        if (at != reports.end()) day = newest_report(at->second, row.period, inputs.as_of);
      } else if (const auto of = inputs.indicators.find(c.factor); of != inputs.indicators.end()) {
        day = newest_acquisition(of->second, row.period);
      }
      if (day) newest = newest ? std::max(*newest, *day) : *day;
    }
    row.input_age_days =
        newest ? static_cast<double>(days_since_epoch(last_day(row.period)) - days_since_epoch(*newest)) : nan_d();
  }
}

}  // namespace fw
