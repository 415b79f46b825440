#include <algorithm>

#include "core/risk/context_rules.h"
#include "core/risk/unit_rules.h"
#include "jobs/evidence_units.h"
#include "jobs/risk_layers.h"

namespace fw {
namespace {

/// When the scenes behind every indicator of the run were taken.
InputDays input_days(const RunConfig& config, const Catalogue& catalogue) {
  InputDays out;
  out.as_of = config.to;
  const SeriesPlan all = series_plan(config, {});
  for (const Indicator& indicator : all.indicators) {
    SeriesPlan plan = all;
    plan.indicators = {indicator};
    IndicatorDays& of = out.indicators[indicator.id];
    of.window =
        window_periods(indicator.series == "built_up" ? plan.built_up.window_dekads : indicator.window, plan.cadence);
    for (const auto& [product, periods] : plan_record(plan, catalogue).scenes)
      for (const auto& scenes : periods)
        for (const Scene* scene : scenes) of.days.push_back(scene->time.date);
    std::sort(of.days.begin(), of.days.end());
  }
  return out;
}

}  // namespace

RiskInputs load_risk_inputs(const RunContext& context) {
  const RunConfig& config = context.config;
  const auto indicators = context.need("indicators"), evidence = context.need("evidence");
  RiskInputs inputs;
  inputs.indicators = load_indicator_table((indicators / "indicators.csv").string());
  inputs.reference = load_unit_reference((indicators / "unit_reference.csv").string(), config.cadence);
  inputs.parents = unit_parents(context.levels());
  inputs.days = input_days(config, context.catalogue());
  // What the public sees rests on what the public may see: no score, flag or reason can give away a hidden cell.
  EvidenceTable disclosed = load_evidence((evidence / "evidence.csv").string());
  disclosed.coverage = load_coverage((evidence / "coverage.csv").string());
  expect_disclosed(disclosed, config.privacy.level());
  inputs.reports = mappable(std::move(disclosed), config.privacy.level());
  if (const auto context_file = evidence / "context.csv"; std::filesystem::exists(context_file)) {
    inputs.context = load_context(context_file.string());
    inputs.units = evidence_units(context);
  }
  return inputs;
}

RiskTable assess_layer(const RiskLayer& layer, const ClassScheme& scheme, const RiskInputs& inputs) {
  RiskTable table = assess_units(layer, scheme, inputs.indicators, inputs.reports, &inputs.reference, inputs.parents);
  apply_rules(layer, inputs.indicators, table, &inputs.reference);
  apply_context_rules(layer, inputs.context, inputs.units, table);
  set_input_age(inputs.days, inputs.reports, table);
  return table;
}

}  // namespace fw
