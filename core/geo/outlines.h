// Labelled cells of a grid as polygons.
#pragma once
#include <cstdint>
#include <map>
#include <vector>

#include "core/geo/grid.h"

namespace fw {

/// The multipolygon of each label as WKB in longitude and latitude (EPSG:4326), along the edges of its cells: cells
/// that touch at a corner only are polygons of their own. label: [row][col] of the grid, 0 none. Burnt by pixel centres
/// onto the same grid the polygons give back the labels.
std::map<uint32_t, std::vector<unsigned char>> outline(const std::vector<uint32_t>& label, const Grid& grid);

}  // namespace fw
