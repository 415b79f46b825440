// IPC acute food insecurity as HDX publishes it: a row per area, period and phase (long) or per area (wide).
#include <array>

#include "core/evidence/observation_formats.h"
#include "core/evidence/observe_phases.h"

namespace fw {
namespace {

/// Country, analysis, level 1 and area. An area is a unit or a part of one; which level the file does not say.
struct AreaColumns {
  ObservationTable::Column country, level1, area, issued;
  explicit AreaColumns(const ObservationTable& t)
      : country(t.find("country")),
        level1(t.find("level 1")),
        area(t.find("area")),
        issued(t.find("date of analysis")) {}
  Observation take(const ObservationRow& row) const {
    Observation o;
    o.country = row.text(country);
    add_place(&o, 1, "", row.text(level1));
    add_place(&o, -1, "", row.text(area));
    if (!row.text(issued).empty()) o.issued = row.span(issued, "Date of analysis").from;
    return o;
  }
};

void check_order(const Observation& o) {
  if (o.to < o.from) throw RowRefusal("TIME_INVALID", "The period ends before it begins.");
}

}  // namespace

std::optional<TableStart> find_ipc_long(const ObservationFile& file) {
  return find_table(file, {"validity period", "from", "to", "phase", "number", "percentage"});
}

void read_ipc_long(ObservationTable& table) {
  const AreaColumns area(table);
  const size_t period = table.need("validity period"), from = table.need("from"), to = table.need("to"),
               phase = table.need("phase"), number = table.need("number"), share = table.need("percentage");
  table.each([&](const ObservationRow& row, std::vector<Observation>& out) {
    Observation o = area.take(row);
    const auto outlook = parse_outlook(row.text(period));
    if (!outlook) throw RowRefusal("OUTLOOK", "Validity period is neither current nor a first or second projection.");
    o.outlook = *outlook;
    o.from = row.day(from, "From");
    o.to = row.day(to, "To");
    check_order(o);
    const std::string p = row.text(phase);
    if (p != "all" && p != "3+" && !(p.size() == 1 && p[0] >= '1' && p[0] <= '5'))
      throw RowRefusal("RANGE", "Phase is none of 1 to 5, 3+ and all.");
    add_people(row, number, share, p, std::move(o), &out);
  });
}

std::optional<TableStart> find_ipc_wide(const ObservationFile& file) {
  return find_table(file, {"current from", "current to", "population analyzed current", "phase 1 number current"});
}

void read_ipc_wide(ObservationTable& table) {
  const AreaColumns area(table);
  struct Band {
    Outlook outlook;
    ObservationTable::Column from, to, all;
    std::array<std::array<ObservationTable::Column, 2>, 6> phases;  ///< 1..5 and 3+: number, share
  };
  std::vector<Band> bands;
  constexpr std::array phase_names = {"1", "2", "3", "4", "5", "3+"};
  for (const auto& [outlook, name] : {std::pair{Outlook::current, std::string("current")},
                                      {Outlook::first_projection, std::string("first projection")},
                                      {Outlook::second_projection, std::string("second projection")}}) {
    Band b{outlook,
           table.find((name + " from").c_str()),
           table.find((name + " to").c_str()),
           table.find(("population analyzed " + name).c_str()),
           {}};
    for (size_t p = 0; p < 6; ++p)
      for (size_t k = 0; k < 2; ++k)
        b.phases[p][k] =
            table.find((std::string("phase ") + phase_names[p] + (k ? " percentage " : " number ") + name).c_str());
    if (b.from && b.to) bands.push_back(b);
  }
  table.each([&](const ObservationRow& row, std::vector<Observation>& out) {
    const Observation place = area.take(row);
    for (const Band& b : bands) {
      if (row.text(b.from).empty() && row.text(b.to).empty()) continue;
      Observation o = place;
      o.outlook = b.outlook;
      o.from = row.day(b.from, "The first day of the period");
      o.to = row.day(b.to, "The last day of the period");
      check_order(o);
      add_people(row, b.all, {}, "all", o, &out);
      for (size_t p = 0; p < 6; ++p) add_people(row, b.phases[p][0], b.phases[p][1], phase_names[p], o, &out);
    }
  });
}

std::optional<TableStart> find_ipc_geojson(const ObservationFile& file) {
  return find_table(file, {"overall_phase", "ipc_period", "title"});
}

void read_ipc_geojson(ObservationTable& table) {
  const size_t phase = table.need("overall_phase"), period = table.need("ipc_period"), title = table.need("title");
  const auto from = table.find("from"), to = table.find("to");
  const auto stated_from = parse_span(table.option("from")), stated_to = parse_span(table.option("to"));
  if ((!from || !to) && (!stated_from || !stated_to))
    throw InputError(
        "NEEDS_PERIOD",
        "The areas do not say which days they are about. Say it in the column map: from = \"2023-05-01\", to = "
        "\"2023-10-31\" (or --set from=... --set to=...).");
  const auto people = table.find("estimated_population");
  table.each([&](const ObservationRow& row, std::vector<Observation>& out) {
    Observation o;
    // C: current, P: projection, A: a later projection.
    const std::string p = row.text(period);
    if (p != "C" && p != "P" && p != "A") throw RowRefusal("OUTLOOK", "ipc_period is none of C, P and A.");
    o.outlook = p == "C" ? Outlook::current : p == "P" ? Outlook::first_projection : Outlook::second_projection;
    o.from = stated_from ? stated_from->from : row.span(from, "from").from;
    o.to = stated_to ? stated_to->to : row.span(to, "to").to;
    check_order(o);
    add_place(&o, -1, "", row.text(title));
    add_phase(row, phase, o, &out);
    add_people(row, people, {}, "all", o, &out);
    for (int n = 1; n <= 5; ++n) {
      const std::string stem = "phase" + std::to_string(n);
      add_people(row, table.find((stem + "_population").c_str()), table.find((stem + "_percent").c_str()),
                 std::to_string(n), o, &out);
    }
  });
}

}  // namespace fw
