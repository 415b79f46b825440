#include "core/series/pipeline.h"

#include <tbb/global_control.h>
#include <tbb/info.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <tuple>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/geo/open_scene.h"
#include "core/series/block_composites.h"
#include "core/series/clean_up.h"
#include "core/series/for_each_of.h"
#include "core/series/tile_runner.h"
#include "core/series/unit_means.h"

namespace fw {
namespace {

/// Zonal statistics of all units, indicators and targets; tiles merge under a lock, in any order.
class ZonalStore {
 public:
  using Key = std::tuple<size_t, int32_t, size_t, size_t>;  // level, unit, target, indicator
  using Map = std::map<Key, ZonalAccumulator>;
  void merge(const Map& tile) {
    std::lock_guard lock(mutex_);
    for (const auto& [key, accumulator] : tile) all_[key].merge(accumulator);
  }
  const Map& all() const { return all_; }

 private:
  std::mutex mutex_;
  Map all_;
};

TileZones zones_of(const std::vector<AdminUnits>& levels, const Grid& grid, const Window& window) {
  if (levels.empty()) return {};
  std::vector<std::vector<int32_t>> unit;
  for (const auto& units : levels) unit.push_back(units.rasterise(grid, window));
  return {std::move(unit), cell_areas_km2(grid, window)};
}

/// The tiles of a block, row by row.
std::vector<Window> tiles_of(const Window& block, int size) {
  Grid of_block;
  of_block.rows = block.rows;
  of_block.cols = block.cols;
  std::vector<Window> windows = tiles(of_block, size);
  for (Window& w : windows) {
    w.row += block.row;
    w.col += block.col;
  }
  return windows;
}

/// Statistics of the units of one tile.
class TileStatistics {
 public:
  explicit TileStatistics(const TileZones& zones) : zones_(zones), of_zone_(zones.size()) {}
  void add(const Indicator& indicator, size_t i, size_t t, const float* value, const uint8_t* reason) {
    if (zones_.empty()) return;
    std::fill(of_zone_.begin(), of_zone_.end(), ZonalAccumulator());
    zones_.add(value, reason, indicator.threshold, indicator.above, of_zone_);
    for (size_t zone = 0; zone < zones_.size(); ++zone)
      for (size_t level = 0; level < zones_.levels(); ++level)
        if (const int32_t unit = zones_.unit(zone, level); unit >= 0)
          of_unit_[{level, unit, t, i}].merge(of_zone_[zone]);
  }
  const ZonalStore::Map& of_unit() const { return of_unit_; }

