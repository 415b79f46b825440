// The Combined Drought Indicator of pixels, made beside the indicator rasters while the tiles pass.
#pragma once
#include <map>
#include <mutex>

#include "core/output/series_state.h"
#include "core/risk/cdi_pixels.h"
#include "core/series/pipeline.h"
#include "jobs/run_config.h"

namespace fw {

/// Gathers the inputs of a tile over all periods and writes the codes of the periods that get rasters (finished by
/// Publication::finish_rasters). A run without
/// soil moisture has no data everywhere: its codes would be a guess.
class CdiTiles {
 public:
  /// Bytes per pixel that a tile keeps until it is done.
  static size_t bytes_per_pixel(size_t targets);

  /// Starts the rasters. soil: the run has a series of soil moisture. store: of a run with a state, which the CDI then
  /// goes on from (see check_cdi_state) and leaves its inputs and memory in; else null.
  CdiTiles(Publication& publication, const RunConfig& config, const SeriesPlan& plan, bool soil,
           FolderStore* store = nullptr);
  void ungated(size_t indicator, size_t target, const Window& window, const float* value);
  /// Notes where vegetation is out of season.
  void reason(size_t indicator, size_t target, const Window& window, const uint8_t* reason);
  void tile_done(const Window& window);

 private:
  struct Tile {
    CdiPlanes planes;
    std::vector<uint8_t> off_season;  ///< [target][pixel]
  };
  Tile& tile(const Window& window);
  void take_up(const Window& window, CdiPlanes& planes, std::vector<CdiMemory>& memory) const;
  void leave(const Window& window, int dekad, const CdiPlanes& planes, const std::vector<CdiMemory>& memory);

  CdiVersion version_;
  FolderStore* store_;
  std::string kept_name_;
  int earlier_ = 0;  ///< dekads before first_ whose inputs and memory the store has
  Period keep_from_ = {};
  Period first_;
  size_t targets_;
  bool soil_;
  std::vector<int> input_;  ///< by indicator: 0 SPI-1, 1 SPI-3, 2 soil, 3 vegetation; -1 none
  std::vector<std::shared_ptr<RasterWriter>> writers_;  ///< by target; null: no raster
  std::mutex mutex_;
  std::map<std::pair<int, int>, std::unique_ptr<Tile>> tiles_;  ///< by row and column of the window
};

/// Whether an update can go on with the CDI of pixels where the state ends. Errors: InputError STATE_MEASURE: it was
/// made without this CDI, or with an analysis that began elsewhere (memory begins there).
void check_cdi_state(const RunConfig& config, const SeriesPlan& plan, const StoredSpan& stored,
                     const FolderStore& store);

}  // namespace fw
