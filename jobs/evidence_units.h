// The admin units of a run as the weighing of reports needs them: middle, size, people.
#pragma once
#include <vector>

#include "core/evidence/disclosure.h"
#include "core/evidence/report.h"
#include "jobs/run_context.h"

namespace fw {

/// All levels, coarse first. The middle is that of the unit's pixels on the region's grid; a unit without a pixel has
/// radius 0 and takes no part in distances. Population and access come from the run's `people` table, where there is
/// one. Errors: InputError TABLE_INVALID.
std::vector<EvidenceUnit> evidence_units(const RunContext& context);

/// Which unit each unit lies in, as the boundaries say.
UnitParents unit_parents(const std::vector<AdminUnits>& levels);

}  // namespace fw
