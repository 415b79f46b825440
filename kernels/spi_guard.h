// What may be said of a rainfall index where no rain is usual.
#pragma once
#include "kernels/nodata.h"

namespace fw {

/// From this share of dry years on, no rain in a period says nothing about drought [own].
inline constexpr float usual_dry_share = 0.5f;

/// SPI as a rule may use it. In: spi: NaN where missing; rain_mm: the sum it was made from; p_zero: share of the
/// reference years without rain (0..1). Out: NaN where it did not rain and at least half of the years are dry (with the
/// usual H(0) = p_zero it would read 0 and more, "wet"); below that no rain is never above 0.
FW_HD float guard_spi(float spi, float rain_mm, float p_zero) {
  if (is_nan(spi) || is_nan(rain_mm) || is_nan(p_zero)) return nan_f();
  if (rain_mm > 0.0f) return spi;
  if (p_zero >= usual_dry_share) return nan_f();
  return spi > 0.0f ? 0.0f : spi + 0.0f;  // not -0; nor a minimum, which orders zeros
}

}  // namespace fw
