#include "core/risk/wrsi.h"

#include <cmath>
#include <limits>

#include "core/base/error.h"

namespace fw {

Wrsi compute_wrsi(std::span<const double> rain_mm, std::span<const double> pet_mm, const WrsiSettings& s) {
  FW_EXPECT(rain_mm.size() == pet_mm.size() && rain_mm.size() >= 2, "WRSI: rain and PET of the same 2 or more dekads");
  FW_EXPECT(s.capacity_mm > 0 && s.depletion >= 0 && s.depletion < 1 && s.start_mm >= 0 && s.start_mm <= s.capacity_mm,
            "WRSI: settings out of range");
  Wrsi out;
  out.percent = std::numeric_limits<double>::quiet_NaN();
  double water = s.start_mm, used = 0, need = 0;
  for (size_t k = 0; k < rain_mm.size(); ++k) {
    if (!(rain_mm[k] >= 0 && pet_mm[k] >= 0)) {  // NaN too
      out.first_missing = static_cast<int>(k);
      return out;
    }
    const double share = static_cast<double>(k) / static_cast<double>(rain_mm.size() - 1);
    const double needed = pet_mm[k] * s.curve.coefficient(share);
    const CropWater step = use_water(water, rain_mm[k], needed, s.capacity_mm, s.depletion);
    water = step.water_mm;
    used += step.used_mm;
    need += needed;
    out.used_mm.push_back(step.used_mm);
    out.need_mm.push_back(needed);
    out.water_mm.push_back(water);
    out.surplus_mm.push_back(step.surplus_mm);
  }
  if (need > 0) out.percent = 100 * used / need;
  return out;
}

uint8_t classify_wrsi(double percent) {
  if (std::isnan(percent)) return 255;
  uint8_t k = 0;
  for (const double bound : {50.0, 60.0, 80.0, 95.0, 99.0}) k = static_cast<uint8_t>(k + (percent >= bound));
  return k;
}

int find_season_start(std::span<const double> rain_mm) {
  for (size_t k = 0; k + 2 < rain_mm.size(); ++k)
    if (rain_mm[k] >= 25 && rain_mm[k + 1] + rain_mm[k + 2] >= 20) return static_cast<int>(k);
  return -1;
}

}  // namespace fw
