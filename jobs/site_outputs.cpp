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

/// The cells of each site; of one that is not there now, those where it was.
std::vector<uint32_t> labels_of(const SiteMap& map) {
  const std::set<uint32_t> present(map.site.begin(), map.site.end());
  std::vector<uint32_t> label = map.site;
  for (size_t i = 0; i < label.size(); ++i)
    if (label[i] == 0 && !present.count(map.former[i])) label[i] = map.former[i];
  return label;
}

}  // namespace

void publish_sites(Publication& publication, const SettlementHistory& history, const Grid& grid,
                   const ClassScheme& classes, double level) {
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
  for (const auto& [id, wkb] : outline(labels_of(history.map), grid)) {
    const auto found = last.find(id);
    const double none = std::nan("");
    SiteChange s;
    s.status = SiteStatus::closed;
    if (found != last.end()) s = *found->second;
    const bool compared = found != last.end() && s.status != SiteStatus::unassessed;
    const auto if_compared = [&](double v) { return compared ? v : none; };
    shapes.keys.push_back({site_name(id)});
    shapes.wkb.push_back(wkb);
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
  const std::vector<uint32_t> known(history.map.known.begin(), history.map.known.end());
  for (const auto& [id, wkb] : outline(known, grid)) {
    shapes.keys.push_back({observed_key});
    shapes.wkb.push_back(wkb);
    observed.rows.push_back({static_cast<int>(shapes.wkb.size()) - 1, {"observed"}, {}, 0});
  }
  publication.geopackage("sites.gpkg", shapes, {sites, observed}, classes);
}

}  // namespace fw
