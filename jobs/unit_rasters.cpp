#include "jobs/unit_rasters.h"

#include <tbb/parallel_for.h>

#include <cmath>
#include <map>

#include "core/base/error.h"
#include "core/risk/fusion.h"
#include "core/risk/posterior.h"
#include "core/risk/unit_status.h"

namespace fw {
namespace {

using UnitValues = std::map<std::string, std::vector<double>>;  ///< p-code → a value per band

RasterSpec unit_spec(const RunContext& context, const std::string& id, const std::string& title, Period period) {
  const RunConfig& config = context.config;
  RasterSpec spec;
  spec.stem = raster_stem(config, id, period);
  spec.title = title + ", " + describe(period) + ", " + config.region.title;
  spec.grid = config.region.grid;
  spec.layer = id;
  spec.period = label(period);
  spec.first_day = to_string(first_day(period));
  spec.last_day = to_string(last_day(period));
  spec.metadata = {{"PERIOD", label(period)}};
  return spec;
}

/// paint(window, unit of each pixel) for all tiles, several at a time.
template <class Paint>
void over_units(const RunContext& context, const Grid& grid, const Paint& paint) {
  const AdminUnits& level = context.levels().back();
  const std::vector<Window> windows = tiles(grid, context.config.tile_size);
  tbb::parallel_for(size_t{0}, windows.size(), [&](size_t i) { paint(windows[i], level.rasterise(grid, windows[i])); });
}

/// Gives the values of each pixel's unit; pixels of no unit, or of one without values, have none.
void burn(const RunContext& context, Publication& publication, const RasterSpec& spec, const UnitValues& values) {
  const auto writer = publication.raster(spec);
  std::vector<std::vector<float>> by_band(spec.bands.size());  // of each unit
  for (const AdminUnit& unit : context.levels().back().units()) {
    const auto at = values.find(unit.pcode);
    for (size_t b = 0; b < by_band.size(); ++b)
      by_band[b].push_back(at == values.end() || b >= at->second.size() ? nan_f() : static_cast<float>(at->second[b]));
  }
  over_units(context, spec.grid, [&](const Window& w, const std::vector<int32_t>& units) {
    std::vector<float> band(w.pixels());
    for (size_t b = 0; b < by_band.size(); ++b) {
      for (size_t i = 0; i < units.size(); ++i)
        band[i] = units[i] < 0 ? nan_f() : by_band[b][static_cast<size_t>(units[i])];
      writer->write(static_cast<int>(b + 1), w, band.data());
    }
  });
}

/// Gives the class of each pixel's unit; pixels of no unit lie outside. In: classes: by unit of the finest level.
void burn_classes(const RunContext& context, Publication& publication, const RasterSpec& spec,
                  const std::vector<uint8_t>& classes) {
  const auto writer = publication.raster(spec);
  over_units(context, spec.grid, [&](const Window& w, const std::vector<int32_t>& units) {
    std::vector<uint8_t> values(w.pixels(), static_cast<uint8_t>(spec.classes->nodata));
    for (size_t i = 0; i < units.size(); ++i)
      if (units[i] >= 0) values[i] = classes[static_cast<size_t>(units[i])];
    writer->write(w, values.data());
  });
}

/// The rows of a period by p-code.
std::map<std::string, const RiskRow*> rows_of(const RiskTable& table, Period period) {
  std::map<std::string, const RiskRow*> rows;
  for (const RiskRow& row : table.rows)
    if (row.period == period) rows[row.pcode] = &row;
  return rows;
}

}  // namespace

void write_coverage(const RunContext& context, Publication& publication, const std::vector<CoverageRow>& rows,
                    Period period) {
  UnitValues values;
  for (const CoverageRow& row : rows)
    if (row.period == period) values[row.pcode] = {row.coverage, row.per_expected};
  if (values.empty()) return;
  RasterSpec spec = unit_spec(context, "report-coverage", "Coverage by field reports", period);
  spec.bands = {{"probability that an event would have been reported", "1"},
                {"past reports over those expected of the population", "1"}};
  spec.style_colours = {"#F7FBFF", "#6BAED6", "#08306B"};
  spec.metadata["WORDING"] =
      "0 where nobody could have reported or where this is not known: silence says nothing there";
  spec.metadata["SOURCE"] = "Forewarn, docs/method.md: coverage from population, access and past reports";
  burn(context, publication, spec, values);
}

void write_fusion(const RunContext& context, Publication& publication, const RiskLayer& layer, const RiskTable& table,
                  Period period) {
  const bool field = context.config.privacy.level() != Audience::public_;
  const auto likelihood = [&](double score) { return logistic_of(layer.intercept + layer.slope * score); };
  UnitValues values;
  for (const RiskRow& row : table.rows) {
    if (row.period != period) continue;
    values[row.pcode] = {likelihood(row.satellite_score), row.likelihood};
    if (field)
      values[row.pcode].insert(values[row.pcode].end(),
                               {likelihood(row.field_score), row.conflict, rule_value(row, rule_posterior)});
  }
  RasterSpec spec = unit_spec(context, layer.id + "-fusion", layer.title + " (evidence apart and together)", period);
  spec.bands = {{"likelihood, satellites only", "1"}, {"likelihood, fused", "1"}};
  if (field)
    spec.bands.insert(spec.bands.end(), {{"likelihood, field reports only", "1"},
                                         {"conflict K of satellites and field reports", "1"},
                                         {"posterior in log-odds, none where contested", "1"}});
  spec.style_colours = {"#CDFACD", "#FAE61E", "#E67800", "#C80000", "#640000"};
  spec.metadata["LAYER"] = layer.id;
  spec.metadata["WORDING"] = layer.wording;
  spec.metadata["SOURCE"] = layer.source;
  spec.metadata["EVIDENCE"] = "satellites and field reports per admin unit; K above 0.6 is contested and not combined";
  burn(context, publication, spec, values);
}

void write_learnt_layer(const RunContext& context, Publication& publication, const RiskLayer& layer,
                        const ClassScheme& scheme, const RiskTable& table, Period period, const LayerEdition& edition) {
  const auto rows = rows_of(table, period);
  UnitValues likelihoods, contributions;
  for (const auto& [pcode, row] : rows) {
    likelihoods[pcode] = {row->likelihood, row->confidence, row->score, row->low, row->high};
    for (const Contribution& c : row->contributions) contributions[pcode].push_back(c.contribution);
  }
  const auto spec_of = [&](const std::string& part) {
    RasterSpec spec = unit_spec(context, layer.id + "-" + part, layer.title + " (" + part + ")", period);
    spec.metadata["LAYER"] = layer.id;
    spec.metadata["WORDING"] = layer.wording;
    spec.metadata["SOURCE"] = layer.source;
    spec.metadata["EVIDENCE"] = "drivers per admin unit: every pixel holds its unit's value";
    spec.metadata.insert(edition.metadata.begin(), edition.metadata.end());
    spec.mantissa_bits = edition.mantissa_bits;
    return spec;
  };
  RasterSpec spec = spec_of("risk");
  spec.bands = {{"risk_class", "class"}};
  spec.classes = scheme;
  std::vector<uint8_t> classes;
  for (const AdminUnit& unit : context.levels().back().units()) {
    const auto at = rows.find(unit.pcode);
    classes.push_back(static_cast<uint8_t>(at == rows.end() ? scheme.not_assessed : at->second->class_value));
  }
  burn_classes(context, publication, spec, classes);
  spec = spec_of("likelihood");
  spec.bands = {{"likelihood", "1"},
                {"confidence", "1"},
                {"score, from the average of the record", "logit"},
                {"likelihood, 5 %", "1"},
                {"likelihood, 95 %", "1"}};
  spec.style_colours = {"#CDFACD", "#FAE61E", "#E67800", "#C80000", "#640000"};
  burn(context, publication, spec, likelihoods);
  spec = spec_of("contributions");
  for (const RiskFactor& factor : layer.factors) spec.bands.push_back({"contribution: " + factor.indicator, "logit"});
  burn(context, publication, spec, contributions);
}

void write_status(const RunContext& context, Publication& publication, const RiskLayer& layer, const RiskTable& table,
                  Period period) {
  const auto rows = rows_of(table, period);
  RasterSpec spec = unit_spec(context, layer.id + "-status", layer.title + " (what may be said)", period);
  spec.bands = {{"status", "class"}};
  spec.classes = load_class_scheme(context.config.config_dir.string(), "unit_status");
  spec.metadata["LAYER"] = layer.id;
  spec.metadata["WORDING"] = layer.wording;
  std::vector<uint8_t> status;
  for (const AdminUnit& unit : context.levels().back().units()) {
    const auto at = rows.find(unit.pcode);
    const UnitStatus s = at == rows.end() ? UnitStatus::not_assessed : status_of(*at->second);
    status.push_back(static_cast<uint8_t>(s));
    spec.units[name_of(s)].push_back({unit.pcode, at == rows.end() ? no_row_reason : status_reason(*at->second)});
  }
  burn_classes(context, publication, spec, status);
}

}  // namespace fw
