// Ordered logit (proportional odds) with coefficients that are never negative and a ridge, by a deterministic projected
// Newton method: logit P(level >= j) = threshold_j + sum beta_k x_k. One threshold is plain logistic regression.
// Source: McCullagh 1980, J. R. Stat. Soc. B 42:109; projected Newton Bertsekas 1982, SIAM J. Control Optim. 20:221.
#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace fw {

/// Rows to learn from. No NaN; every level 0..levels-1 has some weight.
struct OrdinalData {
  size_t drivers = 0;
  int levels = 2;              ///< 2 or more
  std::vector<double> x;       ///< [row][driver]
  std::vector<int> level;      ///< [row] 0..levels-1
  std::vector<double> weight;  ///< [row] >= 0; empty: 1 each
  size_t rows() const { return level.size(); }
};

struct OrdinalSettings {
  double ridge = 1;          ///< >= 0: ridge / 2 * sum beta^2 is added to the negative log likelihood
  bool non_negative = true;  ///< beta >= 0
  int max_iterations = 200;
  double tolerance = 1e-9;  ///< on the projected gradient, per unit of weight
};

struct OrdinalFit {
  std::vector<double> beta;       ///< [driver]
  std::vector<double> threshold;  ///< [level - 1], falling
  double log_likelihood = 0;      ///< without the penalty
  double gradient = 0;            ///< largest part of the projected gradient, per unit of weight
  int iterations = 0;
  bool converged = false;
};

/// `start`: a fit of the same shape to begin from (faster; the end is the same within the tolerance), or null.
/// A separable sample without ridge does not converge; `converged` says so. Errors: InputError FIT_SAMPLE where a level
/// has no weight, fewer rows than coefficients, or a value is not finite.
OrdinalFit fit_ordered_logit(const OrdinalData& data, const OrdinalSettings& settings,
                             const OrdinalFit* start = nullptr);

/// Sum of beta x, without a threshold. In: as many x as drivers.
double linear_score(const OrdinalFit& fit, std::span<const double> x);
/// P(level >= j + 1), j: index of a threshold.
double exceedance(const OrdinalFit& fit, double score, size_t j);
/// Log likelihood of rows under a fit made of other rows.
double log_likelihood(const OrdinalFit& fit, const OrdinalData& data);

}  // namespace fw
