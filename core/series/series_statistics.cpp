#include "core/series/series_statistics.h"

#include <algorithm>
#include <functional>

#include "core/base/error.h"
#include "core/base/text.h"
#include "kernels/method_table.h"

namespace fw {
namespace {

/// Output of one method: `bands` arrays of `pixels` floats on the backend, brought to the host at the end.
class Results {
 public:
  Results(const SeriesTile& tile, size_t bands)
      : tile_(tile), bands_(bands), memory_(tile.backend, bands * tile.pixels) {}
  float* at(size_t band) { return memory_.at(band * tile_.pixels); }
  std::vector<float> host() {
    std::vector<float> values(bands_ * tile_.pixels);
    tile_.backend.download(values.data(), memory_.data(), values.size() * sizeof(float));
    for (float& v : values)
      if (is_nan(v)) v = nan_f();
    return values;
  }

 private:
  const SeriesTile& tile_;
  size_t bands_;
  Buffer<float> memory_;
};

template <class T>
Buffer<T> send(Backend& backend, const std::vector<T>& host) {
  Buffer<T> buffer(backend, std::max<size_t>(1, host.size()));
  backend.upload(buffer.data(), host.data(), host.size() * sizeof(T));
  return buffer;
}

/// Place in the year, year and membership of the reference, on the backend.
struct Calendar {
  Buffer<int32_t> group, year, target;
  Buffer<uint8_t> in_reference;
  int groups = 0, target_at = 0;
};

Calendar calendar_of(const SeriesSettings& s, const SeriesTile& tile) {
  FW_EXPECT(static_cast<int>(tile.periods.size()) == tile.times, "a period for every time");
  std::vector<int32_t> group, year, target;
  std::vector<uint8_t> in_reference;
  for (const Period p : tile.periods) {
    group.push_back(place_in_year(p));
    year.push_back(year_of(p));
    in_reference.push_back((!s.reference_from || last_day(p) >= *s.reference_from) &&
                           (!s.reference_to || first_day(p) <= *s.reference_to));
  }
  const Period wanted = s.target.value_or(tile.periods.back());
  const auto at = std::find(tile.periods.begin(), tile.periods.end(), wanted);
  if (at == tile.periods.end())
    throw ConfigError("RANGE", "The period " + label(wanted) + " is not in the series (" + label(tile.periods.front()) +
                                   " to " + label(tile.periods.back()) + ").");
  target.push_back(static_cast<int32_t>(at - tile.periods.begin()));
  Calendar c{send(tile.backend, group),        send(tile.backend, year),         send(tile.backend, target),
             send(tile.backend, in_reference), periods_per_year(wanted.cadence), target[0]};
  return c;
}

/// An operation on the tile's series; what else it takes is set by the caller.
template <class Op>
Op on_series(const SeriesTile& tile) {
  Op op{};
  op.x = tile.x;
  op.reason = tile.reason;
  op.times = tile.times;
  op.pixels = tile.pixels;
  return op;
}

/// Compares the calendar's target with the reference years.
template <class Op>
void compare_target(Op& op, const Calendar& c) {
  op.group = c.group.data();
  op.year = c.year.data();
  op.in_reference = c.in_reference.data();
  op.target = c.target.data();
  op.targets = 1;
}

std::vector<float> simple(const SeriesTile& tile, int which) {
  Results out(tile, 1);
  SeriesStats op{tile.x, tile.times, tile.pixels, nullptr, nullptr, nullptr, nullptr, nullptr};
  float** const places[] = {&op.count, &op.mean, &op.stddev, &op.min, &op.max};
  *places[which] = out.at(0);
  tile.backend.run(op);
  return out.host();
}

std::vector<float> anomaly(const SeriesSettings& s, const SeriesTile& tile, Statistic statistic) {
  Calendar c = calendar_of(s, tile);
  Results out(tile, 1);
  Buffer<uint8_t> reason(tile.backend, tile.pixels);
  auto op = on_series<Anomaly>(tile);
  compare_target(op, c);
  op.min_years = s.min_years;
  op.std_floor = static_cast<float>(s.std_floor);
  op.out[static_cast<int>(statistic)] = out.at(0);
  op.reason_out[static_cast<int>(statistic)] = reason.data();
  tile.backend.run(op);
  return out.host();
}

std::vector<float> detrended(const SeriesSettings& s, const SeriesTile& tile) {
  Calendar c = calendar_of(s, tile);
  Results out(tile, 2);
  auto op = on_series<DetrendedAnomaly>(tile);
  compare_target(op, c);
  op.min_years = std::max(3, s.min_years);
  op.max_years = max_reference_years;
  op.std_floor = static_cast<float>(s.std_floor);
  op.z = out.at(0);
  op.slope = out.at(1);
  tile.backend.run(op);
  return out.host();
}

std::vector<float> whittaker(const SeriesSettings& s, const SeriesTile& tile) {
  const auto times = static_cast<size_t>(tile.times);
  Results out(tile, times + 1);
  Buffer<uint8_t> reason(tile.backend, times * tile.pixels), flags(tile.backend, times * tile.pixels);
  auto op = on_series<Whittaker<float>>(tile);
  op.choice = s.lambda > 0 ? LambdaChoice::fixed : LambdaChoice::v_curve;
  op.lambda = s.lambda > 0 ? s.lambda : 1;
  op.grid.by_lag1 = true;
  op.p = 0.5;
  op.min_valid = min_whittaker_values;
  op.max_gap = 3;
  op.max_extrapolation = 0;  // nothing beyond the data
  op.out = out.at(1);
  op.out_reason = reason.data();
  op.flags = flags.data();
  op.lambda_out = out.at(0);
  tile.backend.run(op);
  return out.host();
}

std::vector<float> savitzky_golay(const SeriesSettings& s, const SeriesTile& tile) {
  const auto times = static_cast<size_t>(tile.times);
  if (s.savgol_window % 2 == 0 || s.savgol_window < 3 || s.savgol_window > max_smoothing_window || s.savgol_order < 0 ||
      s.savgol_order > 6 || s.savgol_order >= s.savgol_window)
    throw ConfigError("RANGE", "Savitzky-Golay needs an odd window of 3 to " + std::to_string(max_smoothing_window) +
                                   " and an order of 0 to 6 below it.");
  Results out(tile, times);
  Buffer<uint8_t> reason(tile.backend, times * tile.pixels), flags(tile.backend, times * tile.pixels);
  tile.backend.run(SavitzkyGolay<float>{tile.x, tile.reason, tile.times, tile.pixels, s.savgol_window, s.savgol_order,
                                        min_whittaker_values, 3, out.at(0), reason.data(), flags.data()});
  return out.host();
}

std::vector<float> trend(const SeriesTile& tile, const std::vector<TrendStatistic>& wanted) {
  Results out(tile, wanted.size());
  auto op = on_series<MannKendall<float>>(tile);
  op.test = TrendTest::seasonal;
  op.period = periods_per_year(tile.periods.front().cadence);
  for (size_t k = 0; k < wanted.size(); ++k) op.out[static_cast<int>(wanted[k])] = out.at(k);
  tile.backend.run(op);
  return out.host();
}

std::vector<float> line(const SeriesTile& tile) {
  std::vector<double> years;
  for (const Period p : tile.periods) years.push_back(static_cast<double>(p.number) / periods_per_year(p.cadence));
  auto t = send(tile.backend, years);
  Results out(tile, 3);
  auto op = on_series<LinearTrend<float>>(tile);
  op.t = t.data();
  op.out[static_cast<int>(LineStatistic::slope)] = out.at(0);
  op.out[static_cast<int>(LineStatistic::p)] = out.at(1);
  op.out[static_cast<int>(LineStatistic::r2)] = out.at(2);
  tile.backend.run(op);
  return out.host();
}

std::vector<float> spi(const SeriesSettings& s, const SeriesTile& tile) {
  if (s.spi_scale < 1 || s.spi_scale > max_spi_scale)
    throw ConfigError("RANGE", "The scale of the SPI must be 1 to " + std::to_string(max_spi_scale) + " periods.");
  Calendar c = calendar_of(s, tile);
  const auto times = static_cast<size_t>(tile.times);
  Buffer<float> all(tile.backend, times * tile.pixels);
  auto op = on_series<StandardizedIndex<float>>(tile);
  op.group = c.group.data();
  op.in_calibration = c.in_reference.data();
  op.groups = c.groups;
  op.scale = s.spi_scale;
  op.distribution = SpiDistribution::gamma_mle;
  op.zero_rule = ZeroRule::center;
  op.min_years = std::max(4, s.min_years);
  op.min_nonzero = std::max(2, s.min_years);
  op.max_zero_share = 0.9;
  op.out = all.data();
  tile.backend.run(op);
  std::vector<float> values(tile.pixels);
  tile.backend.download(values.data(), all.at(static_cast<size_t>(c.target_at) * tile.pixels),
                        tile.pixels * sizeof(float));
  for (float& v : values)
    if (is_nan(v)) v = nan_f();
  return values;
}

std::vector<float> phenology(const SeriesSettings& s, const SeriesTile& tile) {
  Calendar c = calendar_of(s, tile);
  const auto groups = static_cast<size_t>(c.groups);
  Buffer<float> curve(tile.backend, groups * tile.pixels);
  Climatology climatology{};
  climatology.x = tile.x;
  climatology.times = tile.times;
  climatology.pixels = tile.pixels;
  climatology.group = c.group.data();
  climatology.in_reference = c.in_reference.data();
  climatology.groups = c.groups;
  climatology.min_years = 1;
  climatology.min_years_tails = 1;
  climatology.mean = curve.data();
  tile.backend.run(climatology);
  Results out(tile, 5);
  Phenology op{};
  op.curve = curve.data();
  op.periods = c.groups;
  op.pixels = tile.pixels;
  op.circular = true;
  op.start_fraction = 0.2F;
  op.senescence_fraction = 0.75F;
  op.end_fraction = 0.2F;
  op.min_amplitude = 0.05F;
  op.start = out.at(0);
  op.peak = out.at(1);
  op.senescence = out.at(2);
  op.end = out.at(3);
  op.length = out.at(4);
  tile.backend.run(op);
  return out.host();
}

/// Rows of harmonic terms over the periods, years from the calendar and `time` the number of the period from 1 on.
struct Seasons {
  static constexpr int harmonics = 3;
  std::vector<double> years, number;
  double centre, scale;
  Buffer<double> terms;
};

Seasons seasons_of(const SeriesTile& tile) {
  Seasons s;
  for (const Period p : tile.periods) {
    s.years.push_back(static_cast<double>(p.number) / periods_per_year(p.cadence));
    s.number.push_back(static_cast<double>(s.number.size() + 1));
  }
  s.centre = (static_cast<double>(tile.times) + 1) / 2;
  s.scale = std::max(1.0, static_cast<double>(tile.times) / 2);
  s.terms = send(tile.backend, harmonic_terms(s.years, s.number, s.centre, s.scale, Seasons::harmonics));
  return s;
}

std::vector<float> harmonic(const SeriesTile& tile) {
  const Seasons s = seasons_of(tile);
  Results out(tile, 4);
  auto op = on_series<HarmonicFit<float>>(tile);
  op.harmonics = Seasons::harmonics;
  op.terms = s.terms.data();
  op.centre = s.centre;
  op.scale = s.scale;
  op.amplitude[0] = out.at(0);
  op.phase[0] = out.at(1);
  op.sigma = out.at(2);
  op.r2 = out.at(3);
  tile.backend.run(op);
  return out.host();
}

/// Bands: 1 where the series left its season and trend, 0 where it was monitored and did not; year of the break; median
/// residual of the monitored periods.
std::vector<float> break_monitor(const SeriesSettings& settings, const SeriesTile& tile) {
  const Seasons s = seasons_of(tile);
  int from = tile.times - tile.times / 4;
  if (settings.monitor_from)
    from = period_of(*settings.monitor_from, tile.periods.front().cadence).number - tile.periods.front().number;
  if (from < 1 || from >= tile.times)
    throw ConfigError("RANGE", "Monitoring must begin inside the series (" + label(tile.periods.front()) + " to " +
                                   label(tile.periods.back()) + "), after some history.");
  Results out(tile, 3);
  auto op = on_series<BreakMonitor<float>>(tile);
  op.harmonics = Seasons::harmonics;
  op.terms = s.terms.data();
  op.centre = s.centre;
  op.scale = s.scale;
  op.monitor_from = from;
  op.critical = mosum_critical_value(0.25, 10, 0.05);
  op.roc_critical = recursive_cusum_critical_value(0.05);
  op.breakpoint = out.at(0);
  op.magnitude = out.at(2);
  tile.backend.run(op);
  std::vector<float> values = out.host();
  for (size_t i = 0; i < tile.pixels; ++i) {
    const float row = values[i];
    if (is_nan(row)) {
      values[tile.pixels + i] = nan_f();
      continue;
    }
    values[i] = row >= 0 ? 1.0F : 0.0F;
    values[tile.pixels + i] = row >= 0 ? static_cast<float>(s.years[static_cast<size_t>(row)]) : nan_f();
  }
  return values;
}

using Run = std::function<std::vector<float>(const SeriesSettings&, const SeriesTile&)>;
struct Entry {
  SeriesStatistic method;
  std::vector<std::string> bands;  ///< empty: one band per period
  Run run;
};

const std::vector<Entry>& entries() {
  static const std::vector<Entry> all = {
      {{"count", "number of dates with a value", "dates", "", "", false, false},
       {"count"},
       [](auto&, auto& t) { return simple(t, 0); }},
      {{"mean", "mean", "x", "", "no value on any date", false, false},
       {"mean"},
       [](auto&, auto& t) { return simple(t, 1); }},
      {{"std", "standard deviation (ddof 1)", "x", "", "fewer than 2 values", false, false},
       {"std"},
       [](auto&, auto& t) { return simple(t, 2); }},
      {{"min", "least value", "x", "", "no value on any date", false, false},
       {"min"},
       [](auto&, auto& t) { return simple(t, 3); }},
      {{"max", "greatest value", "x", "", "no value on any date", false, false},
       {"max"},
       [](auto&, auto& t) { return simple(t, 4); }},
      {{"mk", "seasonal Mann-Kendall test: z, two-sided p, tau, number of values", "1", "Hirsch & Slack 1984",
        "fewer than 4 values", true, false},
       {"z", "p", "tau", "count"},
       [](auto&, auto& t) {
         return trend(t, {TrendStatistic::z, TrendStatistic::p, TrendStatistic::tau, TrendStatistic::count});
       }},
      {{"sen", "seasonal Theil-Sen slope", "x per year", "Sen 1968; Hirsch, Slack & Smith 1982", "fewer than 4 values",
        true, false},
       {"slope"},
       [](auto&, auto& t) { return trend(t, {TrendStatistic::slope}); }},
      {{"ols", "line by least squares: slope per year, two-sided p, r2", "x per year", "", "fewer than 3 values", true,
        false},
       {"slope", "p", "r2"},
       [](auto&, auto& t) { return line(t); }},
      {{"harmonic",
        "season of three harmonics and a trend: amplitude and phase of the first, residual standard deviation, r2", "x",
        "", "fewer than 12 values", true, false},
       {"amplitude", "phase", "sigma", "r2"},
       [](auto&, auto& t) { return harmonic(t); }},
      {{"bfast",
        "break of season and trend (OLS-MOSUM, stable history by reversed CUSUM, 5 %): found, year, median residual",
        "1", "Verbesselt, Zeileis & Herold 2012", "fewer than 12 values in the stable history", true, false},
       {"break", "year", "magnitude"},
       break_monitor},
      {{"whittaker", "smoothed series, one band per period after a band with lambda", "x",
        "Eilers 2003; V-curve Eilers et al. 2017",
        "fewer than 5 values; nothing before the first and after the last value", true, false},
       {},
       whittaker},
      {{"savgol", "Savitzky-Golay filter, one band per period", "x", "Savitzky & Golay 1964",
        "fewer values than the window; nothing before the first and after the last value", true, false},
       {},
       savitzky_golay},
      {{"vci", "Vegetation Condition Index of the target period, 0..100", "%", "Kogan 1995",
        "fewer than min-years other years, or a flat record", true, true},
       {"vci"},
       [](auto& s, auto& t) { return anomaly(s, t, Statistic::vci); }},
      {{"z", "leave-one-out z of the target period", "1", "docs/method.md",
        "fewer than min-years other years, or a flat record", true, true},
       {"z"},
       [](auto& s, auto& t) { return anomaly(s, t, Statistic::z); }},
      {{"detrended_z",
        "z of the target period from the Theil-Sen line of the other years, and the line's slope per year", "1",
        "docs/method.md; Sen 1968", "fewer than min-years other years", true, true},
       {"z", "slope"},
       detrended},
      {{"spi",
        "standardised precipitation index of the target period (gamma by maximum likelihood, zeros at their centre)",
        "1", "McKee et al. 1993; Stagge et al. 2015", "fewer than min-years sums, or more than 90 % zeros", true, true},
       {"spi"},
       spi},
      {{"phenology",
        "start, peak, senescence, end and length of the mean season, in periods from the start of the year", "periods",
        "Jonsson & Eklundh 2004", "amplitude below 0.05, or a period of the year without any value", true, true},
       {"start", "peak", "senescence", "end", "length"},
       phenology},
  };
  return all;
}

const Entry& entry_of(const SeriesStatistic& method) {
  for (const auto& e : entries())
    if (e.method.name == method.name) return e;
  throw std::logic_error("series_statistics.cpp: a method that is not in the table");
}

}  // namespace

const std::vector<SeriesStatistic>& series_statistics() {
  static const std::vector<SeriesStatistic> methods = [] {
    std::vector<SeriesStatistic> list;
    for (const auto& e : entries()) {
      list.push_back(e.method);
      // Words that the kernels' own table has are taken from there.
      for (const MethodInfo& info : fw::series_methods())
        if (info.name == e.method.name || (e.method.name == "savgol" && info.name == "savitzky_golay")) {
          list.back().source = info.source;
          list.back().limits = info.limits;
        }
    }
    return list;
  }();
  return methods;
}

const SeriesStatistic& series_statistic(const std::string& name) {
  std::vector<std::string> known;
  for (const auto& m : series_statistics()) {
    if (m.name == name) return m;
    known.push_back(m.name);
  }
  throw ConfigError("UNKNOWN_STATISTIC",
                    "There is no statistic '" + printable(name, 40) + "'. Known: " + join(known, ", ") + ".");
}

std::vector<std::string> band_names(const SeriesStatistic& method, const std::vector<Period>& periods) {
  const Entry& e = entry_of(method);
  if (!e.bands.empty()) return e.bands;
  std::vector<std::string> names;
  if (method.name == "whittaker") names.push_back("lambda");
  for (const Period p : periods) names.push_back(label(p));
  return names;
}

std::vector<float> run_series_statistic(const SeriesStatistic& method, const SeriesSettings& settings,
                                        const SeriesTile& tile) {
  return entry_of(method).run(settings, tile);
}

size_t statistic_bytes(const SeriesStatistic& method, int times) {
  const bool every_time = entry_of(method).bands.empty() || method.name == "spi";
  return (every_time ? static_cast<size_t>(times) * 6 : 0) + 64 * sizeof(float);
}

}  // namespace fw
