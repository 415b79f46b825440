// Published rules per admin unit beside the score: CDI, ASAP, classes of an index. They are shown, named by version and
// reasoned; they do not change the score. Which rules a layer has is data (config/risk, [[rule]]).
#pragma once
#include <string>
#include <vector>

#include "core/risk/risk.h"
#include "core/series/unit_reference.h"

namespace fw {

/// The inputs that a kind of rule needs, and those it can use.
struct RuleKind {
  const char* kind;
  std::vector<std::string> needed, optional;
};
/// "class": `indicator` in the classes of a scheme. "cdi_2021", "cdi_4": the Combined Drought Indicator of the unit's
/// means, with memory over the periods of the table. "asap": warning level 0..4 of the unit's areas. Kinds without an
/// input rest on published statistics and are left to context_rules.h.
const std::vector<RuleKind>& rule_kinds();

/// Years that a blend needs: with fewer the driest of all is no D2.
inline constexpr int blend_min_years = 10;

/// Adds each rule's outcome to the layer's rows (RiskRow::rules, in the order of the layer) and its words to their
/// reasons. Rows of one unit are taken in order of period. A period that is not in the table is one that was not
/// assessed: missing never lowers a state.
/// class: value of the class, NaN where the indicator has no value or covers less than min_valid_fraction of the unit.
/// cdi: code 0..6, NaN where it cannot be said; `soil_z` and SPI of dekads are paired as pair_cdi_inputs states.
/// asap: level 0..4; NaN off season (said in words), without a known season, or where missing values leave open
/// whether there is a warning. `active` and `senescent` are shares of the area with a season and of the active area
/// (fraction in the column mean). Without `active` the whole area is taken as active, which is said. valid_fraction
/// and fraction_beyond of the others are read as shares of the active area, which they are where the indicator is gated
/// by the season; the threshold is the indicator's own (z < -1).
/// blend: rank 0..1, low is dry; NaN with fewer than blend_min_years years (this one among them), or half of the
/// weight or more missing. In: reference: what the units were in other years; null: no blend.
void apply_rules(const RiskLayer& layer, const IndicatorTable& indicators, RiskTable& risk,
                 const UnitReference* reference = nullptr);

}  // namespace fw
