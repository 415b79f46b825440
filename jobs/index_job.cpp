// 'forewarn index': named indices of given scenes, each scene on its own grid or all on the first one's; water area per
// date.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <filesystem>

#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/series/indicator_table.h"
#include "core/series/scene_compute.h"
#include "jobs/jobs.h"
#include "jobs/scene_job.h"

namespace fw {
namespace {

struct IndexOptions {
  std::shared_ptr<SceneJobOptions> scenes;
  std::vector<std::string> names;
  bool common_grid = false, water = false;
};

const Grid& grid_of(const Scene& scene) { return scene.bands.begin()->second.grid; }

/// Area of one scene's index above 0, on the pixels valid in that scene and on those valid in every scene.
struct WaterArea {
  FixedSum valid, water, common, common_water;
};

struct SceneResult {
  std::vector<std::vector<float>> value;  ///< by index
  bool touches = false;
};

SceneResult compute(Backend& backend, SceneReader& reader, const Scene& scene, const std::vector<SceneSeries>& series,
                    const Window& w) {
  SceneResult result;
  result.value.assign(series.size(), std::vector<float>(w.pixels(), nan_f()));
  const SceneTile tile = reader.read(scene, roles_of(series), w);
  result.touches = tile.touches;
  if (!tile.touches) return result;
  SceneCompute computer(backend, w.pixels());
  Buffer<float> values(backend, series.size() * w.pixels());
  Buffer<uint8_t> outcomes(backend, series.size() * w.pixels());
  std::vector<float*> value;
  std::vector<uint8_t*> outcome;
  for (size_t k = 0; k < series.size(); ++k) {
    value.push_back(values.at(k * w.pixels()));
    outcome.push_back(outcomes.at(k * w.pixels()));
  }
  computer.run(scene, tile, series, value, outcome);
  for (size_t k = 0; k < series.size(); ++k) {
    backend.download(result.value[k].data(), value[k], w.pixels() * sizeof(float));
    for (float& v : result.value[k])
      if (is_nan(v)) v = nan_f();
  }
  return result;
}

RasterSpec spec_of(const Scene& scene, const std::string& name, const Grid& grid) {
  RasterSpec spec;
  const Period day = period_of(scene.time.date, Cadence::dekad);
  std::string id = lower(name);
  std::replace(id.begin(), id.end(), '_', '-');
  spec.stem = id + "_" + to_string(scene.time.date) + "_" + scene.id;
  spec.title = name + ", " + scene.id + ", " + to_string(scene.time.date);
  spec.grid = grid;
  const auto band = scene.bands.find(name);
  spec.bands = {{name, band == scene.bands.end() ? "1" : band->second.unit}};
  spec.style_min = -1;
  spec.style_max = 1;
  spec.mantissa_bits = 23;
  spec.layer = id;
  spec.period = label(day);
  spec.first_day = spec.last_day = to_string(scene.time.date);
  spec.metadata = {{"SCENE", scene.id}, {"PRODUCT", scene.product}, {"INDEX", name}};
  return spec;
}

std::string water_csv(const std::vector<const Scene*>& scenes, const std::vector<WaterArea>& areas,
                      const std::string& index) {
  std::string out =
      "date,scene,index,valid_km2,water_km2,common_valid_km2,common_water_km2,change_since_first_km2,change_since_"
      "first_percent\n";
  const double first = areas.empty() ? 0 : areas[0].common_water.value();
  for (size_t s = 0; s < scenes.size(); ++s) {
    const double now = areas[s].common_water.value();
    out += to_string(scenes[s]->time.date) + "," + csv_text(scenes[s]->id) + "," + index;
    for (const double v : {areas[s].valid.value(), areas[s].water.value(), areas[s].common.value(), now, now - first,
                           first > 0 ? 100 * (now - first) / first : std::nan("")})
      out += "," + format_number(v);
    out += "\n";
  }
  return out;
}

class IndexRun {
 public:
  IndexRun(const IndexOptions& o, const Catalogue& catalogue, Publication& publication, const ChosenDevice& device,
           RunReport& report)
      : o_(o), catalogue_(catalogue), publication_(publication), backend_(make_backend(device)), report_(report) {}

  void run() {
    const std::vector<Scene>& scenes = catalogue_.scenes;
    Progress progress("scenes", scenes.size());
    if (!o_.common_grid) {
      for (const auto& scene : scenes) {
        group({&scene}, grid_of(scene));
        progress.step();
      }
      return;
    }
    std::vector<const Scene*> all;
    for (const auto& scene : scenes) all.push_back(&scene);
    group(all, grid_of(scenes.front()));
    progress.step(scenes.size());
  }
  std::string water() const { return water_; }

