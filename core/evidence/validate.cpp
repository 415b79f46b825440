#include "core/evidence/validate.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/text.h"
#include "core/evidence/personal_data.h"

namespace fw {
namespace {

constexpr size_t longest_field = 64 << 10;
constexpr double most_people = 1e9;
constexpr double null_island_degrees = 0.01;
constexpr int64_t clock_tolerance_s = 24 * 3600;

Verdicted refuse(std::string code, std::string problem) {
  return {std::move(code), std::move(problem), Verdict::refused};
}
Verdicted set_aside(std::string code, std::string problem) {
  return {std::move(code), std::move(problem), Verdict::quarantined};
}

/// Letters, digits, '.', '_', '-' (and the "uuid:" of ODK forms): safe as a name anywhere.
bool is_report_id(std::string id) {
  if (id.rfind("uuid:", 0) == 0) id.erase(0, 5);
  return is_safe_id(id);
}

std::optional<Verdicted> check_size(const RawReport& raw) {
  for (size_t f = 0; f < field_count; ++f)
    if (raw.value[f].size() > longest_field)
      return refuse("FIELD_TOO_LONG",
                    std::string(field_names[f]) + " is longer than " + format_bytes(longest_field) + ".");
  return {};
}

std::optional<Verdicted> take_identity(const RawReport& raw, const Registry& registry, Report& r) {
  r.id = trim(raw[Field::id]);
  if (raw.given[index(Field::id)] && !is_report_id(r.id))
    return refuse("ID_INVALID",
                  "report_id is empty, too long or holds characters other than letters, digits, '.', '_' and '-'.");
  r.reporter = trim(raw[Field::reporter]);
  r.organisation = trim(raw[Field::org]);
  const auto known = registry.reporters.find(r.reporter);
  if (r.organisation.empty() && known != registry.reporters.end()) r.organisation = known->second.organisation;
  if (!registry.organisations.count(r.organisation))
    return refuse("UNKNOWN_ORG",
                  "org is not the key of a registered organisation. Keys must match to the letter; register it, or "
                  "correct the column.");
  if (r.reporter.empty())
    return refuse("REPORTER_MISSING", "reporter_id is empty. A report needs the key of who made it.");
  if (printable(r.reporter, longest_field) != r.reporter)
    return refuse("UNKNOWN_ORG",
                  "reporter_id holds invisible or control characters (it may imitate a registered key).");
  if (known != registry.reporters.end() && known->second.organisation != r.organisation)
    return set_aside("ORG_MISMATCH", "org is not the organisation under which reporter_id is registered.");
  return {};
}

bool is_not_finite(const std::string& cell) {
  std::string s = lower(cell);
  if (!s.empty() && (s[0] == '+' || s[0] == '-')) s.erase(0, 1);
  return s == "nan" || s == "inf" || s == "infinity";
}

std::optional<Verdicted> take_place(const RawReport& raw, Report& r) {
  r.pcode = trim(raw[Field::pcode]);
  const std::string lat = trim(raw[Field::lat]), lon = trim(raw[Field::lon]);
  if (lat.empty() && lon.empty())
    return r.pcode.empty() ? std::optional(refuse("LOCATION_MISSING", "The row has neither lat and lon nor a pcode."))
                           : std::nullopt;
  if (lat.empty() || lon.empty()) return refuse("COORD_INVALID", "One of lat and lon is empty.");
  if (is_not_finite(lat) || is_not_finite(lon)) return refuse("COORD_INVALID", "lat or lon is not a finite number.");
  r.lat = parse_number(lat);
  r.lon = parse_number(lon);
  if (!r.lat || !r.lon) return refuse("NUMBER_FORMAT", "lat or lon is no decimal number with a point (such as -1.25).");
  if (std::abs(*r.lat) > 90 || std::abs(*r.lon) > 180) {
    const bool swapped = std::abs(*r.lat) <= 180 && std::abs(*r.lon) <= 90;
    return refuse("COORD_RANGE", std::string("lat is outside -90..90 or lon outside -180..180.") +
                                     (swapped ? " Are they exchanged?" : ""));
  }
  if (std::abs(*r.lat) < null_island_degrees && std::abs(*r.lon) < null_island_degrees)
    return set_aside("COORD_SUSPECT", "lat and lon are both 0, which usually means that no position was taken.");
  return {};
}

std::optional<Verdicted> take_time(const RawReport& raw, const EvidenceRequest& request, Report& r) {
  const std::optional<DateTime> time = parse_datetime(trim(raw[Field::time]));
  if (!time) return refuse("TIME_INVALID", "time is no date of the calendar in ISO 8601 form (2026-03-01T10:00:00Z).");
  r.time = *time;
  if (time->has_time && !time->has_zone)
    return set_aside("TIME_ZONE_MISSING", "time has a clock but no zone. Add Z or an offset such as +03:00.");
  if (time->date < request.earliest)
    return set_aside("TIME_IMPLAUSIBLE", "time is before " + to_string(request.earliest) + ".");
  if (seconds_since_epoch(*time) > seconds_since_epoch(request.as_of) + clock_tolerance_s)
    return refuse("TIME_FUTURE",
                  "time is more than 24 hours after the analysis date " + to_string(request.as_of) + ".");
  return {};
}

std::optional<Verdicted> take_number(const RawReport& raw, Field field, double hi, std::optional<double>& v) {
  const std::string name = field_names[index(field)];
  v = parse_number(trim(raw[field]));
  if (!v) return refuse("NUMBER_FORMAT", name + " is no decimal number with a point.");
  if (*v < 0 || *v > hi) return refuse("RANGE", name + " is outside 0.." + format_number(hi) + ".");
  return {};
}

std::optional<Verdicted> take_content(const RawReport& raw, const Registry& registry, Report& r) {
  std::optional<double> severity;
  if (auto why = take_number(raw, Field::severity, 5, severity)) return why;
  r.severity = *severity;
  if (!trim(raw[Field::people]).empty())
    if (auto why = take_number(raw, Field::people, most_people, r.people)) return why;
  const std::string category = lower(trim(raw[Field::category]));
  const auto kind = registry.kinds.find(category);
  const bool itself = std::find(evidence_kinds.begin(), evidence_kinds.end(), category) != evidence_kinds.end();
  if (!itself && kind == registry.kinds.end())
    return set_aside("UNKNOWN_KIND",
                     "category is none of the known kinds of evidence. Add it to config/reporters/kinds.toml.");
  r.kind = itself ? category : kind->second;
  r.text = raw[Field::text];
  r.witness = trim(raw[Field::witness]);
  if (!find_personal_data(r.text).empty()) r.flags.emplace_back("PII");
  if (r.text.find_first_of("=+-@\t\r\n") == 0) r.flags.emplace_back("FORMULA");
  return {};
}

std::optional<Verdicted> take_terms(const RawReport& raw, const EvidenceRequest& request, Report& r) {
  const std::string cell = trim(raw[Field::sensitivity]);
  const auto stated = parse_sensitivity(cell);
  if (!stated && !cell.empty())
    return set_aside("SENSITIVITY_UNKNOWN", "sensitivity is none of low, moderate, high, severe.");
  r.sensitivity = stated.value_or(Sensitivity::severe);
  r.owner = trim(raw[Field::owner]);
  std::vector<std::string> missing;
  for (const Field f : {Field::owner, Field::purpose, Field::retention})
    if (trim(raw[f]).empty()) missing.emplace_back(field_names[index(f)]);
  if (!missing.empty())
    return set_aside("TERMS_MISSING",
                     join(missing, ", ") +
                         " is not given (neither in the row nor for the whole input). The report is not used "
                         "until it is; see [reports.defaults].");
  if (!serves_purpose(raw[Field::purpose], request.purpose))
    return refuse("PURPOSE_OTHER", "The report was not given for the purpose of this run.");
  const auto last = keep_until(raw[Field::retention], r.time.date);
  if (!last)
    return set_aside("RETENTION_INVALID",
                     "retention is no day (2027-01-31) and no period (90 days, P6M) of at most 100 years.");
  r.keep_until = *last;
  if (request.as_of.date > r.keep_until)
    return refuse("RETENTION_EXPIRED",
                  "The report was to be kept until a day before the analysis date. It is not used; delete it.");
  return {};
}

}  // namespace

std::optional<bool> read_consent(const std::string& cell) {
  constexpr std::array yes = {"yes", "y", "true", "1", "oui", "si", "sí", "sim"};
  constexpr std::array no = {"no", "n", "false", "0", "non", "não", "nao"};
  const std::string word = lower(trim(cell));
  if (std::find(yes.begin(), yes.end(), word) != yes.end()) return true;
  if (std::find(no.begin(), no.end(), word) != no.end()) return false;
  return {};
}

Judgement judge_row(const RawReport& raw, const EvidenceRequest& request) {
  const std::optional<bool> consent = read_consent(raw[Field::consent]);
  if (!consent)
    return {{},
            set_aside("CONSENT_MISSING",
                      "consent is empty or neither yes nor no. The report is not used until it is given.")};
  if (!*consent) return {{}, refuse("CONSENT_NO", "consent is no. Nothing of the report is kept.")};
  Report r;
  r.item = raw.item;
  std::optional<Verdicted> why = check_size(raw);
  if (!why) why = take_identity(raw, request.registry, r);
  if (!why) why = take_place(raw, r);
  if (!why) why = take_time(raw, request, r);
  if (!why) why = take_terms(raw, request, r);
  if (!why) why = take_content(raw, request.registry, r);
  if (why) return {{}, std::move(*why)};
  return {std::move(r), {}};
}

}  // namespace fw
