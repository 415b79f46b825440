// Risk layers by declared rules: indicators and evidence in, likelihood, class, confidence, contributions and reasons
// out.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/class_scheme.h"
#include "core/evidence/disclosure.h"
#include "core/evidence/report.h"
#include "core/series/indicator_table.h"
#include "core/series/unit_reference.h"
#include "kernels/ops.h"
#include "kernels/special_functions.h"

namespace fw {

/// One factor of a layer: an indicator through a ramp. In the table the unit's `statistic` column is used.
struct RiskFactor {
  std::string indicator, title, why;
  /// Rest of the sentence that begins with the title; {value}, {abs} (one decimal), {percent} (100 x value, no decimal)
  /// and {below} ("below" where the value is negative, else "above") are filled in. Empty: "is <value>".
  std::string phrase;
  std::string unit_statistic = "mean";   ///< mean or fraction_beyond
  double zero = 0, one = 1, weight = 1;  ///< membership 0 at `zero`, 1 at `one` (either order)
  double unit_zero = 0, unit_one = 1;    ///< the same for unit_statistic (equal to zero/one where it is "mean")
  bool required = false;                 ///< without it the layer is not assessed
};
/// One kind of field evidence: severity 0..1 is the membership, weight is multiplied by the row's effective weight.
struct RiskEvidence {
  std::string kind;
  double weight = 1;        ///< 0..1: how much this kind bears on the layer
  int max_age_periods = 3;  ///< older evidence is not used; within it the weight halves every `half_life_periods`
  double half_life_periods = 2;
};

/// A published rule whose outcome stands beside the score (unit_rules.h).
struct RiskRule {
  std::string id, kind, title, source;
  std::map<std::string, std::string> inputs;   ///< input of the rule → indicator
  ClassScheme scheme = {};                     ///< kind "class": its classes
  std::map<std::string, double> weights = {};  ///< kind "blend": by input, > 0
};

struct RiskLayer {
  std::string id, title, source, wording;  ///< wording: sentence printed with every result
  std::vector<RiskFactor> factors;
  std::vector<RiskEvidence> evidence;
  std::vector<RiskRule> rules;
  std::optional<double> destinations_beta;  ///< >= 0: shares of destinations are published (destinations.h)
  double intercept = -3, slope = 6;         ///< likelihood = 1 / (1 + exp(-(intercept + slope * score)))
  double min_share = 0.5;                   ///< share of the factor weight that must be present
  double min_valid_fraction = 0.25;   ///< unit: an indicator counts when at least this share of the area has a value
  double contested_difference = 0.5;  ///< |satellite - evidence| above it: CONTESTED, for a person to judge
  double weight_range = 2;  ///< admissible weights: from weight / range to weight * range (core/risk/what_if.h)
  std::string classes = "risk5";
  bool seasonal = false;  ///< out of season: class not_in_season
};

/// Reads config/risk/<id>.toml. Errors: ConfigError (WEIGHTS for negative or all-zero weights, unknown keys…).
RiskLayer load_risk_layer(const std::string& config_dir, const std::string& id);
/// Checks a layer whose weights somebody changed. Errors: ConfigError WEIGHTS (negative, not a number, above 1e6, all
/// zero; evidence outside 0..1), RANGE (a ramp without width, more than max_factors factors), DUPLICATE (one indicator
/// or kind twice).
void check_risk_layer(const RiskLayer& layer);
std::vector<std::string> list_risk_layers(const std::string& config_dir);

struct Contribution {
  std::string factor;   ///< indicator id or "evidence:<kind>"
  double membership;    ///< 0..1, NaN where missing
  double contribution;  ///< share of the score; sums to it (1e-12); 0 where present without effect, NaN where missing
                        ///< or not assessed
};

/// What a published rule says of a unit beside the score (a CDI state, an ASAP level, a probability at a horizon).
struct RuleOutcome {
  std::string id;  ///< letters, digits, _: column r_<id>
  double value;    ///< NaN where the rule cannot say
};

/// One unit × period × layer.
struct RiskRow {
  std::string pcode, name, layer;
  int level = 0;
  Period period;
  double score = nan_d();       ///< 0..1, or logits from the record's average where learnt; NaN where not assessed
  double likelihood = nan_d();  ///< 0..1; NaN where not assessed
  double confidence = 0;        ///< 0..1; 0 where not assessed
  double low = nan_d(), high = nan_d();  ///< 90 % interval of the likelihood; NaN where there is none
  double satellite_score = nan_d(), field_score = nan_d();  ///< 0..1, each alone; NaN where it has no input
  double conflict = nan_d();        ///< of satellites and field (Dempster's K), 0..1; NaN where one is missing
  double input_age_days = nan_d();  ///< of the newest input at the period's last day (input_age.h); NaN unknown
  double rank = nan_d(), rank_low = nan_d(), rank_high = nan_d();  ///< 1: highest likelihood of the level's units; with
                                                                   ///< its range over admissible weights; NaN unranked
  int class_value = 0;
  std::string moves;  ///< in words: what would move the class; empty where nothing is known of it
  std::vector<Contribution> contributions;
  std::vector<RuleOutcome> rules;    ///< the same ids in every row of a layer
  std::vector<std::string> reasons;  ///< in words: what drives it, what is missing, what disagrees
  /// CUSTOM_WEIGHTS (weights.h), CONTESTED, CAUTIOUS, NOT_ASSESSED, OUT_OF_SEASON, PARTS_OUT_OF_SEASON, MISSING:<id>,
  /// FIELD_ONLY (not assessed, but there are reports), NO_FIELD_EVIDENCE, REPORTS_BENEATH (none of the unit as a whole,
  /// but of units within it), SILENCE_UNINFORMATIVE (no report at all, and nobody is known to have been able to),
  /// STALE_EVIDENCE, and CONFLICT:<kind>, CLUSTER_SUSPECT:<kind>, SINGLE_SOURCE:<kind> from the evidence
  std::vector<std::string> flags;
};

/// NaN where the row has no such rule.
double rule_value(const RiskRow& row, const std::string& id);

struct RiskTable {
  std::vector<RiskRow> rows;  ///< by layer, pcode, period
};

/// Risk of every unit for every period of the indicator table.
/// A factor counts where its row covers at least min_valid_fraction of the unit; a factor that does not is left out and
/// said (MISSING), never taken as "no risk": the score is never lower than with that factor at membership 0, the
/// confidence never higher than with it. A required factor missing, or less than min_share of the weight present: class
/// not_assessed, likelihood NaN. A seasonal layer whose required factors (or, where none is required, all missing ones)
/// are out of season: class not_in_season. Satellites and field reports are scored apart and joined as
/// core/risk/fusion.h states: reports raise the score as far as they are trusted and never lower it; where the two
/// differ by more than contested_difference the row is CONTESTED. Worse membership never lowers the score. Evidence of
/// another cadence is taken at the period that holds its first day. With reference (else null) the rows also have
/// interval (core/risk/interval.h), ranks and moves (core/risk/what_if.h). A report counts for the units it names or
/// lies in at the finest level, never for those above: with parents these say that it is there. Errors: ConfigError as
/// check_risk_layer.
RiskTable assess_units(const RiskLayer& layer, const ClassScheme& classes, const IndicatorTable& indicators,
                       const EvidenceTable& evidence, const UnitReference* reference = nullptr,
                       const UnitParents& parents = {});

/// CSV: fixed columns, then one membership (m_<factor>) and one contribution (c_<factor>) column per factor and
/// evidence kind of the layer ("evidence:price" becomes evidence_price), then r_<rule> per rule of the rows; reasons
/// joined by " | ", flags by ";"; empty cells are no-data. HXL row when asked.
std::string risk_csv(const RiskLayer& layer, const RiskTable& table, bool hxl);
/// Reads what risk_csv wrote (fixed columns and contributions). Errors: InputError TABLE_INVALID.
RiskTable load_risk_table(const std::string& file);

/// The layer as an operation on pixels: factors in order, pointers still null.
CombineFactors pixel_operation(const RiskLayer& layer);
/// Confidence of a pixel: share of the weight present × (1 - 1 / (1 + reference years / 10)), 0..1. Table form in
/// assess_units.
float pixel_confidence(float share, int reference_years);

}  // namespace fw
