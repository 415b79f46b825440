// Where pixels are: north-up grids, windows of them, and the area of their cells on the ellipsoid.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace fw {

/// Rectangle of pixels: rows [row, row + rows), columns [col, col + cols).
struct Window {
  int row = 0, col = 0, rows = 0, cols = 0;
  size_t pixels() const { return static_cast<size_t>(rows) * static_cast<size_t>(cols); }
  bool operator==(const Window&) const = default;
};

/// A north-up grid: pixel (r, c) covers x0 + c*dx .. x0 + (c+1)*dx and y0 - r*dy .. y0 - (r+1)*dy, dx, dy > 0.
struct Grid {
  std::string crs;  ///< "EPSG:32637", or WKT2 where there is no authority code
  double x0 = 0, y0 = 0, dx = 1, dy = 1;
  int rows = 0, cols = 0;
  size_t pixels() const { return static_cast<size_t>(rows) * static_cast<size_t>(cols); }
  Window whole() const { return {0, 0, rows, cols}; }
  bool operator==(const Grid&) const = default;
};

/// The same CRS, however written (PROJ decides; axis order ignored).
bool same_crs(const std::string& a, const std::string& b);
/// Grids with one CRS and cell size (1e-6 of a cell over the whole extent) whose origins differ by whole cells.
/// Degrees of longitude are the same after a whole turn; grids that meet in two places, either side of the
/// antimeridian, are not aligned (one offset does not say where).
/// Out: row and column of b's pixel (0, 0) in a.
bool aligned(const Grid& a, const Grid& b, int* row_offset, int* col_offset);
/// Checks a CRS text given by a person: "EPSG:n", "ESRI:n", or WKT/PROJJSON text; never a URL or a file.
/// Errors: ConfigError CRS_SCHEME (URL, file), CRS_INVALID.
std::string checked_crs(const std::string& text);

/// Area of each cell of the window in km² on the WGS 84 ellipsoid (geodesic), row-major. The value of a cell does not
/// depend on the window it is asked through (tiles give the same numbers).
std::vector<double> cell_areas_km2(const Grid& grid, const Window& window);

/// The tiles of a grid, row by row: windows of at most `size` x `size`.
std::vector<Window> tiles(const Grid& grid, int size);
/// The same, at most `rows` x `cols` each.
std::vector<Window> tiles(const Grid& grid, int rows, int cols);

/// Pixel centre to longitude/latitude (degrees, WGS 84).
void pixel_lonlat(const Grid& grid, double row, double col, double* lon, double* lat);
/// The inverse: row and column whose centre is (0, 0) for the first pixel; NaN where the CRS has no such place.
void lonlat_pixel(const Grid& grid, double lon, double lat, double* row, double* col);

}  // namespace fw
