// 'forewarn risk --weights': the risk layers of a run in a reader's own mix, from what the run published.
#include <iostream>
#include <nlohmann/json.hpp>

#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/risk/weights.h"
#include "jobs/food_layer.h"
#include "jobs/risk_layers.h"
#include "jobs/summary.h"

namespace fw {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void refuse_indicators(const std::string& what) {
  throw InputError("INDICATORS_OTHER", "indicators/ " + what + ". Run the whole run again with --overwrite.");
}

/// The layers with their new weights, all checked before anything is read.
std::vector<std::pair<RiskLayer, RiskLayer>> load_pairs(const RunConfig& config, const CustomWeights& weights) {
  std::vector<std::pair<RiskLayer, RiskLayer>> pairs;
  for (const auto& [id, its] : weights.layers) {
    if (std::find(config.layers.begin(), config.layers.end(), id) == config.layers.end())
      throw ConfigError("WEIGHTS_UNKNOWN", "weights: the run has no layer '" + printable(id, 60) +
                                               "'. There are: " + join(config.layers, ", ") + ".");
    if (is_learnt(config, id)) continue;
    const RiskLayer published = load_risk_layer(config.config_dir.string(), id);
    pairs.emplace_back(published, with_weights(published, its));
  }
  return pairs;
}

/// What earlier steps left belongs together: one program, one grid, the days of this run.
void check_indicators(const RunContext& context, const IndicatorTable& table,
                      const std::vector<std::pair<RiskLayer, RiskLayer>>& pairs) {
  const RunConfig& config = context.config;
  for (const char* step : {"indicators", "evidence"}) {
    const auto manifest =
        nlohmann::json::parse(read_file((context.folder(step) / "manifest.json").string()));  // checked by need()
    const std::string version = manifest.value("/program/version"_json_pointer, std::string());
    if (version != program_version())
      throw InputError("STEP_OTHER_VERSION", std::string(step) + "/ was made by version " + printable(version, 40) +
                                                 ", this is " + program_version() +
                                                 ". Run the whole run again with --overwrite.");
  }
  const Period from = period_of(config.from, config.cadence), to = period_of(config.to, config.cadence);
  for (const IndicatorRow& row : table.rows)
    if (row.period.cadence != config.cadence || row.period < from || to < row.period)
      refuse_indicators("holds rows of " + label(row.period) + ", the run is of " + label(from) + " to " + label(to));
  std::map<std::pair<std::string, std::string>, const RasterSpec*> rasters;
  const std::vector<RasterSpec> index = load_raster_index(context.folder("indicators"));
  for (const RasterSpec& spec : index) rasters[{spec.layer, spec.period}] = &spec;
  for (const auto& [published, custom] : pairs)
    for (const RiskFactor& factor : custom.factors)
      for (const Period period : raster_periods(config)) {
        const auto at = rasters.find({factor.indicator, label(period)});
        if (at == rasters.end()) refuse_indicators("has no raster of " + factor.indicator + " in " + label(period));
        const Grid &its = at->second->grid, &grid = config.region.grid;
        int row = 0, col = 0;
        if (its.rows != grid.rows || its.cols != grid.cols || !aligned(grid, its, &row, &col) || row != 0 || col != 0)
          refuse_indicators("has " + factor.indicator + " on another grid than the region's");
      }
}

}  // namespace

void step_weights(RunContext& context) {
  const RunConfig& config = context.config;
  const CustomWeights weights = load_weights(context.options.weights);
  const auto pairs = load_pairs(config, weights);
  const std::string step = "weights-" + weights.name;
  if (context.options.dry_run) {
    context.need("indicators");
    context.need("evidence");
    for (const auto& [published, custom] : pairs)
      log_info("would assess " + published.id + " with " + describe_weights(custom));
    return;
  }
  const RiskInputs inputs = load_risk_inputs(context);
  check_indicators(context, inputs.indicators, pairs);
  Publication publication = context.begin(step);
  const Period last = period_of(config.to, config.cadence);
  std::map<std::string, std::string> said = {{"edition", "custom weights"},
                                             {"weights", weights.name},
                                             {"weights_sha256", weights.sha256},
                                             {"audience", config.privacy.audience}};
  std::string heading =
      "CUSTOM WEIGHTS '" + weights.name + "' (SHA-256 " + weights.sha256 + "): not the published layers.\n";
  std::vector<LoadedLayer> layers;
  Progress progress("risk layers", pairs.size());
  for (const auto& [published, custom] : pairs) {
    LoadedLayer l;
    l.layer = custom;
    l.scheme = load_class_scheme(config.config_dir.string(), custom.classes);
    const RiskTable before = assess_units(published, l.scheme, inputs.indicators, inputs.reports);
    const RiskTable after = assess_units(custom, l.scheme, inputs.indicators, inputs.reports);
    const Scale scale = refit_scale(published, before, after);
    l.layer.intercept = scale.intercept;
    l.layer.slope = scale.slope;
    l.table = assess_layer(l.layer, l.scheme, inputs);
    said["weights_of_" + published.id] = describe_weights(l.layer);
    said["scale_of_" + published.id] = scale.words;
    const std::string how = published.id + ": " + describe_weights(l.layer) + ". " + scale.words;
    heading += how + "\n";
    log_info(how);
    stamp_custom(l.layer, l.table, weights);
    publish_layer(context, publication, l.layer, l.scheme, l.table,
                  {{{"EDITION", "custom weights"},
                    {"WEIGHTS", describe_weights(l.layer)},
                    {"WEIGHTS_SHA256", weights.sha256},
                    {"SCALE", scale.words}},
                   23});
    layers.push_back(std::move(l));
    progress.step();
  }
  for (const auto& [id, its] : weights.layers) {
    if (!is_learnt(config, id)) continue;
    std::string how;
    layers.push_back(reweigh_food_layer(context, publication, weights, inputs, &how));
    said["weights_of_" + id] = describe_weights(layers.back().layer);
    heading += how + "\n";
    log_info(how);
  }
  for (const auto& units : context.levels()) {
    std::vector<UnitTable> tables;
    for (const LoadedLayer& l : layers) tables.push_back(unit_table(l, units, last, config.privacy.audience));
    publication.geopackage(
        raster_stem(config, "custom-weights-risk-adm" + std::to_string(units.level()), last) + ".gpkg", units, tables,
        layers.front().scheme);
  }
  publication.text(summary_file, heading + "\n" + summary_text(config, layers, last));
  auto records = inputs_of_step(context, "indicators");
  for (auto& record : inputs_of_step(context, "evidence")) records.push_back(record);
  records.push_back({"weights/" + weights.name + ".toml", weights.sha256, fs::file_size(context.options.weights)});
  publication.stac(config.region.iso3 + "-" + config.name + "-custom-weights-" + label(last),
                   config.title + " (custom weights), " + config.region.title + ", " + describe(last),
                   {{"forewarn:run_id", context.run_id(records)},
                    {"forewarn:edition", "custom weights"},
                    {"forewarn:weights_sha256", weights.sha256},
                    {"forewarn:audience", config.privacy.audience},
                    {"forewarn:data", join(data_credits(config), "; ")},
                    {"forewarn:notice",
                     "Custom weights. Model-indicated, not an IPC classification and not an "
                     "official activation"}});
  context.finish(publication, step, records, said);
  for (const LoadedLayer& l : layers)
    if (config.rasters != "none")
      std::cout << (context.folder(step) / (raster_stem(config, l.layer.id + "-risk", last) + ".tif")).string() << "\n";
}

}  // namespace fw
