// 'forewarn water': where water is on each date, its area, and what the record of all dates says.
#include <CLI/CLI.hpp>
#include <array>
#include <map>
#include <mutex>
#include <set>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/base/text.h"
#include "core/series/water_record.h"
#include "jobs/jobs.h"
#include "jobs/scene_job.h"

namespace fw {
namespace {

struct WaterOptions {
  std::shared_ptr<SceneJobOptions> scenes;
  std::string method = "otsu", month = "any", memory = "1GiB";
  std::pair<std::string, std::string> epoch1, epoch2;
  std::pair<double, double> limits = {-0.2, 0.3};
  bool no_maps = false;
  WaterRecordPlan plan;
};

struct LayerStyle {
  const char *name, *title, *unit;
  double low, high;
  std::vector<std::string> colours;
};
const std::array<LayerStyle, static_cast<size_t>(WaterLayer::count)> layers = {{
    {"water-occurrence", "Water occurrence", "%", 0, 100, {"#FFFFFF", "#FFCCCC", "#9966FF", "#0000CC"}},
    {"water-recurrence", "Share of judged years with water", "%", 0, 100, {"#FFFFFF", "#FF7F27", "#99D9EA"}},
    {"water-seasonality",
     "Months with water in the last judged year",
     "months",
     0,
     12,
     {"#FFFFFF", "#99D9EA", "#0000AA"}},
    {"water-change",
     "Change of occurrence, second epoch less first",
     "per cent points",
     -100,
     100,
     {"#FF0000", "#000000", "#00FF00"}},
    {"water-observed", "Months observed", "months", 0, 0, {}},
}};

std::optional<WaterRecordPlan::Epoch> epoch_of(const std::pair<std::string, std::string>& months,
                                               const std::string& option) {
  if (months.first.empty()) return {};
  const auto from = parse_period(months.first), to = parse_period(months.second);
  if (!from || !to || from->cadence != Cadence::month || to->cadence != Cadence::month)
    throw ConfigError("RANGE", option + " " + printable(months.first + " " + months.second, 60) +
                                   " are no months. Write the first and the last one: 1984-03 1999-12.");
  return WaterRecordPlan::Epoch{*from, *to};
}

/// Rasters of one run.
class WaterRasters final : public WaterSink {
 public:
  WaterRasters(Publication& publication, const WaterOptions& o, const Catalogue& catalogue, const std::string& config)
      : publication_(publication), o_(o), catalogue_(catalogue) {
    maps_.resize(catalogue.scenes.size());
    map_classes_ = load_class_scheme(config, "water");
    transition_classes_ = load_class_scheme(config, "water_transition");
    first_ = to_string(catalogue.scenes.front().time.date);
    last_ = to_string(catalogue.scenes.back().time.date);
  }

  void map(size_t s, const Window& w, const uint8_t* state) override {
    if (o_.no_maps) return;
    begun(maps_[s], [&] {
      const Scene& scene = catalogue_.scenes[s];
      const std::string day = to_string(scene.time.date);
      RasterSpec spec = spec_of("water_" + day + "_" + scene.id, "Water, " + scene.id + ", " + day, "water", day, day);
      spec.bands = {{"water", "class"}};
      spec.classes = map_classes_;
      spec.metadata["SCENE"] = scene.id;
      spec.metadata["PRODUCT"] = scene.product;
      return spec;
    })->write(w, state);
  }
  void record(WaterLayer layer, const Window& w, const float* values) override {
    begun(record_[static_cast<size_t>(layer)], [&] {
      const LayerStyle& style = layers[static_cast<size_t>(layer)];
      RasterSpec spec = spec_of(std::string(style.name) + "_" + first_ + "_" + last_,
                                std::string(style.title) + ", " + first_ + " to " + last_, style.name, first_, last_);
      spec.bands = {{style.name, style.unit}};
      spec.style_min = style.low;
      spec.style_max = style.high > style.low ? style.high : static_cast<double>(catalogue_.scenes.size());
      spec.style_colours = style.colours;
      spec.mantissa_bits = 23;
      return spec;
    })->write(1, w, values);
  }
  void transition(const Window& w, const uint8_t* values) override {
    std::vector<uint8_t> classes(values, values + w.pixels());
    for (uint8_t& c : classes)
      if (c == static_cast<uint8_t>(WaterTransition::not_assessed))
        c = static_cast<uint8_t>(transition_classes_.not_assessed);  // 255 is the raster's no-data
    begun(transition_, [&] {
      RasterSpec spec =
          spec_of("water-transition_" + first_ + "_" + last_,
                  transition_classes_.title + ", " + first_ + " to " + last_, "water-transition", first_, last_);
      spec.bands = {{"transition", "class"}};
      spec.classes = transition_classes_;
      return spec;
    })->write(w, classes.data());
  }

