// Cadre Harmonisé (West Africa, Central African Republic): phase and people per phase, current and projected.
#include "core/evidence/observation_formats.h"
#include "core/evidence/observe_phases.h"

namespace fw {

std::optional<TableStart> find_cadre_harmonise(const ObservationFile& file) {
  return find_table(file, {"adm1_pcod2", "chtype", "reference_label", "reference_year", "phase_class"});
}

void read_cadre_harmonise(ObservationTable& table) {
  const size_t type = table.need("chtype"), label = table.need("reference_label"), year = table.need("reference_year"),
               phase = table.need("phase_class");
  const auto exercise = table.find("exercise_label"), exercise_year = table.find("exercise_year"),
             country = table.find_any({"adm0_pcod3", "adm0_name"}), all = table.find("population"),
             worse = table.find("phase35"), use = table.find("usethisperiod");
  ObservationTable::Column code[3], name[3], people[5];
  for (size_t i = 0; i < 3; ++i) {
    code[i] = table.find(("adm" + std::to_string(i + 1) + "_pcod2").c_str());
    name[i] = table.find(("adm" + std::to_string(i + 1) + "_name").c_str());
  }
  for (size_t i = 0; i < 5; ++i) people[i] = table.find(("phase" + std::to_string(i + 1)).c_str());
  table.each([&](const ObservationRow& row, std::vector<Observation>& out) {
    Observation o;
    const auto outlook = parse_outlook(row.text(type));
    if (!outlook) throw RowRefusal("OUTLOOK", "chtype is neither current nor projected.");
    o.outlook = *outlook;
    const auto y = row.number(year, "reference_year", 1990, 2200);
    const auto days = y ? parse_month_label(row.text(label), static_cast<int>(*y)) : std::nullopt;
    if (!days)
      throw RowRefusal("TIME_INVALID", "reference_label and reference_year are no months of a year (Jan-May, 2017).");
    o.from = days->from;
    o.to = days->to;
    if (const auto e = row.number(exercise_year, "exercise_year", 1990, 2200))
      if (const auto issued = parse_month_label(row.text(exercise), static_cast<int>(*e))) o.issued = issued->from;
    o.country = row.text(country);
    for (size_t i = 0; i < 3; ++i) add_place(&o, static_cast<int>(i) + 1, row.text(code[i]), row.text(name[i]));
    // "N": a later exercise covers the same months better.
    if (row.text(use) == "N") o.flags.emplace_back("REPLACED");
    add_phase(row, phase, o, &out);
    add_people(row, all, {}, "all", o, &out);
    for (size_t i = 0; i < 5; ++i) add_people(row, people[i], {}, std::to_string(i + 1), o, &out);
    add_people(row, worse, {}, "3+", o, &out);
  });
}

}  // namespace fw
