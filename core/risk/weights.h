// A reader's own weights for the risk layers, as data: the same factors in another mix, never another indicator.
#pragma once
#include <map>
#include <string>

#include "core/risk/risk.h"

namespace fw {

/// Weights of one layer that differ from the published ones; what is not named keeps its weight.
struct LayerWeights {
  std::map<std::string, double> factors;   ///< indicator → weight, any sum
  std::map<std::string, double> evidence;  ///< kind → weight, 0..1
};
struct CustomWeights {
  std::string name;    ///< file name without .toml: a safe id
  std::string sha256;  ///< of the file
  std::map<std::string, LayerWeights> layers;
};

/// Reads w.toml: a table per layer with indicator = weight, and in it a table `evidence` with kind = weight. Errors:
/// ConfigError WEIGHTS (negative, not a number, above 1e6, evidence above 1, no layer at all), ID_INVALID (name of the
/// file), and those of ConfigNode.
CustomWeights load_weights(const std::string& file);
/// The layer with other weights, brought to the sum of the published ones. A factor or kind of weight 0 is taken out of
/// the layer, as if it had never been in it (also where it was required). Errors: ConfigError WEIGHTS_UNKNOWN (no such
/// factor or kind in the layer; the known ones are named), WEIGHTS (all 0).
RiskLayer with_weights(const RiskLayer& published, const LayerWeights& weights);

/// Intercept and slope for other weights.
struct Scale {
  double intercept, slope;
  bool fitted;        ///< false: the published ones
  std::string words;  ///< how it came about, for people
};
/// There are no outcomes to fit to. So that likelihoods stay comparable, intercept and slope are fitted (least squares
/// in log-odds, rounded to 6 decimals) to the satellite part of the published layer, over the rows that both assess.
/// The published values stay where fewer than 3 rows are assessed, where the score is the same in all of them, or where
/// the slope would not rise or leave 0..100. In: the tables of assess_units for the same inputs.
Scale refit_scale(const RiskLayer& published, const RiskTable& before, const RiskTable& after);

/// Id, title and wording say "custom weights", and every row has the flag CUSTOM_WEIGHTS.
void stamp_custom(RiskLayer& layer, RiskTable& table, const CustomWeights& weights);
/// "ndvi3_z 0.25, rain3_z 0.3; evidence: drought 0.8"
std::string describe_weights(const RiskLayer& layer);

}  // namespace fw
