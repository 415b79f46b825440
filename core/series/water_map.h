// Where water is in one scene: by a fixed threshold on an index, by Otsu's threshold of each block, or by the WOfS
// tree.
#pragma once
#include <string>
#include <vector>

#include "core/series/scene_values.h"

namespace fw {

enum class WaterMethod : uint8_t { fixed, otsu, wofs };

struct WaterSettings {
  WaterMethod method = WaterMethod::otsu;
  std::string index = "MNDWI";  ///< fixed, otsu: water is above the threshold
  double threshold = 0;         ///< fixed; otsu: where a block is not in two classes; within the limits
  /// otsu: no threshold leaves them. Where bare soil and plants differ more than land and water, Otsu splits these:
  /// higher limits keep that out.
  double limit_low = -0.2, limit_high = 0.3;
  int radius = 1;  ///< otsu: blocks around that help to decide
};
/// Side of a block of local thresholds, pixels; blocks start at the grid's first pixel.
inline constexpr int water_block = 256;

/// Pixels of a water map. The numbers are written into rasters (config/classes/water.toml): never renumber.
enum class WaterState : uint8_t { dry = 0, wet = 1, masked = 2, not_observed = 3 };

/// One scene, ready to be mapped.
struct WaterScene {
  const Scene* scene = nullptr;
  ScenePlan plan;
  bool usable = false;           ///< false: bands are missing (in the report)
  std::vector<float> threshold;  ///< otsu: [block row][block col] of the grid
  std::vector<uint8_t> status;   ///< otsu: OtsuStatus per block
  std::vector<uint32_t> seen;    ///< otsu: pixels with a value per block
};

/// Maps scenes on one grid. Tiles are windows of tiles(grid, water_tile_size(…)): then no tile cuts a block unless it
/// lies inside it, and results do not depend on the tile size.
class WaterMapper {
 public:
  WaterMapper(Backend& backend, SceneReader& reader, const Grid& grid, const IndexCatalogue& indices,
              const WaterSettings& settings, RunReport& report);
  /// Reads the scene once for otsu, to find its thresholds. tile_size: of that pass.
  WaterScene prepare(const Scene& scene, int tile_size);
  /// WaterState of each pixel of a tile. Where the scene says nothing: masked or not_observed, never dry.
  std::vector<uint8_t> map(const WaterScene& scene, const Window& tile);

 private:
  std::vector<float> by_threshold(const WaterScene& scene, const Window& tile, const std::vector<float>& index);
  std::vector<float> by_tree(const SceneValues& bands, size_t pixels);
  void find_thresholds(WaterScene& scene, int tile_size);

  Backend& backend_;
  SceneReader& reader_;
  Grid grid_;
  const IndexCatalogue& indices_;
  WaterSettings settings_;
  RunReport& report_;
};

/// The tile size next to the one asked for that is a multiple of water_block or divides it.
int water_tile_size(int asked);

/// Spread of the accepted thresholds of one scene above which the report notes THRESHOLD_SPREAD: some blocks have then
/// probably been split into other things than land and water.
inline constexpr double max_threshold_spread = 0.2;

/// CSV of how the thresholds came about: a row per scene with the number of blocks of each status, and least, median
/// and largest threshold of the accepted blocks. Blocks without a pixel do not count.
std::string threshold_csv(const std::vector<WaterScene>& scenes);

/// "MNDWI above 0", "MNDWI above Otsu's threshold", "WOfS decision tree": for tables and titles.
std::string describe(const WaterSettings& settings);

}  // namespace fw
