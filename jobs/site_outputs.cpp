#include "jobs/site_outputs.h"

#include <cmath>
#include <set>

#include "core/geo/outlines.h"

namespace fw {
namespace {

/// What is known last of each site; nothing for one that only the run before knew.
std::map<uint32_t, const SiteChange*> last_of(const SettlementHistory& history) {
  std::map<uint32_t, const SiteChange*> last;
  for (const auto& date : history.dates)
    for (const auto& site : date.sites) last[site.id] = &site;
  return last;
}

using Shapes = std::map<uint32_t, std::vector<unsigned char>>;

/// Outlines of what rows(row, rows) gives of a plane.
template <class Rows>
Shapes outline(const Grid& grid, const PlaneStore& store, const Rows& rows) {
  Outlines outlines(grid);
  each_strip(store, grid.rows, grid.cols, [&](int row, int n) {
    const std::vector<uint32_t> label = rows(row, n);
    for (int r = 0; r < n; ++r) outlines.add(label.data() + static_cast<std::ptrdiff_t>(r) * grid.cols);
  });
  return outlines.finish();
}

/// The cells of each site; of one that is not there now, those where it was.
Shapes outline_sites(const SiteMap& map, const Grid& grid, const PlaneStore& store) {
  std::set<uint32_t> present;
  each_strip(store, grid.rows, grid.cols, [&](int row, int n) {
    uint32_t last = 0;
    for (const uint32_t id : map.site.get(row, n))
      if (id != last) present.insert(last = id);
  });
  return outline(grid, store, [&](int row, int n) {
    std::vector<uint32_t> label = map.site.get(row, n);
    const std::vector<uint32_t> former = map.former.get(row, n);
    for (size_t i = 0; i < label.size(); ++i)
      if (label[i] == 0 && former[i] != 0 && !present.count(former[i])) label[i] = former[i];
    return label;
  });
}

Shapes outline_known(const SiteMap& map, const Grid& grid, const PlaneStore& store) {
  return outline(grid, store, [&](int row, int n) {
    const std::vector<uint8_t> known = map.known.get(row, n);
    return std::vector<uint32_t>(known.begin(), known.end());
  });
}

}  // namespace

void publish_sites(Publication& publication, const SettlementHistory& history, const Grid& grid,
                   const ClassScheme& classes, double level, const PlaneStore& store) {
  publication.text("sites.csv", site_csv(history.dates, grid, level));
  const auto last = last_of(history);
  LayerShapes shapes{{site_key}, {}, {}};
  UnitTable sites, observed;
  sites.layer = site_layer;
  sites.title = classes.title + ", " + history.dates.back().date;
  sites.text_columns = {"status", "since", "date"};
  sites.number_columns = {"area_ha",       "area_low_ha",    "area_high_ha",   "before_ha",       "after_ha",
                          "change_low_ha", "change_high_ha", "growth_percent", "unobserved_share"};
  sites.class_column = observed.class_column = "site_status";
  for (auto& [id, wkb] : outline_sites(history.map, grid, store)) {
    const auto found = last.find(id);
    const double none = std::nan("");
    SiteChange s;
    s.status = SiteStatus::closed;
    if (found != last.end()) s = *found->second;
    const bool compared = found != last.end() && s.status != SiteStatus::unassessed;
    const auto if_compared = [&](double v) { return compared ? v : none; };
    shapes.keys.push_back({site_name(id)});
    shapes.wkb.push_back(std::move(wkb));
    sites.rows.push_back(
        {static_cast<int>(shapes.wkb.size()) - 1,
         {std::string(name_of(s.status)), history.dates.back().since, history.dates.back().date},
         {s.area_ha, s.area_interval.low, s.area_interval.high, if_compared(s.before_ha), if_compared(s.after_ha),
          if_compared(s.change_interval.low), if_compared(s.change_interval.high),
          compared && s.growth_percent ? *s.growth_percent : none, s.unobserved_share},
         static_cast<int>(s.status)});
  }
  observed.layer = observed_layer;
  observed.title = "Area observed at one date at least";
  observed.text_columns = {"status"};
  for (auto& [id, wkb] : outline_known(history.map, grid, store)) {
    shapes.keys.push_back({observed_key});
    shapes.wkb.push_back(std::move(wkb));
    observed.rows.push_back({static_cast<int>(shapes.wkb.size()) - 1, {"observed"}, {}, 0});
  }
  publication.geopackage("sites.gpkg", shapes, {sites, observed}, classes);
}

}  // namespace fw
