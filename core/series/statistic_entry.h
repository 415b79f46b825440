// How a statistic stands in the table, and what the families of statistics share. Only core/series/statistics_*.cpp
// and series_statistics.cpp include this.
#pragma once
#include <algorithm>
#include <functional>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/series/reference.h"
#include "core/series/send.h"
#include "core/series/series_statistics.h"

namespace fw {

using StatisticBands = std::function<std::vector<SeriesBand>(const SeriesSettings&, const SeriesShape&)>;
using StatisticCheck = std::function<void(const SeriesSettings&, const SeriesShape&)>;
using StatisticRun = std::function<StatisticResult(const SeriesSettings&, const SeriesTile&)>;

struct StatisticEntry {
  SeriesStatistic info;
  StatisticBands bands;
  StatisticRun run;
  StatisticCheck check = {};
  size_t bytes_per_time = 0, bytes = 64;  ///< of a pixel, beside the series
  size_t first_flagged = 0;               ///< bands before it have no flags
  size_t bytes_per_segment = 0;           ///< times SeriesSettings::max_segments
};

// The families, in the order of the help.
std::vector<StatisticEntry> simple_statistics();
std::vector<StatisticEntry> smoothing_statistics();
std::vector<StatisticEntry> anomaly_statistics();
std::vector<StatisticEntry> rain_statistics();
std::vector<StatisticEntry> trend_statistics();
std::vector<StatisticEntry> season_statistics();
std::vector<StatisticEntry> segment_statistics();

/// Bands that do not depend on settings.
inline StatisticBands fixed_bands(std::vector<SeriesBand> bands) {
  return [bands](const SeriesSettings&, const SeriesShape&) { return bands; };
}

/// Output of one statistic: `bands` arrays of `pixels` floats on the backend, brought to the host at the end.
class Results {
 public:
  Results(const SeriesTile& tile, size_t bands)
      : tile_(tile), bands_(bands), memory_(tile.backend, bands * tile.pixels) {}
  float* at(size_t band) { return memory_.at(band * tile_.pixels); }
  /// With one NaN, whatever its bits were.
  std::vector<float> host() { return fetch(tile_.backend, memory_, bands_ * tile_.pixels); }

 private:
  const SeriesTile& tile_;
  size_t bands_;
  Buffer<float> memory_;
};

/// An operation on the composites of the tile; what else it takes is set by the caller.
template <class Op>
Op on_steps(const SeriesTile& tile) {
  Op op{};
  op.x = tile.steps;
  op.reason = tile.reason;
  op.times = static_cast<int>(tile.shape.periods.size());
  op.pixels = tile.pixels;
  return op;
}

/// Place of the target in the record. Errors: ConfigError RANGE.
int target_place(const SeriesSettings& settings, const SeriesShape& shape);
/// The record against the reference, for the target.
TargetReference target_reference(const SeriesSettings& settings, const SeriesTile& tile);
/// Errors: ConfigError SERIES_NEEDED.
void need_further(const SeriesShape& shape, const std::string& statistic, const std::vector<std::string>& names);

/// Values with the flags beside them: flag_no_value where a value is NaN. `first`: bands without flags before them.
StatisticResult with_flags(std::vector<float> values, std::vector<uint8_t> flags, size_t pixels, size_t first = 0);

/// One row (a period) of [time][pixel] on the backend.
template <class T>
std::vector<T> host_row(const SeriesTile& tile, const Buffer<T>& all, int row) {
  std::vector<T> values(tile.pixels);
  tile.backend.download(values.data(), all.data() + static_cast<size_t>(row) * tile.pixels, tile.pixels * sizeof(T));
  return values;
}

}  // namespace fw
