// An indicator is data (config/indicators): which series, which composite, which statistic, which threshold.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "kernels/ops.h"

namespace fw {

/// How a series becomes the indicator: a `Statistic` against the reference years, or one of these.
enum class Measure : uint8_t {
  statistic,
  spi,               ///< gamma SPI of the window's sum, calibrated per place in the year over all reference years
  detrended_z,       ///< z of what is left after the Theil-Sen line of the reference years
  season_active,     ///< 1 where the season of the pixel is on, 0 where it is off (core/series/tile_season.h)
  season_senescent,  ///< 1 where the season is past senescence, 0 before; out of season elsewhere
};

struct Indicator {
  std::string id, title, unit, source;  ///< source: where the formula and threshold come from
  std::string series;                   ///< a built-in index (NDVI…), a role (rain_mm…), "water" or "built_up"
  CompositeMethod composite = CompositeMethod::max;
  bool season_window = false;  ///< mean from the start of the pixel's season on, instead of `window`
  int window = 1;  ///< periods of the trailing window before the statistic (dekads; months are window / 3, at least 1)
  RollingMethod window_method = RollingMethod::mean;
  Measure measure = Measure::statistic;
  Statistic statistic = Statistic::value;  ///< where measure is `statistic`
  /// Does its value rest on reference years?
  bool compares() const { return measure != Measure::statistic || statistic != Statistic::value; }
  bool tells_season() const { return measure == Measure::season_active || measure == Measure::season_senescent; }
  double threshold = 0;  ///< fraction of area "beyond" is area with value < threshold (or > when `above`)
  bool above = false;
  bool clean_up = false;  ///< settlement: small objects removed, holes closed (OpenCV)
  double min_object_ha = 0.5;
  double range_min = 0, range_max = 1;  ///< for legends
  std::vector<std::string> colours;     ///< ramp from range_min to range_max
  bool gated = false;                   ///< out of the season of the pixel the reason is not_in_season
  bool seasonal = false;                ///< out of the region's season the reason is not_in_season
};

/// "max", "median", "mean", "sum", "last". Nothing for another name.
std::optional<CompositeMethod> composite_by_name(const std::string& name);
Indicator load_indicator(const std::string& config_dir, const std::string& id);  ///< Errors: ConfigError
std::vector<std::string> list_indicators(const std::string& config_dir);

}  // namespace fw
