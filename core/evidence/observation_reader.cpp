#include "core/evidence/observation_reader.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/text.h"

namespace fw {
namespace {

constexpr size_t rows_searched = 25;
constexpr size_t longest_cell = 64 << 10;

/// Names of columns are compared without case, blanks at the ends and byte order mark.
std::string column_key(std::string_view name) { return lower(trim(name)); }

std::string wanted_name(const ObservationFile& file, const char* name) {
  const auto mapped = file.columns().find(name);
  return column_key(mapped == file.columns().end() ? name : mapped->second);
}

/// A row of HXL hashtags, which may have the number of a row or blanks beside them.
bool is_tag_row(const CsvRow& row) {
  size_t tags = 0;
  for (const std::string& cell : row.cells) {
    const std::string t = trim(cell);
    if (t.empty() || parse_integer(t)) continue;
    if (t[0] != '#') return false;
    ++tags;
  }
  return tags > 1;
}

}  // namespace

const char* name_of(Dataset d) {
  constexpr std::array names = {"phase",    "price",      "conflict", "displacement",
                                "arrivals", "population", "needs",    "climate"};
  return names[static_cast<size_t>(d)];
}
const char* name_of(Outlook o) {
  constexpr std::array names = {"measured", "current", "first_projection", "second_projection"};
  return names[static_cast<size_t>(o)];
}

std::string item_of(const std::string& file, size_t line, bool record) {
  return file + (record ? ":record " : ":") + std::to_string(line);
}

ObservationFile::ObservationFile(std::string name, std::string bytes, std::map<std::string, std::string> columns)
    : name_(std::move(name)), bytes_(std::move(bytes)), columns_(std::move(columns)) {}

const std::vector<SourceTable>& ObservationFile::tables() const {
  if (!tables_) tables_ = read_tables(bytes_);
  return *tables_;
}

std::optional<TableStart> find_table(const ObservationFile& file, std::initializer_list<const char*> columns) {
  std::vector<std::string> wanted;
  for (const char* name : columns) wanted.push_back(wanted_name(file, name));
  for (const SourceTable& table : file.tables())
    for (size_t r = 0; r < std::min(rows_searched, table.rows.size()); ++r) {
      std::vector<std::string> names;
      for (const std::string& cell : table.rows[r].cells) names.push_back(column_key(cell));
      if (std::all_of(wanted.begin(), wanted.end(),
                      [&](const auto& w) { return std::find(names.begin(), names.end(), w) != names.end(); }))
        return TableStart{&table, r, true, false};
    }
  return {};
}

std::string ObservationRow::text(Column c) const {
  if (!c || *c >= row_.cells.size()) return {};
  if (row_.cells[*c].size() > longest_cell)
    throw RowRefusal("FIELD_TOO_LONG", "A cell is longer than " + format_bytes(longest_cell) + ".");
  const std::string t = trim(row_.cells[*c]);
  if (t.size() > 13) return t;
  const std::string word = lower(t);
  for (const char* nothing : {"na", "n/a", "nan", "null", "none", "not available"})
    if (word == nothing) return {};
  return t;
}

std::optional<double> ObservationRow::number(Column c, const char* what, double lo, double hi) const {
  const std::string t = text(c);
  if (t.empty()) return {};
  const auto v = parse_number(t);
  if (!v) throw RowRefusal("NUMBER_FORMAT", std::string(what) + " is no decimal number with a point.");
  if (*v < lo || *v > hi)
    throw RowRefusal("RANGE", std::string(what) + " is outside " + format_number(lo) + ".." + format_number(hi) + ".");
  return v;
}

Date ObservationRow::day(Column c, const char* what) const {
  const auto d = parse_day(text(c));
  if (!d)
    throw RowRefusal("TIME_INVALID",
                     std::string(what) + " is no day that reads in one way only (YYYY-MM-DD, 17 May 2013).");
  return *d;
}

DaySpan ObservationRow::span(Column c, const char* what) const {
  const auto s = parse_span(text(c));
  if (!s)
    throw RowRefusal(
        "TIME_INVALID",
        std::string(what) + " is no day, month or year that reads in one way only (2020-08-01, Aug 2020, 2020).");
  return *s;
}

void ObservationRow::point(Column lat, Column lon, Observation* o) const {
  const auto y = number(lat, "The latitude", -90, 90), x = number(lon, "The longitude", -180, 180);
  if (y.has_value() != x.has_value()) throw RowRefusal("COORD_INVALID", "One of latitude and longitude is empty.");
  if (!y || (*y == 0 && *x == 0)) return;
  o->lat = y;
  o->lon = x;
}

ObservationTable::ObservationTable(const ObservationFile& file, const TableStart& start, ObservationSet* set,
                                   RunReport* report)
    : file_(file), start_(start), set_(set), report_(report) {
  if (start.has_header)
    for (const std::string& cell : start.table->rows[start.header].cells) header_.push_back(column_key(cell));
}

ObservationTable::Column ObservationTable::find(const char* name) const {
  const std::string wanted = wanted_name(file_, name);
  const auto at = std::find(header_.begin(), header_.end(), wanted);
  if (at == header_.end()) return {};
  if (std::find(at + 1, header_.end(), wanted) != header_.end())
    throw InputError("SCHEMA", "Two columns are named '" + printable(wanted, 60) + "'. Keep one of them.");
  return static_cast<size_t>(at - header_.begin());
}

ObservationTable::Column ObservationTable::find_any(std::initializer_list<const char*> names) const {
  for (const char* name : names)
    if (const Column c = find(name)) return c;
  return {};
}

size_t ObservationTable::need(const char* name) const {
  if (const Column c = find(name)) return *c;
  throw InputError("SCHEMA", std::string("The table has no column '") + name +
                                 "'. Add it, or name it in the column map of this input.");
}

std::string ObservationTable::option(const char* name) const {
  const auto at = file_.columns().find(name);
  return at == file_.columns().end() ? std::string() : at->second;
}

int ObservationTable::stated_year() const {
  if (const auto year = parse_year(option("year"))) return *year;
  throw InputError(
      "NEEDS_YEAR",
      "The table does not say which year it is about. Say it: year = \"2024\" in the column map, or --set year=2024.");
}

bool ObservationTable::skips(const CsvRow& row) const {
  if (start_.comments && !row.cells.empty() && trim(row.cells[0]).rfind('#', 0) == 0) return true;
  return is_tag_row(row) ||
         std::all_of(row.cells.begin(), row.cells.end(), [](const std::string& c) { return trim(c).empty(); });
}

void ObservationTable::check_width(const CsvRow& row) const {
  if (!start_.has_header) return;
  for (size_t c = header_.size(); c < row.cells.size(); ++c)
    if (!trim(row.cells[c]).empty())
      throw RowRefusal("SCHEMA", "The row has cells beyond the header. Check its separators and quotes.");
  if (!start_.table->records && start_.table->sheet.empty() && row.cells.size() < header_.size())
    throw RowRefusal("SCHEMA", "The row has " + std::to_string(row.cells.size()) + " cells, the header " +
                                   std::to_string(header_.size()) + ". Check its separators and quotes.");
}

bool ObservationTable::is_footnote(const CsvRow& row) const {
  const auto filled =
      std::count_if(row.cells.begin(), row.cells.end(), [](const std::string& c) { return !trim(c).empty(); });
  return !start_.table->sheet.empty() && header_.size() > 3 && filled == 1;
}

void ObservationTable::keep(const CsvRow& row, std::vector<Observation>& out) {
  ++set_->rows;
  ++(out.empty() ? set_->empty : set_->used);
  for (Observation& o : out) {
    o.line = row.line;
    if (o.source.empty()) o.source = set_->source;
    set_->observations.push_back(std::move(o));
  }
}

void ObservationTable::leave_out(const CsvRow& row, const RowRefusal& why) {
  ++set_->rows;
  ++(why.verdict == Verdict::refused ? set_->refused : set_->set_aside);
  report_->add({item_of(file_.name(), row.line, start_.table->records), "evidence", why.code, why.what(), why.verdict});
}

void add_place(Observation* o, int level, std::string code, std::string name) {
  if (!code.empty() || !name.empty()) o->places.push_back({level, std::move(code), std::move(name)});
}

std::optional<Outlook> parse_outlook(const std::string& text) {
  std::string t = lower(trim(text));
  std::replace(t.begin(), t.end(), '_', ' ');
  if (t == "current") return Outlook::current;
  if (t == "first projection" || t == "projection" || t == "projected") return Outlook::first_projection;
  if (t == "second projection") return Outlook::second_projection;
  return {};
}

}  // namespace fw
