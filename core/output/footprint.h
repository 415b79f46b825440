// The outline of a grid in longitude and latitude, as RFC 7946 wants it.
#pragma once
#include <array>
#include <utility>
#include <vector>

#include "core/geo/grid.h"

namespace fw {

using LonLat = std::pair<double, double>;

struct Footprint {
  std::vector<std::vector<LonLat>>
      polygons;                  ///< closed rings, counter-clockwise; two where the antimeridian is crossed
  std::array<double, 4> bbox{};  ///< west, south, east, north; west > east across the antimeridian
};

/// Outline with points along the edges (they bend), rounded to 1e-7 degrees. A grid around a pole gives the polar cap.
Footprint footprint_of(const Grid& grid);

}  // namespace fw
