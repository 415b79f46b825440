// 'forewarn texture': PanTex and GLCM features of given scenes.
#include <CLI/CLI.hpp>
#include <algorithm>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/base/text.h"
#include "core/series/texture_map.h"
#include "jobs/jobs.h"
#include "jobs/scene_job.h"

namespace fw {
namespace {

struct TextureOptions {
  std::shared_ptr<SceneJobOptions> scenes;
  std::string name = "red";
  std::vector<std::string> features = {"pantex"};
  std::pair<double, double> grey = {0, 0};
  TexturePlan plan;
};

RasterSpec spec_of(const TextureOptions& o, const Scene& scene, const std::string& feature) {
  RasterSpec spec;
  const std::string day = to_string(scene.time.date);
  std::string layer = o.name + "-" + feature;
  std::replace(layer.begin(), layer.end(), '_', '-');
  spec.stem = layer + "_" + day + "_" + scene.id;
  spec.title = feature + " of " + o.name + ", " + scene.id + ", " + day;
  spec.grid = grid_of(scene);
  spec.bands = {{feature, "1"}};
  spec.style_max = feature == "pantex" || feature == "glcm_contrast" ? o.plan.grey.levels
                   : feature == "glcm_entropy"                       ? 6
                   : feature == "glcm_dissimilarity"                 ? o.plan.grey.levels / 4.0
                                                                     : 1;
  spec.mantissa_bits = 23;
  spec.layer = layer;
  spec.first_day = spec.last_day = day;
  spec.metadata = {{"SCENE", scene.id},
                   {"PRODUCT", scene.product},
                   {"GREY_LEVELS", std::to_string(o.plan.grey.levels) + " from " + format_number(o.grey.first) +
                                       " to " + format_number(o.grey.second)},
                   {"WINDOW", std::to_string(o.plan.window)}};
  return spec;
}

int run_texture(TextureOptions& o) {
  const ThreadLimit threads = start_scene_job(*o.scenes);
  if (o.plan.window % 2 == 0) throw ConfigError("RANGE", "--window must be odd.");
  if (!(o.grey.first < o.grey.second))
    throw ConfigError("RANGE", "--grey takes the lowest and the highest value of the sensor, for example 0 0.4.");
  o.plan.grey.low = static_cast<float>(o.grey.first);
  o.plan.grey.high = static_cast<float>(o.grey.second);
  o.plan.features = o.features;
  RunReport report;
  const IndexCatalogue indices = IndexCatalogue::load(config_dir(o.scenes->config_dir).string());
  const Catalogue catalogue = scan_given(*o.scenes, report);
  return run_job_on(choose_named_device(o.scenes->device), report, [&](const ChosenDevice& device) {
    Publication publication({o.scenes->out, o.scenes->overwrite});
    o.plan.tile_size = o.scenes->tile_size;
    o.plan.scratch_dir = publication.scratch();
    Pool<Backend> backends([device] { return make_backend(device); });
    Progress progress("scenes", catalogue.scenes.size());
    size_t done = 0;
    for (const auto& scene : catalogue.scenes) {
      const ScenePlan values = plan_scene(scene, indices, {o.name}, "texture", report);
      if (!values.names.empty()) {
        o.plan.grid = grid_of(scene);
        SceneWindows windows(catalogue, o.plan.grid, backends, report);
        std::vector<std::shared_ptr<RasterWriter>> writers;
        for (const auto& feature : o.features) writers.push_back(publication.raster(spec_of(o, scene, feature)));
        map_texture(windows, scene, values, o.plan, [&](const Window& w, const TexturePlanes& planes) {
          for (size_t k = 0; k < planes.size(); ++k) writers[k]->write(1, w, planes[k].data());
        });
        publication.finish_rasters();
        ++done;
      }
      progress.step();
    }
    if (done == 0) throw InputError("NO_SCENES", "No scene has " + printable(o.name, 40) + ".");
    return finish_scene_job(*o.scenes, "texture", publication, catalogue, report, device,
                            {{"features", join(o.features, ",")},
                             {"of", o.name},
                             {"grey", format_number(o.grey.first) + " to " + format_number(o.grey.second)},
                             {"levels", std::to_string(o.plan.grey.levels)},
                             {"window", std::to_string(o.plan.window)},
                             {"product", o.scenes->product}});
  });
}

}  // namespace

std::function<int()> declare_texture(CLI::App& app) {
  auto o = std::make_shared<TextureOptions>();
  o->scenes = declare_scene_options(app);
  app.add_option("-i,--index", o->name, "index or band")->capture_default_str();
  app.add_option("-f,--feature", o->features, "features, separated by commas: " + join(texture_features(), ", "))
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember(texture_features()))
      ->capture_default_str();
  app.add_option("--grey", o->grey,
                 "values of the first and the last grey level: of the sensor, the same for all dates")
      ->required();
  app.add_option("--levels", o->plan.grey.levels, "grey levels")->check(CLI::Range(2, 256))->capture_default_str();
  app.add_option("--window", o->plan.window, "pixels, odd; about 50 m")
      ->check(CLI::Range(5, 21))
      ->capture_default_str();
  app.add_option("--min-share", o->plan.min_share, "of a window's pairs that must have values")
      ->check(CLI::Range(0.01, 1.0))
      ->capture_default_str();
  app.footer(
      "PanTex is high where there is contrast in every direction, as among buildings, and low along roads and field "
      "borders.\nHalf a window along the border of the scene has no value.\n"
      "Example: forewarn texture -p naip -i red -f pantex,glcm_entropy --grey 0 1 --window 11 -o out/texture m_*.tif");
  return [o] { return run_texture(*o); };
}

}  // namespace fw
