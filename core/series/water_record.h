// Water over all dates: a map per scene, area per date, and what the monthly record says of each pixel.
#pragma once
#include <optional>

#include "core/series/water_area.h"
#include "core/series/water_map.h"

namespace fw {

/// When a month with several scenes counts as water: with any scene that shows it (as JRC Global Surface Water counts),
/// or with more than half of them.
enum class WaterMonth : uint8_t { any, majority };

struct WaterRecordPlan {
  Grid grid;
  WaterSettings water;
  WaterMonth month = WaterMonth::any;
  int min_months = 6;  ///< observed, for a year to be judged, 1..12
  /// Months of the two epochs that occurrence change compares, both ends included; the first before the second.
  /// Default: the earlier and the later half of the calendar years of the record; none in a record of one year.
  struct Epoch {
    Period from, to;
  };
  std::optional<Epoch> epoch1, epoch2;
  int tile_size = 256;  ///< root of the pixels of which the record is made at once
  size_t memory_bytes = size_t{1} << 30;
  std::filesystem::path scratch_dir;  ///< for the maps, while the record is made of them
};

/// Layers of the record, in this order in WaterSink::record.
enum class WaterLayer : uint8_t { occurrence, recurrence, seasonality, change, observed, count };

/// Called from several threads at once, with windows that do not overlap.
class WaterSink {
 public:
  virtual ~WaterSink() = default;
  /// state: WaterState of each pixel. scene: place in the scenes given.
  virtual void map(size_t scene, const Window& window, const uint8_t* state) = 0;
  /// NaN: no-data (why: WaterHistory). Not called for a record of one month, nor `change` without epochs.
  virtual void record(WaterLayer layer, const Window& window, const float* values) = 0;
  /// WaterTransition of each pixel.
  virtual void transition(const Window& window, const uint8_t* values) = 0;
};

struct WaterRecord {
  std::vector<WaterScene> scenes;  ///< those of the plan, in order
  WaterAreas areas;
  std::vector<Period> months;  ///< first to last, also those without a scene; a single one: no record was made
  std::optional<WaterRecordPlan::Epoch> epoch1, epoch2;  ///< as used
};

/// Maps all scenes (in order of time) on the plan's grid, each read once; then makes the record of the maps. Scenes
/// without the bands needed are reported and add nothing to the record. Results do not depend on the tile size.
/// Errors: ConfigError RANGE (threshold, epochs), UNKNOWN_INDEX; OutputError SCRATCH.
WaterRecord record_water(const WaterRecordPlan& plan, const Catalogue& catalogue, const IndexCatalogue& indices,
                         const ChosenDevice& device, WaterSink& sink, RunReport& report);

}  // namespace fw
