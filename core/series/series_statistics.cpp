#include "core/series/series_statistics.h"

#include "core/series/statistic_entry.h"
#include "kernels/method_table.h"

namespace fw {
namespace {

/// Words that the kernels' own table has are taken from there.
void take_words(SeriesStatistic& s) {
  const std::string known = s.name == "savgol" ? "savitzky_golay" : s.name == "runs" ? "run_length" : s.name;
  for (const MethodInfo& info : series_methods())
    if (info.name == known) {
      s.source = info.source;
      s.limits = info.limits;
    }
}

const std::vector<StatisticEntry>& entries() {
  static const std::vector<StatisticEntry> all = [] {
    std::vector<StatisticEntry> joined;
    for (const auto& family : {simple_statistics(), smoothing_statistics(), anomaly_statistics(), rain_statistics(),
                               trend_statistics(), season_statistics(), segment_statistics()})
      joined.insert(joined.end(), family.begin(), family.end());
    for (auto& entry : joined) take_words(entry.info);
    return joined;
  }();
  return all;
}

const StatisticEntry& entry_of(const SeriesStatistic& statistic) {
  for (const auto& e : entries())
    if (e.info.name == statistic.name) return e;
  throw std::logic_error("series_statistics.cpp: a statistic that is not in the table");
}

}  // namespace

const std::vector<SeriesStatistic>& series_statistics() {
  static const std::vector<SeriesStatistic> list = [] {
    std::vector<SeriesStatistic> infos;
    for (const auto& e : entries()) infos.push_back(e.info);
    return infos;
  }();
  return list;
}

const SeriesStatistic& series_statistic(const std::string& name) {
  std::vector<std::string> known;
  for (const auto& s : series_statistics()) {
    if (s.name == name) return s;
    known.push_back(s.name);
  }
  throw ConfigError("UNKNOWN_STATISTIC",
                    "There is no statistic '" + printable(name, 40) + "'. Known: " + join(known, ", ") + ".");
}

void check_series_statistic(const SeriesStatistic& statistic, const SeriesSettings& settings,
                            const SeriesShape& shape) {
  if (const auto& check = entry_of(statistic).check) check(settings, shape);
}

std::vector<SeriesBand> statistic_bands(const SeriesStatistic& statistic, const SeriesSettings& settings,
                                        const SeriesShape& shape) {
  return entry_of(statistic).bands(settings, shape);
}

std::vector<std::string> flag_bands(const SeriesStatistic& statistic, const SeriesSettings& settings,
                                    const SeriesShape& shape) {
  if (!statistic.has_flags) return {};
  const StatisticEntry& entry = entry_of(statistic);
  std::vector<std::string> names;
  for (const auto& band : entry.bands(settings, shape)) names.push_back(band.name);
  names.erase(names.begin(), names.begin() + static_cast<ptrdiff_t>(entry.first_flagged));
  return names;
}

StatisticResult run_series_statistic(const SeriesStatistic& statistic, const SeriesSettings& settings,
                                     const SeriesTile& tile) {
  return entry_of(statistic).run(settings, tile);
}

size_t statistic_bytes(const SeriesStatistic& statistic, const SeriesSettings& settings, const SeriesShape& shape) {
  const StatisticEntry& entry = entry_of(statistic);
  const size_t times = std::max(shape.periods.size(), shape.dates.size());
  return entry.bytes + entry.bytes_per_time * times +
         entry.bytes_per_segment * static_cast<size_t>(std::max(0, settings.max_segments)) +
         8 * entry.bands(settings, shape).size();
}

int target_place(const SeriesSettings& settings, const SeriesShape& shape) {
  FW_EXPECT(!shape.periods.empty(), "a record of equal steps");
  const Period first = shape.periods.front(), last = shape.periods.back(), wanted = settings.target.value_or(last);
  if (wanted.cadence != first.cadence || wanted < first || last < wanted)
    throw ConfigError("RANGE", "The period " + label(wanted) + " is not in the series (" + label(first) + " to " +
                                   label(last) + "). Choose another --target.");
  return wanted.number - first.number;
}

TargetReference target_reference(const SeriesSettings& settings, const SeriesTile& tile) {
  const auto& periods = tile.shape.periods;
  return {tile.backend,
          reference_calendar(periods.front(), static_cast<int>(periods.size()), settings.reference_from,
                             settings.reference_to),
          {target_place(settings, tile.shape)}};
}

void need_further(const SeriesShape& shape, const std::string& statistic, const std::vector<std::string>& names) {
  for (const auto& name : names)
    if (!shape.further.count(name))
      throw ConfigError("SERIES_NEEDED",
                        statistic + " needs a further series '" + name + "'. Give it with --with " + name + "=FILE.");
}

StatisticResult with_flags(std::vector<float> values, std::vector<uint8_t> flags, size_t pixels, size_t first) {
  FW_EXPECT(values.size() == flags.size() + first * pixels, "a flag for every value");
  for (size_t i = 0; i < flags.size(); ++i)
    if (is_nan(values[first * pixels + i])) flags[i] = flag_no_value;
  return {std::move(values), std::move(flags)};
}

}  // namespace fw
