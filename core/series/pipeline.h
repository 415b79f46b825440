// The tile pipeline: read and decode, mask, index, composite, climatology, anomaly, change, zonal table; bounded in
// memory.
#pragma once
#include <functional>

#include "core/series/exceedance.h"
#include "core/series/indicator_table.h"
#include "core/series/plan.h"
#include "core/series/series_store.h"
#include "core/series/unit_reference.h"

namespace fw {

/// Takes finished tiles; called from several threads at once, each tile of an indicator and target once.
class IndicatorSink {
 public:
  virtual ~IndicatorSink() = default;
  /// value: NaN is no-data; reason: fw::Reason per pixel. indicator, target: places in plan.indicators and
  /// RecordPlan::targets.
  virtual void write(size_t indicator, size_t target, const Window& window, const float* value,
                     const uint8_t* reason) = 0;
  /// Before `write`, for indicators without a clean-up: the values as they are before any season is held before them.
  virtual void ungated(size_t /*indicator*/, size_t /*target*/, const Window& /*window*/, const float* /*value*/) {}
  /// After the last `write` of a tile's first pass.
  virtual void tile_done(const Window& /*window*/) {}
};

/// What a run did, for the report.
struct PipelineSummary {
  int tile_size = 0, tokens = 0, threads = 0;
  size_t tiles = 0, scenes_read = 0, bytes_per_tile = 0;
  std::vector<std::string> missing_series;
  /// How often thresholds were passed in the reference years; none in an update, which does not see them.
  std::vector<YearExceedance> exceedance;
  UnitReference reference;  ///< means of the units in the reference years, every place in the year
};

/// Runs the plan over every tile and returns the table (all units × analysis periods × indicators, also those without a
/// value). A scene that cannot be read is left out of its tile and reported (stage "read"). Rasters and table do not
/// depend on tile size, number of threads or order, nor on a device that fails or runs short meanwhile (reported, stage
/// "device"). Errors: ConfigError (plan), whatever the sink throws.
IndicatorTable run_pipeline(const SeriesPlan& plan, const Catalogue& catalogue, const std::vector<AdminUnits>& levels,
                            const ChosenDevice& device, IndicatorSink& sink, RunReport& report,
                            PipelineSummary& summary);

/// The same for a record already planned. store: null, or where composites and references are kept and, in an update,
/// come from; then record and plan are those of plan_update, and the table holds their periods.
IndicatorTable run_pipeline(const SeriesPlan& plan, const RecordPlan& record, const Catalogue& catalogue,
                            const std::vector<AdminUnits>& levels, const ChosenDevice& device, IndicatorSink& sink,
                            RunReport& report, PipelineSummary& summary, SeriesStore* store);

}  // namespace fw
