// What a person sent (report), as read and validated, and what becomes of it (evidence). No free text and no exact point leaves here.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/date.h"
#include "core/base/error.h"
#include "core/evidence/evidence_table.h"
#include "core/evidence/registry.h"
#include "core/evidence/data_terms.h"

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
  std::string witness;                     ///< key of who saw it, where the reporter passes on another's account; or empty
  std::string text;
  std::vector<std::string> flags;          ///< PII, FORMULA, …
  Sensitivity sensitivity = Sensitivity::severe;
  std::string owner;                       ///< community or organisation that decides about it
  Date keep_until{9999, 12, 31};           ///< last day of use
};

/// Whether it is an organisation's published figure (EvidenceRequest::statistics) and nobody's report.
inline bool is_statistic(const Report& r) { return r.reporter.rfind("statistic:", 0) == 0; }

/// Where a point lies: p-code of the admin unit, nothing outside.
using Locator = std::function<std::optional<std::string>(double lon, double lat)>;

struct ReportInput {
  std::string path;                          ///< relative to the root: CSV, HXL CSV, GeoJSON
  std::string format = "auto";               ///< hxl-csv, csv, geojson
  std::map<std::string, std::string> columns;  ///< plain CSV: field → column name (report_id, reporter_id, org, lat, lon, pcode, time, category, severity, people, consent, text, sensitivity, owner, purpose, retention)
  /// What holds for all rows that do not say it themselves: consent, sensitivity, owner, purpose, retention.
  std::map<std::string, std::string> defaults = {};
  std::string form = {};                     ///< XLSForm of submissions, relative to the root; empty: none
};

/// A unit as far as weighing needs it.
struct EvidenceUnit {
  std::string pcode, parent;
  int level = 0;
  double lat = 0, lon = 0;                   ///< its middle
  double radius_km = 0;                      ///< of the circle of its area; 0 where unknown
  std::optional<double> population, access;  ///< persons; share of them who can be reached or can report, 0..1
};

struct EvidenceRequest {
  std::string root;
  std::vector<ReportInput> inputs;
  Registry registry;
  Locator locate;
  std::vector<std::string> pcodes;           ///< known units
  std::vector<EvidenceUnit> units;           ///< the same with place and people; may be empty: no distance, no coverage
  std::vector<Period> periods;               ///< for which coverage is wanted
  std::vector<Report> statistics;            ///< what published statistics say (observation_evidence.h): judged and located already
  Cadence cadence = Cadence::dekad;
  DateTime as_of;                            ///< analysis date: later reports (by more than 24 h) are TIME_FUTURE
  Date earliest{1990, 1, 1};                 ///< before: TIME_IMPLAUSIBLE
  std::map<std::string, std::string> defaults;  ///< as of ReportInput, for every input
  std::string purpose = "early warning";     ///< what the run is for: reports given for nothing of the kind are not used
  std::string vault_key_file;                ///< of inputs that are vaults; empty: FOREWARN_VAULT_KEY
};

/// Reads, validates, authorises, locates and aggregates. Bad rows and files are Rejections (stage "evidence", item "file:line" or
/// "file"); no message quotes a cell. The result does not depend on the order of rows and files.
/// Errors: ConfigError where an input is named wrongly (PATH_OUTSIDE_ROOT, INPUT_MISSING, UNKNOWN_FORMAT, UNKNOWN_FIELD, COLUMN_MAP).
EvidenceTable read_evidence(const EvidenceRequest& request, RunReport& report);

/// A format of field reports, for `describe`.
struct FormatDescription {
  std::string format, title, how;
  std::vector<std::string> fields;
};
std::vector<FormatDescription> describe_formats();

}  // namespace fw
