// 'forewarn series': statistics of a time series of scenes, per pixel, one raster each.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <filesystem>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/series/scene_compute.h"
#include "jobs/jobs.h"
#include "jobs/scene_job.h"

namespace fw {
namespace {

const std::vector<std::string> statistics = {"count", "mean", "std", "min", "max"};

struct SeriesOptions {
  std::shared_ptr<SceneJobOptions> scenes;
  std::vector<std::string> stats = statistics;
  std::string name, from, to;
};

/// Bytes of memory that the dates of one tile may take; the tile is halved until they fit.
constexpr size_t tile_memory = size_t{512} << 20;

std::vector<const Scene*> chosen(const SeriesOptions& o, const Catalogue& catalogue, std::string& name,
                                 RunReport& report) {
  const auto date = [](const std::string& text, Date otherwise) {
    if (text.empty()) return otherwise;
    const auto t = parse_datetime(text);
    if (!t) throw ConfigError("DATE", "'" + printable(text, 40) + "' is no date. Write YYYY-MM-DD.");
    return t->date;
  };
  const Date from = date(o.from, {0, 1, 1}), to = date(o.to, {9999, 12, 31});
  if (name.empty()) name = catalogue.scenes.front().bands.begin()->first;
  std::vector<const Scene*> scenes;
  for (const auto& scene : catalogue.scenes) {
    if (scene.time.date < from || to < scene.time.date) continue;
    if (offer_of(scene, name))
      scenes.push_back(&scene);
    else
      report.add({scene.id, "series", "BAND_MISSING",
                  "the scene has neither " + name + " nor the bands it is computed from", Verdict::refused});
  }
  if (scenes.empty())
    throw InputError("NO_SCENES", "No scene between the dates offers " + printable(name, 40) +
                                      ". See 'forewarn describe' for names.");
  return scenes;
}

void run_tile(Backend& backend, SceneReader& reader, const std::vector<const Scene*>& scenes, const std::string& name,
              const Window& w, const std::vector<std::pair<std::string, std::shared_ptr<RasterWriter>>>& writers,
              RunReport& report) {
  const size_t n = w.pixels();
  Buffer<float> x(backend, scenes.size() * n), out(backend, statistics.size() * n);
  Buffer<uint8_t> outcome(backend, n);
  SceneCompute computer(backend, n);
  for (size_t t = 0; t < scenes.size(); ++t) {
    backend.fill(x.at(t * n), 0xFF, n * sizeof(float));  // all bits set is a NaN
    try {
      const std::vector<SceneSeries> series = {*offer_of(*scenes[t], name)};
      const SceneTile tile = reader.read(*scenes[t], roles_of(series), w);
      if (tile.touches) computer.run(*scenes[t], tile, series, {x.at(t * n)}, {outcome.data()});
    } catch (const Error& e) {
      report.add({scenes[t]->id, "read", e.code(), printable(e.what(), 400), Verdict::refused});
    }
  }
  backend.run(SeriesStats{x.data(), static_cast<int>(scenes.size()), n, out.at(0), out.at(n), out.at(2 * n),
                          out.at(3 * n), out.at(4 * n)});
  std::vector<float> values(n);
  for (const auto& [stat, writer] : writers) {
    const auto k = static_cast<size_t>(std::find(statistics.begin(), statistics.end(), stat) - statistics.begin());
    backend.download(values.data(), out.at(k * n), n * sizeof(float));
    for (float& v : values)
      if (is_nan(v)) v = nan_f();
    writer->write(1, w, values.data());
  }
}

}  // namespace

std::function<int()> declare_series(CLI::App& app) {
  auto o = std::make_shared<SeriesOptions>();
  o->scenes = declare_scene_options(app);
  app.add_option("-s,--stat", o->stats,
                 "statistics, separated by commas: count (number of valid dates), mean, std (ddof 1), min, max; unit "
                 "of the series")
      ->delimiter(',')
      ->check(CLI::IsMember(statistics))
      ->capture_default_str();
  app.add_option("-i,--index", o->name, "index or role (default: the first role of the product)");
  app.add_option("--from", o->from, "first date, YYYY-MM-DD");
  app.add_option("--to", o->to, "last date, YYYY-MM-DD");
  app.footer("Example: forewarn series -p time-stack --role ndvi --scale 0.0001 --stat mean,std -o out/kafa stack.tif");
  return [o] {
    start_log({o->scenes->quiet, o->scenes->log_json});
    RunReport report;
    const Catalogue catalogue = scan_given(*o->scenes, report);
    const ChosenDevice device = choose_named_device(o->scenes->device);
    std::string name = o->name;
    const auto scenes = chosen(*o, catalogue, name, report);
    const Grid grid = scenes.front()->bands.begin()->second.grid;
    Publication publication({o->scenes->out, o->scenes->overwrite});
    std::vector<std::pair<std::string, std::shared_ptr<RasterWriter>>> writers;
    for (const auto& stat : o->stats) {
      RasterSpec spec;
      std::string id = lower(name);
      std::replace(id.begin(), id.end(), '_', '-');
      spec.stem =
          id + "-" + stat + "_" + to_string(scenes.front()->time.date) + "_" + to_string(scenes.back()->time.date);
      spec.title = stat + " of " + name + ", " + to_string(scenes.front()->time.date) + " to " +
                   to_string(scenes.back()->time.date);
      spec.grid = grid;
      const auto band = scenes.front()->bands.find(name);
      spec.bands = {{stat + " of " + name, stat == "count"                       ? "dates"
                                           : band == scenes.front()->bands.end() ? "1"
                                                                                 : band->second.unit}};
      spec.style_max = stat == "count" ? static_cast<double>(scenes.size()) : 1;
      spec.mantissa_bits = 23;
      spec.layer = id + "-" + stat;
      spec.first_day = to_string(scenes.front()->time.date);
      spec.last_day = to_string(scenes.back()->time.date);
      writers.emplace_back(stat, publication.raster(spec));
    }
    int size = o->scenes->tile_size;
    while (size > 32 &&
           static_cast<size_t>(size) * static_cast<size_t>(size) * (scenes.size() + 16) * sizeof(float) > tile_memory)
      size /= 2;
    const auto windows = tiles(grid, size);
    Progress progress("tiles", windows.size());
    auto backend = make_backend(device);
    SceneReader reader(catalogue, grid);
    for (const Window& w : windows) {
      run_tile(*backend, reader, scenes, name, w, writers, report);
      progress.step();
    }
    for (const auto& [stat, writer] : writers) publication.finish_raster(writer);
    return finish_scene_job(
        *o->scenes, "series", publication, catalogue, report, device,
        {{"statistics", join(o->stats, ",")}, {"series", name}, {"dates", std::to_string(scenes.size())}});
  };
}

}  // namespace fw
