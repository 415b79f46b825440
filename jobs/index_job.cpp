// 'forewarn index': named indices of given scenes, each scene on its own grid or all on the first one's; water area per
// date.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <filesystem>

#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/base/text.h"
#include "core/series/index_catalogue.h"
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

/// What one scene gives of the names asked for: roles as they are, indices by one compiled formula program.
struct ScenePlan {
  std::vector<std::string> names;                 ///< in the order asked for
  std::vector<SceneSeries> roles;                 ///< read and masked, each once
  std::shared_ptr<const FormulaProgram> program;  ///< null where no index is computed
  std::vector<size_t> program_bands;              ///< places of the program's bands in `roles`
  std::vector<std::pair<bool, size_t>> source;    ///< by name: (computed, output of the program or place in `roles`)
};

std::vector<std::string> role_names(const Scene& scene) {
  std::vector<std::string> roles;
  for (const auto& [role, band] : scene.bands) roles.push_back(role);
  return roles;
}

ScenePlan plan_scene(const Scene& scene, const IndexCatalogue& catalogue, const std::vector<std::string>& asked,
                     RunReport& report) {
  ScenePlan plan;
  const auto roles = role_names(scene);
  const auto place = [&](const std::string& role) {
    for (size_t k = 0; k < plan.roles.size(); ++k)
      if (plan.roles[k].role == role) return k;
    plan.roles.push_back({{}, role});
    return plan.roles.size() - 1;
  };
  std::vector<std::string> wanted = asked, computed;
  if (wanted == std::vector<std::string>{"all"}) {
    wanted.clear();
    for (const CatalogueIndex* index : catalogue.allowed(roles)) wanted.push_back(index->name);
  }
  for (const auto& name : wanted) {
    // A product that delivers the index itself (MOD13's NDVI) is taken at its word.
    const auto direct = scene.bands.count(name) ? name : scene.bands.count(lower(name)) ? lower(name) : "";
    if (!direct.empty()) {
      plan.names.push_back(name);
      plan.source.emplace_back(false, place(direct));
      continue;
    }
    const CatalogueIndex& index = catalogue.find(name);
    const auto missing = std::find_if(index.roles.begin(), index.roles.end(),
                                      [&](const std::string& r) { return !scene.bands.count(r); });
    if (missing != index.roles.end()) {
      report.add({scene.id, "index", "BAND_MISSING:" + *missing,
                  name + " needs the band " + *missing + ", which the scene does not have", Verdict::refused});
      continue;
    }
    plan.names.push_back(name);
    plan.source.emplace_back(true, computed.size());
    computed.push_back(name);
  }
  if (!computed.empty()) {
    plan.program = std::make_shared<FormulaProgram>(catalogue.compile(computed));
    for (const auto& letter : plan.program->bands()) plan.program_bands.push_back(place(catalogue.role_of(letter)));
  }
  return plan;
}

/// Values of the plan's names in a window; NaN everywhere where the scene does not touch it.
std::vector<std::vector<float>> compute(Backend& backend, SceneReader& reader, const Scene& scene,
                                        const ScenePlan& plan, const Window& w) {
  const size_t n = w.pixels();
  std::vector<std::vector<float>> result(plan.names.size(), std::vector<float>(n, nan_f()));
  const SceneTile tile = reader.read(scene, roles_of(plan.roles), w);
  if (!tile.touches) return result;
  SceneCompute computer(backend, n);
  const size_t outputs = plan.program ? plan.program->outputs().size() : 0;
  Buffer<float> values(backend, plan.roles.size() * n), computed(backend, std::max<size_t>(1, outputs * n));
  Buffer<uint8_t> outcomes(backend, plan.roles.size() * n);
  std::vector<float*> value, out;
  std::vector<uint8_t*> outcome;
  for (size_t k = 0; k < plan.roles.size(); ++k) {
    value.push_back(values.at(k * n));
    outcome.push_back(outcomes.at(k * n));
  }
  computer.run(scene, tile, plan.roles, value, outcome);
  if (plan.program) {
    std::vector<const float*> bands;
    for (const size_t k : plan.program_bands) bands.push_back(value[k]);
    for (size_t k = 0; k < outputs; ++k) out.push_back(computed.at(k * n));
    backend.run(FormulaOp{plan.program.get(), bands.data(), out.data(), n});
  }
  for (size_t k = 0; k < plan.names.size(); ++k) {
    const auto& [is_computed, at] = plan.source[k];
    backend.download(result[k].data(), is_computed ? out[at] : value[at], n * sizeof(float));
    for (float& v : result[k])
      if (is_nan(v)) v = nan_f();
  }
  return result;
}

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
      plans.push_back(plan_scene(*scenes[s], indices_, o_.names, report_));
      for (size_t k = 0; k < plans[s].names.size(); ++k)
        writers[s].push_back(
            publication_.raster(spec_of(*scenes[s], indices_, plans[s].names[k], plans[s].source[k].first, grid)));
    }
    SceneReader reader(catalogue_, grid);
    std::vector<WaterArea> areas(scenes.size());
    for (const Window& w : tiles(grid, o_.scenes->tile_size)) {
      std::vector<std::vector<std::vector<float>>> results(scenes.size());
      std::vector<char> common(w.pixels(), 1);
      for (size_t s = 0; s < scenes.size(); ++s) {
        try {
          results[s] = compute(*backend_, reader, *scenes[s], plans[s], w);
        } catch (const Error& e) {
          report_.add({scenes[s]->id, "read", e.code(), printable(e.what(), 400), Verdict::refused});
          results[s].assign(plans[s].names.size(), std::vector<float>(w.pixels(), nan_f()));
        }
        for (size_t k = 0; k < writers[s].size(); ++k) writers[s][k]->write(1, w, results[s][k].data());
        if (!results[s].empty())
          for (size_t i = 0; i < w.pixels(); ++i) common[i] &= !is_nan(results[s][0][i]);
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

  static void add_water(const std::vector<std::vector<std::vector<float>>>& results, const std::vector<char>& common,
                        const std::vector<double>& cells, std::vector<WaterArea>& areas) {
    for (size_t s = 0; s < results.size(); ++s)
      for (size_t i = 0; !results[s].empty() && i < cells.size(); ++i) {
        const float v = results[s][0][i];
        if (is_nan(v)) continue;
        areas[s].valid.add(cells[i]);
        if (v > 0) areas[s].water.add(cells[i]);
        if (common[i]) areas[s].common.add(cells[i]);
        if (common[i] && v > 0) areas[s].common_water.add(cells[i]);
      }
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
    start_log({o->scenes->quiet, o->scenes->log_json});
    RunReport report;
    const IndexCatalogue indices = IndexCatalogue::load(config_dir(o->scenes->config_dir).string());
    const Catalogue catalogue = scan_given(*o->scenes, report);
    const ChosenDevice device = choose_named_device(o->scenes->device);
    Publication publication({o->scenes->out, o->scenes->overwrite});
    IndexRun run(*o, indices, catalogue, publication, device, report);
    run.run();
    if (o->water) publication.text("water.csv", run.water());
    return finish_scene_job(*o->scenes, "index", publication, catalogue, report, device,
                            {{"indices", join(o->names, ",")}, {"product", o->scenes->product}});
  };
}

}  // namespace fw
