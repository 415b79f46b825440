// Displaced persons: IOM DTM (API and its HDX table), UNHCR (origin and asylum per year), IDMC (events, years).
#include <array>

#include "core/evidence/observation_formats.h"

namespace fw {

std::optional<TableStart> find_dtm(const ObservationFile& file) {
  return find_table(file, {"numPresentIdpInd", "reportingDate", "admin0Pcode"});
}

void read_dtm(ObservationTable& table) {
  const size_t people = table.need("numPresentIdpInd"), date = table.need("reportingDate"),
               country = table.need("admin0Pcode");
  const auto reason = table.find("displacementReason"), operation = table.find("operation"),
             origin_code = table.find("idpOriginAdmin1Pcode"), origin_name = table.find("idpOriginAdmin1Name");
  const ObservationTable::Column code[] = {table.find("admin1Pcode"), table.find("admin2Pcode"),
                                           table.find("admin3Pcode")},
                                 name[] = {table.find("admin1Name"), table.find("admin2Name"),
                                           table.find("admin3Name")};
  table.each([&](const ObservationRow& row, std::vector<Observation>& out) {
    const auto n = row.count(people, "numPresentIdpInd");
    if (!n) return;
    Observation o;
    o.dataset = Dataset::displacement;
    o.from = o.to = row.day(date, "reportingDate");
    o.country = row.text(country);
    o.detail = row.text(reason);
    o.site = row.text(operation);
    o.unit = "people";
    o.value = *n;
    o.quantity = "idps";
    Observation origin = o;
    for (int level = 1; level <= 3; ++level) add_place(&o, level, row.text(code[level - 1]), row.text(name[level - 1]));
    out.push_back(std::move(o));
    // The same people once more, at the unit that they left.
    add_place(&origin, 1, row.text(origin_code), row.text(origin_name));
    if (origin.places.empty()) return;
    origin.quantity = "idps_from";
    out.push_back(std::move(origin));
  });
}

std::optional<TableStart> find_unhcr(const ObservationFile& file) {
  return find_table(file, {"year", "coo_iso", "coa_iso"});
}

void read_unhcr(ObservationTable& table) {
  const size_t year = table.need("year"), from = table.need("coo_iso"), to = table.need("coa_iso");
  constexpr std::array columns = {
      "refugees", "asylum_seekers", "returned_refugees", "idps", "returned_idps", "stateless", "ooc", "oip",
      "hst",      "total"};
  constexpr std::array quantities = {
      "refugees",  "asylum_seekers",    "returned_refugees",     "idps",           "returned_idps",
      "stateless", "others_of_concern", "in_need_of_protection", "host_community", "idps"};
  std::vector<std::pair<size_t, const char*>> found;
  for (size_t i = 0; i < columns.size(); ++i)
    if (const auto c = table.find(columns[i])) found.emplace_back(*c, quantities[i]);
  if (found.empty()) throw InputError("SCHEMA", "No column counts people (refugees, asylum_seekers, idps, total …).");
  table.each([&](const ObservationRow& row, std::vector<Observation>& out) {
    const auto y = parse_year(row.text(year));
    if (!y) throw RowRefusal("TIME_INVALID", "year is no year.");
    for (const auto& [column, quantity] : found) {
      // The table has a 0 for whatever nobody counted of a pair of countries; such a 0 is no statement.
      const auto n = row.count(column, quantity);
      if (!n || *n == 0) continue;
      Observation o;
      o.dataset = Dataset::displacement;
      o.quantity = quantity;
      o.unit = "people";
      o.value = *n;
      o.country = row.text(to);
      o.detail = "from " + row.text(from);
      o.from = whole_year(*y).from;
      o.to = whole_year(*y).to;
      out.push_back(std::move(o));
    }
  });
}

std::optional<TableStart> find_idmc_idu(const ObservationFile& file) {
  return find_table(file, {"iso3", "figure", "displacement_type", "displacement_start_date"});
}

void read_idmc_idu(ObservationTable& table) {
  const size_t iso3 = table.need("iso3"), figure = table.need("figure"), type = table.need("displacement_type"),
               from = table.need("displacement_start_date"), to = table.need("displacement_end_date");
  const auto lat = table.find("latitude"), lon = table.find("longitude"), cause = table.find_any({"subtype", "type"}),
             id = table.find("id"), qualifier = table.find("qualifier"), created = table.find("created_at");
  table.each([&](const ObservationRow& row, std::vector<Observation>& out) {
    const auto n = row.count(figure, "figure");
    if (!n) return;
    Observation o;
    o.dataset = Dataset::displacement;
    o.quantity = "new_displacements";
    o.unit = "people";
    o.value = *n;
    o.country = row.text(iso3);
    o.detail = row.text(type);
    if (const std::string c = row.text(cause); !c.empty()) o.detail += ": " + c;
    o.site = row.text(id);
    o.from = row.day(from, "displacement_start_date");
    o.to = row.day(to, "displacement_end_date");
    if (o.to < o.from) throw RowRefusal("TIME_INVALID", "The displacement ends before it begins.");
    if (!row.text(created).empty()) o.issued = row.day(created, "created_at");
    if (const std::string q = row.text(qualifier); !q.empty() && q != "total") o.flags.emplace_back("QUALIFIED");
    row.point(lat, lon, &o);
    out.push_back(std::move(o));
  });
}

std::optional<TableStart> find_idmc_gidd(const ObservationFile& file) {
  return find_table(file, {"iso3", "year", "new_displacement"});
}

void read_idmc_gidd(ObservationTable& table) {
  const size_t iso3 = table.need("iso3"), year = table.need("year"), fresh = table.need("new_displacement");
  const auto stock = table.find("total_displacement"), start = table.find("start_date"), end = table.find("end_date"),
             hazard = table.find("hazard_type_name"), event = table.find("event_name"),
             accuracy = table.find("start_date_accuracy");
  table.each([&](const ObservationRow& row, std::vector<Observation>& out) {
    const auto y = parse_year(row.text(year));
    if (!y) throw RowRefusal("TIME_INVALID", "year is no year.");
    Observation o;
    o.dataset = Dataset::displacement;
    o.unit = "people";
    o.country = row.text(iso3);
    o.detail = row.text(hazard);
    o.site = row.text(event);
    o.from = whole_year(*y).from;
    o.to = whole_year(*y).to;
    if (!row.text(start).empty()) {
      o.from = row.day(start, "start_date");
      o.to = row.text(end).empty() ? o.from : row.day(end, "end_date");
      if (o.to < o.from) throw RowRefusal("TIME_INVALID", "The event ends before it begins.");
      if (const std::string a = row.text(accuracy); !a.empty() && a != "Day") o.flags.emplace_back("DATE_COARSE");
    }
    for (const auto& [column, quantity] :
         {std::pair{ObservationTable::Column(fresh), "new_displacements"}, {stock, "idps"}})
      if (const auto n = row.count(column, quantity)) {
        o.quantity = quantity;
        o.value = *n;
        out.push_back(o);
      }
  });
}

}  // namespace fw
