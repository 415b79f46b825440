#include "core/series/unit_means.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/series/measure.h"
#include "core/series/place_reference.h"

namespace fw {
namespace {

constexpr double least_valid_share = 0.25;

/// Statistics of the reference of every place in the year, units as pixels.
void keep_references(Backend& backend, const SeriesPlan& plan, const RecordPlan& record,
                     const TargetReference& reference, size_t level, size_t i, const TileSeries& series,
                     SeriesStore& store) {
  const ReferencePlanes planes = reference_planes(plan, record, i);
  if (!planes.any()) return;
  PlaceReference of_place(backend, series.pixels);
  PlaceValues values;
  values.resize(series.pixels, planes);
  for (int place = 0; place < periods_per_year(plan.cadence); ++place) {
    of_place.collect(series, reference, place, values);
    if (planes.gamma) collect_gamma(backend, plan, reference, series, place, values);
    if (planes.years > 0) collect_years(backend, plan, record, series, place, values);
    store.keep_units(level, i, place, values);
  }
}

const char* statistic_name(const Indicator& indicator) {
  constexpr const char* names[statistic_count] = {"value", "difference", "percent_of_median", "z", "vci", "tci"};
  if (indicator.measure == Measure::spi) return "spi";
  if (indicator.measure == Measure::detrended_z) return "detrended_z";
  return names[static_cast<int>(indicator.statistic)];
}

/// Years of the reference and their means of units.
struct YearlyMeans {
  int first = 0, years = 0, places = 0;
  size_t units = 0;
  std::vector<float> value;  ///< [year][place][unit]
  YearlyMeans(const SeriesPlan& plan, size_t n)
      : first(plan.reference_from.year),
        years(plan.reference_to.year - plan.reference_from.year + 1),
        places(periods_per_year(plan.cadence)),
        units(n),
        value(static_cast<size_t>(years) * static_cast<size_t>(places) * n, nan_f()) {}
  float* at(int year, int place) {
    const auto y = static_cast<size_t>(year - first), p = static_cast<size_t>(place);
    return value.data() + (y * static_cast<size_t>(places) + p) * units;
  }
  void collect(const ReferenceCalendar& calendar, const TileSeries& series) {
    for (size_t t = 0; t < calendar.year.size(); ++t)
      if (calendar.in_reference[t] && calendar.year[t] >= first && calendar.year[t] < first + years)
        std::copy_n(series.x + t * units, units, at(calendar.year[t], calendar.group[t]));
  }
  void append(const AdminUnits& level, const Indicator& indicator, UnitReference& to) {
    for (size_t u = 0; u < units; ++u)
      for (int place = 0; place < places; ++place) {
        UnitReferenceRow row{level.units()[u].pcode, indicator.id, level.level(), place, statistic_name(indicator), {}};
        for (int y = first; y < first + years; ++y) row.value.push_back(at(y, place)[u]);
        to.rows.push_back(std::move(row));
      }
  }
};

/// The indicator's statistic of the targets against stored statistics. out, reason_out: [target][unit].
void compare_with_stored(Backend& backend, const SeriesPlan& plan, const RecordPlan& record, size_t level, size_t i,
                         const TileSeries& series, SeriesStore& store, float* out, uint8_t* reason_out) {
  const size_t n = series.pixels;
  ReferencePlanes planes;
  planes.add(plan, plan.indicators[i]);
  PlaceReference of_place(backend, n);
  PlaceValues values;
  values.resize(n, planes);
  for (size_t t = 0; t < record.targets.size(); ++t) {
    const auto at = static_cast<size_t>(record.targets[t]);
    if (planes.any())
      store.load_units(level, record.unit_series[i],
                       place_in_year({plan.cadence, record.first.number + record.targets[t]}), planes, values);
    if (planes.years > 0)
      detrend(backend, plan, series.x + at * n, series.reason + at * n, values, n,
              {plan.cadence, record.first.number + record.targets[t]}, out + t * n, reason_out + t * n);
    else if (planes.gamma)
      standardize(backend, series.x + at * n, series.reason + at * n, values, n, out + t * n, reason_out + t * n);
    else
      of_place.compare(series.x + at * n, series.reason + at * n, values, plan, plan.indicators[i].statistic,
                       out + t * n, reason_out + t * n);
  }
}

}  // namespace

UnitMeans::UnitMeans(int periods, std::vector<int> wanted)
    : periods_(static_cast<size_t>(periods)), wanted_(wanted.begin(), wanted.end()) {
  if (!wanted_.empty()) return;
  wanted_.resize(periods_);
  std::iota(wanted_.begin(), wanted_.end(), size_t{0});
}

void UnitMeans::add(const TileZones& zones, size_t series, const float* value) {
  const auto sums = zones.sums(value, periods_, wanted_);
  for (size_t zone = 0; zone < zones.size(); ++zone)
    for (size_t level = 0; level < zones.levels(); ++level)
      if (const int32_t unit = zones.unit(zone, level); unit >= 0) merge({level, unit, series}, sums[zone]);
}

void UnitMeans::merge(const UnitMeans& tile) {
  std::lock_guard lock(mutex_);
  for (const auto& [key, from] : tile.all_) merge(key, from);
}

void UnitMeans::merge(const Key& key, const Sums& from) {
  Sums& to = all_[key];
  to.value.resize(periods_);
  to.area.resize(periods_);
  to.whole.merge(from.whole);
  for (size_t t = 0; t < periods_; ++t) {
    to.value[t].merge(from.value[t]);
    to.area[t].merge(from.area[t]);
  }
}

std::vector<float> UnitMeans::means(size_t level, int32_t unit, size_t series) const {
  std::vector<float> out(periods_, nan_f());
  const auto at = all_.find({level, unit, series});
  if (at == all_.end()) return out;
  const Sums& s = at->second;
  for (size_t t = 0; t < periods_; ++t)
    if (const double area = s.area[t].value(); area > 0 && area >= least_valid_share * s.whole.value())
      out[t] = static_cast<float>(s.value[t].value() / area);
  return out;
}

void add_statistics_of_means(const SeriesPlan& plan, const RecordPlan& record, const std::vector<AdminUnits>& levels,
                             const UnitMeans& means, IndicatorTable& table, SeriesStore* store, UnitReference* kept) {
  const auto backend = make_backend({DeviceChoice::cpu, ""});
  const auto periods = static_cast<size_t>(record.periods);
  const ReferenceCalendar calendar = reference_calendar(plan, record);
  const TargetReference reference(*backend, calendar, record.targets);
  const size_t targets = record.targets.size();
  std::map<std::string, const Indicator*> indicators;
  for (const auto& i : plan.indicators) indicators[i.id] = &i;
  std::map<std::tuple<std::string, std::string>, std::vector<IndicatorRow*>>
      rows;  // by p-code and indicator, in order of period
  for (auto& row : table.rows) rows[{row.pcode, row.indicator}].push_back(&row);

  for (size_t level = 0; level < levels.size(); ++level)
    for (size_t i = 0; i < plan.indicators.size(); ++i) {
      const Indicator& indicator = plan.indicators[i];
      if (indicator.tells_season()) continue;
      const auto& units = levels[level].units();
      const size_t n = units.size();
      std::vector<float> x(periods * n), out(targets * n);
      for (size_t u = 0; u < n; ++u) {
        const auto mean = means.means(level, static_cast<int32_t>(u), record.unit_series[i]);
        for (size_t t = 0; t < periods; ++t) x[t * n + u] = mean[t];
      }
      std::vector<uint8_t> reason(periods * n, static_cast<uint8_t>(Reason::masked)), reason_out(targets * n);
      for (size_t k = 0; k < x.size(); ++k)
        if (!is_nan(x[k])) reason[k] = static_cast<uint8_t>(Reason::value);
      const TileSeries series{x.data(), reason.data(), record.periods, n};
      if (store && !store->updating() && record.unit_series[i] == i)
        keep_references(*backend, plan, record, reference, level, i, series, *store);
      if (store && store->updating())
        compare_with_stored(*backend, plan, record, level, i, series, *store, out.data(), reason_out.data());
      else
        measure(*backend, plan, record, reference, indicator, series, out.data(), reason_out.data());
      if (indicator.compares() && (store || kept)) {
        YearlyMeans yearly(plan, n);
        if (store && store->updating())
          store->load_unit_years(level, record.unit_series[i], yearly.value);
        else
          yearly.collect(calendar, series);
        if (store && !store->updating()) store->keep_unit_years(level, record.unit_series[i], yearly.value);
        if (kept) {
          yearly.append(levels[level], indicator, *kept);
          kept->cadence = plan.cadence;
          kept->first_year = yearly.first;
          kept->years = yearly.years;
        }
      }
      for (size_t u = 0; u < n; ++u) {
        const auto at = rows.find({units[u].pcode, indicator.id});
        if (at == rows.end()) continue;
        for (IndicatorRow* row : at->second) {
          if (row->level != levels[level].level() || row->reason == Reason::not_in_season) continue;
          const auto t = static_cast<size_t>(row->period.number - plan.analysis_from.number);
          row->of_mean = out[t * n + u];
          row->series_mean = x[static_cast<size_t>(record.targets[t]) * n + u];
        }
      }
    }
  if (kept)
    std::sort(kept->rows.begin(), kept->rows.end(), [](const UnitReferenceRow& a, const UnitReferenceRow& b) {
      return std::tie(a.pcode, a.indicator, a.place) < std::tie(b.pcode, b.indicator, b.place);
    });
}

}  // namespace fw
