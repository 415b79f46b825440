// From located reports to evidence: one row per unit, period and kind.
#pragma once
#include <set>
#include <vector>

#include "core/evidence/cross_check.h"
#include "core/evidence/report.h"

namespace fw {

/// Reports without a weight make no row. Within a unit, period and kind:
/// - of each reporter the latest report counts (ties: the more severe), one from the unit itself before later ones from
/// elsewhere or of a larger unit;
/// - reports that go back to one observation (clusters.h) are one voice, that of the most reliable organisation;
/// - a voice weighs what its reporter is believed on that day, times 2^(-days behind the newest voice / half-life of
/// the
///   kind), times how far its place speaks for the unit (place_weight.h);
/// - value = middle fifth of the voices by their say (middle.h), whatever organisation they are of;
/// - an organisation's weight grows with its n voices as if they were n / (1 + rho (n - 1)), never above its own
///   reliability: w = min(r, 1 - (1 - best)^(n / (1 + rho (n - 1)))). Only organisations corroborate each other: weight
///   of the row = 1 - prod(1 - w);
/// - conflict = K of the organisations' statements (belief.h), disagreement = weighted standard deviation of their
///   values, low and high = the least and the greatest of them.
/// Flags: CONFLICT (two organisations more than 0.5 apart), CONTESTED_SOURCES (K > 0.6: the value is no common
/// ground), SINGLE_SOURCE (one organisation), COARSE_PLACE (every voice comes from elsewhere or is known to a larger
/// unit only), CLUSTER_SUSPECT (in `bursts`).
/// Adds to table.rows and table.grades.
void aggregate(const std::vector<Candidate>& candidates, const EvidenceRequest& request,
               const std::set<CellKey>& bursts, EvidenceTable& table, RunReport& report);

}  // namespace fw
