// 'forewarn index': named indices of given scenes, each scene on its own grid or all on the first one's; water area per
// date.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/base/text.h"
#include "core/series/scene_values.h"
#include "core/series/water_area.h"
#include "jobs/jobs.h"
#include "jobs/scene_job.h"

namespace fw {
namespace {

struct IndexOptions {
  std::shared_ptr<SceneJobOptions> scenes;
  std::vector<std::string> names;
  bool common_grid = false, water = false;
};

RasterSpec spec_of(const Scene& scene, const IndexCatalogue& catalogue, const std::string& name, bool computed,
                   const Grid& grid) {
  RasterSpec spec;
  const Period day = period_of(scene.time.date, Cadence::dekad);
  std::string id = name;  // BI is not Bi
  std::replace(id.begin(), id.end(), '_', '-');
  spec.stem = id + "_" + to_string(scene.time.date) + "_" + scene.id;
  spec.title = name + ", " + scene.id + ", " + to_string(scene.time.date);
  spec.grid = grid;
  const auto band = scene.bands.find(name);
  spec.bands = {{name, computed ? catalogue.find(name).unit : band == scene.bands.end() ? "1" : band->second.unit}};
  spec.style_min = -1;
  spec.style_max = 1;
  spec.mantissa_bits = 23;
  spec.layer = id;
  spec.period = label(day);
  spec.first_day = spec.last_day = to_string(scene.time.date);
  spec.metadata = {{"SCENE", scene.id}, {"PRODUCT", scene.product}, {"INDEX", name}};
  return spec;
}

class IndexRun {
 public:
  IndexRun(const IndexOptions& o, const IndexCatalogue& indices, const Catalogue& catalogue, Publication& publication,
           const ChosenDevice& device, RunReport& report)
      : o_(o),
        indices_(indices),
        catalogue_(catalogue),
        publication_(publication),
        backend_(make_backend(device)),
        report_(report) {}

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
    std::vector<ScenePlan> plans;
    std::vector<std::vector<std::shared_ptr<RasterWriter>>> writers(scenes.size());
    for (size_t s = 0; s < scenes.size(); ++s) {
      plans.push_back(plan_scene(*scenes[s], indices_, o_.names, "index", report_));
      for (size_t k = 0; k < plans[s].names.size(); ++k)
        writers[s].push_back(
            publication_.raster(spec_of(*scenes[s], indices_, plans[s].names[k], plans[s].source[k].first, grid)));
    }
    SceneReader reader(catalogue_, grid);
    WaterAreas areas(scenes.size());
    for (const Window& w : tiles(grid, o_.scenes->tile_size)) {
      std::vector<std::vector<uint8_t>> states(scenes.size());
      for (size_t s = 0; s < scenes.size(); ++s) {
        const SceneValues values = compute_values(*backend_, reader, *scenes[s], plans[s], w, report_);
        for (size_t k = 0; k < writers[s].size(); ++k) writers[s][k]->write(1, w, values.value[k].data());
        if (o_.water && !values.value.empty()) states[s] = water_states(values.value[0]);
      }
      if (o_.water) areas.add(states, cell_areas_km2(grid, w));
    }
    for (const auto& scene_writers : writers)
      for (const auto& writer : scene_writers) publication_.finish_raster(writer);
    if (o_.water) {
      const std::string csv = areas.csv(scenes, o_.names[0]);
      water_ += water_.empty() ? csv : csv.substr(csv.find('\n') + 1);
    }
  }

  /// The index above 0 is water.
  static std::vector<uint8_t> water_states(const std::vector<float>& index) {
    std::vector<uint8_t> states;
    for (const float v : index) states.push_back(is_nan(v) ? 255 : v > 0 ? WaterAreas::wet : WaterAreas::dry);
    return states;
  }

  const IndexOptions& o_;
  const IndexCatalogue& indices_;
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
                 "indices or roles, separated by commas (NDVI,MNDWI,rain_mm …; see 'forewarn describe'); 'all': every "
                 "index that the scene's bands allow")
      ->required()
      ->delimiter(',');
  app.add_flag("--common-grid", o->common_grid,
               "all scenes on the grid of the first one (aligned where whole cells apart, else resampled)");
  app.add_flag("--water", o->water,
               "water.csv: area where the first index is above 0, per date, and its change (with --common-grid on "
               "common valid pixels)");
  app.footer("Example: forewarn index -p naip -i NDWI --common-grid --water -o out/wetlands m_*.tif");
  return [o] {
    const ThreadLimit threads = start_scene_job(*o->scenes);
    RunReport report;
    const IndexCatalogue indices = IndexCatalogue::load(config_dir(o->scenes->config_dir).string());
    const Catalogue catalogue = scan_given(*o->scenes, report);
    return run_job_on(choose_named_device(o->scenes->device), report, [&](const ChosenDevice& device) {
      Publication publication({o->scenes->out, o->scenes->overwrite});
      IndexRun run(*o, indices, catalogue, publication, device, report);
      run.run();
      if (o->water) publication.text("water.csv", run.water());
      return finish_scene_job(*o->scenes, "index", publication, catalogue, report, device,
                              {{"indices", join(o->names, ",")}, {"product", o->scenes->product}});
    });
  };
}

}  // namespace fw
