#include "core/risk/cdi_timing.h"

#include "core/base/error.h"

namespace fw {
std::string describe_version(CdiVersion version) {
  return version == CdiVersion::v4 ? "Combined Drought Indicator, version 4 (JRC factsheet)"
                                   : "Combined Drought Indicator, version 2021 (Cammalleri et al.), cell 111 corrected";
}

std::string describe_cdi(uint8_t code) {
  constexpr const char* names[] = {"no drought",
                                   "watch",
                                   "warning",
                                   "alert",
                                   "recovery",
                                   "temporary recovery of soil moisture",
                                   "temporary recovery of vegetation",
                                   "not assessed",
                                   "outside"};
  FW_EXPECT(code <= cdi_outside, "a CDI code is 0..8");
  return names[code];
}

CdiTiming pair_cdi_inputs(Period fapar) {
  FW_EXPECT(fapar.cadence == Cadence::dekad, "the CDI is dekadal");
  const bool third = fapar.number % 3 == 2;
  return {{Cadence::dekad, fapar.number - 1}, {Cadence::month, fapar.number / 3 - (third ? 0 : 1)}};
}

}  // namespace fw
