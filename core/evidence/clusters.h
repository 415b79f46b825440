// Which reports of one unit, period and kind go back to one observation.
#pragma once
#include <vector>

#include "core/evidence/cross_check.h"

namespace fw {

/// A report as it counts in one cell.
struct Share {
  const Candidate* candidate = nullptr;
  double place = 1;  ///< how far it speaks for the cell's unit, 0..1 (place_weight.h)
};

/// Groups reports that do not corroborate each other; a report that stands alone is a group of one. Together are
/// - the same witness (the reporter, where the report names none), within 3 days, whoever passes it on;
/// - the same point and the same minute: one crowd around one place;
/// - a copied text (text_likeness.h) within 3 days; below 20 bytes only equal texts of one organisation.
/// Reports more than 1 of 5 apart in severity are never together: who copies a text and turns what it says is a voice
/// of its own. COPIED_TEXT is noted for reports of another organisation than the group's best.
/// In: shares in a fixed order. Out: groups in the order of their first report; within a group the best (by weight of
/// organisation, then of reporter, then the earliest) stands first.
std::vector<std::vector<Share>> find_clusters(const std::vector<Share>& shares, RunReport& report);

}  // namespace fw
