// What surrounds the CDI's rules: names, and which dekads belong together.
#pragma once
#include <string>

#include "core/base/date.h"
#include "core/risk/cdi.h"

namespace fw {

/// "Combined Drought Indicator, version 2021 (Cammalleri et al.), cell 111 corrected": goes into every product.
std::string describe_version(CdiVersion version);
/// "watch", "temporary recovery of soil moisture", "not assessed" …
std::string describe_cdi(uint8_t code);

/// Which soil-moisture dekad and which month of rain stand beside the fAPAR of a dekad: rain acts first, vegetation
/// last. Dekad 1: soil of dekad 3 and SPI of the month before; 2: soil of dekad 1, SPI of the month before; 3: soil of
/// dekad 2, SPI of the same month. In: a dekad. Source: Drought Observatory, frequently asked questions.
struct CdiTiming {
  Period soil, rain;
};
CdiTiming pair_cdi_inputs(Period fapar);

}  // namespace fw
