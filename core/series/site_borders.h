// Bootstrap of the borders of all sites of two dates, row by row.
#pragma once
#include <array>
#include <functional>
#include <map>
#include <vector>

#include "core/series/area_interval.h"
#include "core/series/plane.h"

namespace fw {

struct SitesOfDates {
  const Plane<uint32_t>&before, &after;
  const Plane<uint8_t>& comparable;  ///< 1: both dates know the cell
};

/// Of comparable cells before and after, and of all cells after. Both dates are drawn on their own; all cells after
/// like the comparable ones after, which they mostly are.
using AreasInDraws = std::array<std::vector<double>, 3>;

/// Calls take(site, its area in every draw) for every site of `area_ha` (hectares, in the order of AreasInDraws), when
/// the rows that its border lies in are over: kept are the cells of borders, or their draws, of sites that have begun.
void draw_site_areas(const SitesOfDates& sites, const std::map<uint32_t, std::array<double, 3>>& area_ha,
                     const std::vector<double>& row_area_ha, const BorderBootstrap& settings, const PlaneStore& store,
                     const std::function<void(uint32_t, AreasInDraws)>& take);

}  // namespace fw
