// config/risk/<id>.toml -> RiskLayer.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "core/base/config.h"
#include "core/base/text.h"
#include "core/risk/context_rules.h"
#include "core/risk/unit_rules.h"

namespace fw {
namespace {

namespace fs = std::filesystem;

constexpr double largest = 1e6;  // of a weight or a threshold: more is a slip of the pen

/// A weight as written; NaN and infinity pass, for check_risk_layer to name.
double read_weight(const ConfigNode& node) {
  try {
    return node.number("weight", -1e300, 1e300);
  } catch (const ConfigError& e) {
    if (e.code() != "RANGE") throw;
    node.fail("weight", "WEIGHTS", "is not a finite number. Give a weight of 0 or more");
  }
}

RiskFactor read_factor(const ConfigNode& node) {
  RiskFactor f;
  f.indicator = node.text("indicator");
  if (!is_safe_id(f.indicator)) node.fail("indicator", "ID_INVALID", "must be letters, digits, '.', '_' or '-'");
  f.title = node.text("title");
  f.why = node.text("why");
  f.phrase = node.text("phrase", "");
  f.zero = node.number("zero", -largest, largest);
  f.one = node.number("one", -largest, largest);
  f.unit_statistic = node.text("unit_statistic", "mean");
  if (f.unit_statistic != "mean" && f.unit_statistic != "fraction_beyond")
    node.fail("unit_statistic", "CHOICE", "must be mean or fraction_beyond");
  if (f.unit_statistic == "mean") {
    f.unit_zero = node.number("unit_zero", -largest, largest, f.zero);
    f.unit_one = node.number("unit_one", -largest, largest, f.one);
  } else {
    f.unit_zero = node.number("unit_zero", 0, 1);
    f.unit_one = node.number("unit_one", 0, 1);
  }
  f.weight = read_weight(node);
  f.required = node.boolean("required", false);
  node.done();
  return f;
}

RiskEvidence read_kind(const ConfigNode& node) {
  RiskEvidence e;
  e.kind = node.text("kind");
  if (std::find(evidence_kinds.begin(), evidence_kinds.end(), e.kind) == evidence_kinds.end())
    node.fail("kind", "CHOICE", "must be one of " + join(evidence_kinds, ", "));
  e.weight = read_weight(node);
  e.max_age_periods = static_cast<int>(node.integer("max_age_periods", 0, 360, e.max_age_periods));
  e.half_life_periods = node.number("half_life_periods", 0.1, 360, e.half_life_periods);
  node.done();
  return e;
}

RiskRule read_rule(const ConfigNode& node, const std::string& config_dir) {
  RiskRule r;
  r.id = node.text("id");
  if (!is_safe_id(r.id) || r.id.find_first_of(".-") != std::string::npos)
    node.fail("id", "ID_INVALID", "must be letters, digits and '_'");
  r.kind = node.text("kind");
  r.title = node.text("title");
  r.source = node.text("source");
  const auto kind =
      std::find_if(rule_kinds().begin(), rule_kinds().end(), [&](const RuleKind& k) { return r.kind == k.kind; });
  if (kind == rule_kinds().end()) {
    std::vector<std::string> known;
    for (const RuleKind& k : rule_kinds()) known.emplace_back(k.kind);
    node.fail("kind", "CHOICE", "must be one of " + join(known, ", "));
  }
  for (const std::string& input : kind->needed) r.inputs[input] = node.text(input);
  for (const std::string& input : kind->optional)
    if (node.has(input)) r.inputs[input] = node.text(input);
  if (r.kind == "class") r.scheme = load_class_scheme(config_dir, node.text("classes"));
  if (r.kind == "blend") {
    const ConfigNode weights = node.at("weights");
    for (const std::string& indicator : weights.keys()) {
      r.inputs[indicator] = indicator;
      r.weights[indicator] = weights.number(indicator, 1e-6, largest);
    }
    if (r.weights.empty()) node.fail("weights", "WEIGHTS", "names no indicator. Give each a weight above 0");
  }
  node.done();
  return r;
}

}  // namespace

void check_risk_layer(const RiskLayer& layer) {
  const std::string at = "risk layer '" + layer.id + "': ";
  if (layer.factors.empty() || layer.factors.size() > static_cast<size_t>(max_factors))
    throw ConfigError("RANGE", at + "has " + std::to_string(layer.factors.size()) + " factors. Give 1 to " +
                                   std::to_string(max_factors));
  double sum = 0;
  std::set<std::string> seen;
  for (const RiskFactor& f : layer.factors) {
    if (!(f.weight >= 0 && f.weight <= largest))
      throw ConfigError(
          "WEIGHTS", at + "weight of '" + f.indicator + "' is not a number from 0 to 1e6. A weight is never negative");
    if (static_cast<float>(f.zero) == static_cast<float>(f.one) || f.unit_zero == f.unit_one)
      throw ConfigError("RANGE",
                        at + "ramp of '" + f.indicator + "' has no width (zero equals one). Give two different values");
    if (!seen.insert(f.indicator).second)
      throw ConfigError("DUPLICATE", at + "indicator '" + f.indicator + "' stands twice. Keep one");
    sum += f.weight;
  }
  // Below this the pixel kernel's 32-bit weights could all vanish.
  if (sum < 1e-30)
    throw ConfigError("WEIGHTS", at + "all weights are 0, nothing would count. Give at least one factor a weight");
  for (const RiskEvidence& e : layer.evidence) {
    if (!(e.weight >= 0 && e.weight <= 1))
      throw ConfigError("WEIGHTS", at + "weight of evidence '" + e.kind + "' is not in 0..1");
    if (!(e.half_life_periods > 0))
      throw ConfigError("RANGE", at + "half_life_periods of '" + e.kind + "' is not above 0");
    if (!seen.insert("evidence:" + e.kind).second)
      throw ConfigError("DUPLICATE", at + "evidence '" + e.kind + "' stands twice. Keep one");
  }
}

RiskLayer load_risk_layer(const std::string& config_dir, const std::string& id) {
  if (!is_safe_id(id))
    throw ConfigError("RISK_UNKNOWN", "risk layer '" + printable(id, 60) + "' is not a name. Use one of config/risk");
  const fs::path file = fs::path(config_dir) / "risk" / (id + ".toml");
  if (!fs::is_regular_file(file))
    throw ConfigError("RISK_UNKNOWN",
                      "risk layer '" + id + "' is not known. There are: " + join(list_risk_layers(config_dir), ", "));
  const ConfigNode root = ConfigNode::load(file.string());
  RiskLayer layer;
  layer.id = id;
  layer.title = root.text("title");
  layer.source = root.text("source");
  layer.wording = root.text("wording");
  layer.intercept = root.number("intercept", -100, 100, layer.intercept);
  layer.slope = root.number("slope", 0, 100, layer.slope);
  layer.min_share = root.number("min_share", 0, 1, layer.min_share);
  layer.min_valid_fraction = root.number("min_valid_fraction", 0, 1, layer.min_valid_fraction);
  layer.contested_difference = root.number("contested_difference", 0, 1, layer.contested_difference);
  layer.weight_range = root.number("weight_range", 1, 100, layer.weight_range);
  layer.classes = root.text("classes", layer.classes);
  layer.seasonal = root.boolean("seasonal", false);
  for (const ConfigNode& node : root.list("factor")) layer.factors.push_back(read_factor(node));
  for (const ConfigNode& node : root.list("evidence")) layer.evidence.push_back(read_kind(node));
  for (const ConfigNode& node : root.list("rule")) {
    layer.rules.push_back(read_rule(node, config_dir));
    const auto same = [&](const RiskRule& r) { return r.id == layer.rules.back().id; };
    if (std::count_if(layer.rules.begin(), layer.rules.end(), same) > 1)
      node.fail("id", "DUPLICATE", "'" + layer.rules.back().id + "' stands twice. Keep one");
  }
  if (const auto node = root.find("destinations")) {
    layer.destinations_beta = node->number("beta", 0, 10);
    node->done();
  }
  root.done();
  check_risk_layer(layer);
  return layer;
}

std::vector<std::string> list_risk_layers(const std::string& config_dir) {
  std::vector<std::string> ids;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(fs::path(config_dir) / "risk", ignored))
    if (entry.path().extension() == ".toml" && is_safe_id(entry.path().stem().string()))
      ids.push_back(entry.path().stem().string());
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace fw
