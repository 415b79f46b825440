// Rules that rest on published statistics of a run (context.csv): conflict exposure and alerts on people displaced in
// 30 days. They stand beside the score and do not change it. Which a layer has is data (config/risk, [[rule]]).
#pragma once
#include <string>
#include <vector>

#include "core/evidence/context_table.h"
#include "core/evidence/report.h"
#include "core/risk/risk.h"

namespace fw {

/// "conflict_exposure": conflict_exposure.h at the unit's middle, of deaths known at the period's last day; of several
/// records the highest. "displaced_by_conflict", "displaced_by_disaster": 0 no alert, 1 medium, 2 high by
/// displacement_alert.h, of new displacements in the unit; never for units finer than admin level 2.
bool rests_on_context(const RiskRule& rule);

/// Adds each rule of the layer to the rows and its words to their reasons; NaN, and said so, where no record watches.
/// A record is what one source counts in one way (single events, or totals of one admin level). It watches a unit when
/// it has an observation in it (0 counts too), in a unit beneath it or, of totals, in a unit above it. Of exposure it
/// must begin a half-life (90 days) or more before the period's last day and end at most 31 days before its first
/// [own]. What is longer than 31 days says nothing of a period. One event (source and key) counts once, with its
/// highest number. An event without coordinates lies at its unit's middle with precision 3; farther than 6 of its
/// widths it counts 0 (less than 2e-8 of it). Displaced people are spread evenly over the days of their row; a day of
/// the record without a row has none, a day after it is missing. In: units with their middles; those of radius 0 have
/// none.
void apply_context_rules(const RiskLayer& layer, const std::vector<MatchedObservation>& context,
                         const std::vector<EvidenceUnit>& units, RiskTable& risk);

}  // namespace fw
