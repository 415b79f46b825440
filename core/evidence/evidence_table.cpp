// The evidence table as CSV and HXL CSV. Nothing in it came from free text.
#include <array>
#include <cmath>

#include "core/base/csv.h"
#include "core/base/text.h"
#include "core/evidence/report.h"

namespace fw {
namespace {

struct Column {
  const char *name, *hashtag;
};
constexpr std::array<Column, 12> table_columns = {{{"pcode", "#loc+code"},
                                                   {"period", "#date+period"},
                                                   {"start", "#date+start"},
                                                   {"end", "#date+end"},
                                                   {"kind", "#indicator+kind"},
                                                   {"value", "#indicator+value+num"},
                                                   {"weight", "#indicator+weight+num"},
                                                   {"reports", "#meta+reports+num"},
                                                   {"reporters", "#meta+reporters+num"},
                                                   {"organisations", "#meta+organisations+num"},
                                                   {"disagreement", "#indicator+disagreement+num"},
                                                   {"flags", "#meta+flags"}}};

double take_fraction(const std::string& cell, double hi, const std::string& where) {
  const std::optional<double> v = parse_number(cell);
  if (!v || *v < 0 || *v > hi)
    throw InputError("TABLE_INVALID",
                     where + " is no number of 0.." + format_number(hi) + ". Make the evidence table again.");
  return *v;
}

int take_count(const std::string& cell, const std::string& where) {
  const std::optional<long long> v = parse_integer(cell);
  if (!v || *v < 1 || *v > 1'000'000'000)
    throw InputError("TABLE_INVALID", where + " is no count. Make the evidence table again.");
  return static_cast<int>(*v);
}

}  // namespace

std::string evidence_csv(const EvidenceTable& table, bool hxl) {
  std::vector<std::string> names, tags;
  for (const Column& c : table_columns) {
    names.emplace_back(c.name);
    tags.emplace_back(c.hashtag);
  }
  std::string out = join(names, ",") + "\n" + (hxl ? join(tags, ",") + "\n" : "");
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
                                            format_number(r.disagreement),
                                            csv_text(join(r.flags, ";"))};
    out += join(cells, ",") + "\n";
  }
  return out;
}

EvidenceTable load_evidence(const std::string& file) {
  const std::vector<CsvRow> csv = parse_csv(read_file(file));
  const std::string name = printable(file);
  std::vector<std::string> names, tags;
  for (const Column& c : table_columns) {
    names.emplace_back(c.name);
    tags.emplace_back(c.hashtag);
  }
  if (csv.empty() || csv.front().cells != names)
    throw InputError("TABLE_INVALID", name + " is no evidence table (its columns are not " + join(names, ",") +
                                          "). Make it with `forewarn evidence`.");
  EvidenceTable table;
  for (size_t i = csv.size() > 1 && csv[1].cells == tags ? 2 : 1; i < csv.size(); ++i) {
    const std::vector<std::string>& cells = csv[i].cells;
    const std::string where = name + ", line " + std::to_string(csv[i].line);
    if (cells.size() != names.size())
      throw InputError("TABLE_INVALID", where + ": the row does not have " + std::to_string(names.size()) +
                                            " cells. Make the evidence table again.");
    EvidenceRow row;
    row.pcode = cells[0];
    const std::optional<Period> period = parse_period(cells[1]);
    if (!period)
      throw InputError("TABLE_INVALID",
                       where + ": period is no dekad (2024-05-d3) or month (2024-05). Make the evidence table again.");
    row.period = *period;
    row.kind = cells[4];
    row.value = take_fraction(cells[5], 1, where + ": value");
    row.weight = take_fraction(cells[6], 1, where + ": weight");
    row.reports = take_count(cells[7], where + ": reports");
    row.reporters = take_count(cells[8], where + ": reporters");
    row.organisations = take_count(cells[9], where + ": organisations");
    row.disagreement = take_fraction(cells[10], 0.5, where + ": disagreement");
    if (!cells[11].empty()) row.flags = split(cells[11], ';');
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace fw
