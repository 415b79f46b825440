// Texture rasters of one scene: PanTex and Haralick's features, the same whatever the tiles are.
#pragma once
#include <string>
#include <vector>

#include "core/series/scene_values.h"

namespace fw {

struct TexturePlan {
  Grid grid;
  GreyLevels grey{0, 0, 64};          ///< of the sensor, never of the scene: only then do two dates compare
  int window = 9;                     ///< pixels, odd
  float min_share = 0.5F;             ///< of a window's pairs that must be there
  std::vector<std::string> features;  ///< names of texture_features()
};

/// "pantex", "glcm_contrast" …, in the order of TextureFeature.
const std::vector<std::string>& texture_features();

/// One plane per feature of the plan, row-major, of one index or band. Reads half a window around the tile, so that
/// only the border of the grid has no value. Errors: std::logic_error for a plan out of range.
std::vector<std::vector<float>> texture_of(Backend& backend, SceneReader& reader, const Scene& scene,
                                           const ScenePlan& values, const TexturePlan& plan, const Window& tile,
                                           RunReport& report);

}  // namespace fw
