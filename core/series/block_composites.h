// Composites of one block of the grid over the whole record: scenes are read in the blocks in which they are stored,
// each once, by several threads, where their pixels are decoded: on the CPU. Tiles then take their part.
#pragma once
#include <memory>
#include <vector>

#include "core/base/pool.h"
#include "core/scene/scene_reader.h"
#include "core/series/plan.h"
#include "core/series/series_store.h"

namespace fw {

/// Windows in which the composites of a plan are made, and how many periods are made at once.
struct BlockPlan {
  std::vector<Window> blocks;  ///< row by row
  int at_once = 1;
  bool in_parts = false;  ///< they are parts of the blocks in which scenes are stored
  size_t pixels = 0, bytes = 0;  ///< of a block at most; of host memory, at the peak
};

/// Blocks follow those of the scenes that the plan reads most of, as far as `memory_bytes` allow (smaller ones are
/// parts of a block), but never fall below a tile of `tile_size`.
BlockPlan plan_blocks(const SeriesPlan& plan, const RecordPlan& record, const Catalogue& catalogue, int tile_size,
                      int threads, size_t memory_bytes);

class BlockComposites {
 public:
  /// store: null, or where composites of an update come from; what is stored is not made again. files: those of others
  /// that read the same scenes, or null.
  BlockComposites(const SeriesPlan& plan, const RecordPlan& record, const Catalogue& catalogue, RunReport& report,
                  const SeriesStore* store, int at_once, std::shared_ptr<OpenRasters> files = nullptr);
  ~BlockComposites();
  /// Makes the composites of a block, in place of those of the last one. A scene that cannot be read is left out of the
  /// block and reported (stage "read"). Out: scenes that were read.
  size_t make(const Window& block);
  /// Is the composite of this period in the store, and no scene of it changed in the window?
  bool is_stored(const std::string& product, size_t period, const Window& window) const;
  /// The part of a composite that lies in a window of the block.
  void copy(size_t base, size_t period, const Window& window, float* value, uint8_t* reason) const;

 private:
  class Maker;
  const SeriesPlan& plan_;
  const RecordPlan& record_;
  const Catalogue& catalogue_;
  RunReport& report_;
  const SeriesStore* store_;
  size_t at_once_;
  std::shared_ptr<OpenRasters> files_;
  Window block_;
  std::vector<float> value_;     ///< [base][period][pixel of the block]
  std::vector<uint8_t> reason_;  ///< the same
  Pool<Maker> makers_;
};

}  // namespace fw
