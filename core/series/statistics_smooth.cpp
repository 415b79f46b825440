// Smoothed series, with a flag for every value that is no observation.
#include <cmath>

#include "core/series/statistic_entry.h"

namespace fw {
namespace {

/// Periods that are written.
size_t written(const SeriesSettings& s, const SeriesShape& shape) {
  const size_t all = shape.periods.size();
  return s.smooth.write_last ? std::min(all, static_cast<size_t>(*s.smooth.write_last)) : all;
}

std::vector<SeriesBand> period_bands(const SeriesSettings& s, const SeriesShape& shape) {
  std::vector<SeriesBand> bands;
  for (size_t k = shape.periods.size() - written(s, shape); k < shape.periods.size(); ++k)
    bands.push_back({label(shape.periods[k]), "x"});
  return bands;
}

/// Leaves the periods that are not written out; `first`: bands before those of the periods.
void drop_unwritten(StatisticResult& result, const SeriesSettings& s, const SeriesTile& tile, size_t first) {
  const auto dropped = static_cast<ptrdiff_t>((tile.shape.periods.size() - written(s, tile.shape)) * tile.pixels);
  const auto begin = result.values.begin() + static_cast<ptrdiff_t>(first * tile.pixels);
  result.values.erase(begin, begin + dropped);
  result.flags.erase(result.flags.begin(), result.flags.begin() + dropped);
}

std::vector<uint8_t> host_flags(const SeriesTile& tile, const Buffer<uint8_t>& flags) {
  std::vector<uint8_t> host(tile.shape.periods.size() * tile.pixels);
  tile.backend.download(host.data(), flags.data(), host.size());
  return host;
}

/// Gaps beyond three dekads count as interpolated.
int longest_filled(const SeriesSettings& s, const SeriesTile& tile) {
  return s.smooth.max_gap.value_or(tile.shape.periods.front().cadence == Cadence::dekad ? 3 : 1);
}

/// What a curve does in the middle of a gap of years is the curve's, not the place's: longer gaps have no value.
void empty_long_gaps(StatisticResult& result, const SeriesSettings& s, const SeriesTile& tile, size_t first) {
  const auto& periods = tile.shape.periods;
  const int longest = s.smooth.max_interpolation.value_or(periods_per_year(periods.front().cadence));
  for (size_t p = 0; p < tile.pixels; ++p)
    for (size_t begin = 0, end; begin < periods.size(); begin = std::max(end, begin + 1)) {
      end = begin;
      while (end < periods.size() && result.flags[end * tile.pixels + p] == flag_interpolated) ++end;
      if (end - begin <= static_cast<size_t>(longest)) continue;
      for (size_t t = begin; t < end; ++t) {
        result.values[(first + t) * tile.pixels + p] = nan_f();
        result.flags[t * tile.pixels + p] = flag_no_value;
      }
    }
}

StatisticResult whittaker(const SeriesSettings& s, const SeriesTile& tile) {
  const size_t times = tile.shape.periods.size();
  Results out(tile, times + 1);
  Buffer<uint8_t> reason(tile.backend, times * tile.pixels), flags(tile.backend, times * tile.pixels);
  auto op = on_steps<Whittaker<float>>(tile);
  op.choice = s.smooth.choice;
  op.lambda = s.smooth.lambda;
  op.grid.by_lag1 = true;
  op.p = s.smooth.asymmetry;
  op.robust = s.smooth.robust;
  op.min_valid = min_whittaker_values;
  op.max_gap = longest_filled(s, tile);
  op.max_extrapolation = s.smooth.max_extrapolation;
  op.out = out.at(1);
  op.out_reason = reason.data();
  op.flags = flags.data();
  op.lambda_out = out.at(0);
  tile.backend.run(op);
  StatisticResult result = with_flags(out.host(), host_flags(tile, flags), tile.pixels, 1);
  empty_long_gaps(result, s, tile, 1);
  drop_unwritten(result, s, tile, 1);
  return result;
}

void check_whittaker(const SeriesSettings& settings, const SeriesShape&) {
  const SmoothSettings& s = settings.smooth;
  if (s.choice == LambdaChoice::fixed && !(s.lambda > 0 && std::isfinite(s.lambda)))
    throw ConfigError("RANGE", "Lambda must be above 0. Correct --lambda, or let v-curve choose.");
  if (!(s.asymmetry > 0 && s.asymmetry < 1))
    throw ConfigError("RANGE", "--asymmetry is between 0 and 1 (0.5: none, 0.9: upper envelope).");
  if (s.choice == LambdaChoice::gcv && s.asymmetry != 0.5)
    throw ConfigError("RANGE", "Cross-validation is symmetric. Leave --asymmetry out, or choose another --lambda.");
  if (s.max_gap.value_or(0) < 0 || s.max_extrapolation < 0 || s.max_interpolation.value_or(0) < 0)
    throw ConfigError("RANGE",
                      "--max-gap, --max-interpolation and --max-extrapolation are numbers of periods, 0 or more.");
}

StatisticResult savitzky_golay(const SeriesSettings& s, const SeriesTile& tile) {
  const size_t times = tile.shape.periods.size();
  Results out(tile, times);
  Buffer<uint8_t> reason(tile.backend, times * tile.pixels), flags(tile.backend, times * tile.pixels);
  tile.backend.run(SavitzkyGolay<float>{tile.steps, tile.reason, static_cast<int>(times), tile.pixels, s.smooth.window,
                                        s.smooth.order, min_whittaker_values, longest_filled(s, tile), out.at(0),
                                        reason.data(), flags.data()});
  StatisticResult result = with_flags(out.host(), host_flags(tile, flags), tile.pixels);
  empty_long_gaps(result, s, tile, 0);
  drop_unwritten(result, s, tile, 0);
  return result;
}

void check_savitzky_golay(const SeriesSettings& settings, const SeriesShape&) {
  const SmoothSettings& s = settings.smooth;
  if (s.window % 2 == 0 || s.window < 3 || s.window > max_smoothing_window || s.order < 0 || s.order > 6 ||
      s.order >= s.window)
    throw ConfigError("RANGE", "Savitzky-Golay needs an odd window of 3 to " + std::to_string(max_smoothing_window) +
                                   " and an order of 0 to 6 below it. Correct --window and --order.");
  if (s.max_gap.value_or(0) < 0 || s.max_interpolation.value_or(0) < 0)
    throw ConfigError("RANGE", "--max-gap and --max-interpolation are numbers of periods, 0 or more.");
}

}  // namespace

std::vector<StatisticEntry> smoothing_statistics() {
  StatisticEntry smooth{{"whittaker", "smoothed series, one band per period after a band with lambda", "x"},
                        [](const SeriesSettings& s, const SeriesShape& shape) {
                          std::vector<SeriesBand> bands = period_bands(s, shape);
                          bands.insert(bands.begin(), {"lambda", "1"});
                          return bands;
                        },
                        whittaker,
                        check_whittaker,
                        2 * sizeof(float) + 2};
  smooth.first_flagged = 1;
  StatisticEntry filter{{"savgol", "Savitzky-Golay filter, one band per period", "x"},
                        period_bands,
                        savitzky_golay,
                        check_savitzky_golay,
                        2 * sizeof(float) + 2};
  for (auto* e : {&smooth, &filter}) {
    e->info.family = "Smoothing";
    e->info.has_flags = true;
  }
  return {smooth, filter};
}

}  // namespace fw
