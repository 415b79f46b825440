// 'forewarn change': what differs between two periods.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/base/text.h"
#include "core/series/change_map.h"
#include "core/series/night_lights.h"
#include "jobs/jobs.h"
#include "jobs/two_periods.h"

namespace fw {
namespace {

struct ChangeOptions {
  std::shared_ptr<SceneJobOptions> scenes;
  PeriodOptions periods;
  std::vector<std::string> methods = {"difference"}, names;
  std::pair<std::string, std::string> angle;
  std::string composite = "median", memory = "1GiB";
  ChangePlan plan;
  NightLightPlan nights;
};

struct LayerStyle {
  const char *name, *title, *unit;  ///< unit "x": that of the bands
  double low, high;
  std::vector<std::string> colours;
};
const std::vector<std::string> diverging = {"#B2182B", "#F7F7F7", "#2166AC"},
                               rising = {"#FFFFFF", "#FEC44F", "#990000"};

const LayerStyle& style_of(ChangeLayer layer) {
  static const std::map<ChangeLayer, LayerStyle> styles = {
      {ChangeLayer::before, {"before", "before", "x", -1, 1, {}}},
      {ChangeLayer::after, {"after", "after", "x", -1, 1, {}}},
      {ChangeLayer::difference, {"difference", "after less before", "x", -0.5, 0.5, diverging}},
      {ChangeLayer::magnitude, {"cva-magnitude", "length of the change vector", "x", 0, 0.5, rising}},
      {ChangeLayer::angle, {"cva-angle", "direction of the change", "radians", -3.1416, 3.1416, {}}},
      {ChangeLayer::chi2, {"mad-chi2", "chi-square of the change", "1", 0, 50, rising}},
      {ChangeLayer::no_change,
       {"mad-no-change",
        "probability of a chi-square as large without change",
        "1",
        0,
        1,
        {"#990000", "#FEC44F", "#FFFFFF"}}},
  };
  return styles.at(layer);
}
const LayerStyle& style_of(NightLightLayer layer) {
  static const std::map<NightLightLayer, LayerStyle> styles = {
      {NightLightLayer::loss, {"night-light-loss", "Loss of night light", "%", -100, 100, diverging}},
      {NightLightLayer::reference, {"night-light-before", "Median radiance before", "nW cm-2 sr-1", 0, 20, {}}},
      {NightLightLayer::recent, {"night-light-after", "Median radiance after", "nW cm-2 sr-1", 0, 20, {}}},
      {NightLightLayer::reference_nights, {"nights-before", "Nights with a value before", "1", 0, 60, {}}},
      {NightLightLayer::recent_nights, {"nights-after", "Nights with a value after", "1", 0, 30, {}}},
  };
  return styles.at(layer);
}

/// Rasters of one run, each begun when its first pixels come.
class ChangeRasters final : public ChangeSink, public NightLightSink {
 public:
  ChangeRasters(Publication& publication, const ChangeOptions& o, const TwoPeriods& periods, const Grid& grid,
                const std::string& unit, const ClassScheme& night_classes)
      : publication_(publication), o_(o), periods_(periods), grid_(grid), unit_(unit), night_classes_(night_classes) {}

  void write(ChangeLayer layer, size_t band, const Window& w, const float* values) override {
    const LayerStyle& style = style_of(layer);
    const bool of_band =
        layer == ChangeLayer::before || layer == ChangeLayer::after || layer == ChangeLayer::difference;
    std::string stem = of_band ? o_.plan.names[band] + "-" + style.name : style.name;
    std::replace(stem.begin(), stem.end(), '_', '-');
    const std::string of = of_band ? o_.plan.names[band] : join(o_.plan.names, ", ");
    raster(stem, of + ": " + style.title, style)->write(1, w, values);
  }
  void write(NightLightLayer layer, const Window& w, const float* values) override {
    const LayerStyle& style = style_of(layer);
    raster(style.name, style.title, style)->write(1, w, values);
  }
  void gaps(const Window& w, const float* loss, const uint8_t* gap) override {
    std::vector<uint8_t> classes(w.pixels());
    for (size_t i = 0; i < classes.size(); ++i)
      classes[i] = static_cast<uint8_t>(gap[i] == static_cast<uint8_t>(NightLightGap::not_lit)
                                            ? not_lit_class
                                            : night_classes_.classify(static_cast<double>(loss[i])));
    begun("night-light-class", [&] {
      RasterSpec spec = spec_of("night-light-class", night_classes_.title);
      spec.bands = {{"night_light_class", "class"}};
      spec.classes = night_classes_;
      return spec;
    })->write(w, classes.data());
  }

