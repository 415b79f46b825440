// Bodies of operations on single pixels. load() reads, store() computes and writes: the CPU runs them back to back in a
// loop the compiler vectorises, a GPU thread loads several pixels before it stores the first (more bytes in flight).
#pragma once
#include "kernels/indices.h"
#include "kernels/ops.h"

namespace fw {

struct ToPhysicalBody {
  ToPhysical op;
  FW_HD float load(size_t i) const { return op.dn[i]; }
  FW_HD void store(size_t i, float dn) const {
    const float v = static_cast<float>(static_cast<double>(dn) * op.scale + op.offset);
    // & not &&: no branches in a vector loop. NaN fails the range test; a NaN fill equals nothing.
    const bool valid = (dn != op.fill) & (dn >= op.valid_min) & (dn <= op.valid_max) & is_finite(v);
    op.out[i] = valid ? v : nan_f();
  }
};

/// Most: rules of a GPU thread, those beyond the mask's own never fire; 0: any number.
template <int Most>
struct QaMaskBody {
  static_assert(static_cast<int>(MaskOutcome::masked) == 1 && static_cast<int>(MaskOutcome::not_observed) == 2);
  /// Numbers of 32 bits, which instructions take as they lie.
  struct Rule {
    uint32_t shift, field_mask, values, weight;
  };
  const float* qa;
  uint8_t* outcome;
  uint32_t count;       ///< of rules
  uint32_t unused = 0;  ///< no bytes between members, which could differ where two masks are the same
  Rule rules[Most > 0 ? Most : max_qa_rules] = {};

  explicit QaMaskBody(const QaMask& op) : qa(op.qa), outcome(op.outcome), count(static_cast<uint32_t>(op.rule_count)) {
    for (int k = 0; k < op.rule_count; ++k) {
      const QaRule& r = op.rules[k];
      rules[k] = {r.shift, (1u << r.width) - 1u, r.values,
                  r.outcome == MaskOutcome::not_observed ? unseen : static_cast<uint32_t>(r.outcome)};
    }
  }
  FW_HD float load(size_t i) const { return qa[i]; }
  FW_HD void store(size_t i, float v) const {
    const bool in_range = v > -65537.0f && v < 65536.0f;  // false for NaN
    const uint32_t value = static_cast<uint32_t>(static_cast<int32_t>(in_range ? v : 0.0f)) & 0xffffu;
    // No branches (clouds are unpredictable): the outcomes of the rules that fire are added up, the worst shows.
    uint32_t fired = in_range ? 0u : unseen;
    const uint32_t all = Most > 0 ? static_cast<uint32_t>(Most) : count;
    FW_UNROLL
    for (uint32_t k = 0; k < all; ++k) {
      const uint32_t field = (value >> rules[k].shift) & rules[k].field_mask;
      fired += ((rules[k].values >> field) & 1u) * rules[k].weight;
    }
    outcome[i] = static_cast<uint8_t>(fired >= unseen ? 2u : (fired > 0u ? 1u : 0u));
  }

 private:
  static constexpr uint32_t unseen = 16;  ///< more than all rules of the lesser outcome together
  static_assert(max_qa_rules < unseen);
};

struct ApplyMaskBody {
  struct In {
    float value;
    uint8_t outcome;
  };
  ApplyMask op;
  FW_HD In load(size_t i) const { return {op.value[i], op.outcome[i]}; }
  FW_HD void store(size_t i, In in) const {
    const bool clear = in.outcome == static_cast<uint8_t>(MaskOutcome::clear);
    const bool has_value = !is_nan(in.value);
    op.value[i] = clear && has_value ? in.value : nan_f();
    op.outcome[i] = clear && !has_value ? static_cast<uint8_t>(op.nan_outcome) : in.outcome;
  }
};

template <class Index>
struct SpectralIndexBody {
  static constexpr unsigned bands_used = Index::info.band_mask;
  BandPointers bands;
  float* out;
  template <unsigned Band>
  static FW_HD float load_band(const float* band, size_t i) {
    if constexpr ((bands_used & Band) != 0) return band[i];
    return 0.0f;
  }
  FW_HD indices::Pixel load(size_t i) const {
    using namespace indices;
    return {load_band<B>(bands.blue, i), load_band<G>(bands.green, i),  load_band<R>(bands.red, i),
            load_band<N>(bands.nir, i),  load_band<S1>(bands.swir1, i), load_band<S2>(bands.swir2, i)};
  }
  FW_HD void store(size_t i, const indices::Pixel& p) const { out[i] = finite_or_nan(Index::eval(p)); }
};

struct ThresholdBody {
  Threshold op;
  FW_HD float load(size_t i) const { return op.x[i]; }
  FW_HD void store(size_t i, float x) const { op.out[i] = is_nan(x) ? nan_f() : (x > op.threshold ? 1.0f : 0.0f); }
};

}  // namespace fw
