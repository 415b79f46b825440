// A worker of the pipeline that goes on when its device cannot: smaller parts of the tile where memory is short,
// another device or the CPU where the device failed.
#pragma once
#include <memory>

#include "core/series/tile_worker.h"

namespace fw {

class TileRunner {
 public:
  TileRunner(const SeriesPlan& plan, const RecordPlan& record, const BlockComposites& composites,
             const ChosenDevice& device, RunReport& report, SeriesStore* store);
  ~TileRunner();
  /// As TileWorker::run. Each indicator and target, and each series, is delivered once and whole, whatever happened.
  void run(const Window& window, const TileWorker::Deliver& deliver, const TileWorker::DeliverSeries& deliver_series);

 private:
  class Once;
  void attempt(const Window& window, Once& once);
  void run_in_parts(const Window& window, int rows, Once& once);

  const SeriesPlan& plan_;
  const RecordPlan& record_;
  const BlockComposites& composites_;
  ChosenDevice device_;
  RunReport& report_;
  SeriesStore* store_;
  std::unique_ptr<TileWorker> worker_;
  size_t most_pixels_ = SIZE_MAX;  ///< at once, halved where memory was short
};

}  // namespace fw
