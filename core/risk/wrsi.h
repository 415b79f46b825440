// Water Requirement Satisfaction Index: a dekadal bucket of soil water under one crop.
// Source: FAO (Frere & Popov 1979); Verdin & Klaver 2002, Hydrol. Process. 16:1617 (USGS/FEWS NET).
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/nodata.h"

namespace fw {

/// Crop coefficient at a share of the length of the growing period: points joined by lines.
struct CropCurve {
  double at[5], kc[5];  ///< at: 0..1, ascending
  FW_HD double coefficient(double share) const {
    if (share <= at[0]) return kc[0];
    for (int k = 1; k < 5; ++k)
      if (share <= at[k]) return kc[k - 1] + (kc[k] - kc[k - 1]) * ((share - at[k - 1]) / (at[k] - at[k - 1]));
    return kc[4];
  }
};
inline constexpr CropCurve maize_curve{{0, 0.16, 0.44, 0.76, 1}, {0.3, 0.3, 1.2, 1.2, 0.35}};  ///< USGS

/// One dekad. In: water_mm: soil water before, 0..capacity_mm; rain_mm, need_mm (PET times Kc) >= 0; capacity_mm > 0:
/// water-holding capacity; depletion 0..1: share of it that the crop takes without stress. All mm per dekad.
struct CropWater {
  double used_mm, water_mm, surplus_mm;
};
FW_HD CropWater use_water(double water_mm, double rain_mm, double need_mm, double capacity_mm, double depletion) {
  const double available = water_mm + rain_mm, free_of_stress = (1.0 - depletion) * capacity_mm;
  double used = available >= free_of_stress ? need_mm : need_mm * available / free_of_stress;
  used = used > available ? available : used;
  const double left = available - used, over = left > capacity_mm ? left - capacity_mm : 0.0;
  return {used, left - over, over};
}

struct WrsiSettings {
  CropCurve curve = maize_curve;
  double capacity_mm = 100;  ///< > 0
  double depletion = 0.45;   ///< 0..1
  double start_mm = 0;       ///< soil water at the start of the season, 0..capacity_mm
};
struct Wrsi {
  double percent = 0;      ///< 0..100: water used / water needed; NaN where a dekad is missing or nothing is needed
  int first_missing = -1;  ///< dekad of the season without rain or PET; -1 where there is none
  std::vector<double> used_mm, need_mm, water_mm, surplus_mm;  ///< up to the first missing dekad
};
/// In: rain_mm, pet_mm: one value per dekad from the start of the season to its end (2 or more, same length), NaN where
/// missing. A missing dekad is never taken as dry or wet: the index is not assessed.
Wrsi compute_wrsi(std::span<const double> rain_mm, std::span<const double> pet_mm, const WrsiSettings& settings);

/// 0 failure below 50, 1 poor 50-60, 2 mediocre 60-80, 3 average 80-95, 4 good 95-99, 5 very good from 99 on; lower
/// bound included. 255: NaN.
uint8_t classify_wrsi(double percent);

/// First dekad that starts the season: 25 mm or more, and 20 mm or more in the next two together. -1: none; a missing
/// dekad never starts or completes one. In: rain_mm per dekad. Source: AGRHYMET rule as used by FEWS NET.
int find_season_start(std::span<const double> rain_mm);

}  // namespace fw
