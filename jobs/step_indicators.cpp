#include <algorithm>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/series/pipeline.h"
#include "core/series/scene_compute.h"
#include "jobs/cdi_sink.h"
#include "jobs/cut_units.h"
#include "jobs/drift_table.h"
#include "jobs/run_context.h"
#include "jobs/state_session.h"
#include "jobs/unit_seasons.h"

namespace fw {
namespace {

RasterSpec value_spec(const RunConfig& config, const Indicator& i, Period period) {
  RasterSpec spec;
  spec.stem = raster_stem(config, i.id, period);
  spec.title = i.title + ", " + describe(period) + ", " + config.region.title;
  spec.grid = config.region.grid;
  spec.bands = {{i.id, i.unit}};
  spec.style_min = i.range_min;
  spec.style_max = i.range_max;
  spec.style_colours = i.colours;
  spec.layer = i.id;
  spec.period = label(period);
  spec.first_day = to_string(first_day(period));
  spec.last_day = to_string(last_day(period));
  spec.metadata = {{"INDICATOR", i.id},
                   {"PERIOD", label(period)},
                   {"REFERENCE", to_string(config.reference_from) + "/" + to_string(config.reference_to)},
                   {"SOURCE", i.source}};
  return spec;
}

RasterSpec reason_spec(const RunConfig& config, const Indicator& i, Period period) {
  RasterSpec spec = value_spec(config, i, period);
  spec.stem = raster_stem(config, i.id + "-reason", period);
  spec.title = "Why there is no value: " + spec.title;
  spec.bands = {{"reason", "class"}};
  spec.classes = load_class_scheme(config.config_dir.string(), "reason");
  spec.layer = i.id + "-reason";
  return spec;
}

/// Sends finished tiles of the periods asked for to the writers of the publication.
class RasterSink : public IndicatorSink {
 public:
  /// cdi: may be null.
  RasterSink(Publication& publication, const RunConfig& config, const SeriesPlan& plan, const UnitSeasons& seasons,
             CdiTiles* cdi)
      : plan_(plan), seasons_(seasons), cdi_(cdi) {
    const int targets = plan.analysis_to.number - plan.analysis_from.number + 1;
    for (size_t i = 0; i < plan.indicators.size(); ++i)
      for (int t = 0; t < targets; ++t) {
        Pair pair;
        if (config.rasters == "all" || (config.rasters == "last" && t == targets - 1)) {
          const Period period{plan.cadence, plan.analysis_from.number + t};
          pair.value = publication.raster(value_spec(config, plan.indicators[i], period));
          pair.reason = publication.raster(reason_spec(config, plan.indicators[i], period));
        }
        writers_.push_back(pair);
      }
    targets_ = static_cast<size_t>(targets);
  }
  void write(size_t indicator, size_t target, const Window& window, const float* value,
             const uint8_t* reason) override {
    if (!seasons_.any() || !(plan_.indicators[indicator].seasonal || plan_.indicators[indicator].gated)) {
      deliver(indicator, target, window, value, reason);
      return;
    }
    std::vector<float> values(value, value + window.pixels());
    std::vector<uint8_t> reasons(reason, reason + window.pixels());
    const Period period{plan_.cadence, plan_.analysis_from.number + static_cast<int>(target)};
    seasons_.gate(plan_.grid, window, period, values.data(), reasons.data());
    deliver(indicator, target, window, values.data(), reasons.data());
  }
  void ungated(size_t indicator, size_t target, const Window& window, const float* value) override {
    if (cdi_) cdi_->ungated(indicator, target, window, value);
  }
  void tile_done(const Window& window) override {
    if (cdi_) cdi_->tile_done(window);
  }

 private:
  struct Pair {
    std::shared_ptr<RasterWriter> value, reason;
  };

  void deliver(size_t indicator, size_t target, const Window& window, const float* value, const uint8_t* reason) {
    if (cdi_) cdi_->reason(indicator, target, window, reason);
    const Pair& pair = writers_[indicator * targets_ + target];
    if (!pair.value) return;
    pair.value->write(1, window, value);
    pair.reason->write(window, reason);
  }

