// Texture rasters of one scene: PanTex and Haralick's features, the same whatever the tiles are.
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/series/scene_windows.h"

namespace fw {

struct TexturePlan {
  Grid grid;
  GreyLevels grey{0, 0, 64};          ///< of the sensor, never of the scene: only then do two dates compare
  int window = 9;                     ///< pixels, odd
  float min_share = 0.5F;             ///< of a window's pairs that must be there
  std::vector<std::string> features;  ///< names of texture_features()
  int tile_size = 256;
  std::filesystem::path scratch_dir;
};

/// "pantex", "glcm_contrast" …, in the order of TextureFeature.
const std::vector<std::string>& texture_features();

/// One plane per feature of the plan, row-major.
using TexturePlanes = std::vector<std::vector<float>>;

/// The features of one index or band of a scene, on the plan's grid, which is that of `windows`. The scene is read
/// once, into a scratch file; tiles then look half a window around them, so that only the border of the grid has no
/// value. take: called from several threads, each pixel once. Errors: std::logic_error for a plan out of range;
/// OutputError SCRATCH.
void map_texture(SceneWindows& windows, const Scene& scene, const ScenePlan& values, const TexturePlan& plan,
                 const std::function<void(const Window&, const TexturePlanes&)>& take);

}  // namespace fw
