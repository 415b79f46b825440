#include "core/output/evidence_files.h"

namespace fw {

void publish_evidence(Publication& publication, const EvidenceTable& table, Audience audience) {
  expect_disclosed(table, audience);
  publication.text("evidence.csv", evidence_csv(table, false));
  publication.text("evidence_hxl.csv", evidence_csv(table, true));
  publication.text("coverage.csv", coverage_csv(table, false));
  publication.text("coverage_hxl.csv", coverage_csv(table, true));
}

}  // namespace fw
