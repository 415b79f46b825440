// Trends over the record.
#include "core/series/statistic_entry.h"

namespace fw {
namespace {

/// z, p, tau, count and Theil-Sen slope per year.
StatisticResult mann_kendall(const SeriesTile& tile, TrendTest test, bool slope_only) {
  const int per_year = periods_per_year(tile.shape.periods.front().cadence);
  const std::vector<TrendStatistic> wanted =
      slope_only ? std::vector<TrendStatistic>{TrendStatistic::slope}
                 : std::vector<TrendStatistic>{TrendStatistic::z, TrendStatistic::p, TrendStatistic::tau,
                                               TrendStatistic::count, TrendStatistic::slope};
  Results out(tile, wanted.size());
  auto op = on_steps<MannKendall<float>>(tile);
  op.test = test;
  op.period = test == TrendTest::seasonal ? per_year : 1;
  for (size_t k = 0; k < wanted.size(); ++k) op.out[static_cast<int>(wanted[k])] = out.at(k);
  tile.backend.run(op);
  std::vector<float> values = out.host();
  if (test != TrendTest::seasonal)  // per period
    for (size_t i = values.size() - tile.pixels; i < values.size(); ++i) values[i] *= static_cast<float>(per_year);
  return {std::move(values), {}};
}

StatisticResult line(const SeriesTile& tile) {
  std::vector<double> years;
  for (const Period p : tile.shape.periods)
    years.push_back(static_cast<double>(p.number) / periods_per_year(p.cadence));
  const auto t = send(tile.backend, years);
  Results out(tile, 3);
  auto op = on_steps<LinearTrend<float>>(tile);
  op.t = t.data();
  op.out[static_cast<int>(LineStatistic::slope)] = out.at(0);
  op.out[static_cast<int>(LineStatistic::p)] = out.at(1);
  op.out[static_cast<int>(LineStatistic::r2)] = out.at(2);
  tile.backend.run(op);
  return {out.host(), {}};
}

void check_length(const SeriesSettings&, const SeriesShape& shape) {
  if (shape.periods.size() > max_trend_times)
    throw ConfigError("RANGE", "A trend takes at most " + std::to_string(max_trend_times) +
                                   " periods. Choose --cadence month, or --from and --to.");
}

StatisticEntry test_entry(const std::string& name, const std::string& title, TrendTest test) {
  return {{name, title, "1"},
          fixed_bands({{"z", "1"}, {"p", "1"}, {"tau", "1"}, {"count", "periods"}, {"slope", "x per year"}}),
          [test](const SeriesSettings&, const SeriesTile& t) { return mann_kendall(t, test, false); },
          check_length,
          16};
}

}  // namespace

std::vector<StatisticEntry> trend_statistics() {
  const std::string bands = ": z, two-sided p, tau, number of values, Theil-Sen slope per year";
  std::vector<StatisticEntry> list = {
      test_entry("mk", "seasonal Mann-Kendall test" + bands, TrendTest::seasonal),
      test_entry("mk_original", "Mann-Kendall test, variance corrected for ties" + bands, TrendTest::original),
      test_entry("mk_hamed_rao", "the same, variance for autocorrelated ranks", TrendTest::hamed_rao),
      test_entry("mk_yue_wang", "the same, variance for autocorrelated values", TrendTest::yue_wang),
      test_entry("mk_pre_whitening", "the same of the series less its autocorrelation", TrendTest::pre_whitening),
      test_entry("mk_trend_free_pre_whitening", "the same, the trend kept apart meanwhile",
                 TrendTest::trend_free_pre_whitening),
      {{"sen", "seasonal Theil-Sen slope", "x per year"},
       fixed_bands({{"slope", "x per year"}}),
       [](const SeriesSettings&, const SeriesTile& t) { return mann_kendall(t, TrendTest::seasonal, true); },
       check_length,
       16},
      {{"ols", "line by least squares: slope per year, two-sided p, r2", "x per year", "", "fewer than 3 values"},
       fixed_bands({{"slope", "x per year"}, {"p", "1"}, {"r2", "1"}}),
       [](const SeriesSettings&, const SeriesTile& t) { return line(t); }}};
  for (auto& e : list) {
    e.info.family = "Trend";
    if (e.info.name.rfind("mk", 0) == 0) {
      e.info.style_min = -3;
      e.info.style_max = 3;
    }
  }
  return list;
}

}  // namespace fw
