// Segments of stable season over the reflectance bands of every date, as CCDC finds them.
#include <cmath>

#include "core/series/statistic_entry.h"

namespace fw {
namespace {

/// The reference counts days from year 1.
constexpr int64_t ordinal_of_epoch = 719163;

double year_of_ordinal(double ordinal) {
  const Date d = date_from_days(static_cast<int64_t>(ordinal) - ordinal_of_epoch);
  const auto first = days_since_epoch({d.year, 1, 1}), next = days_since_epoch({d.year + 1, 1, 1});
  return d.year + (ordinal - static_cast<double>(first + ordinal_of_epoch)) / static_cast<double>(next - first);
}

constexpr int head_bands = 6;  // segments, start, end, observations, quality, breaks
constexpr int per_band = ccdc_coefficients + 1;
constexpr const char* coefficient_names[] = {"slope", "cos1", "sin1", "cos2", "sin2", "cos3", "sin3", "intercept"};

int breaks_kept(const SeriesSettings& s) { return s.max_segments; }

std::vector<SeriesBand> segment_bands(const SeriesSettings& s, const SeriesShape& shape) {
  std::vector<SeriesBand> bands = {{"segments", "1"},     {"start", "year"}, {"end", "year"},
                                   {"observations", "1"}, {"quality", "1"},  {"breaks", "1"}};
  for (int k = 1; k <= breaks_kept(s); ++k) bands.push_back({"break-" + std::to_string(k), "year"});
  for (const auto& role : shape.bands) {
    const std::string unit = role == "thermal_k" ? "K" : "1";
    for (const char* name : coefficient_names)
      bands.push_back({role + "-" + name, name == coefficient_names[0] ? unit + " per day" : unit});
    bands.push_back({role + "-rmse", unit});
  }
  return bands;
}

/// Downloaded arrays of Ccdc, [segment][pixel] and so on.
struct Segments {
  std::vector<float> count, start, end, change, observations, probability, quality, coefficient, rmse;
};

Segments find_segments(const SeriesSettings& s, const SeriesTile& tile) {
  const size_t kept = static_cast<size_t>(s.max_segments), n = tile.pixels;
  std::vector<double> days;
  for (const Date d : tile.shape.dates) days.push_back(static_cast<double>(days_since_epoch(d) + ordinal_of_epoch));
  const auto tables = send(tile.backend, ccdc_tables(days));
  Ccdc<float> op{};
  op.times = static_cast<int>(days.size());
  op.pixels = n;
  op.tables = tables.data();
  op.pixel_class = tile.pixel_class;
  op.max_segments = s.max_segments;
  for (size_t b = 0; b < tile.bands.size(); ++b) op.x[b] = tile.bands[b];
  Segments host;
  std::vector<std::pair<std::vector<float>*, Buffer<float>>> arrays;
  const auto ask = [&](float*& place, std::vector<float>& to, size_t size) {
    arrays.emplace_back(&to, Buffer<float>(tile.backend, size));
    place = arrays.back().second.data();
  };
  ask(op.segments, host.count, n);
  ask(op.start, host.start, kept * n);
  ask(op.end, host.end, kept * n);
  ask(op.change, host.change, kept * n);
  ask(op.observations, host.observations, kept * n);
  ask(op.probability, host.probability, kept * n);
  ask(op.quality, host.quality, kept * n);
  ask(op.coefficient, host.coefficient, kept * ccdc_bands * ccdc_coefficients * n);
  ask(op.rmse, host.rmse, kept * ccdc_bands * n);
  tile.backend.run(op);
  for (auto& [to, buffer] : arrays) {
    to->resize(buffer.size());
    tile.backend.download(to->data(), buffer.data(), buffer.size() * sizeof(float));
  }
  return host;
}

StatisticResult segments(const SeriesSettings& s, const SeriesTile& tile) {
  const Segments found = find_segments(s, tile);
  const size_t n = tile.pixels, roles = tile.shape.bands.size();
  const Date last = s.target ? last_day(*s.target) : tile.shape.dates.back();
  const auto target = static_cast<float>(days_since_epoch(last) + ordinal_of_epoch);
  std::vector<float> values((head_bands + static_cast<size_t>(breaks_kept(s)) + roles * per_band) * n, nan_f());
  const auto put = [&](size_t band, size_t i, double v) { values[band * n + i] = static_cast<float>(v); };
  for (size_t i = 0; i < n; ++i) {
    if (is_nan(found.count[i])) continue;
    put(0, i, found.count[i]);
    const size_t kept = std::min(static_cast<size_t>(found.count[i]), static_cast<size_t>(s.max_segments));
    size_t breaks = 0, at = kept;
    for (size_t k = 0; k < kept; ++k) {
      if (found.start[k * n + i] <= target) at = k;
      if (found.probability[k * n + i] == 1)
        put(head_bands + breaks++, i, year_of_ordinal(static_cast<double>(found.change[k * n + i])));
    }
    put(5, i, static_cast<double>(breaks));
    if (at == kept) continue;  // the target lies before the first segment
    put(1, i, year_of_ordinal(static_cast<double>(found.start[at * n + i])));
    put(2, i, year_of_ordinal(static_cast<double>(found.end[at * n + i])));
    put(3, i, found.observations[at * n + i]);
    put(4, i, found.quality[at * n + i]);
    for (size_t b = 0; b < roles; ++b) {
      const bool thermal = tile.shape.bands[b] == "thermal_k";
      const double unit = thermal ? 100.0 : 10000.0;
      const size_t first = head_bands + static_cast<size_t>(breaks_kept(s)) + b * per_band;
      for (size_t c = 0; c < ccdc_coefficients; ++c) {
        const double v = found.coefficient[((at * ccdc_bands + b) * ccdc_coefficients + c) * n + i];
        put(first + c, i, (v + (thermal && c + 1 == ccdc_coefficients ? 27315.0 : 0.0)) / unit);
      }
      put(first + ccdc_coefficients, i, found.rmse[(at * ccdc_bands + b) * n + i] / unit);
    }
  }
  for (float& v : values)
    if (!std::isfinite(v)) v = nan_f();
  return {std::move(values), {}};
}

void check_segments(const SeriesSettings& s, const SeriesShape& shape) {
  static const std::vector<std::string> needed = {"blue", "green", "red", "nir", "swir1", "swir2"};
  for (const auto& role : needed)
    if (std::find(shape.bands.begin(), shape.bands.end(), role) == shape.bands.end())
      throw ConfigError("SERIES_NEEDED", "ccdc needs the band " + role + " in every scene. Choose a product that has " +
                                             join(needed, ", ") + ".");
  if (s.max_segments < 1 || s.max_segments > 64) throw ConfigError("RANGE", "--max-segments is 1 to 64.");
  if (days_since_epoch(shape.dates.front()) + ordinal_of_epoch < 0)
    throw ConfigError("RANGE", "ccdc takes dates from year 1 on. Choose --from.");
}

}  // namespace

std::vector<StatisticEntry> segment_statistics() {
  StatisticEntry entry{
      {"ccdc",
       "segments of a stable season over the reflectance bands of every date: number; start, end, observations and "
       "quality of the target's segment; number and dates of breaks; coefficients and rmse of each band",
       "1"},
      segment_bands,
      segments,
      check_segments,
      64};
  entry.bytes_per_segment = 2 * (7 + ccdc_bands * (ccdc_coefficients + 1)) * sizeof(float);
  entry.info.family = "Segments";
  entry.info.input = StatisticInput::bands;
  entry.info.style_max = 5;
  return {entry};
}

}  // namespace fw
