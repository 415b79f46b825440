#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <mutex>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/geo/open_scene.h"
#include "core/risk/destinations.h"
#include "core/risk/stated_phases.h"
#include "core/scene/open_rasters.h"
#include "core/series/on_device.h"
#include "jobs/evidence_units.h"
#include "jobs/food_layer.h"
#include "jobs/risk_layers.h"
#include "jobs/unit_rasters.h"
#include "jobs/unit_seasons.h"

namespace fw {
namespace {

/// The rasters of one layer and period.
struct LayerWriters {
  std::shared_ptr<RasterWriter> classes, values, contributions;
};

RasterSpec base_spec(const RunContext& context, const RiskLayer& layer, const std::string& part, Period period) {
  const RunConfig& config = context.config;
  RasterSpec spec;
  spec.stem = raster_stem(config, layer.id + "-" + part, period);
  spec.title = layer.title + " (" + part + "), " + describe(period) + ", " + config.region.title;
  spec.grid = config.region.grid;
  spec.layer = layer.id + "-" + part;
  spec.period = label(period);
  spec.first_day = to_string(first_day(period));
  spec.last_day = to_string(last_day(period));
  spec.metadata = {{"LAYER", layer.id},
                   {"PERIOD", label(period)},
                   {"WORDING", layer.wording},
                   {"SOURCE", layer.source},
                   {"EVIDENCE", "satellite only; field reports enter per admin unit (table, GeoPackage)"}};
  return spec;
}

LayerWriters start(const RunContext& context, Publication& publication, const RiskLayer& layer,
                   const ClassScheme& scheme, Period period, const LayerEdition& edition) {
  LayerWriters writers;
  const auto spec_of = [&](const std::string& part) {
    RasterSpec spec = base_spec(context, layer, part, period);
    spec.metadata.insert(edition.metadata.begin(), edition.metadata.end());
    spec.mantissa_bits = edition.mantissa_bits;
    return spec;
  };
  RasterSpec spec = spec_of("risk");
  spec.bands = {{"risk_class", "class"}};
  spec.classes = scheme;
  writers.classes = publication.raster(spec);
  spec = spec_of("likelihood");
  spec.bands = {{"likelihood", "1"}, {"confidence", "1"}, {"score", "1"}, {"share of the weight present", "1"}};
  spec.style_colours = {"#CDFACD", "#FAE61E", "#E67800", "#C80000", "#640000"};
  writers.values = publication.raster(spec);
  spec = spec_of("contributions");
  for (const auto& factor : layer.factors) spec.bands.push_back({"contribution: " + factor.indicator, "1"});
  writers.contributions = publication.raster(spec);
  return writers;
}

/// One period of one layer, tile by tile, from the indicator rasters.
class PixelRisk {
 public:
  PixelRisk(RunContext& context, const RiskLayer& layer, const ClassScheme& scheme, Period period)
      : context_(context),
        layer_(layer),
        scheme_(scheme),
        folder_(context.folder("indicators")),
        backends_(context.device, context.report) {
    for (const auto& factor : layer.factors) factors_.push_back(open(factor.indicator, period));
    const UnitSeasons seasons(context.config.region, context.levels());
    for (const AdminUnit& unit : context.levels().back().units())
      out_of_season_.push_back(layer.seasonal && !seasons.holds(unit.pcode, period));
    if (layer.seasonal && context.config.region.phenology) season_ = open("season_active", period);
    const int years = year_of(period_of(context.config.reference_to, Cadence::month)) -
                      year_of(period_of(context.config.reference_from, Cadence::month)) + 1;
    years_ = years;
  }

  void run(const LayerWriters& writers) const {
    const auto windows = tiles(context_.config.region.grid, context_.config.tile_size);
    tbb::parallel_for(size_t{0}, windows.size(), [&](size_t i) {
      backends_.run([&](Backend& backend) { compute(backend, windows[i], writers); });
    });
  }

