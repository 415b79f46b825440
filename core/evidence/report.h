// What a person sent (report), as read and validated, and what becomes of it (evidence). No free text and no exact point leaves here.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/date.h"
#include "core/base/error.h"

namespace fw {

/// Kinds of evidence; a report's category maps to one (config/reporters or the column map).
inline const std::vector<std::string> evidence_kinds = {"drought", "crop", "livestock", "price", "health", "conflict", "arrivals", "departures", "access", "water"};

/// One validated row. Text fields stay inside core/evidence; only EvidenceRow leaves.
struct Report {
  std::string item;                        ///< "file:line"
  std::string id, reporter, organisation;  ///< keys
  std::optional<double> lat, lon;
  std::string pcode;                       ///< given, or found from lat/lon
  DateTime time;
  std::string kind;
  double severity = 0;                     ///< 0 (nothing wrong) .. 5 (extreme), on the scale of the form
  std::optional<double> people;
  std::string text;
  std::vector<std::string> flags;          ///< PII, FORMULA, …
};

/// Registered sources. Reliability A–F (Admiralty) with weights in config/reporters.
struct Registry {
  struct Organisation {
    std::string key, name;
    char reliability = 'F';
  };
  struct Reporter {
    std::string key, organisation;
    char reliability = 0;                  ///< 0: that of the organisation
  };
  std::map<std::string, Organisation> organisations;
  std::map<std::string, Reporter> reporters;
  std::map<char, double> weight;           ///< A .95 … F 0 (F: cannot be judged → no weight, shown)
  std::map<std::string, std::string> kinds;  ///< category in lower case → kind; the kinds themselves are always in it
};
/// Reads config/reporters/<name>.toml and, for the categories, kinds.toml beside it (when there is one).
/// Errors: ConfigError (DUPLICATE, UNKNOWN_ORG, RELIABILITY, UNKNOWN_KIND, unknown keys…).
Registry load_registry(const std::string& file);

/// Where a point lies: p-code of the admin unit, nothing outside.
using Locator = std::function<std::optional<std::string>(double lon, double lat)>;

struct ReportInput {
  std::string path;                          ///< relative to the root: CSV, HXL CSV, GeoJSON
  std::string format = "auto";               ///< hxl-csv, csv, geojson
  std::map<std::string, std::string> columns;  ///< plain CSV: field → column name (report_id, reporter_id, org, lat, lon, pcode, time, category, severity, people, consent, text)
};

struct EvidenceRequest {
  std::string root;
  std::vector<ReportInput> inputs;
  Registry registry;
  Locator locate;
  std::vector<std::string> pcodes;           ///< known units
  Cadence cadence = Cadence::dekad;
  DateTime as_of;                            ///< analysis date: later reports (by more than 24 h) are TIME_FUTURE
  Date earliest{1990, 1, 1};                 ///< before: TIME_IMPLAUSIBLE
};

/// One unit × period × kind after validation, redaction, authorisation and cross-check.
struct EvidenceRow {
  std::string pcode, kind;
  Period period;
  double value = 0;            ///< weighted mean severity / 5: 0..1
  double weight = 0;           ///< effective weight 0..1: 1 - prod(1 - r_i) over independent sources (organisations)
  int reports = 0, reporters = 0, organisations = 0;
  double disagreement = 0;     ///< weighted standard deviation of organisation means, 0..0.5
  std::vector<std::string> flags;  ///< CONFLICT, CLUSTER_SUSPECT, SINGLE_SOURCE
};

struct EvidenceTable {
  std::vector<EvidenceRow> rows;   ///< by pcode, period, kind; only where somebody with a weight reported
  /// Reports: read = accepted + refused + quarantined + duplicates. `unweighted` of the accepted have no influence (unregistered
  /// reporter or reliability F). A file refused whole has no reports; it counts in files_refused.
  size_t read = 0, accepted = 0, refused = 0, quarantined = 0, duplicates = 0, unweighted = 0;
  size_t files = 0, files_refused = 0;
};

/// Reads, validates, authorises, locates and aggregates. Bad rows and files are Rejections (stage "evidence", item "file:line" or
/// "file"); no message quotes a cell. The result does not depend on the order of rows and files.
/// Errors: ConfigError where an input is named wrongly (PATH_OUTSIDE_ROOT, INPUT_MISSING, UNKNOWN_FORMAT, UNKNOWN_FIELD, COLUMN_MAP).
EvidenceTable read_evidence(const EvidenceRequest& request, RunReport& report);

/// CSV with the columns of EvidenceRow (flags joined by ';'). `hxl`: second row of hashtags.
std::string evidence_csv(const EvidenceTable& table, bool hxl);
/// Reads what evidence_csv wrote (rows only; the counts are not in the file). Errors: InputError TABLE_INVALID, CSV_SYNTAX, ENCODING.
EvidenceTable load_evidence(const std::string& file);

/// A format of field reports, for `describe`.
struct FormatDescription {
  std::string format, title, how;
  std::vector<std::string> fields;
};
std::vector<FormatDescription> describe_formats();

}  // namespace fw