 private:
  const TileZones& zones_;
  std::vector<ZonalAccumulator> of_zone_;
  ZonalStore::Map of_unit_;
};

struct BlockTiles {
  Window block;
  std::vector<Window> tiles;
};

/// Composites of one block at a time, and who computes its tiles.
struct BlockWorker {
  std::unique_ptr<BlockComposites> composites;
  std::unique_ptr<Pool<TileRunner>> tiles;
};

IndicatorTable table_of(const SeriesPlan& plan, const RecordPlan& record, const std::vector<AdminUnits>& levels,
                        const ZonalStore& store) {
  IndicatorTable table;
  const ZonalAccumulator empty;
  for (size_t level = 0; level < levels.size(); ++level)
    for (size_t u = 0; u < levels[level].units().size(); ++u)
      for (size_t t = 0; t < record.targets.size(); ++t)
        for (size_t i = 0; i < plan.indicators.size(); ++i) {
          const auto at = store.all().find({level, static_cast<int32_t>(u), t, i});
          const ZonalAccumulator& a = at == store.all().end() ? empty : at->second;
          IndicatorRow row;
          row.pcode = levels[level].units()[u].pcode;
          row.name = levels[level].units()[u].name;
          row.level = levels[level].level();
          row.indicator = plan.indicators[i].id;
          row.period = {plan.cadence, record.first.number + record.targets[t]};
          row.mean = a.mean();
          row.stddev = a.stddev();
          row.min = a.min();
          row.max = a.max();
          row.area_km2 = a.area_km2();
          row.valid_fraction = a.valid_fraction();
          row.fraction_beyond = a.fraction_beyond();
          row.pixels = a.pixels();
          row.valid_pixels = a.valid_pixels();
          row.reason = a.main_reason();
          table.rows.push_back(std::move(row));
        }
  table.sort();
  return table;
}

/// A unit with less of its seasonal area in season than the rule asks for is out of season as a whole.
void gate_units(const SeriesPlan& plan, IndicatorTable& table) {
  const auto active = std::find_if(plan.indicators.begin(), plan.indicators.end(),
                                   [](const Indicator& i) { return i.measure == Measure::season_active; });
  if (active == plan.indicators.end()) return;
  std::map<std::string, const Indicator*> gated;
  for (const auto& i : plan.indicators)
    if (gated_by_pixel(plan, i) || i.season_window) gated[i.id] = &i;
  for (IndicatorRow& row : table.rows) {
    if (!gated.count(row.indicator)) continue;
    const IndicatorRow* season = table.find(row.pcode, row.period, active->id);
    if (!season || !(season->mean < plan.phenology.in_season_share)) continue;
    row.mean = row.stddev = row.min = row.max = row.fraction_beyond = nan_f();
    row.valid_fraction = 0;
    row.valid_pixels = 0;
    row.reason = Reason::not_in_season;
  }
}

}  // namespace

IndicatorTable run_pipeline(const SeriesPlan& plan, const Catalogue& catalogue, const std::vector<AdminUnits>& levels,
                            const ChosenDevice& device, IndicatorSink& sink, RunReport& report,
                            PipelineSummary& summary) {
  return run_pipeline(plan, plan_record(plan, catalogue), catalogue, levels, device, sink, report, summary, nullptr);
}

IndicatorTable run_pipeline(const SeriesPlan& plan, const RecordPlan& record, const Catalogue& catalogue,
                            const std::vector<AdminUnits>& levels, const ChosenDevice& device, IndicatorSink& sink,
                            RunReport& report, PipelineSummary& summary, SeriesStore* store) {
  const int threads = plan.threads > 0 ? plan.threads : tbb::info::default_concurrency();
  TileBudget budget = budget_tiles(plan, record, threads);
  const size_t usable = room_for_work(plan);
  const BlockPlan blocks = plan_blocks(plan, record, catalogue, budget.tile_size, threads, usable / 5 * 3);
  const bool side_by_side = blocks_side_by_side(plan, record, blocks.blocks.size(), blocks.pixels, threads, budget);
  if (!side_by_side)
    budget = tiles_of_blocks(plan, record, budget, blocks.pixels, usable - std::min(usable, blocks.bytes), threads);
  limit_raster_cache(plan.memory_bytes / 8);  // of the fifth that budget_tiles leaves
  std::vector<BlockTiles> work;
  size_t count = 0;
  for (const Window& block : blocks.blocks) {
    work.push_back({block, tiles_of(block, budget.tile_size)});
    count += work.back().tiles.size();
  }
  summary = {budget.tile_size,
             budget.tokens,
             threads,
             count,
             0,
             tile_bytes(plan, record, static_cast<size_t>(budget.tile_size) * static_cast<size_t>(budget.tile_size)),
             record.missing,
             {},
             {}};
  for (const auto& name : record.missing)
    report.add({name, "indicators", "SERIES_MISSING",
                "no scene of the catalogue offers " + printable(name) + "; its indicators are not observed",
                Verdict::noted});
  if (budget.tile_size < plan.tile_size)
    log_info("tile size " + std::to_string(plan.tile_size) + " lowered to " + std::to_string(budget.tile_size) +
             " to fit the memory allowed");

  // Raw values of indicators with a clean-up wait in scratch rasters for the second pass.
  std::map<std::pair<size_t, size_t>, std::unique_ptr<ScratchRaster>> scratch, scratch_reason;
  for (size_t i = 0; i < plan.indicators.size(); ++i)
    if (plan.indicators[i].clean_up)
      for (size_t t = 0; t < record.targets.size(); ++t) {
        scratch[{i, t}] = std::make_unique<ScratchRaster>(plan.scratch_dir, plan.grid.rows, plan.grid.cols);
        scratch_reason[{i, t}] = std::make_unique<ScratchRaster>(plan.scratch_dir, plan.grid.rows, plan.grid.cols);
      }

  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, static_cast<size_t>(threads));
  ZonalStore zonal;
  // An update compares the targets with stored statistics of the others.
  const std::vector<int> averaged = store && store->updating() ? record.targets : std::vector<int>();
  UnitMeans means(record.periods, averaged);
  const auto files = std::make_shared<OpenRasters>(64 * threads, blocks.in_parts);
  // A thread that waits inside a block or tile may start another one, never with the same worker.
  Pool<BlockWorker> workers([&] {
    auto worker = std::make_unique<BlockWorker>(
        BlockWorker{std::make_unique<BlockComposites>(plan, record, catalogue, report, store,
                                                      side_by_side ? 1 : blocks.at_once, files),
                    nullptr});
    const BlockComposites& composites = *worker->composites;
    worker->tiles = std::make_unique<Pool<TileRunner>>(
        [&] { return std::make_unique<TileRunner>(plan, record, composites, device, report, store); });
    return worker;
  });
  std::atomic<size_t> scenes_read = 0;
  Progress progress("tiles", count * (scratch.empty() ? 1 : 2));

