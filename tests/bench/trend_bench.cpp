// Trends, seasons and breaks on series as satellites give them: 60 dates, a season, a trend, noise, 19 % of the values
// missing; CCDC on 300 dates of seven bands. Prints pixels x dates per second and microseconds per pixel.
// For one core: taskset -c 0 trend_bench
#include <benchmark/benchmark.h>

#include <cmath>

#include "../gpu/every_op.h"

namespace fw::sample {
namespace {

constexpr size_t pixels = 8192;

/// Reflectance-like values; NaN where missing.
Plane<float> make_series(int times, double per_year) {
  Random random(20240611);
  Plane<float> x(pixels * static_cast<size_t>(times));
  for (size_t p = 0; p < pixels; ++p) {
    const double trend = 0.004 * (static_cast<double>(random.unit()) - 0.5), level = 0.2 + 0.4 * random.unit();
    for (int t = 0; t < times; ++t) {
      double noise = -6.0;
      for (int k = 0; k < 12; ++k) noise += static_cast<double>(random.unit());
      const double season = 0.2 * std::sin(2.0 * 3.14159265358979 * t / per_year);
      const float v = static_cast<float>(level + trend * t + season + 0.05 * noise);
      x[static_cast<size_t>(t) * pixels + p] = random.below(100) < 19 ? std::nanf("") : v;
    }
  }
  return x;
}

void report(benchmark::State& state, size_t count, int times) {
  const double all = static_cast<double>(state.iterations()) * static_cast<double>(count);
  state.counters["pixel-dates"] = benchmark::Counter(all * times, benchmark::Counter::kIsRate);
  state.counters["us_per_pixel"] =
      benchmark::Counter(all * 1e-6, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void trend(benchmark::State& state, TrendTest test) {
  const auto cpu = make_backend({DeviceChoice::cpu, ""});
  const int times = 60;
  const auto x = make_series(times, 23.0);
  std::vector<Plane<float>> out(trend_statistic_count, Plane<float>(pixels));
  MannKendall<float> op;
  op.x = x.data();
  op.times = times;
  op.pixels = pixels;
  op.test = test;
  op.period = test == TrendTest::seasonal ? 12 : 1;
  for (size_t k = 0; k < out.size(); ++k) op.out[k] = out[k].data();
  for (auto _ : state) cpu->run(op);
  report(state, pixels, times);
}
BENCHMARK_CAPTURE(trend, mann_kendall_theil_sen, TrendTest::original);
BENCHMARK_CAPTURE(trend, hamed_rao, TrendTest::hamed_rao);
BENCHMARK_CAPTURE(trend, yue_wang, TrendTest::yue_wang);
BENCHMARK_CAPTURE(trend, pre_whitening, TrendTest::pre_whitening);
BENCHMARK_CAPTURE(trend, trend_free_pre_whitening, TrendTest::trend_free_pre_whitening);
BENCHMARK_CAPTURE(trend, seasonal_12, TrendTest::seasonal);

struct Dates {
  std::vector<double> years, number;
  explicit Dates(int times) {
    for (int t = 0; t < times; ++t) years.push_back(2018.0 + t / 23.0), number.push_back(t + 1.0);
  }
};

void line(benchmark::State& state) {
  const auto cpu = make_backend({DeviceChoice::cpu, ""});
  const int times = 60;
  const auto x = make_series(times, 23.0);
  const Dates dates(times);
  std::vector<Plane<float>> out(line_statistic_count, Plane<float>(pixels));
  LinearTrend<float> op;
  op.x = x.data();
  op.t = dates.years.data();
  op.times = times;
  op.pixels = pixels;
  for (size_t k = 0; k < out.size(); ++k) op.out[k] = out[k].data();
  for (auto _ : state) cpu->run(op);
  report(state, pixels, times);
}
BENCHMARK(line);

void harmonic(benchmark::State& state) {
  const auto cpu = make_backend({DeviceChoice::cpu, ""});
  const int times = 60, harmonics = static_cast<int>(state.range(0));
  const auto x = make_series(times, 23.0);
  const Dates dates(times);
  const auto terms = harmonic_terms(dates.years, dates.years, 2019.0, 1.0, harmonics);
  Plane<float> amplitude(pixels), phase(pixels), sigma(pixels), r2(pixels);
  HarmonicFit<float> op;
  op.x = x.data();
  op.times = times;
  op.pixels = pixels;
  op.harmonics = harmonics;
  op.terms = terms.data();
  op.centre = 2019.0;
  op.amplitude[0] = amplitude.data();
  op.phase[0] = phase.data();
  op.sigma = sigma.data();
  op.r2 = r2.data();
  for (auto _ : state) cpu->run(op);
  report(state, pixels, times);
}
BENCHMARK(harmonic)->Arg(1)->Arg(3);

void breaks(benchmark::State& state, BreakProcess process, StableHistory history) {
  const auto cpu = make_backend({DeviceChoice::cpu, ""});
  const int times = 60;
  const auto x = make_series(times, 23.0);
  const Dates dates(times);
  const auto terms = harmonic_terms(dates.years, dates.number, 30.0, 30.0, 3);
  Plane<float> breakpoint(pixels), magnitude(pixels);
  BreakMonitor<float> op;
  op.x = x.data();
  op.times = times;
  op.pixels = pixels;
  op.terms = terms.data();
  op.centre = op.scale = 30.0;
  op.monitor_from = 40;
  op.process = process;
  op.history = history;
  op.critical = process == BreakProcess::mosum ? mosum_critical_value(0.25, 10, 0.05) : cusum_critical_value(0.05);
  op.roc_critical = recursive_cusum_critical_value(0.05);
  op.breakpoint = breakpoint.data();
  op.magnitude = magnitude.data();
  for (auto _ : state) cpu->run(op);
  report(state, pixels, times);
}
BENCHMARK_CAPTURE(breaks, mosum_all, BreakProcess::mosum, StableHistory::all);
BENCHMARK_CAPTURE(breaks, mosum_roc, BreakProcess::mosum, StableHistory::roc);
BENCHMARK_CAPTURE(breaks, cusum_all, BreakProcess::cusum, StableHistory::all);

void ccdc(benchmark::State& state) {
  const auto cpu = make_backend({DeviceChoice::cpu, ""});
  const int times = 300;
  const size_t some = 64;
  const auto x = make_series(times, 365.2425 / 16.0);
  std::vector<double> days;
  for (int t = 0; t < times; ++t) days.push_back(730000.0 + 16.0 * t);
  const auto tables = ccdc_tables(days);
  Plane<float> band(some * static_cast<size_t>(times)), segments(some), change(10 * some);
  std::vector<uint8_t> seen(band.size(), 0);
  for (int t = 0; t < times; ++t)
    for (size_t p = 0; p < some; ++p)
      band[static_cast<size_t>(t) * some + p] = x[static_cast<size_t>(t) * pixels + p] * 0.5f + 0.1f;
  Ccdc<float> op;
  op.times = times;
  op.pixels = some;
  op.tables = tables.data();
  op.pixel_class = seen.data();
  for (int b = 0; b < ccdc_bands - 1; ++b) op.x[b] = band.data();
  op.segments = segments.data();
  op.change = change.data();
  for (auto _ : state) cpu->run(op);
  report(state, some, times);
}
BENCHMARK(ccdc);

}  // namespace
}  // namespace fw::sample

BENCHMARK_MAIN();
