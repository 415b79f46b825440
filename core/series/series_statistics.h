// Statistics of a time series per pixel, by name: one table that 'forewarn series', its help and the docs are made
// from. The entries stand beside their code in statistics_*.cpp.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/series/series_settings.h"

namespace fw {

/// What a statistic is computed from: the values of every date, values of equal steps (scenes composited to dekads or
/// months), or the reflectance bands of every date.
enum class StatisticInput : uint8_t { dates, steps, bands };

struct SeriesStatistic {
  std::string name, title, unit = {};  ///< unit "x": that of the series
  std::string source = {};
  std::string limits = {};  ///< what gives no value
  std::string family = {};  ///< heading in the help
  StatisticInput input = StatisticInput::steps;
  bool has_flags = false;               ///< a raster of SeriesFlag stands beside
  double style_min = 0, style_max = 1;  ///< range of the map style
  bool needs_steps() const { return input == StatisticInput::steps; }
};
/// In the order of the help.
const std::vector<SeriesStatistic>& series_statistics();
/// Errors: ConfigError UNKNOWN_STATISTIC, naming the known ones.
const SeriesStatistic& series_statistic(const std::string& name);

/// The record of a run, as the statistics see it before any pixel is read.
struct SeriesShape {
  std::vector<Date> dates;         ///< of the scenes, ascending
  std::vector<Period> periods;     ///< equal steps from the first to the last date; may be empty where none are needed
  std::set<std::string> further;   ///< names of the further series given: lst, pet, t_mean, t_min, t_max
  std::vector<std::string> bands;  ///< roles of the reflectance bands, for StatisticInput::bands
};

/// Whether the settings and the record can be meant. Errors: ConfigError RANGE (a setting), SERIES_NEEDED (a further
/// series or band is missing).
void check_series_statistic(const SeriesStatistic& statistic, const SeriesSettings& settings, const SeriesShape& shape);

struct SeriesBand {
  std::string name, unit;
};
/// Bands of the raster that a statistic writes.
std::vector<SeriesBand> statistic_bands(const SeriesStatistic& statistic, const SeriesSettings& settings,
                                        const SeriesShape& shape);
/// Bands of the raster of flags beside it; empty without flags.
std::vector<std::string> flag_bands(const SeriesStatistic& statistic, const SeriesSettings& settings,
                                    const SeriesShape& shape);

/// First row of the record that bfast monitors.
int first_monitored(const SeriesSettings& settings, const SeriesShape& shape);

/// What bfast goes on from in a tile, and what it leaves for the next record (see ops_break.h). Rows are those of the
/// record.
struct KeptBreaks {
  size_t next_from = 0;               ///< row that the next record goes on from, first_monitored or later
  std::vector<double> progress = {};  ///< [break_progress_planes][pixel]; afterwards before next_from
  std::vector<double> model = {};     ///< [break_model_planes][pixel]; empty: from the history, and left here
  size_t resume_from = 0;             ///< with a model: next_from of the record before
  std::vector<double> leaving = {};   ///< planes of mosum, [plane][pixel]; without a model all of them are left here
  size_t leaving_from = 0;            ///< the first of them
};

/// One tile on a backend; arrays are [time][pixel].
struct SeriesTile {
  Backend& backend;
  const SeriesShape& shape;
  size_t pixels;
  const float* dates = nullptr;                      ///< value of every date
  const float* steps = nullptr;                      ///< composite of every period
  const uint8_t* reason = nullptr;                   ///< beside `steps`
  std::map<std::string, const float*> further = {};  ///< composites of every period, by name
  const float* latitude = nullptr;                   ///< [pixel], degrees north; memory of the backend
  std::vector<const float*> bands = {};              ///< reflectance of every date, in the order of shape.bands
  const uint8_t* pixel_class = nullptr;              ///< PixelClass of every date
  size_t first_row = 0;           ///< of the record, that `steps` begins with. Only bfast takes others than 0
  KeptBreaks* monitor = nullptr;  ///< of bfast, where it has any
  size_t rows() const { return shape.periods.size() - first_row; }  ///< of `steps`
};

/// A flag where there is no value.
inline constexpr uint8_t flag_no_value = 128;
struct StatisticResult {
  std::vector<float> values;   ///< band after band, `pixels` each; NaN is no-data
  std::vector<uint8_t> flags;  ///< flag band after flag band: SeriesFlag, or flag_no_value
};
/// Errors: DeviceError.
StatisticResult run_series_statistic(const SeriesStatistic& statistic, const SeriesSettings& settings,
                                     const SeriesTile& tile);
/// Bytes of memory per pixel that a statistic needs beside the series.
size_t statistic_bytes(const SeriesStatistic& statistic, const SeriesSettings& settings, const SeriesShape& shape);

}  // namespace fw
