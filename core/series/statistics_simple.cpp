// Counts, means, extremes and runs.
#include <cmath>

#include "core/series/statistic_entry.h"

namespace fw {
namespace {

StatisticResult simple(const SeriesTile& tile, float* SeriesStats::*which) {
  Results out(tile, 1);
  SeriesStats op{tile.dates, static_cast<int>(tile.shape.dates.size()), tile.pixels, nullptr, nullptr, nullptr, nullptr,
                 nullptr};
  op.*which = out.at(0);
  tile.backend.run(op);
  return {out.host(), {}};
}

StatisticEntry simple_entry(const std::string& name, const std::string& title, const std::string& unit,
                            const std::string& limits, float* SeriesStats::*which) {
  SeriesStatistic info{name, title, unit, "", limits, "Values of every date", StatisticInput::dates};
  return {info, fixed_bands({{name, unit}}),
          [which](const SeriesSettings&, const SeriesTile& t) { return simple(t, which); }};
}

/// Bands: length of the run that ends at the target, whether it is as long as asked, longest run of the record.
StatisticResult runs(const SeriesSettings& s, const SeriesTile& tile) {
  const auto times = tile.shape.periods.size();
  Buffer<float> run(tile.backend, times * tile.pixels), reached(tile.backend, times * tile.pixels),
      longest(tile.backend, tile.pixels);
  tile.backend.run(RunLength{tile.steps, static_cast<int>(times), tile.pixels, s.runs.side,
                             static_cast<float>(s.runs.threshold.value()), s.runs.needed, run.data(), reached.data(),
                             longest.data()});
  const int target = target_place(s, tile.shape);
  std::vector<float> values;
  for (const auto& band : {host_row(tile, run, target), host_row(tile, reached, target), host_row(tile, longest, 0)})
    values.insert(values.end(), band.begin(), band.end());
  use_one_nan(values);
  return {std::move(values), {}};
}

void check_runs(const SeriesSettings& s, const SeriesShape& shape) {
  if (!s.runs.threshold || !std::isfinite(*s.runs.threshold))
    throw ConfigError("RANGE", "runs needs a threshold. Give --threshold, in units of the series.");
  if (s.runs.needed < 1) throw ConfigError("RANGE", "A run has at least 1 period. Correct --run-length.");
  target_place(s, shape);
}

}  // namespace

std::vector<StatisticEntry> simple_statistics() {
  std::vector<StatisticEntry> list = {
      simple_entry("count", "number of dates with a value", "dates", "", &SeriesStats::count),
      simple_entry("mean", "mean", "x", "no value on any date", &SeriesStats::mean),
      simple_entry("std", "standard deviation (ddof 1)", "x", "fewer than 2 values", &SeriesStats::stddev),
      simple_entry("min", "least value", "x", "no value on any date", &SeriesStats::min),
      simple_entry("max", "greatest value", "x", "no value on any date", &SeriesStats::max)};
  StatisticEntry entry{
      {"runs", "periods in a row beyond --threshold: up to the target, 1 where at least --run-length, longest",
       "periods", "", "", "Runs"},
      fixed_bands({{"run", "periods"}, {"reached", "1"}, {"longest", "periods"}}),
      runs,
      check_runs,
      2 * sizeof(float)};
  entry.info.style_max = 12;
  list.push_back(entry);
  return list;
}

}  // namespace fw
