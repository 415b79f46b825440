// No-data inside the engine: NaN in the value, and beside it the reason why.
#pragma once
#include <cstdint>

#include "kernels/hd.h"

namespace fw {

/// Why a pixel or a unit has no value. The numbers are written into rasters and tables: never renumber.
/// When reasons meet (composite of scenes, mean of pixels) the one that says most about the ground wins:
/// value < masked < not_observed in "how many scenes saw it", decided by the operation and stated there.
enum class Reason : uint8_t {
  value = 0,          ///< there is a value
  not_observed = 1,   ///< no scene covers the pixel in this period
  masked = 2,         ///< scenes cover it, all of them masked (cloud, shadow, fill, saturated, QA)
  not_in_season = 3,  ///< out of the declared season: an alarm has no meaning
  not_assessed = 4,   ///< observed, but too little to compare with (short record, flat record, too few valid)
};
inline constexpr int reason_count = 5;

FW_HD float nan_f() { return __builtin_nanf(""); }
FW_HD bool is_nan(float v) { return v != v; }

}  // namespace fw
