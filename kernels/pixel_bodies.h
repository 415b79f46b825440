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

struct QaMaskBody {
  static_assert(static_cast<int>(MaskOutcome::masked) == 1 && static_cast<int>(MaskOutcome::not_observed) == 2);
  QaMask op;
  FW_HD float load(size_t i) const { return op.qa[i]; }
  FW_HD void store(size_t i, float qa) const {
    const bool in_range = qa > -65537.0f && qa < 65536.0f;  // false for NaN
    const uint32_t value = static_cast<uint32_t>(static_cast<int32_t>(in_range ? qa : 0.0f)) & 0xffffu;
    // No branches (clouds are unpredictable): the outcomes of the rules that fire are or-ed, 1 | 2 is cut to 2.
    uint32_t fired = in_range ? 0u : static_cast<uint32_t>(MaskOutcome::not_observed);
    for (int k = 0; k < op.rule_count; ++k) {
      const QaRule& rule = op.rules[k];
      const uint32_t field = (value >> rule.shift) & ((1u << rule.width) - 1u);
      fired |= static_cast<uint32_t>(rule.outcome) & (0u - ((rule.values >> field) & 1u));
    }
    op.outcome[i] = static_cast<uint8_t>(fired < 2u ? fired : 2u);
  }
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
