#include <nlohmann/json.hpp>

#include "jobs/samples/files.h"
#include "jobs/samples/raster_file.h"

namespace fw::samples {
namespace {

using nlohmann::ordered_json;

ordered_json polygon_of(const Ring& ring) {
  Ring closed(ring.rbegin(), ring.rend());  // counter-clockwise, as RFC 7946 wants it
  closed.push_back(closed.front());
  ordered_json corners = ordered_json::array();
  for (const auto& [lon, lat] : to_lonlat(closed)) corners.push_back({lon, lat});
  return {{"type", "Polygon"}, {"coordinates", ordered_json::array({corners})}};
}

std::string collection(const std::vector<Unit>& list, const std::string& level, const std::string& parent_level) {
  ordered_json features = ordered_json::array();
  for (const Unit& u : list) {
    ordered_json properties = {{"adm" + level + "_pcode", u.pcode}, {"adm" + level + "_name", u.name}};
    if (!u.parent.empty()) properties["adm" + parent_level + "_pcode"] = u.parent;
    features.push_back({{"type", "Feature"}, {"properties", properties}, {"geometry", polygon_of(u.ring)}});
  }
  const ordered_json all = {{"type", "FeatureCollection"}, {"name", "admin" + level}, {"features", features}};
  return all.dump(1) + "\n";
}

}  // namespace

void write_admin(const std::filesystem::path& folder) {
  write_text(folder / "admin1.geojson", collection(parents(), "1", ""));
  write_text(folder / "admin2.geojson", collection(units(), "2", "1"));
  // Nobody knows how many people of Far South can be reached.
  write_text(folder / "people.csv",
             "pcode,population,access\n"
             "XS0101,42000,0.9\nXS0102,38000,0.8\nXS0103,31000,0.4\nXS0201,55000,0.9\n"
             "XS0202,47000,0.9\nXS0203,36000,0.7\nXS0204,90000,0.95\nXS0301,12000,\n");
}

}  // namespace fw::samples
