#include "core/series/camp_growth.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"

namespace fw {
namespace {

/// Marks the cells of a row that lie within reach of a site.
void mark_reach(int row, const std::vector<ReportedSite>& sites, double reach_cells, int cols, uint8_t* out) {
  std::fill_n(out, cols, uint8_t{0});
  for (const ReportedSite& site : sites) {
    if (row < std::ceil(site.row - reach_cells) || row > std::floor(site.row + reach_cells)) continue;
    const double dr = row - site.row, half = std::sqrt(std::max(0.0, reach_cells * reach_cells - dr * dr));
    const int first = std::max(0, static_cast<int>(std::ceil(site.col - half)));
    const int last = std::min(cols - 1, static_cast<int>(std::floor(site.col + half)));
    for (int c = first; c <= last; ++c) out[c] = 1;
  }
}

}  // namespace

CampExtent find_camp_extent(const GroundBreaks& breaks, const std::vector<ReportedSite>& sites, double end,
                            const std::vector<double>& row_area_ha, const CampGrowthSettings& settings,
                            const PlaneStore& store) {
  const int rows = breaks.date.rows(), cols = breaks.date.cols();
  FW_EXPECT(row_area_ha.size() == static_cast<size_t>(rows), "every row has a cell area");
  for (const auto* plane : {&breaks.ndvi_change, &breaks.brightness_change})
    FW_EXPECT(plane->rows() == rows && plane->cols() == cols, "planes of one size");
  FW_EXPECT(breaks.assessed.rows() == rows && breaks.assessed.cols() == cols, "planes of one size");
  FW_EXPECT(settings.cell_m > 0.0 && settings.reach_m >= 0.0 && settings.gap_m >= 0.0 && settings.min_ha >= 0.0,
            "lengths and areas are not negative");

  const auto reach = [&](int row, int n) {
    std::vector<uint8_t> cells(static_cast<size_t>(n) * static_cast<size_t>(cols));
    for (int r = 0; r < n; ++r)
      mark_reach(row + r, sites, settings.reach_m / settings.cell_m, cols,
                 cells.data() + static_cast<std::ptrdiff_t>(r) * cols);
    return cells;
  };
  size_t within = 0, assessed = 0;
  each_strip(store, rows, cols, [&](int row, int n) {
    const std::vector<uint8_t> near = reach(row, n), seen = breaks.assessed.get(row, n);
    for (size_t i = 0; i < near.size(); ++i) within += near[i], assessed += near[i] && seen[i];
  });
  CampExtent out;
  if (within > 0) out.assessed_share = static_cast<double>(assessed) / static_cast<double>(within);
  out.assessed = within > 0 && out.assessed_share >= settings.min_assessed_share;
  if (!out.assessed) {
    out.built = Plane<uint8_t>(store, rows, cols);
    return out;
  }
  const auto built = [&](int row, int n, uint8_t* cells) {
    const std::vector<uint8_t> near = reach(row, n), seen = breaks.assessed.get(row, n);
    const std::vector<float> date = breaks.date.get(row, n), ndvi = breaks.ndvi_change.get(row, n),
                             brightness = breaks.brightness_change.get(row, n);
    for (size_t i = 0; i < near.size(); ++i)
      cells[i] = near[i] && seen[i] && static_cast<double>(date[i]) <= end && ndvi[i] < 0.0f &&
                 brightness[i] > 0.0f;  // false for NaN
  };
  out.built = clean_objects(built, cols, static_cast<int>(std::lround(0.5 * settings.gap_m / settings.cell_m)),
                            row_area_ha, settings.min_ha, store);
  return out;
}

}  // namespace fw
