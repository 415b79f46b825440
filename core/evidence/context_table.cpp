#include "core/evidence/context_table.h"

#include <algorithm>
#include <filesystem>

#include "core/base/csv.h"
#include "core/base/text.h"

namespace fw {
namespace {

const std::vector<std::string> columns = {"pcode", "dataset", "quantity", "detail", "outlook", "from", "to",  "value",
                                          "unit",  "site",    "source",   "issued", "flags",   "lat",  "lon", "item"};
enum : size_t {
  at_pcode,
  at_dataset,
  at_quantity,
  at_detail,
  at_outlook,
  at_from,
  at_to,
  at_value,
  at_unit,
  at_site,
  at_source,
  at_issued,
  at_flags,
  at_lat,
  at_lon,
  at_item
};

struct Cells {
  const std::string& name;
  const CsvRow& row;

  [[noreturn]] void fail(size_t column) const {
    throw InputError("TABLE_INVALID", name + ", line " + std::to_string(row.line) + ": " + columns[column] +
                                          " is not what 'forewarn evidence' writes. Make the table again with it.");
  }
  const std::string& text(size_t column) const { return row.cells[column]; }
  Date day(size_t column) const {
    const auto t = parse_datetime(text(column));
    if (!t || t->has_time) fail(column);
    return t->date;
  }
  double number(size_t column) const {
    const auto v = parse_number(text(column));
    if (!v) fail(column);
    return *v;
  }
  std::optional<double> degrees(size_t column, double most) const {
    if (text(column).empty()) return {};
    const double v = number(column);
    if (v < -most || v > most) fail(column);
    return v;
  }
  /// The value of an enumeration whose last is `last`.
  template <class Enum>
  Enum named(size_t column, Enum last) const {
    for (int k = 0; k <= static_cast<int>(last); ++k)
      if (text(column) == name_of(static_cast<Enum>(k))) return static_cast<Enum>(k);
    fail(column);
  }
};

MatchedObservation read_row(const Cells& at) {
  MatchedObservation m;
  Observation& o = m.observation;
  m.pcode = at.text(at_pcode);
  if (m.pcode.empty()) at.fail(at_pcode);
  o.dataset = at.named(at_dataset, Dataset::climate);
  o.quantity = at.text(at_quantity);
  o.detail = at.text(at_detail);
  o.outlook = at.named(at_outlook, Outlook::second_projection);
  o.from = at.day(at_from);
  o.to = at.day(at_to);
  if (o.to < o.from) at.fail(at_to);
  o.value = at.number(at_value);
  o.unit = at.text(at_unit);
  o.site = at.text(at_site);
  o.source = at.text(at_source);
  if (!at.text(at_issued).empty()) o.issued = at.day(at_issued);
  if (!at.text(at_flags).empty()) o.flags = split(at.text(at_flags), ';');
  o.lat = at.degrees(at_lat, 90);
  o.lon = at.degrees(at_lon, 180);
  if (o.lat.has_value() != o.lon.has_value()) at.fail(at_lon);
  m.item = at.text(at_item);
  return m;
}

}  // namespace

std::string context_csv(const std::vector<MatchedObservation>& observations) {
  std::vector<std::string> lines;
  for (const MatchedObservation& m : observations) {
    const Observation& o = m.observation;
    const bool placed = o.lat && o.lon;
    lines.push_back(
        join({csv_text(m.pcode), name_of(o.dataset), csv_text(o.quantity), csv_text(o.detail), name_of(o.outlook),
              to_string(o.from), to_string(o.to), format_number(o.value), csv_text(o.unit), csv_text(o.site),
              csv_text(o.source), o.issued ? to_string(*o.issued) : "", csv_text(join(o.flags, ";")),
              placed ? format_number(*o.lat) : "", placed ? format_number(*o.lon) : "", csv_text(m.item)},
             ","));
  }
  std::sort(lines.begin(), lines.end());
  std::string out = join(columns, ",") + "\n";
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

std::vector<MatchedObservation> load_context(const std::string& file) {
  const std::vector<CsvRow> rows = parse_csv(read_file(file));
  const std::string name = printable(std::filesystem::path(file).filename().string());
  if (rows.empty() || rows.front().cells != columns)
    throw InputError("TABLE_INVALID",
                     name + " does not have the columns " + join(columns, ",") + ". Run 'forewarn evidence' again.");
  std::vector<MatchedObservation> out;
  for (size_t r = 1; r < rows.size(); ++r) {
    const Cells at{name, rows[r]};
    if (rows[r].cells.size() != columns.size()) at.fail(at_item);
    out.push_back(read_row(at));
  }
  return out;
}

UnitPeople::UnitPeople(const std::vector<MatchedObservation>& observations) {
  for (const MatchedObservation& m : observations)
    if (m.observation.dataset == Dataset::population && m.observation.quantity == "population" &&
        m.observation.value > 0) {
      double& people = of_[m.pcode][m.observation.from.year];
      people = std::max(people, m.observation.value);
    }
}

std::optional<double> UnitPeople::at(const std::string& pcode, int year) const {
  const auto unit = of_.find(pcode);
  if (unit == of_.end()) return {};
  auto after = unit->second.upper_bound(year);
  if (after != unit->second.begin()) --after;
  return after->second;
}

}  // namespace fw