 private:
  /// A published raster of an indicator, whose hash RunContext::need has compared; null where there is none.
  std::shared_ptr<SceneFile> open(const std::string& indicator, Period period) {
    const std::string file = raster_stem(context_.config, indicator, period) + ".tif";
    if (!std::filesystem::exists(folder_ / file)) return nullptr;
    return rasters_.get(file, [&] {
      OpenRequest request;
      request.file = folder_ / file;
      request.root = folder_;
      request.hashed = false;
      SceneFile raster = open_scene(request);
      int rows = 0, cols = 0;
      const Grid &grid = context_.config.region.grid, &its = raster.info().grid;
      if (!(its == grid) &&
          (its.rows != grid.rows || its.cols != grid.cols || !aligned(grid, its, &rows, &cols) || rows || cols))
        throw InputError("SET_INVALID", "indicators/" + file +
                                            " is not on the grid of the region. Run 'forewarn "
                                            "indicators' again with --overwrite.");
      return raster;
    });
  }

  std::vector<float> read(const std::shared_ptr<SceneFile>& raster, const Window& w) const {
    std::vector<float> values(w.pixels(), nan_f());
    if (!raster || raster->read_shared({1}, w, {values.data()})) return values;
    const std::lock_guard lock(reading_);
    raster->read(1, w, values.data());
    return values;
  }

  void compute(Backend& backend, const Window& w, const LayerWriters& writers) const {
    const size_t n = w.pixels(), factors = layer_.factors.size();
    Buffer<float> in(backend, n * factors), out(backend, n * 3), parts(backend, n * factors);
    CombineFactors op = pixel_operation(layer_);
    op.pixels = n;
    std::vector<char> lacking(n, 0);  // a factor without which the layer says nothing
    for (size_t k = 0; k < factors; ++k) {
      const std::vector<float> factor = read(factors_[k], w);
      for (size_t i = 0; layer_.factors[k].required && i < n; ++i) lacking[i] |= is_nan(factor[i]);
      backend.upload(in.at(k * n), factor.data(), n * sizeof(float));
      op.factor[k] = in.at(k * n);
      op.contribution[k] = parts.at(k * n);
    }
    op.score = out.at(0);
    op.likelihood = out.at(n);
    op.share = out.at(2 * n);
    backend.run(op);
    std::vector<float> values(n * 3), contributions(n * factors), confidence(n);
    backend.download(values.data(), out.data(), values.size() * sizeof(float));
    backend.download(contributions.data(), parts.data(), contributions.size() * sizeof(float));

    std::vector<uint8_t> classes(n);
    const std::vector<float> season = season_ ? read(season_, w) : std::vector<float>();
    const auto inside = context_.levels().back().rasterise(context_.config.region.grid, w);
    for (size_t i = 0; i < n; ++i) {
      float &score = values[i], &likelihood = values[n + i], &share = values[2 * n + i];
      const bool outside = inside[i] < 0;
      const bool off =
          !outside && (out_of_season_[static_cast<size_t>(inside[i])] || (!season.empty() && season[i] == 0));
      if (outside || off || lacking[i]) score = likelihood = nan_f();
      if (outside) share = nan_f();
      const bool assessed = !is_nan(likelihood);
      classes[i] = static_cast<uint8_t>(outside ? scheme_.nodata
                                        : off && scheme_.not_in_season >= 0
                                            ? scheme_.not_in_season
                                            : scheme_.classify(assessed ? likelihood : std::nan("")));
      confidence[i] = outside ? nan_f() : assessed ? pixel_confidence(share, years_) : 0.0F;
      if (!assessed)
        for (size_t k = 0; k < factors; ++k) contributions[k * n + i] = nan_f();
    }
    writers.classes->write(w, classes.data());
    writers.values->write(1, w, values.data() + n);
    writers.values->write(2, w, confidence.data());
    writers.values->write(3, w, values.data());
    writers.values->write(4, w, values.data() + 2 * n);
    for (size_t k = 0; k < factors; ++k)
      writers.contributions->write(static_cast<int>(k + 1), w, contributions.data() + k * n);
  }

