// "So many periods in a row", and what may be said of a rainfall index where no rain is usual.
#pragma once
#include "core/risk/answer.h"
#include "kernels/arithmetic.h"

namespace fw {

/// Periods in a row that end now. A period without an answer ends what is certain; it does not end what is possible.
struct Run {
  int certain = 0, possible = 0;

  /// The first period in which the condition holds makes a run of 1.
  FW_HD void add(Answer holds) {
    certain = holds == Answer::yes ? certain + 1 : 0;
    possible = holds == Answer::no ? 0 : possible + 1;
  }
  /// In: needed >= 1 (OCHA ROSEA: 3 months of a level).
  FW_HD Answer reached(int needed) const {
    if (certain >= needed) return Answer::yes;
    return possible >= needed ? Answer::unknown : Answer::no;
  }
};

/// From this share of dry years on, no rain in a period says nothing about drought [own].
inline constexpr float usual_dry_share = 0.5f;

/// SPI as a rule may use it. In: spi: NaN where missing; rain_mm: the sum it was made from; p_zero: share of the
/// reference years without rain (0..1). Out: NaN where it did not rain and at least half of the years are dry (with the
/// usual H(0) = p_zero it would read 0 and more, "wet"); below that no rain is never above 0.
FW_HD float guard_spi(float spi, float rain_mm, float p_zero) {
  if (is_nan(spi) || is_nan(rain_mm) || is_nan(p_zero)) return nan_f();
  if (rain_mm > 0.0f) return spi;
  if (p_zero >= usual_dry_share) return nan_f();
  return spi < 0.0f ? spi : 0.0f;
}

}  // namespace fw
