// predict_conditions.
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/risk/driver_model.h"
#include "kernels/arithmetic.h"

namespace fw {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr uint64_t seed_of_missing = 20;

double probability(const DriverCoefficients& c, size_t level, double score) {
  return std::isnan(c.threshold[level]) ? nan : logistic(c.threshold[level] + score);
}
/// Score of the drivers that are there, and for the missing of one row of the record.
double score_of(const DriverCoefficients& c, std::span<const double> drivers, const double* row) {
  double sum = 0;
  for (size_t k = 0; k < drivers.size(); ++k) sum += c.beta[k] * (std::isnan(drivers[k]) ? row[k] : drivers[k]);
  return sum;
}

}  // namespace

Conditions predict_conditions(const DriverModel& model, std::span<const double> drivers) {
  const size_t n = model.drivers.size(), rows = model.rows.size() / n;
  FW_EXPECT(drivers.size() == n && rows > 0, "conditions: as many drivers as the model has");
  Conditions out;
  out.probability.fill(nan);
  double all = 0, there = 0;
  for (size_t k = 0; k < n; ++k) {
    const double influence = model.main.beta[k] * model.sd[k];
    all += influence;
    out.contribution.push_back(model.main.beta[k] * (drivers[k] - model.mean[k]));
    if (std::isnan(drivers[k]))
      out.missing.push_back(model.drivers[k]);
    else
      there += influence;
  }
  out.share = all > 0 ? there / all : static_cast<double>(n - out.missing.size()) / static_cast<double>(n);
  out.assessed = out.share >= model.min_share && out.missing.size() < n;
  if (!out.assessed) return out;
  const size_t looked_at = out.missing.empty() ? 1 : rows;
  for (size_t level = 0; level < model_levels; ++level) {
    double sum = 0;
    for (size_t row = 0; row < looked_at; ++row)
      sum += probability(model.main, level, score_of(model.main, drivers, &model.rows[row * n]));
    out.probability[level] = sum / static_cast<double>(looked_at);
  }
  SplitMix random(seed_of_missing);
  std::array<std::vector<double>, model_levels> draws;
  for (const DriverCoefficients& c : model.draws) {
    const double score = score_of(c, drivers, &model.rows[random.below(rows) * n]);
    for (size_t level = 0; level < model_levels; ++level) draws[level].push_back(probability(c, level, score));
  }
  for (size_t level = 0; level < model_levels; ++level) out.interval[level] = middle_90(std::move(draws[level]));
  return out;
}

}  // namespace fw
