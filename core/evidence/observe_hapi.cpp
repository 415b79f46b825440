// HDX HAPI tables: food security, displaced persons, needs. They share places, period and the publisher's own warnings.
// https://hdx-hapi.readthedocs.io
#include "core/base/text.h"
#include "core/evidence/observation_formats.h"
#include "core/evidence/observe_phases.h"

namespace fw {
namespace {

struct HapiColumns {
  ObservationTable::Column country, code1, name1, code2, name2, given1, given2, from, to, error;
  explicit HapiColumns(const ObservationTable& t)
      : country(t.need("location_code")),
        code1(t.find("admin1_code")),
        name1(t.find("admin1_name")),
        code2(t.find("admin2_code")),
        name2(t.find("admin2_name")),
        given1(t.find("provider_admin1_name")),
        given2(t.find("provider_admin2_name")),
        from(t.need("reference_period_start")),
        to(t.need("reference_period_end")),
        error(t.find("error")) {}

  Observation take(const ObservationRow& row) const {
    // The publisher marks rows it could not place or that repeat another; its word is taken.
    if (!row.text(error).empty())
      throw RowRefusal(
          "PUBLISHER_ERROR",
          "The publisher marks the row as unusable (column error): " + printable(row.text(error), 80) + ".",
          Verdict::quarantined);
    Observation o;
    o.country = row.text(country);
    const auto name = [&](ObservationTable::Column a, ObservationTable::Column b) {
      const std::string first = row.text(a);
      return first.empty() ? row.text(b) : first;
    };
    add_place(&o, 1, row.text(code1), name(name1, given1));
    add_place(&o, 2, row.text(code2), name(name2, given2));
    o.from = row.day(from, "reference_period_start");
    o.to = row.day(to, "reference_period_end");
    if (o.to < o.from) throw RowRefusal("TIME_INVALID", "The period ends before it begins.");
    return o;
  }
};

}  // namespace

std::optional<TableStart> find_hapi_food_security(const ObservationFile& file) {
  return find_table(file, {"location_code", "ipc_phase", "ipc_type", "population_in_phase", "reference_period_start"});
}
void read_hapi_food_security(ObservationTable& table) {
  const HapiColumns hapi(table);
  const size_t phase = table.need("ipc_phase"), type = table.need("ipc_type"),
               people = table.need("population_in_phase");
  const auto share = table.find("population_fraction_in_phase");
  table.each([&](const ObservationRow& row, std::vector<Observation>& out) {
    Observation o = hapi.take(row);
    const auto outlook = parse_outlook(row.text(type));
    if (!outlook) throw RowRefusal("OUTLOOK", "ipc_type is neither current nor a first or second projection.");
    o.outlook = *outlook;
    const std::string p = row.text(phase);
    if (p != "all" && p != "3+" && !(p.size() == 1 && p[0] >= '1' && p[0] <= '5'))
      throw RowRefusal("RANGE", "ipc_phase is none of 1 to 5, 3+ and all.");
    add_people(row, people, share, p, std::move(o), &out);
  });
}

std::optional<TableStart> find_hapi_idps(const ObservationFile& file) {
  return find_table(file,
                    {"location_code", "population", "reporting_round", "assessment_type", "reference_period_start"});
}
void read_hapi_idps(ObservationTable& table) {
  const HapiColumns hapi(table);
  const size_t people = table.need("population");
  const auto operation = table.find("operation");
  table.each([&](const ObservationRow& row, std::vector<Observation>& out) {
    Observation o = hapi.take(row);
    const auto n = row.count(people, "population");
    if (!n) return;
    o.dataset = Dataset::displacement;
    o.quantity = "idps";
    o.unit = "people";
    o.value = *n;
    o.site = row.text(operation);
    out.push_back(std::move(o));
  });
}

std::optional<TableStart> find_hapi_needs(const ObservationFile& file) {
  return find_table(file,
                    {"location_code", "sector_code", "population_status", "population", "reference_period_start"});
}
void read_hapi_needs(ObservationTable& table) {
  const HapiColumns hapi(table);
  const size_t sector = table.need("sector_code"), status = table.need("population_status"),
               people = table.need("population");
  const auto category = table.find("category");
  table.each([&](const ObservationRow& row, std::vector<Observation>& out) {
    Observation o = hapi.take(row);
    const auto n = row.count(people, "population");
    if (!n) return;
    o.dataset = Dataset::needs;
    const std::string s = row.text(status);
    o.quantity = s == "INN"   ? "people_in_need"
                 : s == "TGT" ? "people_targeted"
                 : s == "AFF" ? "people_affected"
                 : s == "REA" ? "people_reached"
                 : s == "all" ? "population"
                              : "";
    if (o.quantity.empty()) throw RowRefusal("SCHEMA", "population_status is none of INN, TGT, AFF, REA and all.");
    o.detail = row.text(sector);
    if (const std::string c = row.text(category); !c.empty()) o.detail += ": " + c;
    o.unit = "people";
    o.value = *n;
    out.push_back(std::move(o));
  });
}

}  // namespace fw