 private:
  /// Scenes that share one target grid, tile by tile.
  void group(const std::vector<const Scene*>& scenes, const Grid& grid) {
    std::vector<std::vector<SceneSeries>> series(scenes.size());
    std::vector<std::vector<std::string>> names(scenes.size());
    std::vector<std::vector<std::shared_ptr<RasterWriter>>> writers(scenes.size());
    for (size_t s = 0; s < scenes.size(); ++s)
      for (const auto& name : o_.names) {
        const auto offer = offer_of(*scenes[s], name);
        if (!offer) {
          report_.add({scenes[s]->id, "index", "BAND_MISSING",
                       "the scene has neither " + name + " nor the bands it is computed from", Verdict::refused});
          continue;
        }
        series[s].push_back(*offer);
        names[s].push_back(name);
        writers[s].push_back(publication_.raster(spec_of(*scenes[s], name, grid)));
      }
    SceneReader reader(catalogue_, grid);
    std::vector<WaterArea> areas(scenes.size());
    for (const Window& w : tiles(grid, o_.scenes->tile_size)) {
      std::vector<SceneResult> results(scenes.size());
      std::vector<char> common(w.pixels(), 1);
      for (size_t s = 0; s < scenes.size(); ++s) {
        try {
          results[s] = compute(*backend_, reader, *scenes[s], series[s], w);
        } catch (const Error& e) {
          report_.add({scenes[s]->id, "read", e.code(), printable(e.what(), 400), Verdict::refused});
          results[s].value.assign(series[s].size(), std::vector<float>(w.pixels(), nan_f()));
        }
        for (size_t k = 0; k < writers[s].size(); ++k) writers[s][k]->write(1, w, results[s].value[k].data());
        if (!results[s].value.empty())
          for (size_t i = 0; i < w.pixels(); ++i) common[i] &= !is_nan(results[s].value[0][i]);
      }
      if (o_.water) add_water(results, common, cell_areas_km2(grid, w), areas);
    }
    for (const auto& scene_writers : writers)
      for (const auto& writer : scene_writers) publication_.finish_raster(writer);
    if (o_.water) {
      const std::string csv = water_csv(scenes, areas, o_.names[0]);
      water_ += water_.empty() ? csv : csv.substr(csv.find('\n') + 1);
    }
  }

  static void add_water(const std::vector<SceneResult>& results, const std::vector<char>& common,
                        const std::vector<double>& cells, std::vector<WaterArea>& areas) {
    for (size_t s = 0; s < results.size(); ++s)
      for (size_t i = 0; !results[s].value.empty() && i < cells.size(); ++i) {
        const float v = results[s].value[0][i];
        if (is_nan(v)) continue;
        areas[s].valid.add(cells[i]);
        if (v > 0) areas[s].water.add(cells[i]);
        if (common[i]) areas[s].common.add(cells[i]);
        if (common[i] && v > 0) areas[s].common_water.add(cells[i]);
      }
  }

  const IndexOptions& o_;
  const Catalogue& catalogue_;
  Publication& publication_;
  std::unique_ptr<Backend> backend_;
  RunReport& report_;
  std::string water_;
};

}  // namespace

std::function<int()> declare_index(CLI::App& app) {
  auto o = std::make_shared<IndexOptions>();
  o->scenes = declare_scene_options(app);
  app.add_option("-i,--index", o->names,
                 "indices or roles, separated by commas (NDVI,MNDWI,rain_mm …; see 'forewarn describe')")
      ->required()
      ->delimiter(',');
  app.add_flag("--common-grid", o->common_grid,
               "all scenes on the grid of the first one (aligned where whole cells apart, else resampled)");
  app.add_flag("--water", o->water,
               "water.csv: area where the first index is above 0, per date, and its change (with --common-grid on "
               "common valid pixels)");
  app.footer("Example: forewarn index -p naip -i NDWI --common-grid --water -o out/wetlands m_*.tif");
  return [o] {
    start_log({o->scenes->quiet, o->scenes->log_json});
    RunReport report;
    const Catalogue catalogue = scan_given(*o->scenes, report);
    const ChosenDevice device = choose_named_device(o->scenes->device);
    Publication publication({o->scenes->out, o->scenes->overwrite});
    IndexRun run(*o, catalogue, publication, device, report);
    run.run();
    if (o->water) publication.text("water.csv", run.water());
    return finish_scene_job(*o->scenes, "index", publication, catalogue, report, device,
                            {{"indices", join(o->names, ",")}, {"product", o->scenes->product}});
  };
}

}  // namespace fw
