// The Combined Drought Indicator of pixels, dekad by dekad over a run.
#pragma once
#include <vector>

#include "core/risk/cdi_record.h"

namespace fw {

/// Inputs of the pixels of one tile, [dekad][pixel] from the first dekad of the run on, NaN where missing. SPI of a
/// dekad: of the 1 and 3 months that end with it.
struct CdiPlanes {
  std::vector<float> spi1, spi3, soil_z, green_z;
};

/// Runs the state machine over all dekads, with the official pairing of time (pair_cdi_inputs); what the pairing asks
/// for before the first dekad is missing. Memory starts as "none".
/// Out: codes (CdiCode), [dekad][pixel].
std::vector<uint8_t> run_cdi(CdiVersion version, Period first, int dekads, size_t pixels, const CdiPlanes& planes);

}  // namespace fw
