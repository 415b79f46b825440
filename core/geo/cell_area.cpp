// Area of grid cells on the WGS 84 ellipsoid. Cells are bounded by the grid's own lines, so that a coarse cell has
// exactly the area of the fine cells in it.
#include <ogr_spatialref.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/geo/crs.h"
#include "core/geo/grid.h"

namespace fw {
namespace {

constexpr double degree = 3.14159265358979323846 / 180;
constexpr double semi_major_km = 6378.137;        // WGS 84 (EPSG:7030)
constexpr double flattening = 1 / 298.257223563;  // WGS 84 (EPSG:7030)
constexpr double eccentricity2 = flattening * (2 - flattening);

/// Area between the equator and a parallel per radian of longitude, km² (Snyder 1987, Map Projections, eq. 3-12, times
/// a²/2).
double zone_area(double lat_degrees) {
  const double e = std::sqrt(eccentricity2), s = std::sin(std::clamp(lat_degrees, -90.0, 90.0) * degree);
  return semi_major_km * semi_major_km * (1 - eccentricity2) / 2 *
         (s / (1 - eccentricity2 * s * s) + std::atanh(e * s) / e);
}

/// Area element at a latitude: km² per (radian of longitude x radian of latitude).
double area_element(double lat_degrees) {
  const double s = std::sin(lat_degrees * degree), w = 1 - eccentricity2 * s * s;
  return semi_major_km * semi_major_km * (1 - eccentricity2) * std::cos(lat_degrees * degree) / (w * w);
}

/// Area (km²) of a small quadrilateral of longitudes and latitudes given in order round it, in an equal-area plane
/// about its middle latitude (so that metre-sized cells keep their digits).
double quad_area(const double lon[4], const double lat[4]) {
  const double middle = (lat[0] + lat[1] + lat[2] + lat[3]) / 4;
  double x[4], y[4];
  for (int i = 0; i < 4; ++i) {
    x[i] = std::remainder(lon[i] - lon[0], 360.0) * degree;
    // Northing by Gauss-Legendre quadrature of the area element: exact to rounding for the few kilometres of a block.
    const double half = (lat[i] - middle) / 2, mid = (lat[i] + middle) / 2, node = half * std::sqrt(0.6);
    y[i] = half * degree * (5 * area_element(mid - node) + 8 * area_element(mid) + 5 * area_element(mid + node)) / 9;
  }
  double twice = 0;
  for (int i = 0; i < 4; ++i) {
    const int j = (i + 1) % 4;
    twice += x[i] * y[j] - x[j] * y[i];
  }
  return std::fabs(twice) / 2;
}

std::vector<double> geographic_areas(const Grid& grid, const Window& window) {
  std::vector<double> areas(window.pixels());
  for (int r = 0; r < window.rows; ++r) {
    const double north = grid.y0 - (window.row + r) * grid.dy, south = grid.y0 - (window.row + r + 1) * grid.dy;
    const double area = grid.dx * degree * (zone_area(north) - zone_area(south));
    std::fill_n(areas.begin() + static_cast<ptrdiff_t>(r) * window.cols, window.cols, area);
  }
  return areas;
}

/// Area of blocks of cells of a projected grid.
class ProjectedCells {
 public:
  explicit ProjectedCells(const Grid& grid) : grid_(grid), by_(transformation(grid.crs, wgs84_crs)) {
    FW_EXPECT(by_, "cell_areas_km2: no way from this CRS to longitude and latitude");
  }
  /// Mean area (km²) of the cells within `half` cells of the centre of cell (row, col); NaN off the globe.
  double at(int row, int col, double half) const {
    const double r = row + 0.5, c = col + 0.5;
    const double rows[4] = {r - half, r - half, r + half, r + half}, cols[4] = {c - half, c + half, c + half, c - half};
    double x[4], y[4];
    int ok[4] = {};
    for (int i = 0; i < 4; ++i) {
      x[i] = grid_.x0 + cols[i] * grid_.dx;
      y[i] = grid_.y0 - rows[i] * grid_.dy;
    }
    transform_points(*by_, 4, x, y, ok);
    const bool whole = ok[0] && ok[1] && ok[2] && ok[3];
    return whole ? quad_area(x, y) / (4 * half * half) : std::numeric_limits<double>::quiet_NaN();
  }

 private:
  const Grid& grid_;
  std::shared_ptr<OGRCoordinateTransformation> by_;
};

int floor_div(int a, int b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

/// Areas at nodes every `step` cells from the grid's origin (so that windows agree), bilinear between them.
std::vector<double> projected_areas(const Grid& grid, const Window& window) {
  const ProjectedCells cells(grid);
  // At most 4 km between nodes: the scale of a map projection bends by less than 1e-7 over that.
  const double cell_m = std::max(grid.dx, grid.dy) * metres_per_unit(grid.crs);
  const int step = std::clamp(static_cast<int>(4000 / cell_m), 1, 32);
  // The area of a node comes from a block about a kilometre wide, but of one cell at least: metres would drown in
  // rounding.
  const double half = std::max(0.5, std::min(step * 0.5, 500 / cell_m));
  const int top = floor_div(window.row, step), left = floor_div(window.col, step);
  const int node_rows = floor_div(window.row + window.rows - 1, step) - top + 2;
  const int node_cols = floor_div(window.col + window.cols - 1, step) - left + 2;
  std::vector<double> nodes;
  nodes.reserve(static_cast<size_t>(node_rows) * static_cast<size_t>(node_cols));
  for (int i = 0; i < node_rows; ++i)
    for (int j = 0; j < node_cols; ++j) nodes.push_back(cells.at((top + i) * step, (left + j) * step, half));

  std::vector<double> areas;
  areas.reserve(window.pixels());
  for (int r = window.row; r < window.row + window.rows; ++r) {
    const int i = floor_div(r, step) - top;
    const double down = static_cast<double>(r - (top + i) * step) / step;
    const double* upper = nodes.data() + static_cast<ptrdiff_t>(i) * node_cols;
    for (int c = window.col; c < window.col + window.cols; ++c) {
      const int j = floor_div(c, step) - left;
      const double right = static_cast<double>(c - (left + j) * step) / step;
      const double* lower = upper + node_cols;
      const double area = (upper[j] * (1 - right) + upper[j + 1] * right) * (1 - down) +
                          (lower[j] * (1 - right) + lower[j + 1] * right) * down;
      areas.push_back(std::isnan(area) ? cells.at(r, c, 0.5) : area);
    }
  }
  return areas;
}

}  // namespace

std::vector<double> cell_areas_km2(const Grid& grid, const Window& window) {
  FW_EXPECT(window.rows >= 0 && window.cols >= 0, "cell_areas_km2: negative window");
  if (window.pixels() == 0) return {};
  return is_geographic(grid.crs) ? geographic_areas(grid, window) : projected_areas(grid, window);
}

}  // namespace fw
