// Standardised precipitation indices, with and without evapotranspiration.
#include <cmath>

#include "core/series/statistic_entry.h"

namespace fw {
namespace {

std::vector<float> to_host(const SeriesTile& tile, const float* series) {
  std::vector<float> host(tile.shape.periods.size() * tile.pixels);
  tile.backend.download(host.data(), series, host.size() * sizeof(float));
  return host;
}

/// The target of one index per scale, with flags where the value is a limit.
StatisticResult standardized(const SeriesSettings& s, const SeriesTile& tile, const float* x, const uint8_t* reason,
                             SpiDistribution distribution) {
  const size_t cells = tile.shape.periods.size() * tile.pixels;
  const TargetReference reference = target_reference(s, tile);
  const int target = target_place(s, tile.shape);
  Buffer<float> all(tile.backend, cells);
  Buffer<uint8_t> flags(tile.backend, cells);
  auto op = on_steps<StandardizedIndex<float>>(tile);
  op.x = x;
  op.reason = reason;
  op.group = reference.group();
  op.in_calibration = reference.in_reference();
  op.groups = periods_per_year(tile.shape.periods.front().cadence);
  op.distribution = distribution;
  op.zero_rule = s.spi.zero_rule;
  op.min_years = std::max(4, s.min_years);
  op.min_nonzero = std::max(2, s.min_years);
  op.max_zero_share = 0.9;
  op.out = all.data();
  op.flags = flags.data();
  std::vector<float> values;
  std::vector<uint8_t> flag;
  for (const int scale : s.spi.scales) {
    op.scale = scale;
    tile.backend.run(op);
    const auto value_row = host_row(tile, all, target);
    const auto flag_row = host_row(tile, flags, target);
    values.insert(values.end(), value_row.begin(), value_row.end());
    flag.insert(flag.end(), flag_row.begin(), flag_row.end());
  }
  use_one_nan(values);
  return with_flags(std::move(values), std::move(flag), tile.pixels);
}

StatisticResult spi(const SeriesSettings& s, const SeriesTile& tile) {
  return standardized(s, tile, tile.steps, tile.reason, s.spi.distribution);
}

/// Evapotranspiration of every period, mm, from temperatures in degrees C.
std::vector<float> evapotranspiration(const SeriesTile& tile) {
  const auto& periods = tile.shape.periods;
  std::vector<int32_t> month;
  std::vector<double> day_of_year, days;
  for (const Period p : periods) {
    const Date first = first_day(p);
    const auto begin = days_since_epoch(first), end = days_since_epoch(last_day(p));
    month.push_back(first.month - 1);
    days.push_back(static_cast<double>(end - begin + 1));
    day_of_year.push_back(static_cast<double>(begin - days_since_epoch({first.year, 1, 1})) + 1 +
                          (days.back() - 1) / 2);
  }
  const auto group = send(tile.backend, month);
  const auto middle = send(tile.backend, day_of_year), length = send(tile.backend, days);
  const bool hargreaves = tile.further.count("t_min") && tile.further.count("t_max");
  Buffer<float> mean;
  PotentialEvapotranspiration<float> op{};
  op.method = hargreaves ? PetMethod::hargreaves : PetMethod::thornthwaite;
  if (tile.further.count("t_mean")) {
    op.t_mean = tile.further.at("t_mean");
  } else {
    std::vector<float> low = to_host(tile, tile.further.at("t_min"));
    const std::vector<float> high = to_host(tile, tile.further.at("t_max"));
    for (size_t i = 0; i < low.size(); ++i) low[i] = (low[i] + high[i]) / 2;
    mean = send(tile.backend, low);
    op.t_mean = mean.data();
  }
  if (hargreaves) {
    op.t_min = tile.further.at("t_min");
    op.t_max = tile.further.at("t_max");
  }
  op.latitude = tile.latitude;
  op.times = static_cast<int>(periods.size());
  op.pixels = tile.pixels;
  op.group = group.data();
  op.day_of_year = middle.data();
  op.days = length.data();
  Buffer<float> out(tile.backend, periods.size() * tile.pixels);
  op.out = out.data();
  tile.backend.run(op);
  return to_host(tile, out.data());
}

StatisticResult spei(const SeriesSettings& s, const SeriesTile& tile) {
  const std::vector<float> pet =
      tile.further.count("pet") ? to_host(tile, tile.further.at("pet")) : evapotranspiration(tile);
  std::vector<float> balance = to_host(tile, tile.steps);
  for (size_t i = 0; i < balance.size(); ++i) balance[i] -= pet[i];
  const auto x = send(tile.backend, balance);
  return standardized(s, tile, x.data(), nullptr, SpiDistribution::log_logistic);
}

void check_scales(const SeriesSettings& s, const SeriesShape& shape) {
  target_place(s, shape);
  if (s.spi.scales.empty()) throw ConfigError("RANGE", "An index needs a scale. Give --spi-scale.");
  for (size_t i = 0; i < s.spi.scales.size(); ++i) {
    const int scale = s.spi.scales[i];
    if (scale < 1 || scale > max_spi_scale)
      throw ConfigError("RANGE", "A scale is 1 to " + std::to_string(max_spi_scale) + " periods. Correct --spi-scale.");
    if (std::count(s.spi.scales.begin(), s.spi.scales.end(), scale) > 1)
      throw ConfigError("RANGE", "The scale " + std::to_string(scale) + " is given twice. Correct --spi-scale.");
  }
}

void check_spi(const SeriesSettings& s, const SeriesShape& shape) {
  check_scales(s, shape);
  if (s.spi.distribution == SpiDistribution::log_logistic)
    throw ConfigError("RANGE", "The log-logistic distribution is that of spei. Choose gamma or gamma-thom.");
}

void check_spei(const SeriesSettings& s, const SeriesShape& shape) {
  check_scales(s, shape);
  if (shape.further.count("pet")) return;
  if (shape.further.count("t_min") || shape.further.count("t_max"))
    return need_further(shape, "spei", {"t_min", "t_max"});
  if (!shape.further.count("t_mean"))
    throw ConfigError("SERIES_NEEDED",
                      "spei needs evapotranspiration. Give --with pet=FILE, or temperatures in degrees C as --with "
                      "t_mean=FILE (Thornthwaite) or --with t_min=FILE and t_max=FILE (Hargreaves).");
  if (shape.periods.front().cadence != Cadence::month)
    throw ConfigError("RANGE",
                      "Thornthwaite's evapotranspiration is monthly. Choose --cadence month, or give t_min and t_max.");
}

std::vector<SeriesBand> scale_bands(const std::string& name, const SeriesSettings& s) {
  std::vector<SeriesBand> bands;
  for (const int scale : s.spi.scales) bands.push_back({name + "-" + std::to_string(scale), "1"});
  return bands;
}

}  // namespace

std::vector<StatisticEntry> rain_statistics() {
  std::vector<StatisticEntry> list = {
      {{"spi", "standardised precipitation index of the target period, a band per --spi-scale", "1"},
       [](const SeriesSettings& s, const SeriesShape&) { return scale_bands("spi", s); },
       spi,
       check_spi,
       sizeof(float) + 1},
      {{"spei", "the same of rain less evapotranspiration (--with pet=FILE, t_mean=FILE, or t_min=FILE and t_max=FILE)",
        "1"},
       [](const SeriesSettings& s, const SeriesShape&) { return scale_bands("spei", s); },
       spei,
       check_spei,
       6 * sizeof(float) + 1}};
  for (auto& e : list) {
    e.info.family = "Rain";
    e.info.has_flags = true;
    e.info.style_min = -3;
    e.info.style_max = 3;
  }
  return list;
}

}  // namespace fw
