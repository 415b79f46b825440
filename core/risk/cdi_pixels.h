// The Combined Drought Indicator of pixels, dekad by dekad over a run.
#pragma once
#include <functional>
#include <vector>

#include "core/risk/cdi_timing.h"

namespace fw {

/// Dekads that the pairing of time looks back from a dekad, at most.
inline constexpr int cdi_reach = 2;

/// Inputs of the pixels of one tile, [dekad][pixel] from `earlier` dekads before the first of the run on, NaN where
/// missing. SPI of a dekad: of the 1 and 3 months that end with it.
struct CdiPlanes {
  std::vector<float> spi1, spi3, soil_z, green_z;
  int earlier = 0;
};

/// Runs the state machine over all dekads, with the official pairing of time (pair_cdi_inputs); what the pairing asks
/// for before the planes begin is missing. memory: of every pixel, after the dekad before `first` ("none" where a
/// record begins); at the end, after the last dekad. after(t): called after each dekad, 0 first; may be empty.
/// Out: codes (CdiCode), [dekad][pixel].
std::vector<uint8_t> run_cdi(CdiVersion version, Period first, int dekads, const CdiPlanes& planes,
                             std::vector<CdiMemory>& memory, const std::function<void(int)>& after = {});

}  // namespace fw
