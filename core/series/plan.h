// What the tile pipeline is asked to do: grid, record, reference, analysis, indicators, means.
#pragma once
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/date.h"
#include "core/geo/admin_units.h"
#include "core/scene/catalogue.h"
#include "core/series/indicator.h"
#include "core/series/reference.h"
#include "kernels/backend.h"

namespace fw {

/// Periods of the year in which an alarm has a meaning, 0-based dekads, both ends included; may run over the turn of
/// the year.
struct Season {
  int from_dekad = 0, to_dekad = 35;
  bool holds(Period p) const;
};

/// How the season of a pixel is found in its mean year (kernels/ops_phenology.h). Start 25 % of the amplitude, end 25 %
/// (FAO ASIS, grass), senescence below 75 %.
struct PhenologyRule {
  double start = 0.25, senescence = 0.75, end = 0.25;  ///< shares of the amplitude
  double min_amplitude = 0.1;                          ///< of the series (NDVI); less is no season
  int smooth_dekads = 3;                               ///< places of the year that are averaged, 1..9
  double in_season_share = 0.15;                       ///< of a unit's area with a season; below it is out of season
};

/// Coefficients of the built-up score (kernels/ops.h BuiltUp). Defaults: roofs NDBI ~ 0.1 and NDVI maximum ~ 0.2 score
/// 0.88, bare soil that greens up to 0.35 scores 0.27, crops 0; chosen by hand, to be checked per region against known
/// settlements.
struct BuiltUpModel {
  double a0 = 4, a_ndbi = 20, a_ndvi = -20;
  int window_dekads = 36, min_valid_dekads = 12;
};

struct SeriesPlan {
  Grid grid;
  Cadence cadence = Cadence::dekad;
  Period analysis_from, analysis_to;  ///< periods that get indicators
  Date reference_from, reference_to;  ///< climatology; the year of the target is never in it
  int min_years = 5;        ///< reference years needed (methods.md asks 10 for publication; the product states it)
  double std_floor = 0.01;  ///< in units of the series; smaller spread is flat: not assessed
  std::vector<Indicator> indicators;
  std::optional<Season> season;  ///< declared; goes before phenology
  PhenologyRule phenology;
  bool gate_by_phenology = false;     ///< seasonal indicators are gated pixel by pixel
  std::string water_index = "MNDWI";  ///< or AWEInsh, AWEIsh, NDWI: water is index > 0
  BuiltUpModel built_up;
  std::map<std::string, std::string> series_product;  ///< series → product, where more than one could give it
  size_t kept_bytes = 0;                              ///< per pixel, that the sink keeps until a tile is done
  int tile_size = 256;
  size_t memory_bytes = size_t{1} << 30;
  int threads = 0;                    ///< 0: all
  std::filesystem::path scratch_dir;  ///< for the second pass over objects; removed by the pipeline
};

/// A series of the record that indicators need: one index or role, composited one way, from one product.
struct BaseSeries {
  std::string name;  ///< NDVI, rain_mm …
  CompositeMethod composite;
  std::string product;
  bool operator==(const BaseSeries&) const = default;
};

/// Scenes of one product in the order of time, and the periods they fall into.
struct RecordPlan {
  Period first;  ///< period 0 of the record
  int periods = 0;
  std::vector<BaseSeries> base;
  std::map<std::string, std::vector<std::vector<const Scene*>>> scenes;  ///< product → period → scenes by time, id
  std::vector<int> targets;                                              ///< analysis periods as places in the record
  std::vector<std::string> missing;  ///< series that nothing in the catalogue offers
  /// Indicators that rest on one and the same series share a number here (units are averaged once).
  std::vector<size_t> unit_series;
  /// Of an update (core/series/update_plan.h): new, replaced and removed scenes of periods that are stored, as
  /// `scenes`.
  std::map<std::string, std::vector<std::vector<const Scene*>>> changed;
  bool stored = false;  ///< the pipeline works with a store: a tile also holds statistics of one place in the year
};

/// Of one pixel: the statistics of one place in the year (SeriesStore), on the backend or in host memory.
inline constexpr size_t place_bytes = 1 + 3 * sizeof(double) + 2 * sizeof(float);

/// Decides which product feeds which series. Errors: ConfigError MIXED_PRODUCTS, CADENCE (a sum of
/// scenes longer than a period), RANGE (analysis outside the record).
RecordPlan plan_record(const SeriesPlan& plan, const Catalogue& catalogue);

/// The record against the plan's reference.
ReferenceCalendar reference_calendar(const SeriesPlan& plan, const RecordPlan& record);

/// Dekads to periods of a cadence: 9 dekads are 3 months; at least 1.
int window_periods(int dekads, Cadence cadence);
/// Periods that an indicator's window may reach back, the target included: a year for one that follows the season.
int window_of(const SeriesPlan& plan, const Indicator& indicator);

/// Bytes of one pixel of a period whose composites are made: of its scenes, and the bands of one of them.
size_t bytes_of_period(const RecordPlan& record);

/// Bytes one tile of `pixels` needs at its peak.
size_t tile_bytes(const SeriesPlan& plan, const RecordPlan& record, size_t pixels);

/// Tile size and number of tiles in flight that fit the memory: the size asked for is halved (never below 32) until one
/// tile fits. Errors: ConfigError MEMORY with the bytes needed.
struct TileBudget {
  int tile_size = 0, tokens = 1;
};
TileBudget budget_tiles(const SeriesPlan& plan, const RecordPlan& record, int threads);
/// The part of the memory that tiles and blocks may take; the rest is left to GDAL's caches, file buffers and the
/// program itself.
size_t usable_memory(const SeriesPlan& plan);
/// What blocks and tiles may take of it, so that the whole program stays within the memory; a quarter of it at least.
size_t room_for_work(const SeriesPlan& plan);
/// The same beside blocks (core/series/block_composites.h) that leave `memory_bytes`: tiles small enough, not below 64,
/// to keep every thread busy.
TileBudget tiles_of_blocks(const SeriesPlan& plan, const RecordPlan& record, const TileBudget& budget,
                           size_t block_pixels, size_t memory_bytes, int threads);
/// May every thread have a block of its own, which then is one tile? They must be many, no larger than a tile, and fit
/// the memory (`tokens` of them are in flight); elsewhere blocks follow each other, and threads share one.
bool blocks_side_by_side(const SeriesPlan& plan, const RecordPlan& record, size_t blocks, size_t block_pixels,
                         int threads, TileBudget& budget);

}  // namespace fw
