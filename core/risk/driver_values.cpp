#include "core/risk/driver_values.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>

#include "core/risk/alps.h"
#include "core/risk/driver_model.h"
#include "core/risk/price_anomaly.h"

namespace fw {
namespace {

constexpr int longest_wait = 2;  // months that the newest value may come later than usual
constexpr int min_years = 5;     // of other years for an average
constexpr int longest_memory = 24;
constexpr int indicator_days = 62;  // an indicator older than this is not of now

int month_of(Date d) { return period_of(d, Cadence::month).number; }
int year_of_month(int month) { return month / 12; }

/// Last month that is over and known on the day of issue.
int known_month(Date issue, int lag_days) {
  const Date then = date_from_days(days_since_epoch(issue) - lag_days);
  const Period p = period_of(then, Cadence::month);
  return then == last_day(p) ? p.number : p.number - 1;
}
Date last_day_of_month(int month) { return last_day({Cadence::month, month}); }

double window_mean(const MonthlySeries& series, int end, int months) {
  double sum = 0;
  for (int m = end - months + 1; m <= end; ++m) sum += series.at(m) / months;
  return sum;
}
double z_at(const MonthlySeries& series, int end, int months, const std::set<int>& without_years) {
  const double now = window_mean(series, end, months);
  if (std::isnan(now)) return nan_d();
  double n = 0, mean = 0, squares = 0;  // Welford 1962
  for (int other = end - 12 * ((end - series.first) / 12); other < series.end(); other += 12) {
    if (other == end || without_years.contains(year_of_month(other)) ||
        without_years.contains(year_of_month(other - months + 1)))
      continue;
    const double v = window_mean(series, other, months);
    if (std::isnan(v)) continue;
    const double off = v - mean;
    mean += off / ++n;
    squares += off * (v - mean);
  }
  if (n < min_years) return nan_d();
  const double sd = std::sqrt(squares / (n - 1));
  return sd > 1e-9 * std::abs(mean) ? (now - mean) / sd : nan_d();
}
double median_of(std::vector<double> values) {
  std::erase_if(values, [](double v) { return std::isnan(v); });
  if (values.empty()) return nan_d();
  std::sort(values.begin(), values.end());
  const size_t n = values.size();
  return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

}  // namespace

double seasonal_z(const MonthlySeries& series, int known, int months, const std::set<int>& without_years, int* newest) {
  for (int end = known; end >= known - longest_wait; --end)
    if (const double z = z_at(series, end, months, without_years); !std::isnan(z)) {
      *newest = end;
      return z;
    }
  return nan_d();
}

double months_since_good(const MonthlySeries& series, int known, int months, const std::set<int>& without_years,
                         int* newest) {
  int end = known;
  if (std::isnan(seasonal_z(series, known, months, without_years, &end))) return nan_d();
  *newest = end;
  for (int back = 0; back <= longest_memory; ++back) {
    const double z = z_at(series, end - back, months, without_years);
    if (std::isnan(z)) return nan_d();  // the good season may lie there
    if (z >= 0) return back;
  }
  return longest_memory;
}

namespace {

/// Newest month with a value that is not too old; nothing where there is none.
std::optional<int> newest_month(const MonthlySeries& series, int known) {
  int last = std::min(known, series.end() - 1);
  while (last >= series.first && std::isnan(series.at(last))) --last;
  if (last < series.first || last < known - longest_wait) return {};
  return last;
}
/// The series as it was known when its month `last` was the newest.
std::span<const double> up_to(const MonthlySeries& series, int last) {
  return std::span(series.values).first(static_cast<size_t>(last - series.first) + 1);
}

}  // namespace

double price_stress(const MonthlySeries& series, int known, int* newest) {
  const auto last = newest_month(series, known);
  if (!last) return nan_d();
  *newest = *last;
  const int t = *last - series.first;
  return alps_z(fit_alps(up_to(series, *last), series.first % 12, t), series.at(*last), t, *last % 12);
}

double price_growth(const MonthlySeries& series, int known, int* newest) {
  const auto last = newest_month(series, known);
  if (!last) return nan_d();
  *newest = *last;
  return price_anomaly(up_to(series, *last), *last - series.first).ipa;
}

MonthlySeries MonthlySeries::of(const std::map<int, double>& by_month) {
  MonthlySeries out{by_month.begin()->first, {}};
  out.values.assign(static_cast<size_t>(by_month.rbegin()->first - out.first) + 1, nan_d());
  for (const auto& [month, value] : by_month) out.values[static_cast<size_t>(month - out.first)] = value;
  return out;
}

DriverValues::DriverValues(const DriverList& list, const std::vector<MatchedObservation>& observations,
                           const IndicatorTable& indicators, double min_valid_fraction)
    : list_(list), series_(list.drivers.size()), indicators_(list.drivers.size()) {
  for (size_t k = 0; k < list_.drivers.size(); ++k) {
    const DriverSpec& spec = list_.drivers[k];
    if (spec.indicator)
      for (const IndicatorRow& row : indicators.rows)
        if (row.indicator == *spec.indicator && !std::isnan(row.mean) && row.valid_fraction >= min_valid_fraction)
          indicators_[k][row.pcode].push_back({last_day(row.period), row.mean});
    if (!spec.source) continue;
    const bool counts = spec.source->statistic == DriverStatistic::log_sum;
    struct Cell {
      double sum = 0;
      int values = 0;
    };
    std::map<std::string, std::map<std::tuple<std::string, std::string, std::string>, std::map<int, Cell>>> cells;
    for (const MatchedObservation& m : observations) {
      const Observation& o = m.observation;
      if (o.outlook != spec.source->outlook || name_of(o.dataset) != spec.source->dataset ||
          o.quantity != spec.source->quantity || (!spec.source->detail.empty() && o.detail != spec.source->detail))
        continue;
      const auto sort =
          counts ? std::tuple<std::string, std::string, std::string>{} : std::tuple{o.detail, o.site, o.unit};
      Cell& cell = cells[m.pcode][sort][month_of(o.to)];
      cell.sum += o.value;
      ++cell.values;
    }
    for (const auto& [pcode, sorts] : cells)
      for (const auto& [sort, months] : sorts) {
        std::map<int, double> by_month;
        for (const auto& [month, cell] : months) by_month[month] = counts ? cell.sum : cell.sum / cell.values;
        series_[k][pcode].push_back(MonthlySeries::of(by_month));
      }
  }
}

DriverValue DriverValues::statistic_of(const DriverSpec& spec, const SeriesOfUnit& all, Date issue,
                                       const std::set<int>& without_years) const {
  const DriverSource& source = *spec.source;
  const int known = known_month(issue, spec.lag_days);
  std::vector<double> values;
  int newest_of_all = 0;
  for (const MonthlySeries& series : all) {
    int newest = known;
    double value = nan_d();
    switch (source.statistic) {
      case DriverStatistic::z:
        value = seasonal_z(series, known, source.months, without_years, &newest);
        break;
      case DriverStatistic::months_since_good:
        value = months_since_good(series, known, source.months, without_years, &newest);
        break;
      case DriverStatistic::alps:
        value = price_stress(series, known, &newest);
        break;
      case DriverStatistic::ipa:
        value = price_growth(series, known, &newest);
        break;
      case DriverStatistic::last:
      case DriverStatistic::mean: {
        double sum = 0;
        int count = 0;
        for (int m = known; m > known - source.months; --m) {
          const double v = series.at(m);
          if (std::isnan(v)) continue;
          if (count++ == 0) newest = m;
          sum += v;
          if (source.statistic == DriverStatistic::last) break;
        }
        if (count > 0) value = sum / count;
        break;
      }
      case DriverStatistic::log_sum: {
        double sum = nan_d();
        for (int end = known; std::isnan(sum) && end >= known - longest_wait; --end) {
          sum = window_mean(series, end, source.months) * source.months;
          newest = end;
        }
        value = std::log1p(sum);
        break;
      }
    }
    values.push_back(value);
    if (!std::isnan(value)) newest_of_all = std::max(newest_of_all, newest);
  }
  DriverValue out;
  out.raw = median_of(values);
  if (!std::isnan(out.raw)) out.newest = last_day_of_month(newest_of_all);
  return out;
}

std::vector<DriverValue> DriverValues::at(const std::string& pcode, Date issue,
                                          const std::set<int>& without_years) const {
  std::vector<DriverValue> out;
  for (size_t k = 0; k < list_.drivers.size(); ++k) {
    const DriverSpec& spec = list_.drivers[k];
    DriverValue value;
    if (const auto seen = indicators_[k].find(pcode); seen != indicators_[k].end()) {
      const int64_t known = days_since_epoch(issue) - spec.lag_days;
      for (const IndicatorValue& v : seen->second) {
        const int64_t day = days_since_epoch(v.last);
        if (day <= known && day > known - indicator_days && (!value.from_indicator || v.last > value.newest))
          value = {v.value, nan_d(), v.last, true};
      }
    }
    if (!value.from_indicator && spec.source)
      if (const auto series = series_[k].find(pcode); series != series_[k].end())
        value = statistic_of(spec, series->second, issue, without_years);
    value.oriented = orient_driver((value.raw - spec.centre) / spec.scale, spec.sign);
    out.push_back(value);
  }
  return out;
}

}  // namespace fw
