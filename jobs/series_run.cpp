#include "jobs/series_run.h"

#include <algorithm>
#include <cmath>

#include "core/base/class_scheme.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/base/text.h"
#include "core/series/send.h"
#include "core/series/tile_size.h"

namespace fw {
namespace {

std::vector<std::string> common_bands(const std::vector<const Scene*>& scenes) {
  static const std::vector<std::string> order = {"blue", "green", "red", "nir", "swir1", "swir2", "thermal_k"};
  std::vector<std::string> bands;
  for (const auto& role : order)
    if (std::all_of(scenes.begin(), scenes.end(), [&](const Scene* s) { return s->bands.count(role) > 0; }))
      bands.push_back(role);
  return bands;
}

std::string dashed(std::string id) {
  std::replace(id.begin(), id.end(), '_', '-');
  return id;
}

/// Centres of the window's pixels, degrees north.
std::vector<float> latitudes(const Grid& grid, const Window& w) {
  std::vector<float> out;
  for (int r = 0; r < w.rows; ++r)
    for (int c = 0; c < w.cols; ++c) {
      double lon = 0, lat = 0;
      pixel_lonlat(grid, w.row + r, w.col + c, &lon, &lat);
      out.push_back(static_cast<float>(lat));
    }
  return out;
}

bool is_temperature(const std::string& name) { return name.rfind("t_", 0) == 0; }

/// Evapotranspiration takes degrees C: kelvins that say so become them, other numbers that cannot be are refused.
void to_celsius(Backend& backend, const SceneTrack& track, Buffer<float>& x) {
  if (track.scenes.front()->bands.at(track.name).unit == "K")
    backend.run(ToPhysical{x.data(), x.data(), x.size(), 1, -273.15, nan_f(), -HUGE_VALF, HUGE_VALF});
  std::vector<float> host(x.size());
  backend.download(host.data(), x.data(), host.size() * sizeof(float));
  for (const float v : host)
    if (v < -100 || v > 70)
      throw InputError("TEMPERATURE_UNIT", "--with " + track.name + " holds " + format_number(v) +
                                               ", which is no temperature in degrees C. State scale and offset, or "
                                               "unit=K.");
}

}  // namespace

SeriesRun::SeriesRun(const SeriesOptions& o, const Catalogue& catalogue, SceneTracks tracks, const ChosenDevice& device,
                     RunReport& report)
    : options_(o),
      tracks_(std::move(tracks)),
      report_(report),
      grid_(tracks_.main.scenes.front()->bands.begin()->second.grid),
      backend_(make_backend(device)),
      reader_(catalogue, grid_) {
  for (const auto& stat : o.stats) {
    const SeriesStatistic* statistic = &series_statistic(stat);
    if (std::find(statistics_.begin(), statistics_.end(), statistic) == statistics_.end())
      statistics_.push_back(statistic);
  }
  for (const Scene* scene : tracks_.main.scenes) shape_.dates.push_back(scene->time.date);
  for (const auto& track : tracks_.further) shape_.further.insert(track.name);
  shape_.bands = common_bands(tracks_.main.scenes);
  if (needs(StatisticInput::steps)) {
    const Cadence cadence = o.cadence == "dekad" ? Cadence::dekad : Cadence::month;
    const Period first = period_of(shape_.dates.front(), cadence), last = period_of(shape_.dates.back(), cadence);
    for (int n = first.number; n <= last.number; ++n) shape_.periods.push_back({cadence, n});
  }
  for (const auto* s : statistics_) check_series_statistic(*s, o.settings, shape_);
}

bool SeriesRun::needs(StatisticInput input) const {
  return std::any_of(statistics_.begin(), statistics_.end(), [&](const auto* s) { return s->input == input; });
}

void SeriesRun::run(Publication& publication) {
  for (const auto* s : statistics_)
    outputs_.push_back(
        {s, publication.raster(spec_of(*s)), s->has_flags ? publication.raster(flag_spec(*s)) : nullptr});
  const auto windows = tiles(grid_, fit_tile_size(options_.scenes->tile_size, pixel_bytes(), usual_tile_memory));
  Progress progress("tiles", windows.size());
  for (const Window& w : windows) {
    compute(w);
    progress.step();
  }
  for (const auto& output : outputs_) {
    publication.finish_raster(output.values);
    if (output.flags) publication.finish_raster(output.flags);
  }
}

size_t SeriesRun::pixel_bytes() const {
  size_t most = 0, cells = shape_.dates.size() + shape_.periods.size() * (1 + tracks_.further.size());
  for (const auto* s : statistics_) most = std::max(most, statistic_bytes(*s, options_.settings, shape_));
  for (const auto& track : tracks_.further) cells = std::max(cells, track.scenes.size() + shape_.periods.size());
  if (needs(StatisticInput::bands)) cells += shape_.dates.size() * shape_.bands.size();
  return cells * (sizeof(float) + 1) + most + 16 * sizeof(float);
}

RasterSpec SeriesRun::spec_of(const SeriesStatistic& statistic) const {
  const auto& scenes = tracks_.main.scenes;
  const bool of_bands = statistic.input == StatisticInput::bands;
  const std::string name = of_bands ? "bands" : tracks_.main.name;
  const std::string unit = of_bands ? "1" : tracks_.main.unit;
  const std::string first = to_string(shape_.dates.front()), last = to_string(shape_.dates.back());
  RasterSpec spec;
  spec.layer = dashed(lower(name)) + "-" + dashed(statistic.name);
  spec.stem = spec.layer + "_" + first + "_" + last;
  spec.title = statistic.title + " of " + name + ", " + first + " to " + last;
  spec.grid = grid_;
  for (const auto& b : statistic_bands(statistic, options_.settings, shape_))
    spec.bands.push_back({b.name, b.unit.rfind('x', 0) == 0 ? unit + b.unit.substr(1) : b.unit});
  spec.style_min = statistic.style_min;
  spec.style_max = statistic.name == "count" ? static_cast<double>(scenes.size()) : statistic.style_max;
  spec.mantissa_bits = 23;
  spec.first_day = first;
  spec.last_day = last;
  spec.metadata = {{"STATISTIC", statistic.name}, {"SOURCE", statistic.source}};
  return spec;
}

RasterSpec SeriesRun::flag_spec(const SeriesStatistic& statistic) const {
  RasterSpec spec = spec_of(statistic);
  spec.layer += "-flags";
  spec.stem = spec.layer + "_" + spec.first_day + "_" + spec.last_day;
  spec.title = "What stands behind: " + spec.title;
  spec.bands.clear();
  for (const auto& name : flag_bands(statistic, options_.settings, shape_)) spec.bands.push_back({name, "1"});
  spec.classes = load_class_scheme(config_dir(options_.scenes->config_dir).string(), "series-flag");
  return spec;
}

void SeriesRun::compute(const Window& w) {
  const size_t n = w.pixels(), cells = shape_.periods.size() * n;
  const bool steps = needs(StatisticInput::steps);
  Buffer<float> x, y;
  Buffer<uint8_t> outcome, reason, pixel_class;
  std::vector<Buffer<float>> further, bands;
  const auto load = [&](const SceneTrack& track, Buffer<float>& to, Buffer<uint8_t>& why) {
    x = Buffer<float>(*backend_, track.scenes.size() * n);
    outcome = Buffer<uint8_t>(*backend_, track.scenes.size() * n);
    read(track, w, x, outcome);
    if (!steps) return;
    to = Buffer<float>(*backend_, cells);
    why = Buffer<uint8_t>(*backend_, cells);
    composite(track, n, x, outcome, to, why);
  };
  SeriesTile tile{*backend_, shape_, n};
  for (const auto& track : tracks_.further) {
    if (!steps) break;
    Buffer<uint8_t> unused;
    further.emplace_back();
    load(track, further.back(), unused);
    if (is_temperature(track.name)) to_celsius(*backend_, track, further.back());
    tile.further[track.name] = further.back().data();
  }
  if (steps || needs(StatisticInput::dates)) load(tracks_.main, y, reason);
  if (needs(StatisticInput::bands)) {
    read_bands(w, bands, pixel_class);
    for (const auto& band : bands) tile.bands.push_back(band.data());
    tile.pixel_class = pixel_class.data();
  }
  const bool temperatures = std::any_of(shape_.further.begin(), shape_.further.end(), is_temperature);
  const auto latitude = send(*backend_, temperatures ? latitudes(grid_, w) : std::vector<float>());
  tile.dates = x.data();
  tile.steps = y.data();
  tile.reason = reason.data();
  tile.latitude = latitude.data();
  for (const auto& output : outputs_) {
    const StatisticResult result = run_series_statistic(*output.statistic, options_.settings, tile);
    for (size_t band = 0; band < result.values.size() / n; ++band)
      output.values->write(static_cast<int>(band + 1), w, result.values.data() + band * n);
    for (size_t band = 0; band < result.flags.size() / n; ++band)
      output.flags->write(static_cast<int>(band + 1), w, result.flags.data() + band * n);
  }
}

}  // namespace fw
