// A value of a scene, or why there is none, in one float: beside a value nothing has to be kept.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>

#include "kernels/ops.h"

namespace fw {

/// The NaN that stands for "masked"; any other one is "not observed".
inline constexpr uint32_t masked_nan_bits = 0x7fc00001U;

/// `value` is NaN where reason (Reason) is not `value`.
inline void put_seen(const float* value, const uint8_t* reason, size_t n, float* to) {
  const auto masked = std::bit_cast<float>(masked_nan_bits);
  for (size_t i = 0; i < n; ++i) to[i] = reason[i] == static_cast<uint8_t>(Reason::masked) ? masked : value[i];
}

/// MaskOutcome of each.
inline void take_outcomes(const float* seen, size_t n, uint8_t* outcome) {
  for (size_t i = 0; i < n; ++i) {
    const auto bits = std::bit_cast<uint32_t>(seen[i]);
    const auto without = bits == masked_nan_bits ? MaskOutcome::masked : MaskOutcome::not_observed;
    outcome[i] = static_cast<uint8_t>(is_nan(seen[i]) ? without : MaskOutcome::clear);
  }
}

/// Reason of each.
inline void take_reasons(const float* seen, size_t n, uint8_t* reason) {
  take_outcomes(seen, n, reason);
  for (size_t i = 0; i < n; ++i)
    reason[i] = static_cast<uint8_t>(reason[i] == static_cast<uint8_t>(MaskOutcome::clear)    ? Reason::value
                                     : reason[i] == static_cast<uint8_t>(MaskOutcome::masked) ? Reason::masked
                                                                                              : Reason::not_observed);
}

}  // namespace fw
