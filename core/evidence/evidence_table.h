// What becomes of reports: one row per unit, period and kind, and how far silence speaks. No text, key or point in it.
#pragma once
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/date.h"
#include "core/evidence/data_terms.h"

namespace fw {

/// How many stand behind a number.
struct Support {
  int reports = 0, reporters = 0, organisations = 0;
};

/// One unit × period × kind after validation, redaction, authorisation and cross-check.
struct EvidenceRow {
  std::string pcode, kind;
  Period period;
  double value = 0;   ///< severity / 5, 0..1: mean of the middle fifth of the voices' weight (docs/method.md)
  double weight = 0;  ///< effective weight 0..1: 1 - prod(1 - r) over organisations, after decay and distance
  int reports = 0, reporters = 0, organisations = 0;
  /// Those of them whose voices have a say in `value`, where these are fewer; not in the table.
  std::optional<Support> heard;
  int clusters = 0;                ///< independent voices: copies, replays and one witness told twice are one
  double low = 0, high = 0;        ///< least and greatest organisation's value, 0..1
  double disagreement = 0;         ///< weighted standard deviation of organisation values, 0..0.5
  double conflict = 0;             ///< mass that organisations give to contradictory statements (Dempster's K), 0..1
  char reliability = 'F';          ///< of its best organisation, A..F
  int credibility = 6;             ///< of its best report, 1 (confirmed) .. 6 (cannot be judged)
  double age_days = 0;             ///< whole days from its newest report to the analysis date
  double coverage = 0;             ///< probability 0..1 that an event here would have been reported; 0 where unknown
  std::vector<std::string> flags;  ///< CONFLICT, CONTESTED_SOURCES, CLUSTER_SUSPECT, SINGLE_SOURCE, COARSE_PLACE
  Sensitivity sensitivity = Sensitivity::severe;  ///< the highest of the reports it rests on
};

/// How far silence of a unit in a period speaks.
struct CoverageRow {
  std::string pcode;
  Period period;
  double population = 0;       ///< persons; NaN where unknown
  double access = 0;           ///< share of them who can be reached or can report, 0..1; NaN where unknown
  double past_per_period = 0;  ///< weighted reports of any kind per period, over the periods before
  double per_expected = 0;     ///< past reports over those expected of its population at the region's rate; NaN unknown
  double coverage = 0;         ///< d, probability that an event would have been reported, 0..1
  double silence = 0;          ///< ln((1 - d sens) / (1 - d fpr)) <= 0: log-odds of an event given no report
  std::string unknown;         ///< what is missing where d is 0: "population", "access", "past reports"
};

struct EvidenceTable {
  std::vector<EvidenceRow> rows;         ///< by pcode, period, kind; only where somebody with a weight reported
  std::vector<CoverageRow> coverage;     ///< by pcode, period; every unit of the request in every period asked for
  std::map<std::string, size_t> grades;  ///< "B2" → accepted reports of that reliability and credibility
  /// Reports: read = accepted + refused + quarantined + duplicates. `unweighted` of the accepted have no influence
  /// (unregistered reporter or reliability F). A file refused whole has no reports; it counts in files_refused.
  size_t read = 0, accepted = 0, refused = 0, quarantined = 0, duplicates = 0, unweighted = 0;
  size_t files = 0, files_refused = 0;
  std::map<std::string, std::string> vaults;  ///< path of a vault read → Vault::digest
};

/// CSV with the columns of EvidenceRow (flags joined by ';'). `hxl`: second row of hashtags.
std::string evidence_csv(const EvidenceTable& table, bool hxl);
/// Reads what evidence_csv wrote (rows only; the counts are not in the file). Errors: InputError TABLE_INVALID,
/// CSV_SYNTAX, ENCODING.
EvidenceTable load_evidence(const std::string& file);
/// The same for the coverage rows.
std::string coverage_csv(const EvidenceTable& table, bool hxl);
std::vector<CoverageRow> load_coverage(const std::string& file);

}  // namespace fw
