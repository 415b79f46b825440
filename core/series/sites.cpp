#include "core/series/sites.h"

#include <algorithm>
#include <array>
#include <map>

#include "core/base/error.h"

namespace fw {
namespace {

/// What has been added up of a site. Areas: of comparable cells before and after, and of all its cells now.
struct Sums {
  std::array<double, 3> area{};
  double unobserved = 0.0, all = 0.0;        // of the cells of both dates
  double row = 0.0, col = 0.0, cells = 0.0;  // for the centre
  uint32_t successor = 0;
  bool was_there = false, is_there = false;
};
using Borders = std::array<std::map<uint32_t, ObjectBorder>, 3>;

/// Largest share wins, then the lower id.
uint32_t largest(const std::map<uint32_t, double>& area) {
  uint32_t best = 0;
  double most = 0.0;
  for (const auto& [id, ha] : area)
    if (ha > most) most = ha, best = id;
  return best;
}

/// Ids of the objects of this date.
std::vector<uint32_t> name_objects(const SiteMap& before, const Objects& objects, const Mask& shape,
                                   const std::vector<double>& row_area_ha, uint32_t& next_id) {
  std::vector<std::map<uint32_t, double>> shared(static_cast<size_t>(objects.count) + 1), former(shared.size());
  for (int r = 0; r < shape.rows; ++r)
    for (int c = 0; c < shape.cols; ++c) {
      const size_t i = shape.at(r, c);
      const auto object = static_cast<size_t>(objects.label[i]);
      if (object == 0) continue;
      if (before.site[i] != 0) shared[object][before.site[i]] += row_area_ha[static_cast<size_t>(r)];
      if (before.former[i] != 0) former[object][before.former[i]] += row_area_ha[static_cast<size_t>(r)];
    }
  std::vector<uint32_t> id(shared.size(), 0);
  for (size_t object = 1; object < id.size(); ++object) {
    id[object] = largest(shared[object]);
    if (id[object] == 0) id[object] = largest(former[object]);
    if (id[object] == 0) id[object] = next_id++;
  }
  return id;
}

SiteChange finish(uint32_t id, const Sums& s, Borders& borders, const SiteSettings& settings) {
  SiteChange out;
  out.id = id;
  out.area_ha = s.area[2];
  out.before_ha = s.area[0];
  out.after_ha = s.area[1];
  out.growth_percent = growth_percent(s.area[0], s.area[1]);
  out.unobserved_share = s.all > 0.0 ? s.unobserved / s.all : 0.0;
  out.centre_row = s.row / s.cells;
  out.centre_col = s.col / s.cells;
  // Both dates are drawn on their own; all cells now like the comparable ones now, which they mostly are.
  const auto draw = [&](size_t k) {
    return draw_object_areas(s.area[k], borders[k][id], settings.border, uint64_t{id} * 2 + (k > 0));
  };
  const std::vector<double> before = draw(0);
  std::vector<double> change = draw(1);
  for (size_t d = 0; d < change.size(); ++d) change[d] -= before[d];
  out.change_interval = middle_of(std::move(change), settings.border.level);
  out.area_interval = middle_of(draw(2), settings.border.level);
  if (!s.is_there) out.merged_into = s.successor;
  if (out.unobserved_share > settings.max_unobserved_share)
    out.status = SiteStatus::unassessed;
  else if (!s.was_there)
    out.status = SiteStatus::appeared;
  else if (!s.is_there)
    out.status = SiteStatus::closed;
  else if (out.change_interval.low > 0.0)
    out.status = SiteStatus::expanded;
  else if (out.change_interval.high < 0.0)
    out.status = SiteStatus::contracted;
  else
    out.status = SiteStatus::no_significant_change;
  return out;
}

void start(SiteMap& map, int rows, int cols) {
  if (map.rows != 0 || map.cols != 0) return;
  map.rows = rows, map.cols = cols;
  map.site.assign(static_cast<size_t>(rows) * static_cast<size_t>(cols), 0);
  map.former = map.site;
  map.known.assign(map.site.size(), 0);
}

/// Enters what was observed. Out: 1 for cells that both dates know.
std::vector<uint8_t> enter(SiteMap& map, const SiteObservation& now, const std::vector<double>& row_area_ha) {
  Mask shape(map.rows, map.cols);
  for (size_t i = 0; i < shape.size(); ++i) shape.cell[i] = now.settlement.cell[i] && now.observed.cell[i];
  const Objects objects = label_objects(shape);
  const std::vector<uint32_t> id = name_objects(map, objects, shape, row_area_ha, map.next_id);
  std::vector<uint8_t> comparable = std::move(shape.cell);
  for (size_t i = 0; i < comparable.size(); ++i) {
    comparable[i] = map.known[i] && now.observed.cell[i];
    if (!now.observed.cell[i]) continue;
    map.known[i] = 1;
    map.site[i] = id[static_cast<size_t>(objects.label[i])];
    if (map.site[i] != 0) map.former[i] = map.site[i];
  }
  return comparable;
}

}  // namespace

std::string_view name_of(SiteStatus status) {
  switch (status) {
    case SiteStatus::appeared:
      return "new";
    case SiteStatus::expanded:
      return "expanded";
    case SiteStatus::contracted:
      return "contracted";
    case SiteStatus::no_significant_change:
      return "no significant change";
    case SiteStatus::closed:
      return "closed";
    default:
      return "unassessed";
  }
}

SiteUpdate track_sites(SiteMap before, const SiteObservation& now, const std::vector<double>& row_area_ha,
                       const SiteSettings& settings) {
  const BorderBootstrap& border = settings.border;
  FW_EXPECT(settings.max_unobserved_share >= 0.0 && settings.max_unobserved_share <= 1.0, "a share lies within 0..1");
  check(border);
  start(before, now.settlement.rows, now.settlement.cols);
  FW_EXPECT(before.rows == now.settlement.rows && before.cols == now.settlement.cols &&
                now.observed.rows == before.rows && now.observed.cols == before.cols &&
                row_area_ha.size() == static_cast<size_t>(before.rows),
            "all dates have the same cells");

  SiteUpdate out;
  out.map = std::move(before);
  const std::vector<uint32_t> was = out.map.site;
  const std::vector<uint8_t> comparable = enter(out.map, now, row_area_ha);

  std::map<uint32_t, Sums> sums;
  std::map<uint32_t, std::map<uint32_t, double>> taken;
  for (int r = 0; r < out.map.rows; ++r)
    for (int c = 0; c < out.map.cols; ++c) {
      const size_t i = now.observed.at(r, c);
      const std::array<uint32_t, 2> site{was[i], out.map.site[i]};
      const double ha = row_area_ha[static_cast<size_t>(r)];
      for (size_t date = 0; date < 2; ++date) {
        if (site[date] == 0) continue;
        Sums& s = sums[site[date]];
        (date == 0 ? s.was_there : s.is_there) = true;
        if (comparable[i]) s.area[date] += ha;
        if (date == 1) s.area[2] += ha;
        if (date == 1 && site[0] == site[1]) continue;  // counted
        s.all += ha;
        s.unobserved += comparable[i] ? 0.0 : ha;
        s.row += r, s.col += c, s.cells += 1.0;
      }
      if (site[0] != 0 && site[1] != 0 && site[0] != site[1]) taken[site[0]][site[1]] += ha;
    }
  for (const auto& [lost, by] : taken) sums[lost].successor = largest(by);
  const auto find = [&](const std::vector<uint32_t>& site, const uint8_t* usable) {
    return find_borders(site, out.map.rows, out.map.cols, usable, row_area_ha, border.block_cells);
  };
  Borders borders{find(was, comparable.data()), find(out.map.site, comparable.data()), find(out.map.site, nullptr)};
  for (const auto& [site, s] : sums) out.sites.push_back(finish(site, s, borders, settings));
  return out;
}

}  // namespace fw
