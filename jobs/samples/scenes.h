// What a satellite like Sentinel-2 sees of the sample region.
#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/base/date.h"
#include "jobs/samples/truth.h"

namespace fw::samples {

inline constexpr std::array<const char*, 6> band_names = {"B02", "B03", "B04", "B08", "B11", "B12"};
enum Band { blue, green, red, nir, swir1, swir2, band_count };

/// One scene per dekad, in its middle (days 5, 15, 25).
Date scene_day(int year, int dekad);
/// "03.01" before 2022-01-25, "04.00" from then on, with numbers 1000 higher.
const char* baseline_of(Date day);
int offset_of(Date day);

struct SceneArrays {
  std::array<std::vector<uint16_t>, band_count> dn;  ///< reflectance x 10 000 - offset; 0 where not observed
  std::vector<uint8_t>
      scl;  ///< Sentinel-2 scene classes: 0 nothing, 3 shadow, 4 plants, 5 bare, 6 water, 8, 9 cloud, 10 cirrus
};
SceneArrays make_scene(const Truth& truth, uint64_t seed, int year, int dekad);

/// Writes S2_<yyyymmdd>/ with seven GeoTIFFs into the folder. Errors: OutputError WRITE_FAILED.
void write_scene(const std::filesystem::path& folder, const SceneArrays& scene, Date day);

}  // namespace fw::samples
