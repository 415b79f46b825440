// Indicator table and evidence table -> one risk row per unit, period and layer.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "core/base/text.h"
#include "core/risk/interval.h"
#include "core/risk/posterior.h"
#include "core/risk/reasons.h"

namespace fw {
namespace {

using Unit = std::pair<std::string, Period>;
using RowsOfUnit = std::map<std::string, const IndicatorRow*>;                                    // by indicator
using Evidence = std::map<std::pair<std::string, std::string>, std::vector<const EvidenceRow*>>;  // by p-code, kind
using Coverage = std::map<Unit, const CoverageRow*>;
using Beneath = std::map<std::string, std::set<std::string>>;  // unit -> units within it that have evidence

FactorState read_state(const RiskLayer& layer, const RiskFactor& factor, const RowsOfUnit& rows, double* coverage,
                       Reason* reason) {
  FactorState out{&factor, nan_d(), ""};
  *coverage = 0;
  *reason = Reason::value;
  const auto found = rows.find(factor.indicator);
  if (found == rows.end()) {
    out.lacking = "not computed in this run";
    return out;
  }
  const IndicatorRow& row = *found->second;
  *reason = row.reason;
  const double value = factor.unit_statistic == "mean" ? row.mean : row.fraction_beyond;
  if (std::isnan(value) || row.reason != Reason::value) {
    out.lacking = row.reason == Reason::not_observed && row.pixels == 0 ? "no pixel of the grid lies in the unit"
                                                                        : describe_reason(row.reason);
  } else if (!(row.valid_fraction >= layer.min_valid_fraction)) {
    out.lacking = "only " + format_fixed(100 * row.valid_fraction, 0) + " % of the area has a value, " +
                  format_fixed(100 * layer.min_valid_fraction, 0) + " % are needed";
  } else {
    out.value = value;
    *coverage = std::clamp(row.valid_fraction, 0.0, 1.0);
  }
  return out;
}

/// Joins the rows of one kind: severity averaged by faded trust, trust that of the best row (the same people report
/// again).
FieldState read_field(const RiskEvidence& kind, const Evidence& evidence, const std::string& pcode, Period now) {
  FieldState out;
  out.evidence = &kind;
  const auto found = evidence.find({pcode, kind.kind});
  if (found == evidence.end()) return out;
  double weight = 0, value = 0, disagreement = 0;
  for (const EvidenceRow* row : found->second) {
    const Period then =
        row->period.cadence == now.cadence ? row->period : period_of(first_day(row->period), now.cadence);
    const int age = now.number - then.number;
    if (age < 0 || !(row->weight > 0) || std::isnan(row->value)) continue;
    if (age > kind.max_age_periods) {
      out.outdated = true;
      continue;
    }
    const double trust = std::min(row->weight, 1.0) * std::exp2(-age / kind.half_life_periods);
    weight += trust;
    value += trust * std::clamp(row->value, 0.0, 1.0);
    disagreement += trust * row->disagreement;
    out.trust = std::max(out.trust, trust);
    if (out.age < 0 || age < out.age) {
      out.age = age;
      out.reports = row->reports;
      out.organisations = row->organisations;
      out.clusters = row->clusters;
      out.flags = row->flags;
    }
  }
  if (weight > 0) {
    out.outdated = false;
    out.value = value / weight;
    out.disagreement = disagreement / weight;
  }
  return out;
}

/// The units within a unit in which reports count now.
size_t count_beneath(const RiskLayer& layer, const Evidence& evidence, const Beneath& beneath, const std::string& pcode,
                     Period now) {
  const auto units = beneath.find(pcode);
  if (units == beneath.end()) return 0;
  return static_cast<size_t>(std::count_if(units->second.begin(), units->second.end(), [&](const std::string& unit) {
    return std::any_of(layer.evidence.begin(), layer.evidence.end(), [&](const RiskEvidence& kind) {
      return kind.weight > 0 && read_field(kind, evidence, unit, now).trust > 0;
    });
  }));
}

Beneath find_beneath(const EvidenceTable& evidence, const UnitParents& parents) {
  constexpr int deepest_level = 10;
  Beneath out;
  for (const EvidenceRow& row : evidence.rows) {
    auto at = parents.find(row.pcode);
    for (int level = 0; level < deepest_level && at != parents.end(); ++level, at = parents.find(at->second))
      out[at->second].insert(row.pcode);
  }
  return out;
}

void flag_field(const std::vector<FieldState>& field, const Fusion& fusion, bool assessed,
                std::vector<std::string>& flags) {
  bool any_fresh = false, any_old = false;
  for (const FieldState& f : field) {
    for (const std::string& flag : f.flags) flags.push_back(flag + ":" + f.evidence->kind);
    any_old |= f.outdated || f.age > f.evidence->half_life_periods;
    any_fresh |= f.age >= 0 && f.age <= f.evidence->half_life_periods;
  }
  if (any_old && !any_fresh) flags.push_back("STALE_EVIDENCE");
  if (std::isnan(fusion.field)) flags.push_back("NO_FIELD_EVIDENCE");
  if (!assessed && !std::isnan(fusion.field)) flags.push_back("FIELD_ONLY");
}

/// A required factor, or where none is required every missing one, lacks because of the season.
bool is_out_of_season(const std::vector<FactorState>& factors, const std::vector<Reason>& why, bool enough) {
  bool any_required = false, required_out = false, any_missing = false, all_out = true;
  for (size_t k = 0; k < factors.size(); ++k) {
    const bool out = !factors[k].lacking.empty() && why[k] == Reason::not_in_season;
    any_required |= factors[k].factor->required;
    required_out |= factors[k].factor->required && out;
    if (!factors[k].lacking.empty()) {
      any_missing = true;
      all_out &= out;
    }
  }
  return any_required ? required_out : !enough && any_missing && all_out;
}

/// Rule columns of the fusion in log-odds, beside the score.
std::vector<RuleOutcome> fuse_log_odds(const RiskLayer& layer, const std::vector<FieldState>& field, const RiskRow& row,
                                       const CoverageRow* coverage) {
  std::vector<KindReports> kinds;
  for (const FieldState& f : field)
    kinds.push_back({f.evidence->weight, f.trust, f.value, f.organisations, f.clusters});
  const Posterior p = posterior_of_unit(layer.intercept + layer.slope * row.satellite_score, kinds,
                                        coverage ? coverage->silence : 0, row.conflict);
  return {{rule_posterior, p.likelihood}, {rule_reports, p.reports}, {rule_silence, p.silence}};
}

RiskRow assess(const RiskLayer& layer, const ClassScheme& classes, const RowsOfUnit& rows, const Evidence& evidence,
               const Beneath& beneath, const Coverage& coverage_of, const UnitReference* reference,
               const YearDraws* draws, UnitInputs* unit) {
  const IndicatorRow& any = *rows.begin()->second;
  RiskRow out;
  out.pcode = any.pcode;
  out.name = any.name;
  out.layer = layer.id;
  out.level = any.level;
  out.period = any.period;

  std::vector<FactorState> factors;
  std::vector<FactorInput> inputs;
  std::vector<Reason> why(layer.factors.size());
  bool required_there = true;
  for (size_t k = 0; k < layer.factors.size(); ++k) {
    const RiskFactor& f = layer.factors[k];
    double coverage;
    factors.push_back(read_state(layer, f, rows, &coverage, &why[k]));
    inputs.push_back({f.weight, ramp(factors[k].value, f.unit_zero, f.unit_one), coverage});
    if (factors[k].lacking.empty()) continue;
    out.flags.push_back("MISSING:" + f.indicator);
    required_there &= !f.required;
  }
  std::vector<FieldState> field;
  std::vector<FieldInput> reports;
  for (const RiskEvidence& e : layer.evidence) {
    field.push_back(read_field(e, evidence, any.pcode, any.period));
    reports.push_back({e.weight, field.back().trust, field.back().value, field.back().disagreement});
  }

  const Fusion fusion = fuse(inputs, reports, layer.contested_difference);
  const bool enough = fusion.share > 0 && fusion.share + share_tolerance >= layer.min_share;
  const bool off_season = layer.seasonal && is_out_of_season(factors, why, enough);
  const bool assessed = enough && required_there && !off_season;
  out.score = assessed ? fusion.score : nan_d();
  out.likelihood = assessed ? logistic_of(layer.intercept + layer.slope * fusion.score) : nan_d();
  out.confidence = assessed ? fusion.confidence : 0;
  out.satellite_score = assessed ? fusion.satellite : nan_d();
  out.field_score = fusion.field;
  out.conflict = std::isnan(fusion.satellite) || std::isnan(fusion.field) ? nan_d() : fusion.conflict;
  out.class_value = classes.classify(out.likelihood);
  if (off_season && classes.not_in_season >= 0) out.class_value = classes.not_in_season;
  for (size_t k = 0; k < inputs.size(); ++k)
    out.contributions.push_back(
        {layer.factors[k].indicator, inputs[k].membership, assessed ? fusion.factor_contribution[k] : nan_d()});
  for (size_t k = 0; k < reports.size(); ++k)
    out.contributions.push_back({"evidence:" + layer.evidence[k].kind,
                                 reports[k].trust > 0 ? reports[k].value : nan_d(),
                                 assessed ? fusion.field_contribution[k] : nan_d()});
  if (off_season) out.flags.insert(out.flags.begin(), "OUT_OF_SEASON");
  if (!assessed && !off_season) out.flags.insert(out.flags.begin(), "NOT_ASSESSED");
  if (assessed && fusion.contested) out.flags.insert(out.flags.begin(), "CONTESTED");
  if (assessed && fusion.cautious) out.flags.insert(out.flags.begin() + (fusion.contested ? 1 : 0), "CAUTIOUS");
  flag_field(field, fusion, assessed, out.flags);
  const bool silent = std::isnan(fusion.field), asked = !layer.evidence.empty();
  const size_t reported_beneath = silent ? count_beneath(layer, evidence, beneath, any.pcode, any.period) : 0;
  out.reasons = assessed ? explain(factors, field, fusion, out.likelihood, reported_beneath > 0)
                         : explain_absence(layer, factors, fusion, off_season);
  *unit = {inputs, {}, {}, fusion.field, fusion.trust};
  for (const FactorState& f : factors) {
    const auto row = rows.find(f.factor->indicator);
    unit->rows.push_back(row == rows.end() ? nullptr : row->second);
    unit->value.push_back(f.value);
  }
  add_interval(layer, *unit, reference, draws, out);
  if (reference) add_moves(layer, classes, *unit, out);
  const auto found = coverage_of.find({any.pcode, any.period});
  const CoverageRow* const silence = found == coverage_of.end() ? nullptr : found->second;
  if (reported_beneath > 0) {
    out.reasons.push_back(describe_beneath(reported_beneath));
    out.flags.push_back("REPORTS_BENEATH");
  } else if (silent) {
    if (silence || asked) out.reasons.push_back(describe_silence(silence));
    if (asked && !(silence && silence->coverage > 0)) out.flags.push_back("SILENCE_UNINFORMATIVE");
  }
  out.rules = fuse_log_odds(layer, field, out, silence);
  return out;
}

/// Seasons gate units: what was measured in parts of a large one that are out of season is in its own row.
void note_parts_out_of_season(const UnitParents& parents, RiskTable& table) {
  constexpr int deepest_level = 10;
  constexpr size_t most_named = 6;  // a country has hundreds
  std::map<Unit, std::vector<std::string>> off;
  for (const RiskRow& row : table.rows) {
    if (row.flags.empty() || row.flags.front() != "OUT_OF_SEASON") continue;
    auto at = parents.find(row.pcode);
    for (int level = 0; level < deepest_level && at != parents.end(); ++level, at = parents.find(at->second))
      off[{at->second, row.period}].push_back(row.pcode);
  }
  for (RiskRow& row : table.rows) {
    const auto parts = off.find({row.pcode, row.period});
    if (parts == off.end() || std::isnan(row.likelihood)) continue;
    std::vector<std::string> named = parts->second;
    if (named.size() > most_named) {
      const size_t others = named.size() - (most_named - 1);
      named.resize(most_named - 1);
      named.push_back("and " + std::to_string(others) + " more");
    }
    row.flags.emplace_back("PARTS_OUT_OF_SEASON");
    row.reasons.push_back("Out of season within it, and still part of these figures: " + join(named, ", "));
  }
}

}  // namespace

RiskTable assess_units(const RiskLayer& layer, const ClassScheme& classes, const IndicatorTable& indicators,
                       const EvidenceTable& evidence, const UnitReference* reference, const UnitParents& parents) {
  check_risk_layer(layer);
  std::map<Unit, RowsOfUnit> units;
  for (const IndicatorRow& row : indicators.rows) units[{row.pcode, row.period}][row.indicator] = &row;
  Evidence by_unit;
  for (const EvidenceRow& row : evidence.rows) by_unit[{row.pcode, row.kind}].push_back(&row);
  Coverage coverage;
  for (const CoverageRow& row : evidence.coverage) coverage[{row.pcode, row.period}] = &row;
  const Beneath beneath = find_beneath(evidence, parents);
  std::map<int, YearDraws> draws;  // by the year left out
  const auto draws_of = [&](int year) { return &draws.try_emplace(year, *reference, year).first->second; };
  RiskTable table;
  std::vector<UnitInputs> inputs(units.size());
  for (const auto& [unit, rows] : units)
    table.rows.push_back(assess(layer, classes, rows, by_unit, beneath, coverage, reference,
                                reference ? draws_of(year_of(unit.second)) : nullptr, &inputs[table.rows.size()]));
  if (reference) add_ranks(layer, inputs, table);
  note_parts_out_of_season(parents, table);
  return table;
}

}  // namespace fw
