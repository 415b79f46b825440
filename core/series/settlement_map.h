// Where settlement is or has been built, in a window around reported sites: scores of two periods, or the dates at
// which the ground changed for good.
#pragma once
#include <filesystem>
#include <vector>

#include "core/series/camp_growth.h"
#include "core/series/period_bands.h"
#include "core/series/plan.h"

namespace fw {

/// What both ways share. Every block of every scene is read once, by several threads; results depend neither on memory
/// nor on threads.
struct SettlementPlan {
  Grid grid;  ///< of the window
  size_t memory_bytes = size_t{1} << 30;
  std::filesystem::path scratch_dir = {};  ///< for values beyond the memory
  /// Where planes of the whole window are kept: in memory where all of them are an eighth of it at most.
  PlaneStore store() const;
};

/// The part of a grid within reach of places (rows and columns may lie outside it), whole without any.
/// Errors: ConfigError SETTLEMENT_AREA (no place within reach of the grid).
Window settlement_window(const Grid& grid, const std::vector<ReportedSite>& places, double reach_m);
Grid part_of(const Grid& grid, const Window& window);
/// Side of a cell, metres: the root of the area in the middle of the grid.
double cell_side_m(const Grid& grid);
/// Area of a cell of each row, hectares.
std::vector<double> row_areas_ha(const Grid& grid);

struct BuiltUpScores {
  Plane<float> before, after;  ///< 0..1; 0 on water; NaN: not assessed
};
/// The built-up score (kernels/ops.h BuiltUp) of each period as a whole: from its greatest NDVI and its median NDBI;
/// periods of less than a season take bare soil for roofs. Water: median MNDWI above 0.
/// Errors: InputError NO_SCENES (a period without scenes that have the bands); OutputError SCRATCH.
BuiltUpScores score_built_up(const SettlementPlan& plan, const std::vector<const Scene*>& before,
                             const std::vector<const Scene*>& after, const BuiltUpModel& model,
                             const Catalogue& catalogue, const IndexCatalogue& indices, const ChosenDevice& device,
                             RunReport& report);

struct BreakSearch {
  std::string brightness = "red";  ///< band or index that goes up where vegetation is cleared and built on
  Cadence cadence = Cadence::month;
  Date monitor_from;       ///< before it lies the history
  std::vector<Date> ends;  ///< ascending, the last one of the record at most
  double min_drop = 0.05;  ///< NDVI must stay lower by this for a break to count
  int min_observed = 3;    ///< composites with a value since the end before, for a cell to be observed at an end
};
struct BreakPlanes {
  /// date: years (2021.5: July). The changes: of the same months; NaN where no month has both, that of NDVI also where
  /// it dropped less than min_drop. assessed: the history could be modelled.
  GroundBreaks breaks;
  std::vector<Plane<uint8_t>> observed;  ///< by end
  std::vector<double> ends;              ///< years, as the date
};
/// BFAST-monitor on NDVI composites, and what changed at the break. Errors: InputError NO_SCENES; ConfigError RANGE
/// (monitoring outside the record, ends not in order or outside); OutputError SCRATCH.
BreakPlanes find_ground_breaks(const SettlementPlan& plan, const BreakSearch& settings,
                               const std::vector<const Scene*>& scenes, const Catalogue& catalogue,
                               const IndexCatalogue& indices, const ChosenDevice& device, RunReport& report);

}  // namespace fw