  const auto compute = [&](BlockWorker& worker, const Window& window) {
    const TileZones zones = zones_of(levels, plan.grid, window);
    TileStatistics statistics(zones);
    UnitMeans tile_means(record.periods, averaged);
    TileWorker::DeliverSeries series_sink;
    if (!levels.empty()) series_sink = [&](size_t series, const float* value) { tile_means.add(zones, series, value); };
    worker.tiles->lend([&](TileRunner& runner) {
      runner.run(
          window,
          [&](size_t i, size_t t, const float* value, const uint8_t* reason, const float* ungated) {
            if (const auto raw = scratch.find({i, t}); raw != scratch.end()) {
              raw->second->write(window, value);
              scratch_reason.at({i, t})->write(window, std::vector<float>(reason, reason + window.pixels()).data());
              return;
            }
            statistics.add(plan.indicators[i], i, t, value, reason);
            sink.ungated(i, t, window, ungated);
            sink.write(i, t, window, value, reason);
          },
          series_sink);
    });
    sink.tile_done(window);
    zonal.merge(statistics.of_unit());
    means.merge(tile_means);
  };
  const int blocks_at_once = side_by_side ? budget.tokens : 1, tiles_at_once = side_by_side ? 1 : budget.tokens;
  for_each_of(work, blocks_at_once, [&](const BlockTiles& of) {
    workers.lend([&](BlockWorker& worker) {
      scenes_read += worker.composites->make(of.block);
      for_each_of(of.tiles, tiles_at_once, [&](const Window& window) {
        compute(worker, window);
        progress.step();
      });
    });
  });

  for (const BlockTiles& of : work) {
    if (scratch.empty()) break;
    for_each_of(of.tiles, budget.tokens, [&](const Window& window) {
      const TileZones zones = zones_of(levels, plan.grid, window);
      TileStatistics statistics(zones);
      std::vector<float> value(window.pixels()), reason_number(window.pixels());
      for (const auto& [key, raster] : scratch) {
        const auto [i, t] = key;
        clean_window(*raster, plan.grid, window, plan.indicators[i], clean_up_of(plan.indicators[i], plan.grid),
                     value.data());
        scratch_reason.at(key)->read(window, reason_number.data());
        const std::vector<uint8_t> reason(reason_number.begin(), reason_number.end());
        statistics.add(plan.indicators[i], i, t, value.data(), reason.data());
        sink.write(i, t, window, value.data(), reason.data());
      }
      zonal.merge(statistics.of_unit());
      progress.step();
    });
  }

  summary.scenes_read = scenes_read;
  IndicatorTable table = table_of(plan, record, levels, zonal);
  gate_units(plan, table);
  add_statistics_of_means(plan, record, levels, means, table, store, &summary.reference);
  if (!store || !store->updating()) summary.exceedance = count_exceedance(plan, record, levels, means, table);
  return table;
}

}  // namespace fw