 private:
  static constexpr int not_lit_class = 7;  ///< of config/classes/night_light_loss.toml

  RasterSpec spec_of(const std::string& layer, const std::string& title) const {
    RasterSpec spec;
    spec.stem = layer + "_" + to_string(periods_.before.from) + "_" + to_string(periods_.after.to);
    spec.title = title + ", " + describe(periods_);
    spec.grid = grid_;
    spec.layer = layer;
    spec.first_day = to_string(periods_.before.from);
    spec.last_day = to_string(periods_.after.to);
    spec.metadata = {{"BEFORE", describe(periods_.before)}, {"AFTER", describe(periods_.after)}};
    return spec;
  }
  std::shared_ptr<RasterWriter> raster(const std::string& layer, const std::string& title, const LayerStyle& style) {
    return begun(layer, [&] {
      RasterSpec spec = spec_of(layer, title);
      spec.bands = {{layer, std::string(style.unit) == "x" ? unit_ : style.unit}};
      spec.style_min = style.low;
      spec.style_max = style.high;
      spec.style_colours = style.colours;
      spec.mantissa_bits = 23;
      return spec;
    });
  }
  template <class Spec>
  std::shared_ptr<RasterWriter> begun(const std::string& layer, const Spec& spec) {
    const std::lock_guard lock(mutex_);
    auto& writer = writers_[layer];
    if (!writer) writer = publication_.raster(spec());
    return writer;
  }

  Publication& publication_;
  const ChangeOptions& o_;
  const TwoPeriods& periods_;
  Grid grid_;
  std::string unit_;
  const ClassScheme& night_classes_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<RasterWriter>> writers_;
};

bool asked(const ChangeOptions& o, const std::string& method) {
  return std::find(o.methods.begin(), o.methods.end(), method) != o.methods.end();
}

int place_of(const std::vector<std::string>& names, const std::string& name) {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end())
    throw ConfigError("RANGE", "--angle names " + printable(name, 40) + ", which is not among --bands.");
  return static_cast<int>(at - names.begin());
}

/// Parameters of the manifest that say how MAD ended.
void describe_mad(const ChangeSummary& s, std::map<std::string, std::string>& parameters) {
  const std::string end = s.mad == IrMadStatus::converged   ? "converged"
                          : s.mad == IrMadStatus::collapsed ? "stopped where too few pixels had weight"
                                                            : "stopped at the last round";
  std::vector<std::string> correlations;
  for (const double c : s.correlation) correlations.push_back(format_fixed(c, 4));
  parameters["mad"] = end + " after " + std::to_string(s.rounds) + " rounds";
  parameters["canonical_correlations"] = join(correlations, " ");
  log_info("MAD " + parameters["mad"] + "; canonical correlations " + parameters["canonical_correlations"]);
}

int run_change(ChangeOptions& o) {
  const ThreadLimit threads = start_scene_job(*o.scenes);
  const size_t memory_bytes = use_memory(o.memory);
  RunReport report;
  const std::string config = config_dir(o.scenes->config_dir).string();
  const IndexCatalogue indices = IndexCatalogue::load(config);
  const ClassScheme night_classes = load_class_scheme(config, "night_light_loss");
  const Catalogue catalogue = scan_given(*o.scenes, report);
  const TwoPeriods periods = two_periods(o.periods, catalogue);
  return run_job_on(choose_named_device(o.scenes->device), report, [&](const ChosenDevice& device) {
    const Scene& first = catalogue.scenes.front();
    if (asked(o, "mad") && asked(o, "irmad"))
      throw ConfigError("CHOICE", "mad and irmad write the same rasters. Ask for one of them.");
    o.plan.grid = o.nights.grid = grid_of(first);
    note_elsewhere(catalogue, o.plan.grid, report);
    o.plan.names = o.names.empty() ? std::vector<std::string>{first.bands.begin()->first} : o.names;
    o.plan.composite = *period_method_by_name(o.composite);
    o.plan.before = scenes_of(periods.before, catalogue);
    o.plan.after = scenes_of(periods.after, catalogue);
    o.plan.difference = asked(o, "difference");
    o.plan.vector = asked(o, "cva");
    o.plan.mad = asked(o, "mad") || asked(o, "irmad");
    if (asked(o, "mad")) o.plan.mad_rounds = 1;
    o.plan.y_band = o.plan.names.size() > 1 ? 1 : 0;
    if (!o.angle.first.empty()) {
      o.plan.x_band = place_of(o.plan.names, o.angle.first);
      o.plan.y_band = place_of(o.plan.names, o.angle.second);
    }
    std::map<std::string, std::string> parameters = {
        {"methods", join(o.methods, ",")},    {"bands", join(o.plan.names, ",")}, {"composite", o.composite},
        {"before", describe(periods.before)}, {"after", describe(periods.after)}, {"product", o.scenes->product}};
    const auto band = first.bands.find(o.plan.names.front());
    Publication publication({o.scenes->out, o.scenes->overwrite});
    o.plan.memory_bytes = o.nights.memory_bytes = memory_bytes;
    o.plan.scratch_dir = o.nights.scratch_dir = publication.scratch();
    ChangeRasters rasters(publication, o, periods, o.plan.grid, band == first.bands.end() ? "1" : band->second.unit,
                          night_classes);
    if (o.plan.difference || o.plan.vector || o.plan.mad) {
      const ChangeSummary s = map_change(o.plan, catalogue, indices, device, rasters, report);
      const double share = 100.0 * static_cast<double>(s.assessed) / static_cast<double>(o.plan.grid.pixels());
      parameters["assessed_percent"] = format_fixed(share, 1);
      log_info(std::to_string(s.scenes_before) + " scenes before, " + std::to_string(s.scenes_after) + " after; " +
               parameters["assessed_percent"] + " % of the pixels have a value in both periods");
      if (o.plan.mad) describe_mad(s, parameters);
    }
    if (asked(o, "night-light-loss")) {
      o.nights.before_from = periods.before.from;
      o.nights.before_to = periods.before.to;
      o.nights.after_from = periods.after.from;
      o.nights.after_to = periods.after.to;
      const NightLightSummary s = map_night_light_loss(o.nights, catalogue, device, rasters, report);
      parameters["nights"] = std::to_string(s.reference) + " before, " + std::to_string(s.recent) + " after";
      parameters["min_nights"] = std::to_string(o.nights.min_nights);
      parameters["min_radiance"] = format_number(o.nights.min_radiance);
      parameters["lit_pixels"] = std::to_string(s.lit);
      parameters["never_lit_pixels"] = std::to_string(s.not_lit);
      parameters["unassessed_pixels"] = std::to_string(s.not_assessed);
      log_info("night lights: " + parameters["nights"] + "; " + parameters["lit_pixels"] + " pixels lit before, " +
               parameters["never_lit_pixels"] + " never lit, " + parameters["unassessed_pixels"] + " not assessed");
    }
    return finish_scene_job(*o.scenes, "change", publication, catalogue, report, device, parameters);
  });
}

}  // namespace

