// The country workbook that the IPC's website exports: three bands of columns under "Current", "First Projection" and
// "Second Projection", the phases in the row above the names.
#include <array>

#include "core/base/text.h"
#include "core/evidence/observation_formats.h"
#include "core/evidence/observe_phases.h"

namespace fw {
namespace {

struct Band {
  Outlook outlook = Outlook::current;
  ObservationTable::Column phase, period, all;
  std::array<ObservationTable::Column, 6> people, share;  ///< phases 1..5, then 3 and worse
};

std::string cell(const CsvRow& row, size_t c) {
  return c < row.cells.size() ? lower(trim(row.cells[c])) : std::string();
}

std::vector<Band> find_bands(const ObservationTable& table) {
  const auto& rows = table.start().table->rows;
  const CsvRow &outlooks = rows[table.start().header - 2], &phases = rows[table.start().header - 1];
  std::vector<Band> bands;
  for (size_t c = 0; c < table.header().size(); ++c) {
    if (const auto o = parse_outlook(cell(outlooks, c))) {
      bands.emplace_back();
      bands.back().outlook = *o;
    }
    if (bands.empty()) continue;
    Band& b = bands.back();
    if (table.header()[c] == "area phase") b.phase = c;
    if (table.header()[c] == "analysis period") b.period = c;
    if (table.header()[c] != "#") continue;
    const std::string above = cell(phases, c);
    if (above == "population analysed") b.all = c;
    if (above == "phase p3+") b.people[5] = c;
    for (size_t p = 0; p < 5; ++p)
      if (above == "phase " + std::to_string(p + 1)) b.people[p] = c;
    for (size_t p = 0; p < 6; ++p)
      if (b.people[p] == c && c + 1 < table.header().size() && table.header()[c + 1] == "%") b.share[p] = c + 1;
  }
  return bands;
}

}  // namespace

std::optional<TableStart> find_ipc_workbook(const ObservationFile& file) {
  const auto start = find_table(file, {"level 1 name", "area", "date of analysis", "area phase", "analysis period"});
  return start && start->header >= 2 ? start : std::nullopt;
}

void read_ipc_workbook(ObservationTable& table) {
  const size_t country = table.need("country"), level1 = table.need("level 1 name"), area = table.need("area"),
               analysis = table.need("analysis name"), issued = table.need("date of analysis");
  const std::vector<Band> bands = find_bands(table);
  if (bands.empty())
    throw InputError("SCHEMA", "No band of columns is headed Current, First Projection or Second Projection.");
  constexpr std::array names = {"1", "2", "3", "4", "5", "3+"};
  table.each([&](const ObservationRow& row, std::vector<Observation>& out) {
    Observation place;
    place.issued = row.span(issued, "Date of Analysis").from;
    place.country = row.text(country);
    if (row.text(analysis).empty()) {  // a total, named in the column of the country
      add_place(&place, place.country.find(':') == std::string::npos ? 1 : 0, "", place.country);
      place.country.clear();
      place.flags.emplace_back("TOTAL");
    }
    add_place(&place, 1, "", row.text(level1));
    add_place(&place, -1, "", row.text(area));
    for (const Band& b : bands) {
      const std::string period = row.text(b.period);
      if (period.empty()) continue;
      const auto days = parse_span_from_to(period);
      if (!days) throw RowRefusal("TIME_INVALID", "An analysis period is not as \"Aug 2020 - Sep 2020\".");
      Observation o = place;
      o.outlook = b.outlook;
      o.from = days->from;
      o.to = days->to;
      add_phase(row, b.phase, o, &out);
      add_people(row, b.all, {}, "all", o, &out);
      for (size_t p = 0; p < 6; ++p) add_people(row, b.people[p], b.share[p], names[p], o, &out);
    }
  });
}

}  // namespace fw
