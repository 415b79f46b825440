// Drought classes of vegetation-health indices, and FAO's ASI. A class grows with severity; a lower bound belongs to
// the milder class. NaN has no class (health_not_assessed), never a harmless one.
#pragma once
#include <cstdint>

#include "core/risk/answer.h"
#include "kernels/nodata.h"

namespace fw {

inline constexpr uint8_t health_not_assessed = 255;

/// VCI of three months (Kenya's NDMA): 0 above normal [50, 100], 1 normal [35, 50), 2 moderate [20, 35), 3 severe
/// [10, 20), 4 extreme drought below 10. Source: Klisch & Atzberger 2016, Remote Sens. 8:267.
FW_HD uint8_t classify_vci3m(float vci) {
  if (is_nan(vci)) return health_not_assessed;
  return vci < 10.0f ? 4 : (vci < 20.0f ? 3 : (vci < 35.0f ? 2 : (vci < 50.0f ? 1 : 0)));
}
/// VHI (or VCI, TCI): 0 none from 40 on, 1 mild [30, 40), 2 moderate [20, 30), 3 severe [10, 20), 4 extreme below 10.
/// Source: Kogan 1995, Adv. Space Res. 15:91.
FW_HD uint8_t classify_vhi(float vhi) {
  if (is_nan(vhi)) return health_not_assessed;
  return vhi < 10.0f ? 4 : (vhi < 20.0f ? 3 : (vhi < 30.0f ? 2 : (vhi < 40.0f ? 1 : 0)));
}

/// Season mean of VHI, weighted by crop coefficients, as dekads come. One dekad in season without a value does not
/// spoil it; `finish` needs a share of the weight.
struct SeasonVhi {
  double sum = 0, weight = 0, expected = 0;
  /// In: vhi 0..100 or NaN; crop_weight >= 0: coefficient of the dekad's stage.
  FW_HD void add(float vhi, double crop_weight) {
    expected += crop_weight;
    if (is_nan(vhi)) return;
    sum += crop_weight * static_cast<double>(vhi);
    weight += crop_weight;
  }
  /// In: min_share 0..1 of the weight that must have values. Out: NaN below it, or without weight.
  FW_HD float finish(double min_share) const {
    return weight > 0.0 && weight >= min_share * expected ? static_cast<float>(sum / weight) : nan_f();
  }
};

inline constexpr float asi_critical_vhi = 35.0f;  ///< FAO ASIS: stressed strictly below

/// Agricultural Stress Index of a unit: percent of the area of one land cover (cropland or grassland) whose season-mean
/// VHI is below 35. Tallies of whole square metres merge in any order.
/// Source: FAO GIEWS, ASIS (Rojas et al. 2011, Remote Sens. Environ. 115:343).
struct AsiTally {
  uint64_t cover = 0, stressed = 0, missing = 0;  ///< m2
  FW_HD void add(float season_vhi, uint64_t area_m2) {
    cover += area_m2;
    if (is_nan(season_vhi))
      missing += area_m2;
    else if (season_vhi < asi_critical_vhi)
      stressed += area_m2;
  }
  FW_HD void merge(const AsiTally& other) {
    cover += other.cover, stressed += other.stressed, missing += other.missing;
  }
  /// 0..100 of the area with values; NaN without any.
  FW_HD double percent() const {
    return cover > missing ? 100.0 * static_cast<double>(stressed) / static_cast<double>(cover - missing)
                           : __builtin_nan("");
  }
  /// Is at least `limit` (0..1; ASIS maps 0.3 and 0.5) of all the cover stressed?
  FW_HD Answer reaches(double limit) const {
    return reaches_share(static_cast<double>(stressed), static_cast<double>(missing), static_cast<double>(cover),
                         limit);
  }
};

}  // namespace fw
