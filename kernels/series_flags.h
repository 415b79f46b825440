// What stands beside a value of a series that is less than an observation. Bits; 0: nothing to say.
#pragma once
#include <cstdint>

namespace fw {

/// The numbers are written into rasters: never renumber.
enum SeriesFlag : uint8_t {
  flag_filled = 1,        ///< there was no observation; the gap is short
  flag_interpolated = 2,  ///< there was no observation; the gap is long: no alert may rest on the value
  flag_extrapolated = 4,  ///< before the first or after the last observation: no alert may rest on the value
  flag_clipped = 8,       ///< beyond what the record can support; the value is the limit
  flag_fallback = 16,     ///< too few observations for the method; a simpler one was used
};

}  // namespace fw
