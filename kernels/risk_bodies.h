// Body of CombineFactors: weighted factors -> score, likelihood, contributions. See lanes.h for L.
#pragma once
#include "kernels/held_values.h"
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
    [[maybe_unused]] float held[max_factors];
    if constexpr (L == 1) each_of<max_factors>(op.factors, [&](int k) { held[k] = op.factor[k][p]; });
    const auto value = [&](int k, int l) {
      if constexpr (L == 1)
        return held[k];
      else
        return op.factor[k][p + static_cast<size_t>(l)];
    };
    double present[L], weighted[L];
    for (int l = 0; l < L; ++l) present[l] = weighted[l] = 0.0;
    each_of<max_factors>(op.factors, [&](int k) {
      const double w = static_cast<double>(op.weight[k]);
      for (int l = 0; l < L; ++l) {
        const float v = value(k, l);
        const double part = w * membership(k, v);  // NaN where v is
        present[l] += v == v ? w : 0.0;
        weighted[l] += v == v ? part : 0.0;
      }
    });
    double score[L];  // NaN where too few weights are present
    for (int l = 0; l < L; ++l) {
      const double share = present[l] / total_weight, mean = weighted[l] / present[l];
      const bool enough = (present[l] > 0.0) & (share + share_tolerance >= static_cast<double>(op.min_share));
      score[l] = enough ? mean : static_cast<double>(nan_f());
    }
    for (int l = 0; l < L; ++l) op.score[p + static_cast<size_t>(l)] = to_float(score[l]);
    if (op.share)
      for (int l = 0; l < L; ++l) op.share[p + static_cast<size_t>(l)] = to_float(present[l] / total_weight);
    if (op.likelihood)
      for (int l = 0; l < L; ++l)
        op.likelihood[p + static_cast<size_t>(l)] =
            to_float(logistic(static_cast<double>(op.intercept) + static_cast<double>(op.slope) * score[l]));
    each_of<max_factors>(op.factors, [&](int k) {
      if (!op.contribution[k]) return;
      const double w = static_cast<double>(op.weight[k]);
      for (int l = 0; l < L; ++l) {
        const size_t i = p + static_cast<size_t>(l);
        const float v = value(k, l);
        const double part = w * membership(k, v) / present[l];
        op.contribution[k][i] = (score[l] == score[l]) & (v == v) ? to_float(part) : nan_f();
      }
    });
  }
};

}  // namespace fw
