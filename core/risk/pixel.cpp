#include "core/base/error.h"
#include "core/risk/risk.h"

namespace fw {

CombineFactors pixel_operation(const RiskLayer& layer) {
  FW_EXPECT(!layer.factors.empty() && layer.factors.size() <= static_cast<size_t>(max_factors),
            "a layer has 1..16 factors");
  CombineFactors op{};
  op.factors = static_cast<int>(layer.factors.size());
  for (size_t k = 0; k < layer.factors.size(); ++k) {
    op.zero[k] = static_cast<float>(layer.factors[k].zero);
    op.one[k] = static_cast<float>(layer.factors[k].one);
    op.weight[k] = static_cast<float>(layer.factors[k].weight);
  }
  op.min_share = static_cast<float>(layer.min_share);
  op.intercept = static_cast<float>(layer.intercept);
  op.slope = static_cast<float>(layer.slope);
  return op;
}

float pixel_confidence(float share, int reference_years) {
  if (is_nan(share)) return 0;
  const double years = reference_years > 0 ? reference_years : 0;
  return static_cast<float>(static_cast<double>(share) * (1 - 1 / (1 + years / 10)));
}

}  // namespace fw