  const SeriesPlan& plan_;
  const UnitSeasons& seasons_;
  CdiTiles* cdi_;
  std::vector<Pair> writers_;
  size_t targets_ = 0;
};

}  // namespace

void step_indicators(RunContext& context) {
  const RunConfig& config = context.config;
  const Catalogue& catalogue = context.catalogue();
  const std::filesystem::path scratch = std::filesystem::temp_directory_path();
  SeriesPlan plan = series_plan(config, scratch);
  if (!config.cdi.empty())
    plan.kept_bytes =
        CdiTiles::bytes_per_pixel(static_cast<size_t>(plan.analysis_to.number - plan.analysis_from.number + 1));
  if (context.options.dry_run) {
    const RecordPlan record = plan_record(plan, catalogue);
    const TileBudget budget = budget_tiles(plan, record, std::max(1, config.threads));
    log_info("would compute " + std::to_string(plan.indicators.size()) + " indicators of " +
             std::to_string(record.targets.size()) + " periods from a record of " + std::to_string(record.periods) +
             " periods on " + std::to_string(plan.grid.rows) + " x " + std::to_string(plan.grid.cols) +
             " pixels, tiles of " + std::to_string(budget.tile_size) + ", " +
             format_bytes(static_cast<double>(tile_bytes(
                 plan, record, static_cast<size_t>(budget.tile_size) * static_cast<size_t>(budget.tile_size)))) +
             " a tile");
    return;
  }
  StateSession* const state = context.state.get();
  if (state) state->plan(plan, catalogue, context);
  if (state && state->updating()) check_cdi_state(config, plan, state->stored(), state->store());
  Publication publication = context.begin("indicators");
  const UnitSeasons seasons(config.region, context.levels());
  std::unique_ptr<CdiTiles> cdi;
  if (!config.cdi.empty()) {
    const auto offers = [](const Scene& s) { return offer_of(s, "soil_moisture").has_value(); };
    const bool soil = std::any_of(catalogue.scenes.begin(), catalogue.scenes.end(), offers);
    cdi = std::make_unique<CdiTiles>(publication, config, state ? state->work() : plan, soil,
                                     state ? &state->store() : nullptr);
    if (!soil)
      context.report.add({"cdi-" + config.cdi, "indicators", "CDI_NO_SOIL",
                          "the run has no soil moisture; the Combined Drought Indicator is not assessed anywhere",
                          Verdict::noted});
  }
  RasterSink sink(publication, config, state ? state->work() : plan, seasons, cdi.get());
  PipelineSummary summary;
  IndicatorTable table =
      state ? run_pipeline(state->work(), state->record(), catalogue, context.levels(), context.device, sink,
                           context.report, summary, &state->store())
            : run_pipeline(plan, catalogue, context.levels(), context.device, sink, context.report, summary);
  publication.finish_rasters();
  publication.flush_ahead();
  if (state) state->complete(table, catalogue, context);
  seasons.gate(plan.indicators, table);
  note_cut_units(config.region.grid, context.levels(), table, context.report);
  log_info("indicators: " + std::to_string(summary.tiles) + " tiles of " + std::to_string(summary.tile_size) + ", " +
           std::to_string(summary.tokens) + " in flight, " + std::to_string(summary.threads) + " threads");
  std::string drift = drift_csv(plan, summary.exceedance);
  if (state) drift = state->kept_text("drift.csv", drift);
  if (const std::string line = describe_drift(drift); !line.empty()) log_info(line);
  publication.text("drift.csv", drift);
  publication.text("indicators.csv", indicator_csv(table, false));
  publication.text("indicators_hxl.csv", indicator_csv(table, true));
  publication.text("unit_reference.csv",
                   unit_reference_csv(reference_of(summary.reference, period_of(config.from, config.cadence),
                                                   period_of(config.to, config.cadence))));
  context.finish(publication, "indicators", inputs_of_step(context, "catalogue"));
}

}  // namespace fw
