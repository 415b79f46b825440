// Statistics of a time series per pixel, by name: one table that 'forewarn series', its help and the docs are made
// from.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/base/date.h"
#include "kernels/backend.h"

namespace fw {

struct SeriesStatistic {
  std::string name, title, unit, source;
  std::string limits;  ///< what gives no value
  bool needs_steps;    ///< works on equal steps (dekads or months): scenes are composited first
  bool needs_years;    ///< compares with the same period of other years
};
/// In the order of the help. unit "x": that of the series.
const std::vector<SeriesStatistic>& series_statistics();
/// Errors: ConfigError UNKNOWN_STATISTIC, naming the known ones.
const SeriesStatistic& series_statistic(const std::string& name);

/// What the methods may be told; defaults are those of docs/method.md.
struct SeriesSettings {
  double lambda = 0;  ///< Whittaker; 0: V-curve with the S-range rule
  int savgol_window = 7, savgol_order = 2;
  int spi_scale = 3;  ///< in periods
  int min_years = 10;
  double std_floor = 0.01;
  std::optional<Date> reference_from, reference_to;  ///< default: the whole record
  std::optional<Period> target;                      ///< default: the last period
  std::optional<Date> monitor_from;  ///< bfast: first day monitored; default: the last quarter of the record
};

/// One tile of one series on a backend, [time][pixel].
struct SeriesTile {
  Backend& backend;
  const float* x;
  const uint8_t* reason;
  int times;
  size_t pixels;
  const std::vector<Period>& periods;  ///< of the times; empty where the method needs no equal steps
};

/// Names of the bands of the raster that a method writes.
std::vector<std::string> band_names(const SeriesStatistic& method, const std::vector<Period>& periods);
/// Band after band, `pixels` values each; NaN is no-data. Errors: ConfigError RANGE (settings), DeviceError.
std::vector<float> run_series_statistic(const SeriesStatistic& method, const SeriesSettings& settings,
                                        const SeriesTile& tile);
/// Bytes of backend memory that a method needs per pixel beside the series.
size_t statistic_bytes(const SeriesStatistic& method, int times);

}  // namespace fw
