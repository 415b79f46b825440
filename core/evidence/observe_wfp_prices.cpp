// Market prices as WFP publishes them on HDX, with or without the row of hashtags.
#include "core/base/text.h"
#include "core/evidence/observation_formats.h"

namespace fw {

std::optional<TableStart> find_wfp_prices(const ObservationFile& file) {
  return find_table(file, {"date", "market", "commodity", "unit", "currency", "price"});
}

void read_wfp_prices(ObservationTable& table) {
  const size_t date = table.need("date"), market = table.need("market"), commodity = table.need("commodity"),
               unit = table.need("unit"), currency = table.need("currency"), price = table.need("price");
  const auto admin1 = table.find("admin1"), admin2 = table.find("admin2"), lat = table.find("latitude"),
             lon = table.find("longitude"), type = table.find("pricetype"), flag = table.find("priceflag"),
             country = table.find_any({"countryiso3", "country"});
  table.each([&](const ObservationRow& row, std::vector<Observation>& out) {
    const auto value = row.number(price, "price", 0, 1e9);
    if (!value) return;
    Observation o;
    o.dataset = Dataset::price;
    o.quantity = "price";
    o.value = *value;
    o.unit = row.text(currency) + "/" + row.text(unit);
    o.detail = row.text(commodity);
    o.site = row.text(market);
    if (o.detail.empty() || o.site.empty() || o.unit.size() < 3)
      throw RowRefusal("SCHEMA",
                       "market, commodity, currency or unit is empty; the price cannot be compared with any other.");
    const DaySpan days = row.span(date, "date");
    o.from = days.from;
    o.to = days.to;
    o.country = row.text(country);
    add_place(&o, 1, "", row.text(admin1));
    add_place(&o, 2, "", row.text(admin2));
    row.point(lat, lon, &o);
    // A price of the day is "Retail" or "Wholesale"; what is computed or foreseen says so.
    const std::string kind = lower(row.text(type)), how = lower(row.text(flag));
    if (kind == "retail" || kind == "wholesale" || kind == "farm gate" || kind == "producer")
      o.detail += " (" + kind + ")";
    if (kind.find("forecast") != std::string::npos || how.find("forecast") != std::string::npos) {
      o.outlook = Outlook::first_projection;
      o.flags.emplace_back("FORECAST");
    }
    if (kind == "aggregate" || how.find("aggregate") != std::string::npos) o.flags.emplace_back("AGGREGATE");
    out.push_back(std::move(o));
  });
}

}  // namespace fw