 private:
  RasterSpec spec_of(const std::string& stem, const std::string& title, const std::string& layer,
                     const std::string& first, const std::string& last) const {
    RasterSpec spec;
    spec.stem = stem;
    spec.title = title;
    spec.grid = o_.plan.grid;
    spec.layer = layer;
    spec.first_day = first;
    spec.last_day = last;
    spec.metadata = {{"WATER", describe(o_.plan.water)}};
    return spec;
  }

  template <class Spec>
  std::shared_ptr<RasterWriter> begun(std::shared_ptr<RasterWriter>& writer, const Spec& spec) {
    const std::lock_guard lock(mutex_);
    if (!writer) writer = publication_.raster(spec());
    return writer;
  }

  Publication& publication_;
  const WaterOptions& o_;
  const Catalogue& catalogue_;
  ClassScheme map_classes_, transition_classes_;
  std::string first_, last_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<RasterWriter>> maps_;
  std::array<std::shared_ptr<RasterWriter>, static_cast<size_t>(WaterLayer::count)> record_;
  std::shared_ptr<RasterWriter> transition_;
};

std::string text_of(const std::optional<WaterRecordPlan::Epoch>& e) {
  return e ? label(e->from) + " to " + label(e->to) : "none";
}

int most_months_in_a_year(const WaterRecord& record) {
  std::map<int, std::set<int>> months;
  for (const auto& scene : record.scenes)
    if (scene.usable) months[scene.scene->time.date.year].insert(scene.scene->time.date.month);
  size_t most = 0;
  for (const auto& [year, seen] : months) most = std::max(most, seen.size());
  return static_cast<int>(most);
}

int run_water(WaterOptions& o) {
  const ThreadLimit threads = start_scene_job(*o.scenes);
  o.plan.memory_bytes = use_memory(o.memory);
  RunReport report;
  const std::string config = config_dir(o.scenes->config_dir).string();
  const IndexCatalogue indices = IndexCatalogue::load(config);
  o.plan.water.method = o.method == "fixed"  ? WaterMethod::fixed
                        : o.method == "otsu" ? WaterMethod::otsu
                                             : WaterMethod::wofs;
  if (o.plan.water.method != WaterMethod::wofs) indices.find(o.plan.water.index);
  o.plan.water.limit_low = o.limits.first;
  o.plan.water.limit_high = o.limits.second;
  o.plan.month = o.month == "any" ? WaterMonth::any : WaterMonth::majority;
  o.plan.epoch1 = epoch_of(o.epoch1, "--epoch1");
  o.plan.epoch2 = epoch_of(o.epoch2, "--epoch2");
  o.plan.tile_size = o.scenes->tile_size;
  const Catalogue catalogue = scan_given(*o.scenes, report);
  o.plan.grid = grid_of(catalogue.scenes.front());
  note_elsewhere(catalogue, o.plan.grid, report);
  return run_job_on(choose_named_device(o.scenes->device), report, [&](const ChosenDevice& device) {
    Publication publication({o.scenes->out, o.scenes->overwrite});
    o.plan.scratch_dir = publication.scratch();
    WaterRasters rasters(publication, o, catalogue, config);
    const WaterRecord record = record_water(o.plan, catalogue, indices, device, rasters, report);
    std::vector<const Scene*> scenes;
    bool any = false;
    for (const auto& scene : record.scenes) {
      scenes.push_back(scene.scene);
      any = any || scene.usable;
    }
    if (!any) throw InputError("NO_SCENES", "No scene has the bands that " + describe(o.plan.water) + " needs.");
    publication.text("water.csv", record.areas.csv(scenes, describe(o.plan.water)));
    if (o.plan.water.method == WaterMethod::otsu) publication.text("thresholds.csv", threshold_csv(record.scenes));
    if (record.months.size() < 2)
      log_info("one month only: maps and areas, no record over time");
    else if (most_months_in_a_year(record) < o.plan.min_months)
      log_warning(
          "no year has scenes of " + std::to_string(o.plan.min_months) +
          " months: recurrence, seasonality and transition are not assessed. Lower --min-months if fewer months "
          "can stand for a year.");
    return finish_scene_job(
        *o.scenes, "water", publication, catalogue, report, device,
        {{"water", describe(o.plan.water)},
         {"limits", format_number(o.plan.water.limit_low) + " to " + format_number(o.plan.water.limit_high)},
         {"threshold", format_number(o.plan.water.threshold)},
         {"month", o.month},
         {"min_months", std::to_string(o.plan.min_months)},
         {"epoch1", text_of(record.epoch1)},
         {"epoch2", text_of(record.epoch2)},
         {"product", o.scenes->product}});
  });
}

}  // namespace

std::function<int()> declare_water(CLI::App& app) {
  auto o = std::make_shared<WaterOptions>();
  o->scenes = declare_scene_options(app);
  declare_memory(app, o->memory);
  app.add_option("-m,--method", o->method,
                 "fixed: index above --threshold; otsu: the index's own threshold per block of 256 pixels, where the "
                 "values are in two classes, else --threshold; wofs: decision tree for Landsat reflectance")
      ->check(CLI::IsMember({"fixed", "otsu", "wofs"}))
      ->capture_default_str();
  app.add_option("-i,--index", o->plan.water.index, "index of fixed and otsu: MNDWI, NDWI, AWEInsh, AWEIsh …")
      ->capture_default_str();
  app.add_option("--threshold", o->plan.water.threshold, "water is above")->capture_default_str();
  app.add_option(
      "--limits", o->limits,
      "otsu: lowest and highest threshold (default: -0.2 0.3); raise them where bare soil comes out as water");
  app.add_option("--month", o->month, "a month is water with any scene that shows it, or with more than half of them")
      ->check(CLI::IsMember({"any", "majority"}))
      ->capture_default_str();
  app.add_option("--min-months", o->plan.min_months, "months observed for a year to be judged")
      ->check(CLI::Range(1, 12))
      ->capture_default_str();
  app.add_option("--epoch1", o->epoch1, "first and last month of the earlier epoch (default: the earlier half)");
  app.add_option("--epoch2", o->epoch2, "first and last month of the later epoch");
  app.add_flag("--no-maps", o->no_maps, "tables and record only, no map per scene");
  app.footer(
      "All scenes are put on the grid of the first one. Masked and not observed are classes of their own: never 'no "
      "water'.\nwater.csv: area per date in km2 (geodesic), of what the date saw and of what every date saw.\n"
      "With scenes of two months or more also: occurrence, recurrence, seasonality, change between two epochs, "
      "transition (classes of JRC Global Surface Water).\n"
      "Example: forewarn water -p landsat-oli-c2-l2 -m otsu -i MNDWI --epoch1 2014-01 2018-12 --epoch2 2019-01 2023-12 "
      "-o out/lake LC08_*");
  return [o] { return run_water(*o); };
}

}  // namespace fw
