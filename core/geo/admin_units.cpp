#include "core/geo/admin_units.h"

#include <ogr_spatialref.h>

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/geo/admin_impl.h"
#include "core/geo/crs.h"

namespace fw {
namespace {

/// Points along the ring at most this far apart, so that an edge straight in degrees stays so within centimetres when
/// projected.
constexpr double step_degrees = 0.02;

/// The ring in another CRS; false where it has no whole and reversible image there.
bool project(const UnitRings::Ring& ring, OGRCoordinateTransformation& forth, OGRCoordinateTransformation& back,
             std::vector<double>* x, std::vector<double>* y) {
  std::vector<double> lon, lat;
  for (size_t i = 0; i < ring.x.size(); ++i) {
    const size_t j = (i + 1) % ring.x.size();
    // From the lower end, so that two units cut their common edge at the same points.
    const bool up = std::pair(ring.y[i], ring.x[i]) <= std::pair(ring.y[j], ring.x[j]);
    const double x1 = up ? ring.x[i] : ring.x[j], y1 = up ? ring.y[i] : ring.y[j];
    const double dx = (up ? ring.x[j] : ring.x[i]) - x1, dy = (up ? ring.y[j] : ring.y[i]) - y1;
    const int parts = std::max(1, static_cast<int>(std::ceil(std::hypot(dx, dy) / step_degrees)));
    for (int k = 0; k < parts; ++k) {
      const int at = up ? k : parts - k;
      lon.push_back(at == parts ? x1 + dx : x1 + dx * at / parts);
      lat.push_back(at == parts ? y1 + dy : y1 + dy * at / parts);
    }
  }
  *x = lon;
  *y = lat;
  std::vector<int> ok(lon.size());
  const int n = static_cast<int>(lon.size());
  transform_points(forth, n, x->data(), y->data(), ok.data());
  if (std::find(ok.begin(), ok.end(), 0) != ok.end()) return false;
  std::vector<double> lon_again = *x, lat_again = *y;
  transform_points(back, n, lon_again.data(), lat_again.data(), ok.data());
  for (size_t i = 0; i < lon.size(); ++i)
    if (!ok[i] || std::fabs(std::remainder(lon_again[i] - lon[i], 360.0)) > 1e-6 ||
        std::fabs(lat_again[i] - lat[i]) > 1e-6)
      return false;
  return true;
}

}  // namespace

std::shared_ptr<const std::vector<PolygonEdges>> AdminUnits::Impl::edges_in(const std::string& crs) const {
  const std::lock_guard lock(mutex_);
  auto& made = projected_[crs];
  if (made) return made;
  const auto forth = transformation(wgs84_crs, crs), back = transformation(crs, wgs84_crs);
  FW_EXPECT(forth && back, "AdminUnits: no way from longitude and latitude to the grid's CRS");
  auto all = std::make_shared<std::vector<PolygonEdges>>(units.size());
  std::vector<double> x, y;
  for (size_t u = 0; u < units.size(); ++u)
    for (const auto& ring : rings[u].rings) {
      if (!project(ring, *forth, *back, &x, &y)) {
        (*all)[u] = {};
        break;
      }
      (*all)[u].add_ring(x, y);
    }
  return made = all;
}

int AdminUnits::level() const { return impl_->level; }
int AdminUnits::repaired() const { return impl_->repaired; }
const std::vector<AdminUnit>& AdminUnits::units() const { return impl_->units; }
std::string AdminUnits::sha256() const { return impl_->sha256; }
std::vector<unsigned char> AdminUnits::wkb(int unit) const { return impl_->wkb.at(static_cast<size_t>(unit)); }
double AdminUnits::area_km2(int unit) const { return impl_->area_km2.at(static_cast<size_t>(unit)); }

void AdminUnits::Impl::burn(int unit, const Grid& grid, const Window& window, int32_t* out) const {
  const PolygonEdges& in_degrees = edges[static_cast<size_t>(unit)];
  if (same_crs(grid.crs, wgs84_crs)) {
    for (double turn : {0.0, 360.0, -360.0}) in_degrees.burn(grid, window, turn, unit, out);
    return;
  }
  const auto projected = edges_in(grid.crs);
  if (const PolygonEdges& in_grid = (*projected)[static_cast<size_t>(unit)]; !in_grid.empty()) {
    in_grid.burn(grid, window, 0, unit, out);
    return;
  }
  size_t i = 0;
  for (int r = window.row; r < window.row + window.rows; ++r)
    for (int c = window.col; c < window.col + window.cols; ++c, ++i) {
      double lon = 0, lat = 0;
      if (out[i] >= 0) continue;
      pixel_lonlat(grid, r, c, &lon, &lat);
      if (in_degrees.contains(lon, lat)) out[i] = unit;
    }
}

std::vector<int32_t> AdminUnits::rasterise(const Grid& grid, const Window& window) const {
  FW_EXPECT(window.rows >= 0 && window.cols >= 0, "AdminUnits::rasterise: negative window");
  std::vector<int32_t> out(window.pixels(), -1);
  for (size_t u = 0; u < impl_->units.size(); ++u) impl_->burn(static_cast<int>(u), grid, window, out.data());
  return out;
}

std::vector<int32_t> AdminUnits::rasterise_one(int unit, const Grid& grid, const Window& window) const {
  FW_EXPECT(window.rows >= 0 && window.cols >= 0, "AdminUnits::rasterise_one: negative window");
  FW_EXPECT(unit >= 0 && static_cast<size_t>(unit) < impl_->units.size(), "AdminUnits::rasterise_one: no such unit");
  std::vector<int32_t> out(window.pixels(), -1);
  impl_->burn(unit, grid, window, out.data());
  return out;
}

Window AdminUnits::part_with(int unit, const Grid& grid, const Window& window) const {
  FW_EXPECT(unit >= 0 && static_cast<size_t>(unit) < impl_->units.size(), "AdminUnits::part_with: no such unit");
  const bool in_degrees = same_crs(grid.crs, wgs84_crs);
  const auto projected = in_degrees ? nullptr : impl_->edges_in(grid.crs);
  const PolygonEdges& e = (in_degrees ? impl_->edges : *projected)[static_cast<size_t>(unit)];
  if (e.empty()) return window;
  // A cell more on each side: the bounds need not be exact.
  const auto clamped = [](double at, int low, int high) {
    return static_cast<int>(std::clamp(at, static_cast<double>(low), static_cast<double>(high)));
  };
  const int row1 = window.row + window.rows, col1 = window.col + window.cols;
  const int top = clamped(std::floor((grid.y0 - e.north()) / grid.dy) - 1, window.row, row1),
            bottom = clamped(std::ceil((grid.y0 - e.south()) / grid.dy) + 1, window.row, row1);
  int left = col1, right = window.col;
  for (const double turn : in_degrees ? std::vector<double>{0.0, 360.0, -360.0} : std::vector<double>{0.0}) {
    const int from = clamped(std::floor((e.west() + turn - grid.x0) / grid.dx) - 1, window.col, col1),
              to = clamped(std::ceil((e.east() + turn - grid.x0) / grid.dx) + 1, window.col, col1);
    if (from < to) left = std::min(left, from), right = std::max(right, to);
  }
  return {top, left, bottom - top, std::max(0, right - left)};
}

std::optional<int> AdminUnits::locate(double lon, double lat) const {
  if (!std::isfinite(lon) || !std::isfinite(lat)) return std::nullopt;
  for (size_t u = 0; u < impl_->units.size(); ++u)
    for (double turn : {0.0, 360.0, -360.0})
      if (impl_->edges[u].contains(lon - turn, lat)) return static_cast<int>(u);
  return std::nullopt;
}

}  // namespace fw
