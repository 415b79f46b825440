// Where water is in one scene: by a fixed threshold on an index, by Otsu's threshold of each block, or by the WOfS
// tree.
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/series/clean_up.h"
#include "core/series/scene_windows.h"

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

/// Maps scenes on the grid of `windows`, each read once.
class WaterMapper {
 public:
  /// scratch: for the index of a scene, while otsu looks for its thresholds. Errors: ConfigError RANGE.
  WaterMapper(SceneWindows& windows, const Grid& grid, const IndexCatalogue& indices, const WaterSettings& settings,
              const std::filesystem::path& scratch, RunReport& report);
  /// Called from several threads, each pixel once: WaterState. Where the scene says nothing: masked or not_observed,
  /// never dry.
  using TakeStates = std::function<void(const Window&, const std::vector<uint8_t>&)>;
  /// A scene without the bands is reported, and nothing is taken.
  WaterScene map(const Scene& scene, const TakeStates& take);

 private:
  WaterScene plan(const Scene& scene);
  std::vector<uint8_t> states(Backend& backend, const WaterScene& scene, const Window& window,
                              const SceneValues& values);
  std::vector<float> by_threshold(Backend& backend, const WaterScene& scene, const Window& window,
                                  const std::vector<float>& index);
  static std::vector<float> by_tree(Backend& backend, const SceneValues& bands, size_t pixels);
  /// index: that of the scene, as put_seen() leaves it.
  void find_thresholds(WaterScene& scene, const std::vector<Window>& windows, ScratchRaster& index);

  SceneWindows& windows_;
  Grid grid_;
  const IndexCatalogue& indices_;
  WaterSettings settings_;
  std::filesystem::path scratch_;
  RunReport& report_;
  std::vector<uint32_t> counts_;  ///< of one scene, kept: small things of a scene would lie where they had been
};

/// Spread of the accepted thresholds of one scene above which the report notes THRESHOLD_SPREAD: some blocks have then
/// probably been split into other things than land and water.
inline constexpr double max_threshold_spread = 0.2;

/// CSV of how the thresholds came about: a row per scene with the number of blocks of each status, and least, median
/// and largest threshold of the accepted blocks. Blocks without a pixel do not count.
std::string threshold_csv(const std::vector<WaterScene>& scenes);

/// "MNDWI above 0", "MNDWI above Otsu's threshold", "WOfS decision tree": for tables and titles.
std::string describe(const WaterSettings& settings);

}  // namespace fw