std::function<int()> declare_change(CLI::App& app) {
  auto o = std::make_shared<ChangeOptions>();
  o->scenes = declare_scene_options(app, false);
  declare_memory(app, o->memory);
  declare_periods(app, o->periods);
  app.add_option("-m,--method", o->methods,
                 "separated by commas. difference: after less before, per band; cva: length and angle of the change "
                 "vector; mad, irmad: multivariate alteration, chi-square and its probability without change; "
                 "night-light-loss: per cent, against the same calendar months before")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"difference", "cva", "mad", "irmad", "night-light-loss"}))
      ->capture_default_str();
  app.add_option("-b,--bands,-i,--index", o->names,
                 "bands and indices, separated by commas (default: the first band of the product)")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--composite", o->composite, "how the scenes of a period become one value")
      ->check(CLI::IsMember({"median", "mean", "max", "medoid", "geomedian"}))
      ->capture_default_str();
  app.add_option("--angle", o->angle, "cva: the two bands of the angle (default: the first two)");
  app.add_option("--min-nights", o->nights.min_nights, "night lights: scenes with a value that each period needs")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--min-radiance", o->nights.min_radiance, "night lights: median radiance from which a place is lit")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.footer(
      "A pixel without a value in one of the periods has no change: it is not assessed, never 'unchanged'.\n"
      "Seasons, haze and view differ between dates too: compare the same months, and look before you conclude.\n"
      "Examples: forewarn change -p sentinel2-l2a -m irmad,cva -b green,red,nir --before 2022-06-01 2022-08-31 --after "
      "2023-06-01 2023-08-31 -o out/change scenes/\n"
      "          forewarn change -p viirs-night-lights -m night-light-loss --min-nights 3 --before 2018-01-01 "
      "2022-12-31 --after 2023-04-01 2023-06-30 -o out/lights SVDNB_*.tif");
  return [o] { return run_change(*o); };
}

}  // namespace fw
