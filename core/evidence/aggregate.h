// From located reports to evidence: one row per unit, period and kind.
#pragma once
#include <set>
#include <vector>

#include "core/evidence/cross_check.h"
#include "core/evidence/report.h"

namespace fw {

/// Reports without a weight make no row. Within a unit, period and kind:
/// - of each reporter the latest report counts (ties: the more severe);
/// - the same text from reporters of one organisation within 3 days is one voice; from several organisations (20
/// characters or
///   more) it is the most reliable one's alone (COPIED_TEXT is noted for the others);
/// - an organisation's mean is the mean of its voices weighted by reporter, its weight the lesser of its own and its
/// best voice's;
/// - value = mean of the organisations by weight / 5, weight = 1 - prod(1 - w), disagreement = weighted standard
/// deviation. Flags: CONFLICT (two organisations more than 0.5 apart), SINGLE_SOURCE (one organisation),
/// CLUSTER_SUSPECT (in `bursts`).
std::vector<EvidenceRow> aggregate(const std::vector<Candidate>& candidates, Cadence cadence,
                                   const std::set<CellKey>& bursts, RunReport& report);

}  // namespace fw
