// People in need per sector (HPC tools) and population per unit (common operational data sets).
#include <array>

#include "core/base/text.h"
#include "core/evidence/observation_formats.h"

namespace fw {
namespace {

struct CodeColumn {
  int level;
  const char *code, *name;
};
constexpr CodeColumn code_columns[] = {
    {4, "admin4Pcode", "admin4Name_en"}, {3, "admin3Pcode", "admin3Name_en"}, {2, "admin2Pcode", "admin2Name_en"},
    {1, "admin1Pcode", "admin1Name_en"}, {4, "ADM4_PCODE", "ADM4_EN"},        {3, "ADM3_PCODE", "ADM3_EN"},
    {2, "ADM2_PCODE", "ADM2_EN"},        {2, "ADM2_PC32", "ADM2_EN32"},       {1, "ADM1_PCODE", "ADM1_EN"}};

/// "p2020pop" → 2020.
std::optional<int> year_of_column(const std::string& name) {
  if (name.size() != 8 || name[0] != 'p' || name.substr(5) != "pop") return {};
  return parse_year(name.substr(1, 4));
}

}  // namespace

std::optional<TableStart> find_hpc_needs(const ObservationFile& file) {
  return find_table(file, {"admin 1 pcode", "cluster", "category", "in need", "targeted"});
}

void read_hpc_needs(ObservationTable& table) {
  const int year = table.stated_year();
  const size_t code1 = table.need("admin 1 pcode"), cluster = table.need("cluster"), category = table.need("category");
  const auto name1 = table.find("admin 1 name"), code2 = table.find("admin 2 pcode"),
             name2 = table.find("admin 2 name"), country = table.find("country iso3"), info = table.find("info"),
             description = table.find("description");
  constexpr std::array columns = {"population", "in need", "targeted", "affected", "reached"};
  constexpr std::array quantities = {"population", "people_in_need", "people_targeted", "people_affected",
                                     "people_reached"};
  table.each([&](const ObservationRow& row, std::vector<Observation>& out) {
    Observation o;
    o.dataset = Dataset::needs;
    o.unit = "people";
    o.from = whole_year(year).from;
    o.to = whole_year(year).to;
    o.country = row.text(country);
    if (o.country.empty()) o.country = table.option("country");
    add_place(&o, 1, row.text(code1), row.text(name1));
    add_place(&o, 2, row.text(code2), row.text(name2));
    o.detail = row.text(cluster);
    if (o.detail.empty()) o.detail = row.text(description);
    if (const std::string c = row.text(category); !c.empty()) o.detail += ": " + c;
    if (!row.text(info).empty()) o.flags.emplace_back("PUBLISHER_NOTE");
    for (size_t i = 0; i < columns.size(); ++i)
      if (const auto n = row.count(table.find(columns[i]), columns[i])) {
        o.quantity = quantities[i];
        o.value = *n;
        out.push_back(o);
      }
  });
}

std::optional<TableStart> find_population(const ObservationFile& file) {
  for (const CodeColumn& c : code_columns) {
    if (const auto start = find_table(file, {c.code, "Total"})) return start;
    if (const auto start = find_table(file, {c.code}))
      for (const std::string& cell : start->table->rows[start->header].cells)
        if (year_of_column(lower(trim(cell)))) return start;
  }
  return {};
}

void read_population(ObservationTable& table) {
  std::vector<std::pair<size_t, int>> columns;
  for (size_t c = 0; c < table.header().size(); ++c)
    if (const auto year = year_of_column(table.header()[c])) columns.emplace_back(c, *year);
  if (columns.empty()) columns.emplace_back(table.need("Total"), table.stated_year());
  std::vector<std::pair<CodeColumn, std::array<ObservationTable::Column, 2>>> places;
  for (int level = 1; level <= 4; ++level)
    for (const CodeColumn& c : code_columns)
      if (c.level == level && table.find(c.code)) places.push_back({c, {table.find(c.code), table.find(c.name)}});
  const auto country = table.find_any({"admin0Pcode", "ADM0_PCODE"});
  table.each([&](const ObservationRow& row, std::vector<Observation>& out) {
    Observation o;
    o.dataset = Dataset::population;
    o.quantity = "population";
    o.unit = "people";
    o.country = row.text(country);
    for (const auto& [what, at] : places) add_place(&o, what.level, row.text(at[0]), row.text(at[1]));
    for (const auto& [column, year] : columns)
      if (const auto n = row.count(column, "The population")) {
        o.value = *n;
        o.from = whole_year(year).from;
        o.to = whole_year(year).to;
        out.push_back(o);
      }
  });
}

std::optional<TableStart> find_world_bank_panel(const ObservationFile& file) {
  return find_table(file, {"admin_code", "date", "fews_ipc", "acled_count", "p_staple_food"});
}

void read_world_bank_panel(ObservationTable& table) {
  struct Measure {
    const char *column, *quantity, *unit;
    Dataset dataset;
    Outlook outlook;
    const char* assisted;
    double hi;
  };
  constexpr Measure measures[] = {
      {"fews_ipc", "phase", "1", Dataset::phase, Outlook::current, "fews_ha", 5},
      {"fews_proj_near", "phase", "1", Dataset::phase, Outlook::first_projection, "fews_proj_near_ha", 5},
      {"fews_proj_med", "phase", "1", Dataset::phase, Outlook::second_projection, "fews_proj_med_ha", 5},
      {"acled_count", "events", "events", Dataset::conflict, Outlook::measured, "", 1e6},
      {"acled_fatalities", "fatalities", "people", Dataset::conflict, Outlook::measured, "", 1e6},
      {"p_staple_food", "price_index", "1", Dataset::price, Outlook::measured, "", 1e9},
      {"pop", "population", "people", Dataset::population, Outlook::measured, "", 1e10},
      // In the panel's own units, which it does not state: for comparison with the same area's own record.
      {"ndvi_mean", "ndvi", "", Dataset::climate, Outlook::measured, "", 1},
      {"rain_mean", "rain", "", Dataset::climate, Outlook::measured, "", 1e5},
      {"et_mean", "evapotranspiration", "", Dataset::climate, Outlook::measured, "", 1e5}};
  const size_t date = table.need("date");
  // The centres of the areas are not read: an older area's centre says nothing of which unit of today it is.
  const auto area = table.find("area"), country = table.find("country");
  table.each([&](const ObservationRow& row, std::vector<Observation>& out) {
    const DaySpan days = row.span(date, "date");
    Observation place;
    place.country = row.text(country);
    place.from = days.from;
    place.to = whole_month(days.from.year, days.from.month).to;
    add_place(&place, -1, "", row.text(area));
    for (const Measure& m : measures) {
      const auto v = row.number(table.find(m.column), m.column, 0, m.hi);
      if (!v) continue;
      if (m.dataset == Dataset::phase && (*v < 1 || *v != static_cast<int>(*v)))
        throw RowRefusal("RANGE", "The phase is none of 1 to 5.");
      Observation o = place;
      o.dataset = m.dataset;
      o.outlook = m.outlook;
      o.quantity = m.quantity;
      o.unit = m.unit;
      o.value = *v;
      if (m.dataset == Dataset::phase) {
        o.source = "fews-net";
        if (m.outlook != Outlook::current) o.flags.emplace_back("PERIOD_NOT_STATED");
        if (row.number(table.find(m.assisted), m.assisted, 0, 1).value_or(0) == 1)
          o.flags.emplace_back("WITH_ASSISTANCE");
      }
      if (m.dataset == Dataset::conflict) o.source = "acled";
      out.push_back(std::move(o));
    }
  });
}

}  // namespace fw
