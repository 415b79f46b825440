#include "core/risk/what_if.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/risk/resample.h"

namespace fw {
namespace {

constexpr double same_likelihood = 1e-12;  // weights of one ratio differ by rounding
constexpr size_t most_corner_factors = 8, draws = 200;
constexpr uint64_t seed = 20260102;

std::vector<double> published_weights(const RiskLayer& layer) {
  std::vector<double> out;
  for (const RiskFactor& f : layer.factors) out.push_back(f.weight);
  return out;
}

void widen(double rank, RiskRow& row) {
  row.rank_low = std::isnan(row.rank_low) ? rank : std::min(row.rank_low, rank);
  row.rank_high = std::isnan(row.rank_high) ? rank : std::max(row.rank_high, rank);
}

/// Places among the others, 1 for the highest; equal ones share the best.
std::vector<double> ranks_of(const std::vector<double>& likelihood) {
  std::vector<double> sorted = likelihood, out;
  std::sort(sorted.begin(), sorted.end());
  for (const double v : likelihood)
    out.push_back(
        1 + static_cast<double>(sorted.end() - std::upper_bound(sorted.begin(), sorted.end(), v + same_likelihood)));
  return out;
}

}  // namespace

double likelihood_of_score(const RiskLayer& layer, const UnitInputs& unit, double satellite, double seen) {
  const double score = satellite + lift_of(satellite, unit.field, unit.trust, seen);
  return logistic_of(layer.intercept + layer.slope * score);
}

double likelihood_with(const RiskLayer& layer, const UnitInputs& unit, const std::vector<double>& weight,
                       const std::vector<double>& membership) {
  double total = 0, present = 0, sum = 0, seen = 0;
  for (size_t k = 0; k < weight.size(); ++k) {
    total += weight[k];
    if (std::isnan(membership[k])) continue;
    present += weight[k];
    sum += weight[k] * membership[k];
    seen += weight[k] * unit.factors[k].coverage;
  }
  return likelihood_of_score(layer, unit, sum / present, std::clamp(seen / total, 0.0, 1.0));
}

std::vector<std::vector<double>> admissible_weights(const RiskLayer& layer) {
  const std::vector<double> published = published_weights(layer);
  const size_t n = published.size();
  std::vector<std::vector<double>> out = {published};
  const auto add_corner = [&](const auto& is_high) {
    std::vector<double> w = published;
    for (size_t k = 0; k < n; ++k) w[k] *= is_high(k) ? layer.weight_range : 1 / layer.weight_range;
    out.push_back(std::move(w));
  };
  if (n <= most_corner_factors) {
    for (size_t bits = 1; bits + 1 < (size_t{1} << n); ++bits) add_corner([&](size_t k) { return bits >> k & 1; });
  } else {
    for (size_t at = 0; at < n; ++at) {
      add_corner([&](size_t k) { return k == at; });
      add_corner([&](size_t k) { return k != at; });
    }
  }
  SplitMix random(seed);
  for (size_t d = 0; d < draws; ++d) {
    std::vector<double> w = published;
    for (double& v : w) {
      const double share = static_cast<double>(random.next() >> 11) * 0x1p-53;
      v *= std::pow(layer.weight_range, 2 * share - 1);
    }
    out.push_back(std::move(w));
  }
  return out;
}

void add_ranks(const RiskLayer& layer, const std::vector<UnitInputs>& units, RiskTable& table) {
  std::map<std::pair<int, Period>, std::vector<size_t>> groups;
  for (size_t r = 0; r < table.rows.size(); ++r)
    if (!std::isnan(table.rows[r].likelihood)) groups[{table.rows[r].level, table.rows[r].period}].push_back(r);
  const auto weights = admissible_weights(layer);
  for (const auto& [key, rows] : groups) {
    std::vector<std::vector<double>> memberships;
    std::vector<double> likelihood;
    for (const size_t r : rows) {
      memberships.emplace_back();
      for (const FactorInput& f : units[r].factors) memberships.back().push_back(f.membership);
      likelihood.push_back(table.rows[r].likelihood);
    }
    const std::vector<double> published = ranks_of(likelihood);
    for (size_t k = 0; k < rows.size(); ++k) {
      table.rows[rows[k]].rank = published[k];
      widen(published[k], table.rows[rows[k]]);
    }
    for (const auto& w : weights) {
      for (size_t k = 0; k < rows.size(); ++k)
        likelihood[k] = likelihood_with(layer, units[rows[k]], w, memberships[k]);
      const std::vector<double> ranks = ranks_of(likelihood);
      for (size_t k = 0; k < rows.size(); ++k) widen(ranks[k], table.rows[rows[k]]);
    }
  }
}

}  // namespace fw
