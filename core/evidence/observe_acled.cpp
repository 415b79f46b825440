// Conflict events in the columns of ACLED's export and API. The notes of an event are free text and are not read.
// https://acleddata.com/methodology/acled-codebook
#include "core/evidence/observation_formats.h"

namespace fw {

std::optional<TableStart> find_acled(const ObservationFile& file) {
  return find_table(file, {"event_date", "event_type", "fatalities", "latitude", "longitude"});
}

void read_acled(ObservationTable& table) {
  const size_t date = table.need("event_date"), type = table.need("event_type"), deaths = table.need("fatalities");
  const auto id = table.find_any({"event_id_cnty", "data_id", "event_id_no_cnty"}), lat = table.find("latitude"),
             lon = table.find("longitude"), precision = table.find("geo_precision"),
             time_precision = table.find("time_precision"), country = table.find("country"),
             sub_type = table.find("sub_event_type");
  const ObservationTable::Column admin[] = {table.find("admin1"), table.find("admin2"), table.find("admin3")};
  table.each([&](const ObservationRow& row, std::vector<Observation>& out) {
    Observation o;
    o.dataset = Dataset::conflict;
    o.from = o.to = row.day(date, "event_date");
    o.country = row.text(country);
    for (int level = 1; level <= 3; ++level) add_place(&o, level, "", row.text(admin[level - 1]));
    row.point(lat, lon, &o);
    o.site = row.text(id);
    o.detail = row.text(type);
    if (o.detail.empty()) throw RowRefusal("SCHEMA", "event_type is empty.");
    if (const std::string sub = row.text(sub_type); !sub.empty()) o.detail += ": " + sub;
    // 1: the place itself, 2: a place near it, 3: only the region is known. Time: 1 day, 2 week, 3 month.
    if (const auto p = row.number(precision, "geo_precision", 1, 3); p && *p > 1)
      o.flags.emplace_back(*p > 2 ? "PLACE_COARSE" : "PLACE_NEAR");
    if (const auto p = row.number(time_precision, "time_precision", 1, 3); p && *p > 1)
      o.flags.emplace_back("DATE_COARSE");
    o.quantity = "events";
    o.unit = "events";
    o.value = 1;
    out.push_back(o);
    if (const auto n = row.count(deaths, "fatalities")) {
      o.quantity = "fatalities";
      o.unit = "people";
      o.value = *n;
      out.push_back(std::move(o));
    }
  });
}

}  // namespace fw
