#include "core/geo/grid.h"

#include <ogr_spatialref.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "core/base/error.h"
#include "core/geo/crs.h"

namespace fw {
namespace {

/// Columns from the origin of a to b's: on the globe b lies in the same place 360 degrees further on. Where a reaches
/// over the antimeridian that may be two places of a at once: nothing, no one offset says where b is.
std::optional<double> columns_between(const Grid& a, const Grid& b) {
  const double straight = (b.x0 - a.x0) / a.dx;
  const bool apart = straight >= a.cols || straight + b.cols <= 0;
  const double around = 360 / a.dx;
  if ((!apart && straight >= 0 && straight + b.cols <= a.cols) || !is_geographic(a.crs)) return straight;
  std::optional<double> place;
  if (!apart) place = straight;
  for (const double turned : {straight - around, straight + around}) {
    if (turned > a.cols - 0.5 || turned + b.cols < 0.5) continue;
    if (place) return {};
    place = turned;
  }
  return place.value_or(straight);
}

}  // namespace

bool aligned(const Grid& a, const Grid& b, int* row_offset, int* col_offset) {
  FW_EXPECT(row_offset && col_offset, "aligned: needs places for both offsets");
  constexpr double tolerance = 1e-6;  // of a cell
  const double rows = std::max(a.rows, b.rows), cols = std::max(a.cols, b.cols);
  if (std::fabs(a.dx - b.dx) * cols > tolerance * a.dx || std::fabs(a.dy - b.dy) * rows > tolerance * a.dy)
    return false;
  const auto place = columns_between(a, b);
  if (!place) return false;
  const double col = *place, row = (a.y0 - b.y0) / a.dy;
  if (!(std::fabs(col) < 1e9 && std::fabs(row) < 1e9)) return false;
  if (std::fabs(col - std::round(col)) > tolerance || std::fabs(row - std::round(row)) > tolerance) return false;
  if (!same_crs(a.crs, b.crs)) return false;
  *row_offset = static_cast<int>(std::lround(row));
  *col_offset = static_cast<int>(std::lround(col));
  return true;
}

std::vector<Window> tiles(const Grid& grid, int size) { return tiles(grid, size, size); }

std::vector<Window> tiles(const Grid& grid, int rows, int cols) {
  FW_EXPECT(rows > 0 && cols > 0, "tiles: size must be positive");
  std::vector<Window> all;
  for (int row = 0; row < grid.rows; row += rows)
    for (int col = 0; col < grid.cols; col += cols)
      all.push_back({row, col, std::min(rows, grid.rows - row), std::min(cols, grid.cols - col)});
  return all;
}

void pixel_lonlat(const Grid& grid, double row, double col, double* lon, double* lat) {
  FW_EXPECT(lon && lat, "pixel_lonlat: needs places for both coordinates");
  *lon = grid.x0 + (col + 0.5) * grid.dx;
  *lat = grid.y0 - (row + 0.5) * grid.dy;
  if (!same_crs(grid.crs, wgs84_crs)) {
    const auto by = transformation(grid.crs, wgs84_crs);
    int ok = 0;
    if (by) transform_points(*by, 1, lon, lat, &ok);
    if (!ok) *lon = *lat = std::numeric_limits<double>::quiet_NaN();
  }
  if (*lon >= 180) *lon -= 360 * std::floor((*lon + 180) / 360);
  if (*lon < -180) *lon += 360 * std::ceil((-180 - *lon) / 360);
}

void lonlat_pixel(const Grid& grid, double lon, double lat, double* row, double* col) {
  FW_EXPECT(row && col, "lonlat_pixel: needs places for both coordinates");
  double x = lon, y = lat;
  if (!same_crs(grid.crs, wgs84_crs)) {
    const auto by = transformation(wgs84_crs, grid.crs);
    int ok = 0;
    if (by) transform_points(*by, 1, &x, &y, &ok);
    if (!ok) x = y = std::numeric_limits<double>::quiet_NaN();
  }
  *col = (x - grid.x0) / grid.dx - 0.5;
  *row = (grid.y0 - y) / grid.dy - 0.5;
}

}  // namespace fw
