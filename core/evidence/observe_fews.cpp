// Phases in three columns or bands: CS (current), ML1 and ML2 (first and second projection), as FEWS NET publishes them
// and as IPC tables are often kept beside them.
#include <array>

#include "core/evidence/observation_formats.h"
#include "core/evidence/observe_phases.h"

namespace fw {
namespace {

struct Band {
  Outlook outlook = Outlook::current;
  ObservationTable::Column phase, period, analysed, worse, worse_share, assisted;
  std::array<ObservationTable::Column, 5> people, share;
};

Band find_band(const ObservationTable& t, const std::string& name, Outlook outlook) {
  Band b;
  b.outlook = outlook;
  const auto find = [&](const std::string& column) { return t.find(column.c_str()); };
  b.phase = find(name);
  b.period = find(name + "_AP");
  b.analysed = find("pop_" + name);
  b.worse = find(name + "_3p");
  b.worse_share = t.find_any({("perc_" + name + "_3p").c_str(), (name + "_3p_perc").c_str()});
  b.assisted = find("HA_" + name);
  for (size_t i = 0; i < 5; ++i) {
    const std::string column = name + "_" + std::to_string(i + 1);
    b.people[i] = find(column);
    b.share[i] = t.find_any({("perc_" + column).c_str(), (column + "_perc").c_str()});
  }
  return b;
}

bool is_empty(const Band& b) { return !b.phase && !b.people[0]; }

}  // namespace

std::optional<TableStart> find_fews_phase(const ObservationFile& file) {
  for (const char* band : {"CS", "ML1", "ML2", "CS_1"})
    for (const char* place : {"ADM2_EN", "ADM1_EN", "ADMIN2", "ADMIN1"})
      if (const auto start = find_table(file, {"date", band, place})) return start;
  return {};
}

void read_fews_phase(ObservationTable& table) {
  const size_t date = table.need("date");
  const auto country = table.find_any({"ADM0_EN", "ADMIN0", "Country"}), admin1 = table.find_any({"ADM1_EN", "ADMIN1"}),
             admin2 = table.find_any({"ADM2_EN", "ADMIN2"}), code1 = table.find("ADM1_PCODE"),
             code2 = table.find("ADM2_PCODE"), analysis = table.find("Analysis Name");
  std::vector<Band> bands;
  for (const auto& [name, outlook] :
       {std::pair{"CS", Outlook::current}, {"ML1", Outlook::first_projection}, {"ML2", Outlook::second_projection}})
    if (const Band b = find_band(table, name, outlook); !is_empty(b)) bands.push_back(b);
  table.each([&](const ObservationRow& row, std::vector<Observation>& out) {
    Observation place;
    const DaySpan stated = row.span(date, "date");
    place.issued = stated.from;
    // Analyses that are named by a month are the IPC's; FEWS NET's are named by their first day.
    if (stated.from != stated.to) place.source = "ipc";
    place.country = row.text(country);
    const std::string name1 = row.text(admin1), name2 = row.text(admin2);
    if (analysis && name1.empty() && name2.empty() && row.text(analysis).empty()) {
      // Lines with totals bear the name of the region, or of the whole analysis, in the column of the country.
      add_place(&place, place.country.find(':') == std::string::npos ? 1 : 0, "", place.country);
      place.country.clear();
      place.flags.emplace_back("TOTAL");
    }
    add_place(&place, 1, row.text(code1), name1);
    add_place(&place, 2, row.text(code2), name2);
    for (const Band& b : bands) {
      Observation o = place;
      o.outlook = b.outlook;
      const std::string period = row.text(b.period);
      if (const auto days = period.empty() ? std::nullopt : parse_span_from_to(period)) {
        o.from = days->from;
        o.to = days->to;
      } else if (!period.empty()) {
        throw RowRefusal("TIME_INVALID", "An analysis period is not as \"Aug 2020 - Sep 2020\".");
      } else {
        // The month of the analysis; how far a projection reaches the table does not say.
        o.from = stated.from;
        o.to = whole_month(stated.from.year, stated.from.month).to;
        if (b.outlook != Outlook::current) o.flags.emplace_back("PERIOD_NOT_STATED");
      }
      if (row.number(b.assisted, "The assistance flag", 0, 1).value_or(0) == 1) o.flags.emplace_back("WITH_ASSISTANCE");
      add_phase(row, b.phase, o, &out);
      add_people(row, b.analysed, {}, "all", o, &out);
      for (size_t i = 0; i < 5; ++i) add_people(row, b.people[i], b.share[i], std::to_string(i + 1), o, &out);
      add_people(row, b.worse, b.worse_share, "3+", o, &out);
    }
  });
}

}  // namespace fw
