#include "jobs/series_run.h"

#include <algorithm>
#include <cmath>

#include "core/base/class_scheme.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/base/text.h"
#include "core/series/send.h"

namespace fw {
namespace {

/// Bytes of memory that one tile may take; the tile is halved until it fits.
constexpr size_t tile_memory = size_t{512} << 20;

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
  int size = options_.scenes->tile_size;
  while (size > 32 && static_cast<size_t>(size) * static_cast<size_t>(size) * pixel_bytes() > tile_memory) size /= 2;
  const auto windows = tiles(grid_, size);
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
  const auto band = scenes.front()->bands.find(name);
  const std::string unit = band == scenes.front()->bands.end() ? "1" : band->second.unit;
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

void SeriesRun::read(const SceneTrack& track, const Window& w, Buffer<float>& x, Buffer<uint8_t>& outcome) {
  const size_t n = w.pixels();
  SceneCompute computer(*backend_, n);
  backend_->fill(x.data(), 0xFF, x.size() * sizeof(float));  // all bits set is a NaN
  backend_->fill(outcome.data(), static_cast<unsigned char>(MaskOutcome::not_observed), outcome.size());
  for (size_t t = 0; t < track.scenes.size(); ++t) try {
      const std::vector<SceneSeries> series = {*offer_of(*track.scenes[t], track.name)};
      const SceneTile tile = reader_.read(*track.scenes[t], roles_of(series), w);
      if (tile.touches) computer.run(*track.scenes[t], tile, series, {x.at(t * n)}, {outcome.at(t * n)});
    } catch (const Error& e) {
      report_.add({track.scenes[t]->id, "read", e.code(), printable(e.what(), 400), Verdict::refused});
    }
}

void SeriesRun::read_bands(const Window& w, std::vector<Buffer<float>>& bands, Buffer<uint8_t>& pixel_class) {
  const auto& scenes = tracks_.main.scenes;
  const size_t n = w.pixels(), times = scenes.size();
  SceneCompute computer(*backend_, n);
  std::vector<SceneSeries> series;
  for (const auto& role : shape_.bands) {
    series.push_back({{}, role});
    bands.emplace_back(*backend_, times * n);
    backend_->fill(bands.back().data(), 0xFF, times * n * sizeof(float));
  }
  Buffer<uint8_t> outcome(*backend_, series.size() * n);
  std::vector<uint8_t> all(times * n, static_cast<uint8_t>(PixelClass::fill)), row(series.size() * n);
  for (size_t t = 0; t < times; ++t) try {
      const SceneTile tile = reader_.read(*scenes[t], roles_of(series), w);
      if (!tile.touches) continue;
      std::vector<float*> value;
      std::vector<uint8_t*> places;
      for (size_t b = 0; b < series.size(); ++b) {
        value.push_back(bands[b].at(t * n));
        places.push_back(outcome.at(b * n));
      }
      computer.run(*scenes[t], tile, series, value, places);
      backend_->download(row.data(), outcome.data(), row.size());
      for (size_t i = 0; i < n; ++i) {
        // The worst of the bands: masks do not say whether it was cloud, shadow or snow.
        uint8_t worst = 0;
        for (size_t b = 0; b < series.size(); ++b) worst = std::max(worst, row[b * n + i]);
        all[t * n + i] = static_cast<uint8_t>(worst == static_cast<uint8_t>(MaskOutcome::clear)    ? PixelClass::clear
                                              : worst == static_cast<uint8_t>(MaskOutcome::masked) ? PixelClass::cloud
                                                                                                   : PixelClass::fill);
      }
    } catch (const Error& e) {
      report_.add({scenes[t]->id, "read", e.code(), printable(e.what(), 400), Verdict::refused});
    }
  pixel_class = send(*backend_, all);
}

void SeriesRun::composite(const SceneTrack& track, size_t n, Buffer<float>& x, Buffer<uint8_t>& outcome,
                          Buffer<float>& y, Buffer<uint8_t>& reason) {
  Buffer<uint16_t> valid(*backend_, n);
  size_t begin = 0;
  const auto period = [&](size_t k) { return period_of(track.scenes[k]->time.date, shape_.periods.front().cadence); };
  for (size_t p = 0; p < shape_.periods.size(); ++p) {
    while (begin < track.scenes.size() && period(begin) < shape_.periods[p]) ++begin;
    size_t end = begin;
    while (end < track.scenes.size() && period(end) == shape_.periods[p]) ++end;
    const size_t count = std::min(end - begin, static_cast<size_t>(max_scenes_per_period));
    for (size_t k = begin + count; k < end; ++k)
      report_.add({track.scenes[k]->id, "read", "TOO_MANY_SCENES",
                   "more than " + std::to_string(max_scenes_per_period) + " scenes in one period", Verdict::refused});
    if (count == 0) {
      backend_->fill(y.at(p * n), 0xFF, n * sizeof(float));
      backend_->fill(reason.at(p * n), static_cast<unsigned char>(Reason::not_observed), n);
    } else {
      backend_->run(Composite{x.at(begin * n), outcome.at(begin * n), static_cast<int>(count), n, track.composite,
                              y.at(p * n), valid.data(), reason.at(p * n)});
    }
    begin = end;
  }
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
