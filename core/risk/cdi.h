// The Combined Drought Indicator of the European and Global Drought Observatories, as a state machine with memory.
// Codes are nominal: never averaged or interpolated. A product of it names its version: v2021 and v4 differ.
// Missing never lowers a state: with an input missing a code is published only when every possible value of it leads to
// the same stage of drought (1, 2, 3) and that is no milder than the stage remembered. Else the code is
// `cdi_not_assessed` and the memory stays as it was.
// Source: v2021 Cammalleri et al. 2021, NHESS 21:481, with the cell that its reference code has wrong (no drought or
// recovery before, and rain, soil and vegetation all dry, is Alert); v4 JRC factsheet of the CDI, version 4.
#pragma once
#include <cstdint>

#include "kernels/nodata.h"

namespace fw {

enum class CdiVersion : uint8_t { v2021 = 1, v4 = 4 };

enum CdiCode : uint8_t {
  cdi_none = 0,
  cdi_watch = 1,               ///< rain is short
  cdi_warning = 2,             ///< soil too
  cdi_alert = 3,               ///< vegetation suffers
  cdi_recovery = 4,            ///< after drought, all back to normal
  cdi_soil_recovery = 5,       ///< soil moisture recovers, temporarily so far
  cdi_greenness_recovery = 6,  ///< vegetation recovers, temporarily so far
  cdi_not_assessed = 7,        ///< no data inside the domain
  cdi_outside = 8,
};

/// One dekad of one pixel; NaN where missing. SPI of 1 and 3 months; soil moisture and fAPAR as z values.
struct CdiInput {
  float spi1, spi3, soil_z, fapar_z;
};

/// What one pixel carries from dekad to dekad. A record starts with "none".
struct CdiMemory {
  uint8_t state = cdi_none;  ///< 0..6
  uint8_t held = 0;          ///< v4: dekads that the present stage has been held on temporary terms
  uint16_t missed = 0;       ///< dekads since the last that was assessed, up to 65535
  bool operator==(const CdiMemory&) const = default;
};

/// How severe a code is, mild to severe: none, recovery, watch, soil recovery, warning, greenness recovery, alert.
FW_HD int cdi_severity(uint8_t code) {
  switch (code) {
    case cdi_recovery:
      return 1;
    case cdi_watch:
      return 2;
    case cdi_soil_recovery:
      return 3;
    case cdi_warning:
      return 4;
    case cdi_greenness_recovery:
      return 5;
    case cdi_alert:
      return 6;
    default:
      return 0;
  }
}

/// Next state of v2021. dry_rain: SPI-1 < -2 or SPI-3 < -1. soil, green: 1 below -1, 2 in [-1, 0), 3 from 0 on.
FW_HD uint8_t next_cdi_2021(uint8_t state, bool dry_rain, int soil, int green) {
  const bool calm = state == cdi_none || state == cdi_recovery;
  const bool from_soil = state == cdi_warning || state == cdi_soil_recovery;
  const bool from_green = state == cdi_alert || state == cdi_greenness_recovery;
  if (green == 1) {
    if (dry_rain) return cdi_alert;
    return calm ? cdi_none : cdi_alert;
  }
  if (green == 3 && from_green) return cdi_greenness_recovery;
  if (soil == 1) return dry_rain || !calm ? cdi_warning : cdi_none;
  if (green == 3 && from_soil) return cdi_soil_recovery;
  if (dry_rain) return cdi_watch;
  return calm ? cdi_none : cdi_recovery;
}

FW_HD int cdi_class_2021(float z) { return z < -1.0f ? 1 : (z < 0.0f ? 2 : 3); }

inline constexpr int cdi_max_held = 4;  ///< v4: a stage is held on temporary terms for at most 5 dekads (held 0..4)

/// Next memory of v4 (thresholds included: <= -2, <= -1, <= -0.5, <= 0). All inputs are there.
FW_HD CdiMemory next_cdi_v4(CdiMemory before, const CdiInput& in) {
  const uint8_t state = before.state;
  const bool dry_rain = in.spi1 <= -2.0f || in.spi3 <= -1.0f, dry_soil = in.soil_z <= -1.0f;
  const bool calm = state == cdi_none || state == cdi_recovery;
  const uint8_t eased = dry_rain ? cdi_watch : cdi_recovery;
  const bool may_hold = before.held <= cdi_max_held;
  const uint8_t longer = static_cast<uint8_t>(before.held + 1);
  if (in.fapar_z <= -1.0f) {
    const bool unrelated = calm && !dry_rain && !dry_soil;  // neither rain nor soil explain it
    return {unrelated ? static_cast<uint8_t>(cdi_none) : static_cast<uint8_t>(cdi_alert), 0, 0};
  }
  if (state == cdi_alert || state == cdi_greenness_recovery) {
    if (in.fapar_z <= 0.0f && may_hold)
      return {in.fapar_z <= -0.5f ? static_cast<uint8_t>(cdi_alert) : static_cast<uint8_t>(cdi_greenness_recovery),
              longer, 0};
    return {dry_soil ? static_cast<uint8_t>(cdi_warning) : eased, 0, 0};
  }
  if (dry_soil) {
    const bool rain_is_back = calm && !dry_rain && in.spi3 > 0.0f && in.spi1 > 0.5f;
    return {rain_is_back ? static_cast<uint8_t>(cdi_none) : static_cast<uint8_t>(cdi_warning), 0, 0};
  }
  if (state == cdi_warning || state == cdi_soil_recovery) {
    if (in.soil_z <= 0.0f && may_hold)
      return {in.soil_z <= -0.5f ? static_cast<uint8_t>(cdi_warning) : static_cast<uint8_t>(cdi_soil_recovery), longer,
              0};
    return {eased, 0, 0};
  }
  if (dry_rain) return {cdi_watch, 0, 0};
  return {state == cdi_watch ? static_cast<uint8_t>(cdi_recovery) : static_cast<uint8_t>(cdi_none), 0, 0};
}

/// One dekad: changes the memory and returns the code to publish (0..6, or cdi_not_assessed).
FW_HD uint8_t step_cdi(CdiVersion version, const CdiInput& in, CdiMemory& memory) {
  // One value of each class that the rules tell apart, for an input that is missing.
  const float rain[] = {-3.0f, -0.7f, 0.3f, 1.0f}, anomaly[] = {-2.0f, -0.7f, -0.2f, 1.0f};
  const bool miss[] = {is_nan(in.spi1), is_nan(in.spi3), is_nan(in.soil_z), is_nan(in.fapar_z)};
  const bool any = miss[0] || miss[1] || miss[2] || miss[3];
  CdiMemory next = memory;
  bool first = true, agree = true;
  for (int a = 0; a < (miss[0] ? 4 : 1) && agree; ++a)
    for (int b = 0; b < (miss[1] ? 4 : 1) && agree; ++b)
      for (int c = 0; c < (miss[2] ? 4 : 1) && agree; ++c)
        for (int d = 0; d < (miss[3] ? 4 : 1) && agree; ++d) {
          const CdiInput full{miss[0] ? rain[a] : in.spi1, miss[1] ? rain[b] : in.spi3,
                              miss[2] ? anomaly[c] : in.soil_z, miss[3] ? anomaly[d] : in.fapar_z};
          CdiMemory one{0, 0, 0};
          if (version == CdiVersion::v4)
            one = next_cdi_v4(memory, full);
          else
            one.state = next_cdi_2021(memory.state, full.spi1 < -2.0f || full.spi3 < -1.0f, cdi_class_2021(full.soil_z),
                                      cdi_class_2021(full.fapar_z));
          agree = first || one == next;
          if (first) next = one;
          first = false;
        }
  const bool stage = next.state == cdi_watch || next.state == cdi_warning || next.state == cdi_alert;
  if (any && !(agree && stage && cdi_severity(next.state) >= cdi_severity(memory.state))) {
    if (memory.missed < 65535) ++memory.missed;
    return cdi_not_assessed;
  }
  memory = next;
  return next.state;
}

}  // namespace fw
