// The target period against the same period of other years.
#include <cmath>

#include "core/series/statistic_entry.h"

namespace fw {
namespace {

TileSeries steps_of(const SeriesTile& tile) {
  return {tile.steps, tile.reason, static_cast<int>(tile.shape.periods.size()), tile.pixels};
}

StatisticResult anomaly(const SeriesSettings& s, const SeriesTile& tile, Statistic statistic) {
  Results out(tile, 1);
  Buffer<uint8_t> reason(tile.backend, tile.pixels);
  target_reference(s, tile).compare(tile.backend, steps_of(tile), s.min_years, s.std_floor, statistic, out.at(0),
                                    reason.data());
  return {out.host(), {}};
}

StatisticResult detrended(const SeriesSettings& s, const SeriesTile& tile) {
  const TargetReference reference = target_reference(s, tile);
  Results out(tile, 2);
  auto op = on_steps<DetrendedAnomaly>(tile);
  reference.set(op);
  op.min_years = std::max(3, s.min_years);
  op.max_years = max_reference_years;
  op.std_floor = static_cast<float>(s.std_floor);
  op.z = out.at(0);
  op.slope = out.at(1);
  tile.backend.run(op);
  return {out.host(), {}};
}

/// Bands: VHI, and the VCI and TCI that it is made of.
StatisticResult vegetation_health(const SeriesSettings& s, const SeriesTile& tile) {
  const TargetReference reference = target_reference(s, tile);
  Results out(tile, 3);
  Buffer<uint8_t> vci_reason(tile.backend, tile.pixels), tci_reason(tile.backend, tile.pixels);
  reference.compare(tile.backend, steps_of(tile), s.min_years, s.std_floor, Statistic::vci, out.at(1),
                    vci_reason.data());
  TileSeries lst = steps_of(tile);
  lst.x = tile.further.at("lst");
  lst.reason = nullptr;
  reference.compare(tile.backend, lst, s.min_years, s.std_floor, Statistic::tci, out.at(2), tci_reason.data());
  tile.backend.run(VegetationHealth{out.at(1), out.at(2), vci_reason.data(), tci_reason.data(), tile.pixels,
                                    static_cast<float>(s.vhi_alpha), out.at(0), nullptr});
  return {out.host(), {}};
}

StatisticResult climatology(const SeriesSettings& s, const SeriesTile& tile) {
  const auto& periods = tile.shape.periods;
  ReferenceCalendar calendar =
      reference_calendar(periods.front(), static_cast<int>(periods.size()), s.reference_from, s.reference_to);
  const int32_t place = calendar.group[static_cast<size_t>(target_place(s, tile.shape))];
  for (auto& group : calendar.group) group = group == place ? 0 : -1;
  const auto group = send(tile.backend, calendar.group);
  const auto in_reference = send(tile.backend, calendar.in_reference);
  const size_t percentiles = s.percentiles.size();
  Results out(tile, 4 + percentiles);
  Buffer<uint16_t> count(tile.backend, tile.pixels);
  Climatology op{};
  op.x = tile.steps;
  op.times = static_cast<int>(periods.size());
  op.pixels = tile.pixels;
  op.group = group.data();
  op.in_reference = in_reference.data();
  op.groups = 1;
  op.min_years = s.min_years;
  op.min_years_tails = std::max(20, s.min_years);
  op.percentiles = static_cast<int>(percentiles);
  op.mean = out.at(0);
  op.stddev = out.at(1);
  op.min = out.at(2);
  op.max = out.at(3);
  for (size_t k = 0; k < percentiles; ++k) {
    op.percentile[k] = s.percentiles[k];
    op.percentile_out[k] = out.at(4 + k);
  }
  op.count = count.data();
  tile.backend.run(op);
  std::vector<float> values = out.host();
  const auto years = host_row(tile, count, 0);
  values.insert(values.end(), years.begin(), years.end());
  return {std::move(values), {}};
}

std::vector<SeriesBand> climatology_bands(const SeriesSettings& s, const SeriesShape&) {
  std::vector<SeriesBand> bands = {{"mean", "x"}, {"std", "x"}, {"min", "x"}, {"max", "x"}};
  for (const double p : s.percentiles) bands.push_back({"p" + format_number(p), "x"});
  bands.push_back({"years", "years"});
  return bands;
}

void check_reference(const SeriesSettings& s, const SeriesShape& shape) {
  target_place(s, shape);
  if (s.reference_from && s.reference_to && *s.reference_to < *s.reference_from)
    throw ConfigError("RANGE", "The reference ends before it begins. Exchange --reference-from and --reference-to.");
  if (s.min_years < 2) throw ConfigError("RANGE", "--min-years is 2 or more.");
}

void check_climatology(const SeriesSettings& s, const SeriesShape& shape) {
  check_reference(s, shape);
  if (s.percentiles.size() > max_percentiles)
    throw ConfigError("RANGE", "At most " + std::to_string(max_percentiles) + " percentiles. Shorten --percentiles.");
  for (const double p : s.percentiles)
    if (!(p >= 0 && p <= 100)) throw ConfigError("RANGE", "Percentiles are 0 to 100. Correct --percentiles.");
}

void check_health(const SeriesSettings& s, const SeriesShape& shape) {
  check_reference(s, shape);
  need_further(shape, "vhi", {"lst"});
  if (!(s.vhi_alpha >= 0 && s.vhi_alpha <= 1)) throw ConfigError("RANGE", "--vhi-alpha is 0 to 1.");
}

StatisticEntry anomaly_entry(const SeriesStatistic& info, Statistic statistic) {
  return {info, fixed_bands({{info.name, info.unit}}),
          [statistic](const SeriesSettings& s, const SeriesTile& t) { return anomaly(s, t, statistic); },
          check_reference};
}

}  // namespace

std::vector<StatisticEntry> anomaly_statistics() {
  const std::string few = "fewer than min-years other years", flat = few + ", or a flat record";
  std::vector<StatisticEntry> list = {
      {{"climatology",
        "the target's dekad or month over the reference: mean, standard deviation, extremes, percentiles", "x"},
       climatology_bands,
       climatology,
       check_climatology,
       0,
       160},
      anomaly_entry({"diff", "target less the mean of the other years", "x", "docs/method.md", few},
                    Statistic::difference),
      anomaly_entry({"pct_median", "target in percent of the median of the other years", "%", "docs/method.md",
                     few + ", or a median of 0 or less"},
                    Statistic::percent_of_median),
      anomaly_entry({"z", "leave-one-out z of the target period", "1", "docs/method.md", flat}, Statistic::z),
      {{"detrended_z",
        "z of the target period from the Theil-Sen line of the other years, and the line's slope per year", "1"},
       fixed_bands({{"z", "1"}, {"slope", "x per year"}}),
       detrended,
       check_reference,
       0,
       2048},
      anomaly_entry({"vci", "Vegetation Condition Index of the target period, 0..100", "%", "Kogan 1995", flat},
                    Statistic::vci),
      anomaly_entry({"tci", "Temperature Condition Index of the target period (series: land surface temperature)", "%"},
                    Statistic::tci),
      {{"vhi", "Vegetation Health Index of the target period, with VCI and TCI (--with lst=FILE)", "%"},
       fixed_bands({{"vhi", "%"}, {"vci", "%"}, {"tci", "%"}}),
       vegetation_health,
       check_health}};
  for (auto& e : list) {
    e.info.family = "Against other years";
    if (e.info.unit == "%") e.info.style_max = 100;
    if (e.info.name == "pct_median") e.info.style_max = 200;
    if (e.info.name == "z" || e.info.name == "detrended_z") {
      e.info.style_min = -3;
      e.info.style_max = 3;
    }
  }
  return list;
}

}  // namespace fw
