#include "core/series/camp_growth.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"

namespace fw {
namespace {

Mask cells_in_reach(const GroundBreaks& breaks, const std::vector<ReportedSite>& sites, double reach_cells) {
  Mask out(breaks.rows, breaks.cols);
  for (const ReportedSite& site : sites)
    for (int r = std::max(0, static_cast<int>(std::ceil(site.row - reach_cells)));
         r <= std::min(breaks.rows - 1, static_cast<int>(std::floor(site.row + reach_cells))); ++r) {
      const double dr = r - site.row, half = std::sqrt(std::max(0.0, reach_cells * reach_cells - dr * dr));
      const int first = std::max(0, static_cast<int>(std::ceil(site.col - half)));
      const int last = std::min(breaks.cols - 1, static_cast<int>(std::floor(site.col + half)));
      for (int c = first; c <= last; ++c) out.cell[out.at(r, c)] = 1;
    }
  return out;
}

double area_of(const Mask& mask, const std::vector<double>& row_area_ha) {
  double area = 0.0;
  for (int r = 0; r < mask.rows; ++r)
    for (int c = 0; c < mask.cols; ++c)
      if (mask.cell[mask.at(r, c)]) area += row_area_ha[static_cast<size_t>(r)];
  return area;
}

Interval interval_of(const Mask& mask, double area_ha, const std::vector<double>& row_area_ha,
                     const BorderBootstrap& how) {
  const std::vector<uint32_t> object(mask.cell.begin(), mask.cell.end());
  auto borders = find_borders(object, mask.rows, mask.cols, nullptr, row_area_ha, how.block_cells);
  return middle_of(draw_object_areas(area_ha, borders[1], how, 0), how.level);
}

}  // namespace

CampGrowth measure_camp_growth(const GroundBreaks& breaks, const std::vector<ReportedSite>& sites,
                               const std::vector<double>& ends, const std::vector<double>& row_area_ha,
                               const CampGrowthSettings& settings) {
  FW_EXPECT(breaks.rows >= 0 && breaks.cols >= 0 && row_area_ha.size() == static_cast<size_t>(breaks.rows),
            "every row has a cell area");
  FW_EXPECT(breaks.date && breaks.ndvi_change && breaks.brightness_change && breaks.assessed, "all planes are there");
  FW_EXPECT(std::is_sorted(ends.begin(), ends.end()), "ends ascend");
  FW_EXPECT(settings.cell_m > 0.0 && settings.reach_m >= 0.0 && settings.gap_m >= 0.0 && settings.min_ha >= 0.0,
            "lengths and areas are not negative");
  check(settings.border);

  CampGrowth out;
  out.last = Mask(breaks.rows, breaks.cols);
  const Mask reach = cells_in_reach(breaks, sites, settings.reach_m / settings.cell_m);
  double within = 0.0, assessed = 0.0;
  for (size_t i = 0; i < reach.size(); ++i) {
    within += reach.cell[i];
    assessed += reach.cell[i] && breaks.assessed[i];
  }
  out.assessed_share = within > 0.0 ? assessed / within : 0.0;
  out.assessed = within > 0.0 && out.assessed_share >= settings.min_assessed_share;
  if (!out.assessed) return out;

  const int radius = static_cast<int>(std::lround(0.5 * settings.gap_m / settings.cell_m));
  double before_ha = 0.0;
  for (const double end : ends) {
    Mask built(breaks.rows, breaks.cols);
    for (size_t i = 0; i < built.size(); ++i)
      built.cell[i] = reach.cell[i] && breaks.assessed[i] && static_cast<double>(breaks.date[i]) <= end &&
                      breaks.ndvi_change[i] < 0.0f && breaks.brightness_change[i] > 0.0f;  // false for NaN
    built = remove_small_objects(close_gaps(built, radius), row_area_ha, settings.min_ha);
    for (size_t i = 0; i < built.size(); ++i) out.last.cell[i] = out.last.cell[i] || built.cell[i];
    CampExtent extent;
    extent.end = end;
    extent.area_ha = area_of(out.last, row_area_ha);
    extent.new_ha = extent.area_ha - before_ha;
    extent.interval = interval_of(out.last, extent.area_ha, row_area_ha, settings.border);
    before_ha = extent.area_ha;
    out.extents.push_back(extent);
  }
  return out;
}

}  // namespace fw
