// The way of a report: read, judged by itself, compared with the others, located, counted.
#include <algorithm>
#include <map>
#include <set>

#include "core/base/paths.h"
#include "core/base/text.h"
#include "core/evidence/aggregate.h"
#include "core/evidence/coverage.h"
#include "core/evidence/cross_check.h"
#include "core/evidence/personal_data.h"
#include "core/evidence/report_reader.h"
#include "core/evidence/validate.h"
#include "core/evidence/vault.h"

namespace fw {
namespace {

constexpr size_t largest_file = 256U << 20;

void leave_out(EvidenceTable& counts, RunReport& report, const std::string& item, const Verdicted& why) {
  ++(why.verdict == Verdict::refused ? counts.refused : counts.quarantined);
  report.add({item, "evidence", why.code, why.problem, why.verdict});
}

std::string read_bytes(const EvidenceRequest& request, const std::string& path, const std::string& name) {
  const std::filesystem::path file = resolve_beneath(request.root, path, true);
  try {
    return read_file(file.string(), largest_file);
  } catch (const InputError& e) {  // without the path on this machine
    throw InputError(
        e.code(), name + (e.code() == "TOO_LARGE" ? " is larger than " + format_bytes(largest_file) + ". Split it."
                                                  : " cannot be read. Check that it is a file and its permissions."));
  }
}

std::map<std::string, std::string> stated_by(const EvidenceRequest& request, const ReportInput& input) {
  std::map<std::string, std::string> stated = input.defaults;
  stated.insert(request.defaults.begin(), request.defaults.end());
  return stated;
}

/// The rows of an input that is a vault; nothing where it is none. A vault that does not open ends the run: what it
/// holds cannot be told from nothing. Errors: as load_vault_secret and Vault::open.
std::optional<std::vector<RawReport>> read_vault(const EvidenceRequest& request, const ReportInput& input,
                                                 std::optional<VaultSecret>& secret, EvidenceTable& counts) {
  const std::filesystem::path file = resolve_beneath(request.root, input.path, true);
  if (!is_vault_file(file)) return {};
  if (!secret) secret = load_vault_secret(request.vault_key_file);
  const Vault vault = Vault::open(file, *secret);
  std::vector<RawReport> rows = vault.reports(printable(input.path));
  apply_stated(rows, stated_by(request, input));
  counts.vaults[input.path] = vault.digest();
  counts.read += rows.size();
  ++counts.files;
  return rows;
}

/// All rows of one file; none, with a Rejection, when the file is refused whole.
std::vector<RawReport> read_reports(const EvidenceRequest& request, const ReportInput& input, EvidenceTable& counts,
                                    RunReport& report) {
  const std::string name = printable(input.path);
  ++counts.files;
  try {
    ReportFile file(name, read_bytes(request, input.path, name), input.columns, stated_by(request, input));
    if (!input.form.empty()) file.set_form(read_bytes(request, input.form, printable(input.form)));
    RunReport misfits;
    std::vector<RawReport> rows = choose_reader(input.format, file).read(file, misfits);
    for (const Rejection& r : misfits.sorted()) {
      ++counts.read;
      leave_out(counts, report, r.item, {r.code, r.detail, r.verdict});
    }
    apply_stated(rows, stated_by(request, input));
    counts.read += rows.size();
    return rows;
  } catch (const InputError& e) {
    ++counts.files_refused;
    report.add({name, "evidence", e.code(), e.what(), Verdict::refused});
    return {};
  }
}

std::vector<Candidate> judge_rows(const std::vector<RawReport>& rows, const EvidenceRequest& request,
                                  EvidenceTable& counts, RunReport& report) {
  // A report for which a row says no has no influence, whichever other row says yes.
  std::set<std::pair<std::string, std::string>> withdrawn;
  const auto key = [](const RawReport& raw) {
    return std::make_pair(trim(raw[Field::reporter]), trim(raw[Field::id]));
  };
  for (const RawReport& raw : rows)
    if (read_consent(raw[Field::consent]) == false && !trim(raw[Field::id]).empty()) withdrawn.insert(key(raw));
  std::vector<Candidate> candidates;
  for (const RawReport& raw : rows) {
    Judgement judgement = judge_row(raw, request);
    if (judgement.report && withdrawn.count(key(raw))) {
      judgement = {
          {},
          {"CONSENT_NO", "Another row with this report_id says that consent is no. Nothing of the report is kept.",
           Verdict::refused}};
    }
    if (judgement.report)
      candidates.push_back(make_candidate(std::move(*judgement.report), raw.file, raw.place, request.registry));
    else
      leave_out(counts, report, raw.item, judgement.why);
  }
  // Whatever the order of files, everything below sees the same sequence.
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return std::tie(a.file, a.place, a.content) < std::tie(b.file, b.place, b.content);
  });
  return candidates;
}

/// Whether the unit of a point is the one that was named or lies in it: by the parents of the region's units, where
/// those are not known by the beginning of its code.
class Nesting {
 public:
  explicit Nesting(const std::vector<EvidenceUnit>& units) {
    for (const EvidenceUnit& u : units)
      if (!u.parent.empty()) above_[u.pcode] = u.parent;
  }
  bool agree(const std::string& here, const std::string& named) const {
    if (here == named) return true;
    auto at = above_.find(here);
    if (at == above_.end()) return here.rfind(named, 0) == 0;
    for (int level = 0; level < deepest_level && at != above_.end(); ++level, at = above_.find(at->second))
      if (at->second == named) return true;
    return false;
  }

