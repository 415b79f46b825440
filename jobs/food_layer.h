// The famine layer of a run whose likelihood is learnt ([food] in the configuration).
#pragma once
#include "core/output/publication.h"
#include "core/risk/food_model.h"
#include "core/risk/weights.h"
#include "jobs/risk_layers.h"
#include "jobs/summary.h"

namespace fw {

/// Whether the run learns the likelihood of this layer.
bool is_learnt(const RunConfig& config, const std::string& layer);

/// A layer as the run shows it: as declared, or with the drivers of the model that risk/ holds. Errors: those of
/// load_risk_layer and read_food_model; ConfigError MODEL_DRIVERS.
RiskLayer shown_layer(const RunContext& context, const std::string& layer);

/// Learns or reads the model, assesses every unit and publishes tables, rasters in which every pixel holds its unit's
/// value, food_model.json, skill_famine.csv and fit_famine.txt. In: declared: the layer and its rows by the declared
/// curve. Errors: InputError FIT_SAMPLE, FIT_HISTORY, PHASE_…; ConfigError MODEL_FILE, MODEL_DRIVERS.
void publish_food_layer(RunContext& context, Publication& publication, const RiskLayer& declared,
                        const RiskTable& declared_rows, const RiskInputs& inputs);
/// 'risk --weights': the learnt layer with a reader's weights of drivers, from the model that risk/ holds, published
/// as tables and rasters. `how`: in words. Errors: ConfigError WEIGHTS, WEIGHTS_UNKNOWN (no such driver; evidence,
/// which does not enter a learnt layer).
LoadedLayer reweigh_food_layer(const RunContext& context, Publication& publication, const CustomWeights& weights,
                               const RiskInputs& inputs, std::string* how);
/// Copies of the model's files into the shared folder.
void publish_food_files(const RunContext& context, Publication& publication);

}  // namespace fw
