#include <tbb/parallel_invoke.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>

#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/base/text.h"
#include "core/output/evidence_files.h"
#include "core/risk/posterior.h"
#include "core/risk/unit_status.h"
#include "jobs/food_layer.h"
#include "jobs/risk_layers.h"
#include "jobs/summary.h"

namespace fw {
namespace fs = std::filesystem;
namespace {

std::vector<LoadedLayer> load_layers(const RunContext& context, const fs::path& risk) {
  std::vector<LoadedLayer> layers;
  for (const auto& id : context.config.layers) {
    LoadedLayer l;
    l.layer = shown_layer(context, id);
    l.scheme = load_class_scheme(context.config.config_dir.string(), l.layer.classes);
    l.table = load_risk_table((risk / ("risk_" + id + ".csv")).string());
    layers.push_back(std::move(l));
  }
  return layers;
}

}  // namespace

UnitTable unit_table(const LoadedLayer& l, const AdminUnits& units, Period period, const std::string& audience) {
  UnitTable table;
  const bool field = audience != "public";
  std::vector<std::string> rules;
  if (!l.table.rows.empty())
    for (const RuleOutcome& r : l.table.rows.front().rules)
      if (field || !rests_on_reports(r.id)) rules.push_back(r.id);
  std::string when = label(period);
  std::replace(when.begin(), when.end(), '-', '_');
  table.layer = l.layer.id + "_adm" + std::to_string(units.level()) + "_" + when;
  table.title = l.layer.title + ", " + describe(period);
  table.text_columns = {"pcode", "name",  "risk_class_label", "class_scheme", "status", "reasons",
                        "moves", "flags", "wording",          "period"};
  table.number_columns = {"risk_class",      "likelihood",     "low",  "high",     "confidence", "score",
                          "satellite_score", "input_age_days", "rank", "rank_low", "rank_high"};
  if (field) table.number_columns.insert(table.number_columns.end(), {"field_score", "conflict"});
  std::vector<std::string> factors;  // with the reports, or the contributions of a row would not add up to its score
  for (const auto& f : l.layer.factors) factors.push_back(f.indicator);
  for (const auto& e : l.layer.evidence) factors.push_back("evidence:" + e.kind);
  for (std::string column : factors) {
    std::replace(column.begin(), column.end(), ':', '_');
    table.number_columns.push_back("c_" + column);
  }
  for (const std::string& id : rules) table.number_columns.push_back("r_" + id);
  table.class_column = "risk_class";
  table.classes = l.scheme;
  std::map<std::string, const RiskRow*> rows;
  for (const auto& row : l.table.rows)
    if (row.period == period && row.level == units.level()) rows[row.pcode] = &row;
  for (size_t u = 0; u < units.units().size(); ++u) {
    const auto& unit = units.units()[u];
    const auto at = rows.find(unit.pcode);
    UnitTable::Row out;
    out.unit = static_cast<int>(u);
    out.class_value = at == rows.end() ? l.scheme.not_assessed : at->second->class_value;
    const ClassEntry* entry = l.scheme.find(out.class_value);
    static const RiskRow nothing = [] {
      RiskRow row;
      row.reasons = {no_row_reason};
      row.flags = {"NOT_ASSESSED"};
      return row;
    }();
    const RiskRow& row = at == rows.end() ? nothing : *at->second;
    out.texts = {unit.pcode,
                 unit.name,
                 entry ? entry->label : "",
                 l.layer.classes,
                 name_of(status_of(row)),
                 join(row.reasons, " | "),
                 row.moves,
                 join(row.flags, ";"),
                 l.layer.wording,
                 label(period)};
    out.numbers = {static_cast<double>(out.class_value),
                   row.likelihood,
                   row.low,
                   row.high,
                   row.confidence,
                   row.score,
                   row.satellite_score,
                   row.input_age_days,
                   row.rank,
                   row.rank_low,
                   row.rank_high};
    if (field) out.numbers.insert(out.numbers.end(), {row.field_score, row.conflict});
    for (const std::string& factor : factors) {
      const auto c = std::find_if(row.contributions.begin(), row.contributions.end(),
                                  [&](const Contribution& k) { return k.factor == factor; });
      out.numbers.push_back(c == row.contributions.end() ? std::nan("") : c->contribution);
    }
    for (const std::string& id : rules) out.numbers.push_back(rule_value(row, id));
    table.rows.push_back(std::move(out));
  }
  return table;
}

namespace {

/// Units in the order of attention: weighted mean of the layers' likelihoods. An order of reading, not a risk of its
/// own.
std::string attention_csv(const RunContext& context, const std::vector<LoadedLayer>& layers, Period period) {
  struct Entry {
    std::string pcode, name, cells;
    int level = 0;
    double sum = 0, weight = 0;
  };
  std::map<std::string, Entry> entries;
  std::string header = "pcode,name,level,attention,share_assessed";
  for (const auto& l : layers) {
    header += "," + l.layer.id + "_class," + l.layer.id + "_likelihood";
    const auto asked = context.config.layer_weights.find(l.layer.id);
    const double w = context.config.layer_weights.empty()          ? 1.0 / static_cast<double>(layers.size())
                     : asked == context.config.layer_weights.end() ? 0
                                                                   : asked->second;
    for (const auto& row : l.table.rows) {
      if (row.period != period) continue;
      Entry& e = entries[row.pcode];
      e.pcode = row.pcode;
      e.name = row.name;
      e.level = row.level;
      e.cells += "," + std::to_string(row.class_value) + "," + format_number(row.likelihood);
      if (std::isnan(row.likelihood)) continue;
      e.sum += w * row.likelihood;
      e.weight += w;
    }
  }
  std::vector<Entry> order;
  for (auto& [pcode, e] : entries) order.push_back(std::move(e));
  const auto value = [](const Entry& e) { return e.weight > 0 ? e.sum / e.weight : -1; };
  std::stable_sort(order.begin(), order.end(), [&](const Entry& a, const Entry& b) { return value(a) > value(b); });
  std::string out = header + "\n";
  for (const auto& e : order)
    out += csv_text(e.pcode) + "," + csv_text(e.name) + "," + std::to_string(e.level) + "," +
           (e.weight > 0 ? format_number(e.sum / e.weight) : "") + "," + format_number(e.weight) + e.cells + "\n";
  return out;
}

}  // namespace

void step_publish(RunContext& context) {
  const RunConfig& config = context.config;
  const fs::path risk = context.need("risk"), indicators = context.need("indicators"),
                 evidence = context.need("evidence");
  context.need("catalogue");
  if (context.options.dry_run) {
    log_info("would publish to " + context.folder("publish").string());
    return;
  }
  for (const char* step : {"catalogue", "indicators", "evidence", "risk"}) context.recall_rejections(step);
  const auto layers = load_layers(context, risk);
  const Period period = period_of(config.to, config.cadence);
  Publication publication = context.begin("publish");
  for (const auto& folder : {risk, indicators}) publication.adopt_all(folder);
  publication.flush_ahead();
  std::vector<FileRecord> inputs = context.inputs();
  const std::vector<AdminUnits>& levels = context.levels();
  const auto maps = [&] {
    for (const auto& units : levels) {
      std::vector<UnitTable> tables;
      for (const auto& l : layers) tables.push_back(unit_table(l, units, period, config.privacy.audience));
      publication.geopackage(raster_stem(config, "risk-adm" + std::to_string(units.level()), period) + ".gpkg", units,
                             tables, layers.front().scheme);
    }
  };
  const auto texts = [&] {
    for (const auto& l : layers) {
      publication.text("risk_" + l.layer.id + ".csv", risk_csv(l.layer, l.table, false));
      publication.text("risk_" + l.layer.id + "_hxl.csv", risk_csv(l.layer, l.table, true));
      if (is_learnt(config, l.layer.id)) publish_food_files(context, publication);
    }
    if (fs::exists(risk / destinations_file))
      publication.text(destinations_file, read_file((risk / destinations_file).string()));
    const IndicatorTable table = load_indicator_table((indicators / "indicators.csv").string());
    publication.text("indicators.csv", indicator_csv(table, false));
    publication.text("indicators_hxl.csv", indicator_csv(table, true));
    EvidenceTable reports = load_evidence((evidence / "evidence.csv").string());
    reports.coverage = load_coverage((evidence / "coverage.csv").string());
    publish_evidence(publication, reports, config.privacy.level());
    if (std::filesystem::exists(risk / "phases_stated.csv"))
      publication.text("phases_stated.csv", read_file((risk / "phases_stated.csv").string()));
    publication.text("attention.csv", attention_csv(context, layers, period));
    publication.text(summary_file, summary_text(config, layers, period));
  };
  tbb::parallel_invoke(maps, texts);

  for (const auto& step : {"catalogue", "indicators", "evidence", "risk"})
    for (auto& record : inputs_of_step(context, step)) inputs.push_back(record);
  for (const auto& units : levels)
    inputs.push_back({"admin level " + std::to_string(units.level()), units.sha256(), 0});
  publication.stac(config.region.iso3 + "-" + config.name + "-" + label(period),
                   config.title + ", " + config.region.title + ", " + describe(period),
                   {{"forewarn:run_id", context.run_id(inputs)},
                    {"forewarn:audience", config.privacy.audience},
                    {"forewarn:data", join(data_credits(config), "; ")},
                    {"forewarn:notice", "Model-indicated, not an IPC classification and not an official activation"}});
  context.finish(publication, "publish", inputs, {{"period", label(period)}, {"audience", config.privacy.audience}});
  for (const auto& l : layers)
    if (config.rasters != "none")
      std::cout << (context.folder("publish") / (raster_stem(config, l.layer.id + "-risk", period) + ".tif")).string()
                << "\n";
}

}  // namespace fw
