#include "core/evidence/evidence_table.h"

#include <array>
#include <limits>
#include <optional>

#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace fw {
namespace {

struct Column {
  const char *name, *hashtag;
};
constexpr std::array<Column, 21> evidence_columns = {{{"pcode", "#loc+code"},
                                                      {"period", "#date+period"},
                                                      {"start", "#date+start"},
                                                      {"end", "#date+end"},
                                                      {"kind", "#indicator+kind"},
                                                      {"value", "#indicator+value+num"},
                                                      {"weight", "#indicator+weight+num"},
                                                      {"reports", "#meta+reports+num"},
                                                      {"reporters", "#meta+reporters+num"},
                                                      {"organisations", "#meta+organisations+num"},
                                                      {"clusters", "#meta+clusters+num"},
                                                      {"low", "#indicator+value+low+num"},
                                                      {"high", "#indicator+value+high+num"},
                                                      {"disagreement", "#indicator+disagreement+num"},
                                                      {"conflict", "#indicator+conflict+num"},
                                                      {"reliability", "#meta+reliability"},
                                                      {"credibility", "#meta+credibility+num"},
                                                      {"age_days", "#indicator+age+days+num"},
                                                      {"coverage", "#indicator+coverage+num"},
                                                      {"flags", "#meta+flags"},
                                                      {"sensitivity", "#meta+sensitivity"}}};
constexpr std::array<Column, 11> coverage_columns = {{{"pcode", "#loc+code"},
                                                      {"period", "#date+period"},
                                                      {"start", "#date+start"},
                                                      {"end", "#date+end"},
                                                      {"population", "#population+num"},
                                                      {"access", "#access+num"},
                                                      {"past_per_period", "#meta+reports+past+num"},
                                                      {"per_expected", "#meta+reports+expected+num"},
                                                      {"coverage", "#indicator+coverage+num"},
                                                      {"silence", "#indicator+silence+num"},
                                                      {"unknown", "#meta+unknown"}}};

template <size_t n>
std::string head(const std::array<Column, n>& columns, bool hxl) {
  std::vector<std::string> names, tags;
  for (const Column& c : columns) {
    names.emplace_back(c.name);
    tags.emplace_back(c.hashtag);
  }
  return join(names, ",") + "\n" + (hxl ? join(tags, ",") + "\n" : "");
}

/// One row of a table being read, with its place for messages.
class Cells {
 public:
  Cells(std::string where, const std::vector<std::string>& cells) : where_(std::move(where)), cells_(cells) {}
  [[noreturn]] void fail(const std::string& what) const {
    throw InputError("TABLE_INVALID", where_ + ": " + what + ". Make the evidence table again.");
  }
  const std::string& text(size_t c) const { return cells_.at(c); }
  double number(size_t c, const char* name, double lo, double hi) const {
    const std::optional<double> v = parse_number(text(c));
    if (!v || *v < lo || *v > hi)
      fail(std::string(name) + " is no number of " + format_number(lo) + ".." + format_number(hi));
    return *v;
  }
  /// NaN where the cell is empty.
  double known(size_t c, const char* name, double hi) const {
    return text(c).empty() ? std::numeric_limits<double>::quiet_NaN() : number(c, name, 0, hi);
  }
  int count(size_t c, const char* name, long long lo, long long hi = 1'000'000'000) const {
    const std::optional<long long> v = parse_integer(text(c));
    if (!v || *v < lo || *v > hi) fail(std::string(name) + " is no count");
    return static_cast<int>(*v);
  }
  Period period(size_t c) const {
    const std::optional<Period> p = parse_period(text(c));
    if (!p) fail("period is no dekad (2024-05-d3) or month (2024-05)");
    return *p;
  }

 private:
  std::string where_;
  const std::vector<std::string>& cells_;
};

/// Calls `take` for each row below the head. Errors: InputError TABLE_INVALID where the head or a row has another
/// shape.
template <size_t n, class Take>
void read_rows(const std::string& file, const char* what, const std::array<Column, n>& columns, Take take) {
  const std::vector<CsvRow> csv = parse_csv(read_file(file));
  const std::string name = printable(file);
  std::vector<std::string> names, tags;
  for (const Column& c : columns) {
    names.emplace_back(c.name);
    tags.emplace_back(c.hashtag);
  }
  if (csv.empty() || csv.front().cells != names)
    throw InputError("TABLE_INVALID", name + " is no " + what + " table (its columns are not " + join(names, ",") +
                                          "). Make it with `forewarn evidence`.");
  for (size_t i = csv.size() > 1 && csv[1].cells == tags ? 2 : 1; i < csv.size(); ++i) {
    const Cells cells(name + ", line " + std::to_string(csv[i].line), csv[i].cells);
    if (csv[i].cells.size() != n) cells.fail("the row does not have " + std::to_string(n) + " cells");
    take(cells);
  }
}

constexpr double most_people = 1e10, longest_age = 1e6, strongest_silence = 100;

char read_letter(const Cells& at, size_t c) {
  const std::string& s = at.text(c);
  if (s.size() != 1 || s[0] < 'A' || s[0] > 'F') at.fail("reliability is none of A to F");
  return s[0];
}

}  // namespace

