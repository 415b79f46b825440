// The likelihood of a unit with other weights or other values: for intervals, ranks and what would move a class.
#pragma once
#include <vector>

#include "core/risk/fusion.h"
#include "core/risk/risk.h"

namespace fw {

/// What a row's likelihood is made of, factors in the order of the layer.
struct UnitInputs {
  std::vector<FactorInput> factors;       ///< published weight, membership (NaN: missing), share of the area seen
  std::vector<const IndicatorRow*> rows;  ///< null where there is none
  std::vector<double> value;              ///< of the unit's statistic; NaN where missing
  double field, trust;                    ///< of the reports (Fusion)
};

/// Likelihood of one satellite score, with the reports of the unit. seen: share of the weight that satellites saw,
/// 0..1.
double likelihood_of_score(const RiskLayer& layer, const UnitInputs& unit, double satellite, double seen);
/// Likelihood with other weights (>= 0, not all 0 of those present) and memberships (NaN: missing) of the factors.
double likelihood_with(const RiskLayer& layer, const UnitInputs& unit, const std::vector<double>& weight,
                       const std::vector<double>& membership);

/// The published weights, then corners of the box from weight / weight_range to weight * weight_range (all of them up
/// to 8 factors; beyond, one or all but one at an end), then 200 draws, uniform in the logarithm, the same everywhere.
std::vector<std::vector<double>> admissible_weights(const RiskLayer& layer);

/// Fills rank of every assessed row among those of its level and period (1: highest likelihood; equal ones share the
/// best rank), and rank_low..rank_high over the admissible weights, with reports as they are. The range is of the
/// weights tried: it may be wider. In: units by row.
void add_ranks(const RiskLayer& layer, const std::vector<UnitInputs>& units, RiskTable& table);

/// Fills `moves` of an assessed row: the smallest change of one factor's value (as a share of its ramp) that raises or
/// lowers the class, and of one weight within the admissible range that changes it.
void add_moves(const RiskLayer& layer, const ClassScheme& classes, const UnitInputs& unit, RiskRow& row);

}  // namespace fw
