// Small field-report files and the request that reads them.
#pragma once
#include <map>

#include "core/base/text.h"
#include "core/evidence/report.h"
#include "tests/support.h"

namespace fw::test {

inline const std::string header = "report_id,reporter_id,org,lat,lon,time,category,severity,people,consent,text\n";
inline const std::string good_row = "R1,p7,orgA,14.5,33.2,2026-03-01T10:00:00Z,drought,3,120,yes,well dry\n";

/// The configuration's example registry: orgA (A) with p0..p9, orgB (B) with q0..q2 (q2 is C).
inline Registry example_registry() {
  return load_registry(std::string(FW_SOURCE_DIR) + "/config/reporters/example.toml");
}

/// One unit, SD01: lat 14..15.5, lon 33..34.
inline EvidenceRequest request_for(const std::filesystem::path& root) {
  EvidenceRequest request;
  request.root = root.string();
  request.registry = example_registry();
  request.pcodes = {"SD01", "SD02"};
  request.locate = [](double lon, double lat) -> std::optional<std::string> {
    if (lat >= 14 && lat <= 15.5 && lon >= 33 && lon <= 34) return "SD01";
    return {};
  };
  request.defaults = {
      {"sensitivity", "low"}, {"owner", "community"}, {"purpose", "early warning"}, {"retention", "20 years"}};
  request.as_of = *parse_datetime("2026-03-05T00:00:00Z");
  return request;
}

/// What came of reading some files.
struct Outcome {
  EvidenceTable table;
  std::vector<Rejection> notes;

  std::vector<std::string> codes() const {
    std::vector<std::string> all;
    for (const Rejection& r : notes) all.push_back(std::string(1, static_cast<char>(r.verdict)) + " " + r.code);
    return all;
  }
  bool has(Verdict verdict, const std::string& code) const {
    for (const Rejection& r : notes)
      if (r.verdict == verdict && r.code == code) return true;
    return false;
  }
};

inline Outcome read(const EvidenceRequest& request) {
  RunReport report;
  Outcome outcome;
  outcome.table = read_evidence(request, report);
  outcome.notes = report.sorted();
  const EvidenceTable& t = outcome.table;
  EXPECT_EQ(t.read, t.accepted + t.refused + t.quarantined + t.duplicates);
  return outcome;
}

/// Reads the given files (name → content) from a folder of their own, all with `format`.
inline Outcome read_files(const std::vector<std::pair<std::string, std::string>>& files,
                          const std::string& format = "auto", const std::map<std::string, std::string>& columns = {}) {
  TempDir dir;
  EvidenceRequest request = request_for(dir.path());
  for (const auto& [name, text] : files) {
    write_text(dir / name, text);
    request.inputs.push_back({name, format, columns});
  }
  return read(request);
}
inline Outcome read_rows(const std::string& rows) { return read_files({{"reports.csv", header + rows}}); }

}  // namespace fw::test
