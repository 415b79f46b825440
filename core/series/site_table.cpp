#include "core/series/site_table.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/geo/admin_units.h"

namespace fw {
namespace {

namespace fs = std::filesystem;

uint32_t site_number(const std::string& name) {
  const auto n = name.size() > 1 && name[0] == 'S' ? parse_integer(name.substr(1)) : std::nullopt;
  if (!n || *n < 1 || *n > 4'000'000'000)
    throw InputError("PREVIOUS_SITES", "'" + printable(name, 40) +
                                           "' is no site id (S0001). Give sites.gpkg of the "
                                           "run before.");
  return static_cast<uint32_t>(*n);
}

AdminUnits read_layer(const fs::path& file, const std::string& layer) {
  AdminUnits::Request request;
  request.file = file;
  request.layer = layer;
  request.pcode_field = site_key;
  request.name_field = "status";
  return AdminUnits::read(request);
}

void take_ids_of(const fs::path& csv, SiteMap& map) {
  if (!fs::exists(csv)) return;
  const auto rows = parse_csv(read_file(csv.string()));
  for (size_t r = 1; r < rows.size(); ++r)
    if (!rows[r].cells.empty()) map.next_id = std::max(map.next_id, site_number(rows[r].cells[0]) + 1);
}

}  // namespace

std::string site_name(uint32_t id) {
  char text[16];
  std::snprintf(text, sizeof text, "S%04u", id);
  return text;
}

std::string site_csv(const std::vector<SiteDate>& dates, const Grid& grid, double level) {
  const std::string percent = format_number(std::round(100 * level));
  std::string out = "site_id,since,date,status,area_ha,area_low_" + percent + "_ha,area_high_" + percent +
                    "_ha,before_ha,after_ha,change_low_ha,change_high_ha,growth_percent,unobserved_share,merged_into,"
                    "lon,lat\n";
  for (const auto& date : dates)
    for (const SiteChange& s : date.sites) {
      double lon = 0, lat = 0;
      pixel_lonlat(grid, s.centre_row, s.centre_col, &lon, &lat);
      out += site_name(s.id) + "," + date.since + "," + date.date + "," + std::string(name_of(s.status));
      const bool compared = s.status != SiteStatus::unassessed;
      const double none = std::nan("");
      for (const double v : {s.area_ha, s.area_interval.low, s.area_interval.high})
        out += "," + (std::isnan(v) ? "" : format_fixed(v, 3));
      for (const double v : {s.before_ha, s.after_ha, s.change_interval.low, s.change_interval.high})
        out += "," + (compared ? format_fixed(v, 3) : "");
      out += "," + format_number(compared && s.growth_percent ? std::round(10 * *s.growth_percent) / 10 : none);
      out += "," + format_fixed(s.unobserved_share, 3) + "," + (s.merged_into ? site_name(s.merged_into) : "") + "," +
             format_fixed(lon, 5) + "," + format_fixed(lat, 5) + "\n";
    }
  return out;
}

SiteMap read_previous_sites(const fs::path& file, const Grid& grid, const PlaneStore& store) {
  fs::path package = file;
  package.replace_extension(".gpkg");
  const fs::path table = fs::path(package).replace_extension(".csv");
  if (!fs::exists(package))
    throw InputError("PREVIOUS_SITES",
                     package.filename().string() + " is not there. Give sites.gpkg of the run before.");
  SiteMap map{{store, grid.rows, grid.cols}, {store, grid.rows, grid.cols}, {store, grid.rows, grid.cols}};
  const AdminUnits observed = read_layer(package, observed_layer);
  take_ids_of(table, map);
  const AdminUnits present = read_layer(package, site_layer);
  std::vector<double> inside(present.units().size());
  each_strip(store, grid.rows, grid.cols, [&](int row, int rows) {
    const Window strip{row, 0, rows, grid.cols};
    const auto seen = observed.rasterise(grid, strip), at = present.rasterise(grid, strip);
    std::vector<uint8_t> known(strip.pixels());
    std::vector<uint32_t> site(strip.pixels()), former(strip.pixels());
    const auto cells = cell_areas_km2(grid, strip);
    for (size_t i = 0; i < strip.pixels(); ++i) {
      known[i] = seen[i] >= 0;
      if (at[i] < 0) continue;
      const auto unit = static_cast<size_t>(at[i]);
      const AdminUnit& shape = present.units()[unit];
      former[i] = site_number(shape.pcode);
      inside[unit] += cells[i];
      if (shape.name != name_of(SiteStatus::closed)) site[i] = former[i];
    }
    map.known.put(row, known);
    map.site.put(row, site);
    map.former.put(row, former);
  });
  for (size_t u = 0; u < inside.size(); ++u) {
    map.next_id = std::max(map.next_id, site_number(present.units()[u].pcode) + 1);
    if (inside[u] < 0.5 * present.area_km2(static_cast<int>(u)))
      throw InputError("PREVIOUS_SITES", "The site " + present.units()[u].pcode +
                                             " of the run before lies outside the area of this one. Name its place, or "
                                             "give scenes that cover it: a site not looked at is not closed.");
  }
  return map;
}

}  // namespace fw
