// Composites of several bands at once: one scene, or one point between the scenes, for all bands.
#pragma once
#include <cstddef>
#include <cstdint>

#include "kernels/ops.h"

namespace fw {

/// medoid: the scene with the least sum of distances to the others (ties: the earliest); geomedian: the point with the
/// least sum of distances to the scenes.
enum class BandCompositeMethod : uint8_t { medoid, geomedian };
inline constexpr int max_composite_bands = 16;

/// Scenes of one period -> one value per band. value: [scene][band][pixel]; outcome: [scene][pixel], in order of
/// acquisition. A scene counts where its outcome is clear and all its bands are finite. Distances are Euclidean over
/// the bands, in double.
/// geomedian with fewer than 3 scenes is their mean and flagged fallback; iteration ends at a step of 1e-9 of the size
/// of the point (or after 500).
/// Out: out [band][pixel], NaN without a scene; scene (medoid: which one of at most 32767, -1 for none; may be null),
/// valid, flags and reason [pixel] as in Composite (may be null). Source: Flood 2013, Remote Sens. 5:6481 (medoid);
/// Roberts, Mueller & McIntyre 2017, IEEE TGRS 55:6254 (geomedian); Vardi & Zhang 2000, PNAS 97:1423 (the step).
struct BandComposite {
  const float* value;
  const uint8_t* outcome;
  int scenes, bands;
  size_t pixels;
  BandCompositeMethod method;
  float* out;
  int16_t* scene;
  uint16_t* valid;
  uint8_t *flags, *reason;
};

}  // namespace fw
