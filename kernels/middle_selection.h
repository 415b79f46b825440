// The median of any number of scenes by counting: no memory per pixel beside the input, which is read 17 times.
#pragma once
#include <cstring>

#include "kernels/held_values.h"
#include "kernels/ops.h"

namespace fw {

/// Numbers in the order of their values.
FW_HD uint32_t order_of(float v) {
  uint32_t bits = 0;
  memcpy(&bits, &v, sizeof bits);
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}
FW_HD float value_of_order(uint32_t order) {
  const uint32_t bits = order & 0x80000000u ? order & 0x7FFFFFFFu : ~order;
  float v = 0.0f;
  memcpy(&v, &bits, sizeof v);
  return v;
}

/// Scenes of one pixel of a Composite.
struct ScenesOfPixel {
  const float* value;
  const uint8_t* outcome;
  int scenes;
  size_t pixels;

  /// Calls visit(order) for every scene that counts.
  template <class Visit>
  FW_HD void each(const Visit& visit) const {
    for (int s = 0; s < scenes; ++s) {
      const size_t at = static_cast<size_t>(s) * pixels;
      const float v = value[at];
      if (outcome[at] == static_cast<uint8_t>(MaskOutcome::clear) && v == v) visit(order_of(one_zero(v)));
    }
  }

  /// Median of the `count` (>= 1) scenes that count, as median_of_sorted gives it. Two bits are found per round: the
  /// value of a rank is the largest number that no more than `rank` values lie below.
  FW_HD double median(int count) const {
    const int rank = (count - 1) / 2;
    uint32_t low = 0;
    for (int bit = 30; bit >= 0; bit -= 2) {
      const uint32_t step = 1u << bit, first = low + step, second = first + step, third = second + step;
      int below_first = 0, below_second = 0, below_third = 0;
      each([&](uint32_t v) {
        below_first += v < first;
        below_second += v < second;
        below_third += v < third;
      });
      low = below_third <= rank ? third : below_second <= rank ? second : below_first <= rank ? first : low;
    }
    int up_to_low = 0;
    uint32_t next = 0xFFFFFFFFu;
    each([&](uint32_t v) {
      up_to_low += v <= low;
      next = v > low && v < next ? v : next;
    });
    const double a = static_cast<double>(value_of_order(low));
    return count / 2 < up_to_low ? a : 0.5 * (a + static_cast<double>(value_of_order(next)));
  }
};

}  // namespace fw
