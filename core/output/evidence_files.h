// The evidence of a published set: written only when it is fit for the audience.
#pragma once
#include "core/evidence/disclosure.h"
#include "core/output/publication.h"

namespace fw {

/// Writes evidence.csv and evidence_hxl.csv and, where the table has coverage, coverage.csv and coverage_hxl.csv.
/// Errors: OutputError PRIVACY_FLOOR where the table was not disclosed for the audience (nothing is written).
void publish_evidence(Publication& publication, const EvidenceTable& table, Audience audience);

}  // namespace fw