  RunContext& context_;
  const RiskLayer& layer_;
  const ClassScheme& scheme_;
  std::filesystem::path folder_;
  OpenRasters rasters_{64};
  std::vector<std::shared_ptr<SceneFile>> factors_;
  std::vector<char> out_of_season_;    ///< per unit of the finest level
  std::shared_ptr<SceneFile> season_;  ///< where the season of pixels is told
  mutable std::mutex reading_;
  int years_ = 0;
  mutable BackendPool backends_;
};

}  // namespace

std::vector<Period> raster_periods(const RunConfig& config) {
  const Period from = period_of(config.from, config.cadence), to = period_of(config.to, config.cadence);
  std::vector<Period> periods;
  if (config.rasters == "all")
    for (int n = from.number; n <= to.number; ++n) periods.push_back({config.cadence, n});
  if (config.rasters == "last") periods.push_back(to);
  return periods;
}

void publish_layer(RunContext& context, Publication& publication, const RiskLayer& layer, const ClassScheme& scheme,
                   const RiskTable& risk, const LayerEdition& edition) {
  publication.text("risk_" + layer.id + ".csv", risk_csv(layer, risk, false));
  publication.text("risk_" + layer.id + "_hxl.csv", risk_csv(layer, risk, true));
  const auto periods = raster_periods(context.config);
  for (const Period period : periods) {
    PixelRisk(context, layer, scheme, period).run(start(context, publication, layer, scheme, period, edition));
    if (periods.size() > 1) publication.finish_rasters();  // those of one period are finished with all others
  }
}

namespace {

/// What others say of food insecurity, beside the layers; nothing where nobody stated a phase.
void write_stated_phases(const RunContext& context, Publication& publication,
                         const std::vector<MatchedObservation>& statistics) {
  std::set<std::string> finest;
  for (const AdminUnit& unit : context.levels().back().units()) finest.insert(unit.pcode);
  const std::vector<StatedPhase> rows = stated_phases(statistics, finest, context.config.to);
  if (!rows.empty()) publication.text("phases_stated.csv", stated_phases_csv(rows));
}

/// Shares of destinations, where a layer asks for them and the run knows the people of its units.
void publish_destinations(RunContext& context, Publication& publication, const RiskInputs& inputs, double beta) {
  const RunConfig& config = context.config;
  if (config.people.empty() && inputs.context.empty()) return;  // no populations at all
  std::vector<EvidenceUnit> units = evidence_units(context);
  const UnitPeople people(inputs.context);
  for (EvidenceUnit& unit : units)
    if (!unit.population) unit.population = people.at(unit.pcode, config.to.year);
  const std::string csv = destinations_csv(units, beta, context.report);
  if (!csv.empty()) publication.text(destinations_file, csv);
}

}  // namespace

void step_risk(RunContext& context) {
  const RunConfig& config = context.config;
  if (context.options.dry_run) {
    context.need("indicators");
    context.need("evidence");
    log_info("would assess " + std::to_string(config.layers.size()) + " layers");
    return;
  }
  const RiskInputs inputs = load_risk_inputs(context);
  Publication publication = context.begin("risk");
  context.levels();
  const auto periods = raster_periods(config);
  write_stated_phases(context, publication, inputs.context);
  Progress progress("risk layers", config.layers.size());
  for (const auto& id : config.layers) {
    const RiskLayer layer = load_risk_layer(config.config_dir.string(), id);
    const ClassScheme scheme = load_class_scheme(config.config_dir.string(), layer.classes);
    const RiskTable risk = assess_layer(layer, scheme, inputs);
    if (is_learnt(config, id)) {
      publish_food_layer(context, publication, layer, risk, inputs);
    } else {
      publish_layer(context, publication, layer, scheme, risk);
      for (const Period period : periods) {
        write_fusion(context, publication, layer, risk, period);
        write_status(context, publication, layer, risk, period);
        if (periods.size() > 1) publication.finish_rasters();
      }
    }
    if (layer.destinations_beta) publish_destinations(context, publication, inputs, *layer.destinations_beta);
    progress.step();
  }
  for (const Period period : periods) write_coverage(context, publication, inputs.reports.coverage, period);
  auto records = inputs_of_step(context, "indicators");
  for (auto& record : inputs_of_step(context, "evidence")) records.push_back(record);
  context.finish(publication, "risk", records);
}

}  // namespace fw
