#include "jobs/food_layer.h"

#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/risk/driver_model_file.h"
#include "core/risk/food_risk.h"
#include "jobs/food_inputs.h"
#include "jobs/unit_rasters.h"

namespace fw {
namespace {

constexpr const char *learnt_layer = "famine", *model_file = "food_model.json", *skill_file = "skill_famine.csv",
                     *record_file = "fit_famine.txt";

std::vector<FoodUnit> units_of(const RunContext& context) {
  std::vector<FoodUnit> out;
  for (const AdminUnits& level : context.levels())
    for (const AdminUnit& unit : level.units()) out.push_back({unit.pcode, unit.name, level.level()});
  return out;
}
std::vector<Period> periods_of(const RunConfig& config) {
  std::vector<Period> out;
  const Period last = period_of(config.to, config.cadence);
  for (Period p = period_of(config.from, config.cadence); p <= last; ++p.number) out.push_back(p);
  return out;
}

FoodModel model_of(RunContext& context, const FoodInputs& inputs) {
  const FoodConfig& food = *context.config.food;
  if (food.model.empty()) {
    FoodSettings settings;
    settings.without_years = food.leave_out;
    return learn_food(inputs, settings);
  }
  FoodModel model = read_food_model(read_file(food.model.string()), food.model.filename().string());
  const DriverModel& first = model.models.front();
  for (int year = context.config.from.year; year <= context.config.to.year; ++year)
    if (year >= first.first_year && year <= first.last_year &&
        std::find(model.without_years.begin(), model.without_years.end(), year) == model.without_years.end())
      context.report.add({food.model.filename().string(), "risk", "MODEL_SAW_YEAR",
                          "The model was learnt from " + std::to_string(year) +
                              " too: its likelihoods of that year look better than they are. Fit with --leave-out " +
                              std::to_string(year),
                          Verdict::noted});
  return model;
}

}  // namespace

bool is_learnt(const RunConfig& config, const std::string& layer) { return config.food && layer == learnt_layer; }

RiskLayer shown_layer(const RunContext& context, const std::string& id) {
  const std::string dir = context.config.config_dir.string();
  const RiskLayer declared = load_risk_layer(dir, id);
  if (!is_learnt(context.config, id)) return declared;
  const FoodModel model = read_food_model(read_file((context.folder("risk") / model_file).string()), model_file);
  return food_layer(declared, load_drivers(dir, model.drivers), model);
}

void publish_food_layer(RunContext& context, Publication& publication, const RiskLayer& declared,
                        const RiskTable& declared_rows, const RiskInputs& inputs) {
  const FoodInputs food = food_inputs(context.config, inputs.context, inputs.indicators);
  const FoodModel model = model_of(context, food);
  const RiskLayer layer = food_layer(declared, food.values.list(), model);
  const ClassScheme scheme = load_class_scheme(context.config.config_dir.string(), layer.classes);
  const RiskTable risk =
      assess_food(layer, scheme, model, food.values, units_of(context), periods_of(context.config), declared_rows);
  publication.text("risk_" + layer.id + ".csv", risk_csv(layer, risk, false));
  publication.text("risk_" + layer.id + "_hxl.csv", risk_csv(layer, risk, true));
  publication.text(model_file, write_food_model(model));
  publication.text(skill_file, food_scores_csv(model));
  publication.text(record_file, describe_food_model(model));
  for (const Period period : raster_periods(context.config)) {
    write_learnt_layer(context, publication, layer, scheme, risk, period);
    write_status(context, publication, layer, risk, period);
  }
}

LoadedLayer reweigh_food_layer(const RunContext& context, Publication& publication, const CustomWeights& weights,
                               const RiskInputs& inputs, std::string* how) {
  const LayerWeights& its = weights.layers.at(learnt_layer);
  if (!its.evidence.empty())
    throw ConfigError("WEIGHTS_UNKNOWN",
                      "weights: reports do not enter the learnt famine layer, so its evidence has no "
                      "weights. Name drivers only.");
  const std::string dir = context.config.config_dir.string();
  const RiskLayer declared = load_risk_layer(dir, learnt_layer);
  const FoodModel model = reweigh_food_model(
      read_food_model(read_file((context.need("risk") / model_file).string()), model_file), its.factors);
  const FoodInputs food = food_inputs(context.config, inputs.context, inputs.indicators);
  LoadedLayer out;
  out.layer = food_layer(declared, food.values.list(), model);
  for (RiskFactor& f : out.layer.factors)
    if (const auto weight = its.factors.find(f.indicator); weight != its.factors.end()) f.weight = weight->second;
  out.scheme = load_class_scheme(dir, out.layer.classes);
  out.table = assess_food(out.layer, out.scheme, model, food.values, units_of(context), periods_of(context.config),
                          assess_layer(declared, out.scheme, inputs));
  const std::string said = describe_weights(out.layer);
  const std::string scale = "Coefficients times weights; thresholds and one slope fitted again to the " +
                            std::to_string(model.models.front().used) + " rows learnt from";
  *how = out.layer.id + ": " + said + ". " + scale;
  stamp_custom(out.layer, out.table, weights);
  publication.text("risk_" + out.layer.id + ".csv", risk_csv(out.layer, out.table, false));
  publication.text("risk_" + out.layer.id + "_hxl.csv", risk_csv(out.layer, out.table, true));
  for (const Period period : raster_periods(context.config))
    write_learnt_layer(
        context, publication, out.layer, out.scheme, out.table, period,
        {{{"EDITION", "custom weights"}, {"WEIGHTS", said}, {"WEIGHTS_SHA256", weights.sha256}, {"SCALE", scale}}, 23});
  return out;
}

void publish_food_files(const RunContext& context, Publication& publication) {
  for (const char* name : {model_file, skill_file, record_file})
    publication.text(name, read_file((context.folder("risk") / name).string()));
}

}  // namespace fw
