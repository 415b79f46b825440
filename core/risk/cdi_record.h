// What surrounds the CDI's rules: names, which dekads belong together, and the memory between runs.
#pragma once
#include <string>
#include <string_view>
#include <vector>

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

/// Memory of all pixels after `last`, to go on from with the next dekad only.
struct CdiRecord {
  CdiVersion version = CdiVersion::v2021;
  Period last;
  std::vector<CdiMemory> pixels;
};
/// Bytes with a checksum; the same on every machine.
std::string write_cdi_record(const CdiRecord& record);
/// Errors: InputError CDI_STATE: no such file, cut short, changed, of another version than asked or of another number
/// of pixels.
CdiRecord read_cdi_record(std::string_view bytes, CdiVersion version, size_t pixels);

}  // namespace fw
