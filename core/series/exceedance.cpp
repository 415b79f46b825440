#include "core/series/exceedance.h"

#include <cmath>

#include "core/series/measure.h"

namespace fw {

std::vector<YearExceedance> count_exceedance(const SeriesPlan& plan, const RecordPlan& record,
                                             const std::vector<AdminUnits>& levels, const UnitMeans& means,
                                             const IndicatorTable& table) {
  std::vector<YearExceedance> out;
  if (levels.empty()) return out;
  const auto& units = levels.back().units();
  const size_t level = levels.size() - 1, n = units.size(), periods = static_cast<size_t>(record.periods);
  std::map<std::string, double> area_km2;
  for (const auto& row : table.rows)
    if (row.level == levels.back().level()) area_km2[row.pcode] = row.area_km2;
  const ReferenceCalendar calendar = reference_calendar(plan, record);
  RecordPlan past;
  past.first = record.first;
  past.periods = record.periods;
  for (int t = 0; t < record.periods; ++t)
    if (calendar.in_reference[static_cast<size_t>(t)]) past.targets.push_back(t);
  if (past.targets.empty() || n == 0) return out;
  const auto backend = make_backend({DeviceChoice::cpu, ""});
  const TargetReference reference(*backend, calendar, past.targets);
  std::vector<float> x(periods * n), value(past.targets.size() * n);
  std::vector<uint8_t> reason(x.size()), reason_out(value.size());
  for (size_t i = 0; i < plan.indicators.size(); ++i) {
    const Indicator& indicator = plan.indicators[i];
    if (indicator.clean_up || indicator.tells_season()) continue;
    for (size_t u = 0; u < n; ++u) {
      const auto mean = means.means(level, static_cast<int32_t>(u), record.unit_series[i]);
      for (size_t t = 0; t < periods; ++t) x[t * n + u] = mean[t];
    }
    for (size_t k = 0; k < x.size(); ++k)
      reason[k] = static_cast<uint8_t>(is_nan(x[k]) ? Reason::masked : Reason::value);
    measure(*backend, plan, past, reference, indicator, {x.data(), reason.data(), record.periods, n}, value.data(),
            reason_out.data());
    std::map<int, YearExceedance> years;
    for (size_t t = 0; t < past.targets.size(); ++t) {
      const Period p{plan.cadence, record.first.number + past.targets[t]};
      if (indicator.seasonal && plan.season && !plan.season->holds(p)) continue;
      for (size_t u = 0; u < n; ++u) {
        const float v = value[t * n + u];
        const auto area = area_km2.find(units[u].pcode);
        if (is_nan(v) || area == area_km2.end()) continue;
        const auto m2 = static_cast<uint64_t>(std::llround(area->second * 1e6));
        YearExceedance& year = years.try_emplace(year_of(p), YearExceedance{i, year_of(p), 0, 0}).first->second;
        year.all_m2 += m2;
        const double d = static_cast<double>(v);
        if (indicator.above ? d > indicator.threshold : d < indicator.threshold) year.beyond_m2 += m2;
      }
    }
    for (const auto& [year, counts] : years) out.push_back(counts);
  }
  return out;
}

}  // namespace fw
