// The evidence of a published set: written only when it is fit for the audience.
#pragma once
#include "core/evidence/disclosure.h"
#include "core/output/publication.h"

namespace fw {

/// Writes evidence.csv, coverage.csv (only its head where there is no coverage, or none for the audience) and their
/// _hxl twins.
/// Errors: OutputError PRIVACY_FLOOR where the table was not disclosed for the audience (nothing is written).
void publish_evidence(Publication& publication, const EvidenceTable& table, Audience audience);

}  // namespace fw