 private:
  static constexpr int deepest_level = 10;
  std::map<std::string, std::string> above_;
};

/// Sets the p-code of each report, from its own code (which must be known to the letter) or from its point, or marks it
/// outside.
void locate_reports(std::vector<Candidate>& candidates, const EvidenceRequest& request, EvidenceTable& counts,
                    RunReport& report) {
  const std::set<std::string> known(request.pcodes.begin(), request.pcodes.end());
  const Nesting nesting(request.units);
  std::vector<Candidate> located;
  for (Candidate& c : candidates) {
    Report& r = c.report;
    std::optional<std::string> here = r.lat && request.locate ? request.locate(*r.lon, *r.lat) : std::nullopt;
    if (!r.pcode.empty() && !known.count(r.pcode)) {
      leave_out(counts, report, r.item,
                {"PCODE_UNKNOWN", "pcode is none of the region's units. Correct it; codes are not guessed.",
                 Verdict::quarantined});
      continue;
    }
    if (r.pcode.empty()) {
      c.outside = !here;
      r.pcode = here.value_or("");
    } else if (r.lat && (!here || !nesting.agree(*here, r.pcode))) {
      r.flags.emplace_back("PCODE_MISMATCH");
      report.add({r.item, "evidence", "PCODE_MISMATCH",
                  "The point lies in another unit than pcode says; pcode is used.", Verdict::noted});
    }
    located.push_back(std::move(c));
  }
  candidates = std::move(located);
}

void leave_out_outside(std::vector<Candidate>& candidates, EvidenceTable& counts, RunReport& report) {
  for (const Candidate& c : candidates)
    if (c.outside)
      leave_out(counts, report, c.report.item,
                {"OUTSIDE_REGION", "The point lies in no admin unit of the region.", Verdict::refused});
  std::erase_if(candidates, [](const Candidate& c) { return c.outside; });
}

void note_flags(const std::vector<Candidate>& candidates, EvidenceTable& counts, RunReport& report) {
  for (const Candidate& c : candidates) {
    const auto note = [&](const char* code, const std::string& problem) {
      report.add({c.report.item, "evidence", code, problem, Verdict::noted});
    };
    counts.unweighted += c.weight == 0;
    if (c.why_unweighted == "UNKNOWN_REPORTER")
      note("UNKNOWN_REPORTER",
           "reporter_id is not registered. The report has no influence until the reporter is vouched for.");
    if (c.why_unweighted == "KEY_EXPIRED")
      note("KEY_EXPIRED", "The key of the reporter or of the organisation was not valid on the day of the report.");
    if (c.why_unweighted == "RELIABILITY_F")
      note("RELIABILITY_F", "The source's reliability cannot be judged (F). The report has no influence.");
    if (std::find(c.report.flags.begin(), c.report.flags.end(), "PII") != c.report.flags.end())
      note("PII", "text may hold " + join(find_personal_data(c.report.text), ", ") + ". It is not passed on.");
  }
}

void add_coverage(EvidenceTable& table, std::vector<CoverageRow> coverage) {
  table.coverage = std::move(coverage);
  std::map<std::pair<std::string, Period>, double> known;
  for (const CoverageRow& row : table.coverage) known[{row.pcode, row.period}] = row.coverage;
  for (EvidenceRow& row : table.rows)
    if (const auto at = known.find({row.pcode, row.period}); at != known.end()) row.coverage = at->second;
}

/// An organisation's own figure: it has the organisation's standing, and nobody reported it.
Candidate statistic_candidate(const Report& statistic, const Registry& registry) {
  Candidate c = make_candidate(statistic, statistic.item, 0, registry);
  const Standing standing = organisation_standing(registry, statistic.organisation, statistic.time.date);
  c.registered = true;
  c.weight = c.organisation_weight = standing.weight;
  c.reliability = standing.reliability;
  c.why_unweighted = standing.why;
  return c;
}

}  // namespace

EvidenceTable read_evidence(const EvidenceRequest& request, RunReport& report) {
  EvidenceTable table;
  std::vector<RawReport> rows;
  std::optional<VaultSecret> secret;
  for (const ReportInput& input : request.inputs) {
    std::optional<std::vector<RawReport>> of_input = read_vault(request, input, secret, table);
    if (!of_input) of_input = read_reports(request, input, table, report);
    for (RawReport& raw : *of_input) rows.push_back(std::move(raw));
  }
  std::vector<Candidate> candidates = judge_rows(rows, request, table, report);
  rows.clear();
  check_identity(candidates, table, report);
  locate_reports(candidates, request, table, report);
  check_speed(candidates, table, report);
  leave_out_outside(candidates, table, report);
  limit_vouched(candidates, request.registry, report);
  note_flags(candidates, table, report);
  const std::set<CellKey> bursts = find_bursts(candidates, request.cadence, report);
  std::vector<CoverageRow> coverage =
      estimate_coverage(candidates, request);  // of people who report, not of statistics
  table.accepted = candidates.size();
  for (const Report& statistic : request.statistics)
    candidates.push_back(statistic_candidate(statistic, request.registry));
  aggregate(candidates, request, bursts, table, report);
  add_coverage(table, std::move(coverage));
  return table;
}

}  // namespace fw
