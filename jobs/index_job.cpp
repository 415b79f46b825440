// 'forewarn index': named indices of given scenes, each scene on its own grid or all on the first one's; water area per
// date.
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <mutex>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/base/pool.h"
#include "core/base/text.h"
#include "core/series/scene_windows.h"
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

/// The index above 0 is water.
std::vector<uint8_t> water_states(const std::vector<float>& index) {
  std::vector<uint8_t> states;
  for (const float v : index) states.push_back(is_nan(v) ? 255 : v > 0 ? WaterAreas::wet : WaterAreas::dry);
  return states;
}

class IndexRun {
 public:
  IndexRun(const IndexOptions& o, const IndexCatalogue& indices, const Catalogue& catalogue, Publication& publication,
           const ChosenDevice& device, RunReport& report)
      : o_(o),
        indices_(indices),
        catalogue_(catalogue),
        publication_(publication),
        backends_([device] { return make_backend(device); }),
        report_(report),
        progress_("scenes", catalogue.scenes.size()) {}

  void run() {
    if (o_.common_grid && o_.water)
      together();
    else
      one_by_one();
  }
  std::string water() const { return water_; }

 private:
  /// A scene and what is made of it.
  struct Work {
    const Scene* scene;
    Grid grid;
    ScenePlan plan = {};
    std::vector<std::shared_ptr<RasterWriter>> writers = {};
    WaterAreas area{1};
  };

  Work start(const Scene& scene, const Grid& grid) {
    Work work{&scene, grid};
    work.plan = plan_scene(scene, indices_, o_.names, "index", report_);
    for (size_t k = 0; k < work.plan.names.size(); ++k)
      work.writers.push_back(
          publication_.raster(spec_of(scene, indices_, work.plan.names[k], work.plan.source[k].first, grid)));
    return work;
  }

  /// Rasters of a window. Out: where it is water; empty where that is not asked.
  std::vector<uint8_t> write(Work& work, const Window& w, const SceneValues& values) const {
    for (size_t k = 0; k < work.writers.size(); ++k) work.writers[k]->write(1, w, values.value[k].data());
    return o_.water && !values.value.empty() ? water_states(values.value[0]) : std::vector<uint8_t>();
  }

  /// As many scenes at once as there are threads: their rasters are finished before further ones are opened. Threads
  /// that find no scene left help with the windows and rasters of the others.
  void one_by_one() {
    size_t next = 0;
    const size_t scenes = tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism);
    tbb::parallel_pipeline(scenes, tbb::make_filter<void, std::shared_ptr<Work>>(
                                       tbb::filter_mode::serial_in_order,
                                       [&](tbb::flow_control& flow) -> std::shared_ptr<Work> {
                                         if (next == catalogue_.scenes.size()) {
                                           flow.stop();
                                           return nullptr;
                                         }
                                         const Scene& scene = catalogue_.scenes[next++];
                                         return std::make_shared<Work>(
                                             start(scene, grid_of(o_.common_grid ? catalogue_.scenes.front() : scene)));
                                       }) &
                                       tbb::make_filter<std::shared_ptr<Work>, std::shared_ptr<Work>>(
                                           tbb::filter_mode::parallel,
                                           [&](std::shared_ptr<Work> work) {
                                             // isolate: while it waits for its windows, a thread must not open another
                                             // scene
                                             tbb::this_task_arena::isolate([&] { finish(*work); });
                                             return work;
                                           }) &
                                       tbb::make_filter<std::shared_ptr<Work>, void>(
                                           tbb::filter_mode::serial_in_order, [&](const std::shared_ptr<Work>& work) {
                                             if (o_.water) add_csv(work->area.csv({work->scene}, o_.names[0]));
                                             progress_.step();
                                           }));
  }

  void finish(Work& work) {
    SceneWindows scenes(catalogue_, work.grid, backends_, report_);
    std::mutex mutex;
    scenes.read(*work.scene, work.plan, scenes.windows(*work.scene, work.plan),
                [&](Backend&, const Window& w, const SceneValues& values) {
                  std::vector<std::vector<uint8_t>> states = {write(work, w, values)};
                  if (!o_.water) return;
                  const auto cells_km2 = cell_areas_km2(work.grid, w);
                  const std::lock_guard lock(mutex);
                  work.area.add(states, cells_km2);
                });
    parallel_each(work.writers.size(), [&](size_t k) { publication_.finish_raster(work.writers[k]); });
    work.writers.clear();
  }

  /// Water that every scene saw: all scenes of a window, window after window.
  void together() {
    std::vector<Work> works;
    std::vector<const Scene*> scenes;
    for (const auto& scene : catalogue_.scenes) {
      works.push_back(start(scene, grid_of(catalogue_.scenes.front())));
      scenes.push_back(&scene);
    }
    SceneWindows windows(catalogue_, works.front().grid, backends_, report_);
    WaterAreas areas(works.size());
    for (const Window& w : windows.windows(*works.front().scene, works.front().plan)) {
      std::vector<std::vector<uint8_t>> states(works.size());
      parallel_each(works.size(), [&](size_t s) {
        windows.read(*works[s].scene, works[s].plan, w, [&](Backend&, const Window&, const SceneValues& values) {
          states[s] = write(works[s], w, values);
        });
      });
      areas.add(states, cell_areas_km2(works.front().grid, w));
    }
    publication_.finish_rasters();
    add_csv(areas.csv(scenes, o_.names[0]));
    progress_.step(works.size());
  }

  template <class Body>
  static void parallel_each(size_t n, const Body& body) {
    tbb::parallel_for(size_t{0}, n, body, tbb::simple_partitioner());
  }
  void add_csv(const std::string& csv) { water_ += water_.empty() ? csv : csv.substr(csv.find('\n') + 1); }

  const IndexOptions& o_;
  const IndexCatalogue& indices_;
  const Catalogue& catalogue_;
  Publication& publication_;
  Pool<Backend> backends_;
  RunReport& report_;
  Progress progress_;
  std::string water_;
};

}  // namespace

std::function<int()> declare_index(CLI::App& app) {
  auto o = std::make_shared<IndexOptions>();
  o->scenes = declare_scene_options(app, false);
  app.add_option("-i,--index", o->names,
                 "indices or roles, separated by commas (NDVI,MNDWI,rain_mm …; see 'forewarn describe'); 'all': every "
                 "index that the scene's bands allow")
      ->required()
      ->delimiter(',')
      ->allow_extra_args(false);
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
