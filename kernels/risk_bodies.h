// Body of CombineFactors: weighted factors -> score, likelihood, contributions. See lanes.h for L.
#pragma once
#include "kernels/lanes.h"
#include "kernels/ops.h"

namespace fw {

struct CombineFactorsBody {
  CombineFactors op;
  double total_weight;
  static constexpr size_t work_floats(int) { return 0; }

  /// 0 at `zero`, 1 at `one`, linear between, clipped.
  FW_HD double membership(int k, float v) const {
    const double zero = static_cast<double>(op.zero[k]), one = static_cast<double>(op.one[k]);
    return clip((static_cast<double>(v) - zero) / (one - zero), 0.0, 1.0);
  }

  template <int L>
  FW_HD void block(size_t p, float*) const {
    double present[L], weighted[L];
    for (int l = 0; l < L; ++l) present[l] = weighted[l] = 0.0;
    for (int k = 0; k < op.factors; ++k) {
      const double w = static_cast<double>(op.weight[k]);
      for (int l = 0; l < L; ++l) {
        const float v = op.factor[k][p + static_cast<size_t>(l)];
        const bool ok = v == v;
        present[l] += ok ? w : 0.0;
        weighted[l] += ok ? w * membership(k, v) : 0.0;
      }
    }
    bool enough[L];
    for (int l = 0; l < L; ++l) {
      const size_t i = p + static_cast<size_t>(l);
      const double share = present[l] / total_weight, score = weighted[l] / present[l];
      enough[l] = present[l] > 0.0 && share + share_tolerance >= static_cast<double>(op.min_share);
      op.score[i] = enough[l] ? to_float(score) : nan_f();
      if (op.share) op.share[i] = to_float(share);
      if (op.likelihood) {
        const double logit = static_cast<double>(op.intercept) + static_cast<double>(op.slope) * score;
        op.likelihood[i] = enough[l] ? to_float(logistic(logit)) : nan_f();
      }
    }
    for (int k = 0; k < op.factors; ++k) {
      if (!op.contribution[k]) continue;
      const double w = static_cast<double>(op.weight[k]);
      for (int l = 0; l < L; ++l) {
        const size_t i = p + static_cast<size_t>(l);
        const float v = op.factor[k][i];
        op.contribution[k][i] = enough[l] && v == v ? to_float(w * membership(k, v) / present[l]) : nan_f();
      }
    }
  }
};

}  // namespace fw
