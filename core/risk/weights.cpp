#include "core/risk/weights.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "core/base/config.h"
#include "core/base/sha256.h"
#include "core/base/text.h"

namespace fw {
namespace {

constexpr double largest_weight = 1e6, largest_slope = 100, largest_intercept = 100;
constexpr const char* evidence_key = "evidence";

double read_weight(const ConfigNode& node, const std::string& key, double largest) {
  double weight = 0;
  try {
    weight = node.number(key, -HUGE_VAL, HUGE_VAL);
  } catch (const ConfigError& e) {
    throw ConfigError("WEIGHTS", e.what());
  }
  if (!(weight >= 0 && weight <= largest))
    node.fail(key, "WEIGHTS", "is not a number from 0 to " + format_number(largest) + ". A weight is never negative.");
  return weight;
}

std::map<std::string, double> read_table(const ConfigNode& node, double largest) {
  std::map<std::string, double> out;
  for (const auto& key : node.keys())
    if (key != evidence_key) out[key] = read_weight(node, key, largest);
  return out;
}

/// Gives the entries their weights and takes out those without. `name`: of an entry.
template <class Entry, class Name>
void apply(std::vector<Entry>& entries, const std::map<std::string, double>& weights, Name name,
           const std::string& what) {
  std::vector<std::string> known;
  for (const Entry& e : entries) known.push_back(name(e));
  for (const auto& [key, weight] : weights) {
    const auto at = std::find(known.begin(), known.end(), key);
    if (at == known.end())
      throw ConfigError("WEIGHTS_UNKNOWN", what + " '" + printable(key, 60) + "' is not in the layer. There are: " +
                                               (known.empty() ? "none" : join(known, ", ")) + ".");
    entries[static_cast<size_t>(at - known.begin())].weight = weight;
  }
}

double sum_of(const std::vector<RiskFactor>& factors) {
  double sum = 0;
  for (const RiskFactor& f : factors) sum += f.weight;
  return sum;
}

double rounded(double v) { return std::round(v * 1e6) / 1e6; }

/// Six digits, enough for a weight that was brought to another sum.
std::string shown(double weight) {
  const double to = std::pow(10, 5 - std::floor(std::log10(weight)));
  return format_number(weight < 1e-9 ? weight : std::round(weight * to) / to);
}

}  // namespace

CustomWeights load_weights(const std::string& file) {
  const ConfigNode root = ConfigNode::load(file);
  CustomWeights out;
  out.name = std::filesystem::path(file).stem().string();
  if (!is_safe_id(out.name))
    throw ConfigError("ID_INVALID", "'" + printable(file) +
                                        "': the name of a file of weights becomes that of the result. Use letters, "
                                        "digits, '.', '_' and '-' only.");
  out.sha256 = sha256_of_file(file);
  for (const auto& id : root.keys()) {
    const ConfigNode node = root.at(id);
    if (!node.is_table()) root.fail(id, "TYPE", "must be a table of weights: [layer], then indicator = weight.");
    LayerWeights& layer = out.layers[id];
    layer.factors = read_table(node, largest_weight);
    if (const auto evidence = node.find(evidence_key)) layer.evidence = read_table(*evidence, 1);
  }
  if (out.layers.empty())
    throw ConfigError("WEIGHTS", printable(file) + " names no layer. Write [drought], then indicator = weight.");
  return out;
}

RiskLayer with_weights(const RiskLayer& published, const LayerWeights& weights) {
  RiskLayer out = published;
  const std::string at = "weights of layer '" + published.id + "': ";
  apply(
      out.factors, weights.factors, [](const RiskFactor& f) { return f.indicator; }, at + "indicator");
  apply(
      out.evidence, weights.evidence, [](const RiskEvidence& e) { return e.kind; }, at + "kind of evidence");
  std::erase_if(out.factors, [](const RiskFactor& f) { return f.weight == 0; });
  std::erase_if(out.evidence, [](const RiskEvidence& e) { return e.weight == 0; });
  if (out.factors.empty())
    throw ConfigError("WEIGHTS", at + "all are 0, nothing would count. Give at least one indicator a weight.");
  const double to = sum_of(published.factors), from = sum_of(out.factors);
  for (RiskFactor& f : out.factors) f.weight *= to / from;
  check_risk_layer(out);
  return out;
}

Scale refit_scale(const RiskLayer& published, const RiskTable& before, const RiskTable& after) {
  FW_EXPECT(before.rows.size() == after.rows.size(), "the same rows, assessed twice");
  std::vector<double> x, y;
  for (size_t k = 0; k < after.rows.size(); ++k) {
    const double score = after.rows[k].satellite_score, then = before.rows[k].satellite_score;
    if (std::isnan(score) || std::isnan(then)) continue;
    x.push_back(score);
    y.push_back(published.intercept + published.slope * then);
  }
  const auto keep = [&](const std::string& why) {
    return Scale{published.intercept, published.slope, false,
                 "Intercept and slope are those of the published layer: " + why};
  };
  const double n = static_cast<double>(x.size());
  if (x.size() < 3) return keep("fewer than 3 units and periods are assessed with both weights");
  double mx = 0, my = 0, xx = 0, xy = 0;
  for (size_t k = 0; k < x.size(); ++k) {
    mx += x[k] / n;
    my += y[k] / n;
  }
  for (size_t k = 0; k < x.size(); ++k) {
    xx += (x[k] - mx) * (x[k] - mx);
    xy += (x[k] - mx) * (y[k] - my);
  }
  if (!(xx > 1e-9 * n)) return keep("the score is the same everywhere");
  const double slope = rounded(xy / xx), intercept = rounded(my - xy / xx * mx);
  if (!(slope > 0)) return keep("with these weights the score does not rise with the published one");
  if (slope > largest_slope || std::abs(intercept) > largest_intercept) return keep("the fit is out of bounds");
  return {intercept, slope, true,
          "Intercept " + format_number(intercept) + " and slope " + format_number(slope) +
              " were fitted to the satellite part of the published layer over " + std::to_string(x.size()) +
              " units and periods (no outcomes exist): likelihoods are comparable, not calibrated"};
}

void stamp_custom(RiskLayer& layer, RiskTable& table, const CustomWeights& weights) {
  layer.id += "_custom_weights";
  layer.title += " (custom weights)";
  layer.wording = "CUSTOM WEIGHTS '" + weights.name + "' (" + weights.sha256.substr(0, 12) +
                  "), not the published ones. " + layer.wording;
  for (RiskRow& row : table.rows) {
    row.layer = layer.id;
    row.flags.insert(row.flags.begin(), "CUSTOM_WEIGHTS");
  }
}

std::string describe_weights(const RiskLayer& layer) {
  std::vector<std::string> factors, kinds;
  for (const RiskFactor& f : layer.factors) factors.push_back(f.indicator + " " + shown(f.weight));
  for (const RiskEvidence& e : layer.evidence) kinds.push_back(e.kind + " " + shown(e.weight));
  return join(factors, ", ") + (kinds.empty() ? "" : "; evidence: " + join(kinds, ", "));
}

}  // namespace fw
