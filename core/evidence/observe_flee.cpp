// Tables of the Flee displacement model: people counted at one place, and conflict zones per day.
// https://flee.readthedocs.io
#include <algorithm>
#include <filesystem>

#include "core/base/text.h"
#include "core/evidence/observation_formats.h"

namespace fw {
namespace {

bool is_comment(const CsvRow& row) { return !row.cells.empty() && trim(row.cells[0]).rfind('#', 0) == 0; }
bool is_blank(const CsvRow& row) {
  return std::all_of(row.cells.begin(), row.cells.end(), [](const std::string& c) { return trim(c).empty(); });
}
bool is_count(const CsvRow& row) {
  return row.cells.size() == 2 && parse_day(row.cells[0]) && parse_number(trim(row.cells[1]));
}

}  // namespace

std::optional<TableStart> find_flee_series(const ObservationFile& file) {
  const SourceTable& table = file.tables().front();
  if (table.records || !table.sheet.empty()) return {};
  std::optional<TableStart> start;
  bool counted = false;
  for (size_t r = 0; r < table.rows.size(); ++r) {
    const CsvRow& row = table.rows[r];
    if (is_blank(row)) continue;
    if (row.cells.size() > 2 && !is_comment(row)) return {};
    // Names, when there are any, are the first thing that is no comment, or a comment of two cells.
    if (!start && !is_count(row) && row.cells.size() == 2 && !trim(row.cells[1]).empty())
      start = TableStart{&table, r, true, true};
    if (!start && is_count(row)) start = TableStart{&table, 0, false, true};
    counted = counted || is_count(row);
  }
  return counted ? start : std::nullopt;
}

void read_flee_series(ObservationTable& table) {
  const std::string place = table.option("place"), pcode = table.option("pcode");
  const std::string stem = std::filesystem::path(table.file_name()).stem().string();
  table.each([&](const ObservationRow& row, std::vector<Observation>& out) {
    const auto n = row.count(1, "The number of people");
    if (!n) return;
    Observation o;
    o.dataset = Dataset::arrivals;
    o.quantity = "people_counted";
    o.unit = "people";
    o.value = *n;
    o.from = o.to = row.day(0, "The first column");
    o.site = place.empty() ? stem : place;
    o.country = table.option("country");
    add_place(&o, -1, pcode, place);  // the file names no place of its own
    out.push_back(std::move(o));
  });
}

std::optional<TableStart> find_flee_conflict(const ObservationFile& file) { return find_table(file, {"#day"}); }

void read_flee_conflict(ObservationTable& table) {
  const auto start = parse_day(table.option("start"));
  if (!start)
    throw InputError(
        "NEEDS_START",
        "The table counts days from a day that stands in another file (sim_period.csv). Say it: start = \"2012-02-29\" "
        "in the column map, or --set start=2012-02-29.");
  const size_t day = table.need("#day");
  table.each([&](const ObservationRow& row, std::vector<Observation>& out) {
    const auto n = row.number(day, "The day", 0, 100000);
    if (!n || *n != static_cast<int>(*n)) throw RowRefusal("TIME_INVALID", "The day is no whole number.");
    for (size_t c = 0; c < table.header().size(); ++c) {
      if (c == day || table.header()[c].empty()) continue;
      const auto v = row.number(c, "A conflict flag", 0, 1);
      if (!v) continue;
      Observation o;
      o.dataset = Dataset::conflict;
      o.quantity = "conflict_zone";
      o.unit = "1";
      o.value = *v;
      o.from = o.to = date_from_days(days_since_epoch(*start) + static_cast<int64_t>(*n));
      o.country = table.option("country");
      std::string name = trim(table.start().table->rows[table.start().header].cells[c]);
      std::replace(name.begin(), name.end(), '_', ' ');
      add_place(&o, -1, "", name);
      out.push_back(std::move(o));
    }
  });
}

}  // namespace fw