std::string evidence_csv(const EvidenceTable& table, bool hxl) {
  std::string out = head(evidence_columns, hxl);
  for (const EvidenceRow& r : table.rows) {
    const std::vector<std::string> cells = {csv_text(r.pcode),
                                            label(r.period),
                                            to_string(first_day(r.period)),
                                            to_string(last_day(r.period)),
                                            csv_text(r.kind),
                                            format_number(r.value),
                                            format_number(r.weight),
                                            std::to_string(r.reports),
                                            std::to_string(r.reporters),
                                            std::to_string(r.organisations),
                                            std::to_string(r.clusters),
                                            format_number(r.low),
                                            format_number(r.high),
                                            format_number(r.disagreement),
                                            format_number(r.conflict),
                                            std::string(1, r.reliability),
                                            std::to_string(r.credibility),
                                            format_number(r.age_days),
                                            format_number(r.coverage),
                                            csv_text(join(r.flags, ";")),
                                            name_of(r.sensitivity)};
    out += join(cells, ",") + "\n";
  }
  return out;
}

EvidenceTable load_evidence(const std::string& file) {
  EvidenceTable table;
  read_rows(file, "evidence", evidence_columns, [&](const Cells& at) {
    EvidenceRow row;
    row.pcode = at.text(0);
    row.period = at.period(1);
    row.kind = at.text(4);
    row.value = at.number(5, "value", 0, 1);
    row.weight = at.number(6, "weight", 0, 1);
    row.reports = at.count(7, "reports", 0);  // 0: published figures alone
    row.reporters = at.count(8, "reporters", row.reports > 0);
    row.organisations = at.count(9, "organisations", row.reports > 0);
    if (row.reports == 0 && (row.reporters > 0 || row.organisations > 0)) at.fail("reports is no count");
    row.clusters = at.count(10, "clusters", 1);
    row.low = at.number(11, "low", 0, 1);
    row.high = at.number(12, "high", 0, 1);
    row.disagreement = at.number(13, "disagreement", 0, 0.5);
    row.conflict = at.number(14, "conflict", 0, 1);
    row.reliability = read_letter(at, 15);
    row.credibility = at.count(16, "credibility", 1, 6);
    row.age_days = at.number(17, "age_days", 0, longest_age);
    row.coverage = at.number(18, "coverage", 0, 1);
    if (!at.text(19).empty()) row.flags = split(at.text(19), ';');
    const std::optional<Sensitivity> sensitivity = parse_sensitivity(at.text(20));
    if (!sensitivity) at.fail("sensitivity is none of low, moderate, high, severe");
    row.sensitivity = *sensitivity;
    table.rows.push_back(std::move(row));
  });
  return table;
}

std::string coverage_csv(const EvidenceTable& table, bool hxl) {
  std::string out = head(coverage_columns, hxl);
  for (const CoverageRow& r : table.coverage) {
    const std::vector<std::string> cells = {csv_text(r.pcode),
                                            label(r.period),
                                            to_string(first_day(r.period)),
                                            to_string(last_day(r.period)),
                                            format_number(r.population),
                                            format_number(r.access),
                                            format_number(r.past_per_period),
                                            format_number(r.per_expected),
                                            format_number(r.coverage),
                                            format_number(r.silence),
                                            csv_text(r.unknown)};
    out += join(cells, ",") + "\n";
  }
  return out;
}

std::vector<CoverageRow> load_coverage(const std::string& file) {
  std::vector<CoverageRow> rows;
  read_rows(file, "coverage", coverage_columns, [&](const Cells& at) {
    CoverageRow row;
    row.pcode = at.text(0);
    row.period = at.period(1);
    row.population = at.known(4, "population", most_people);
    row.access = at.known(5, "access", 1);
    row.past_per_period = at.number(6, "past_per_period", 0, most_people);
    row.per_expected = at.known(7, "per_expected", most_people);
    row.coverage = at.number(8, "coverage", 0, 1);
    row.silence = at.number(9, "silence", -strongest_silence, 0);
    row.unknown = at.text(10);
    rows.push_back(std::move(row));
  });
  return rows;
}

}  // namespace fw
