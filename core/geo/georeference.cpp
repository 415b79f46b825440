#include "core/geo/georeference.h"

#include <ogr_spatialref.h>

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/geo/crs.h"

namespace fw {
namespace {

/// Longitudes and latitudes a grid covers; west may lie below -180 and east above 180 (continuous).
struct Footprint {
  double west = 1e300, east = -1e300, south = 1e300, north = -1e300;
  bool empty() const { return west > east; }
};

Footprint footprint(const Grid& grid) {
  Footprint f;
  constexpr int steps = 8;
  std::vector<double> x, y;
  for (int i = 0; i <= steps; ++i)
    for (int j = 0; j <= steps; ++j) {
      x.push_back(grid.x0 + grid.cols * grid.dx * j / steps);
      y.push_back(grid.y0 - grid.rows * grid.dy * i / steps);
    }
  std::vector<int> ok(x.size(), 1);
  const bool degrees = is_geographic(grid.crs);  // another datum moves the edge by metres: no matter here
  if (!degrees) {
    const auto by = transformation(grid.crs, wgs84_crs);
    if (!by) return f;
    transform_points(*by, static_cast<int>(x.size()), x.data(), y.data(), ok.data());
  }
  double middle = NAN;
  for (size_t i = 0; i < x.size(); ++i) {
    if (!ok[i]) continue;
    if (std::isnan(middle)) middle = x[i];
    if (!degrees) x[i] = middle + std::remainder(x[i] - middle, 360.0);
    f.west = std::min(f.west, x[i]);
    f.east = std::max(f.east, x[i]);
    f.south = std::min(f.south, y[i]);
    f.north = std::max(f.north, y[i]);
  }
  return f;
}

bool touch(const Footprint& a, const Footprint& b) {
  if (a.south > b.north || b.south > a.north) return false;
  for (int turn = -2; turn <= 2; ++turn)
    if (a.west + turn * 360 <= b.east && b.west <= a.east + turn * 360) return true;
  return false;
}

class Check {
 public:
  explicit Check(std::string name) : name_(std::move(name)) {}
  [[noreturn]] void fail(const char* code, const std::string& problem) const {
    throw InputError(code, name_ + ": " + problem);
  }

  void transform(const double* t) const {
    for (int i = 0; i < 6; ++i)
      if (!std::isfinite(t[i]))
        fail("GEOREF_INVALID", "its geotransform is not finite. Ask the supplier for a whole file.");
    if (!std::isnormal(t[1] * t[5] - t[2] * t[4]))
      fail("GEOREF_INVALID", "its pixels are " + format_number(t[1]) + " x " + format_number(t[5]) +
                                 " units, which no map has. Ask the supplier for a whole file.");
  }

  /// Extent of a grid in degrees.
  void degrees(const Grid& g) const {
    const double x1 = g.x0 + g.cols * g.dx, y1 = g.y0 - g.rows * g.dy;
    const double reach = std::max({std::fabs(g.x0), std::fabs(x1), std::fabs(g.y0), std::fabs(y1)});
    const std::string extent = " (" + format_number(g.x0) + ", " + format_number(y1) + " … " + format_number(x1) +
                               ", " + format_number(g.y0) + ")";
    if (reach > 1000 && reach < 5e7)
      fail("CRS_EXTENT_MISMATCH",
           "its CRS is in degrees, its coordinates look like metres" + extent + ". Correct the CRS.");
    const double slack = 0.5 * g.dy * (1 + 1e-6);
    if (g.y0 > 90 + slack || y1 < -90 - slack || g.x0 < -540 || x1 > 720 || x1 - g.x0 > 360 + 1.001 * g.dx)
      fail("GEOREF_INVALID", "it reaches beyond the globe" + extent + ". Correct its geotransform.");
  }

  void projected(const Grid& g, const Footprint& f) const {
    const double reach =
        std::max({std::fabs(g.x0), std::fabs(g.x0 + g.cols * g.dx), std::fabs(g.y0), std::fabs(g.y0 - g.rows * g.dy)});
    if (reach * metres_per_unit(g.crs) > 1e8 || f.empty())
      fail("GEOREF_INVALID", "its extent has no place on the globe in its CRS. Correct its CRS or geotransform.");
    if (reach <= 360 && std::max(g.dx, g.dy) * metres_per_unit(g.crs) < 0.05)
      fail("CRS_EXTENT_MISMATCH", "its CRS is in metres, its coordinates look like degrees. Correct the CRS.");
    Footprint use;
    if (!parsed_crs(g.crs)->GetAreaOfUse(&use.west, &use.south, &use.east, &use.north, nullptr) || use.west < -180.5)
      return;
    if (use.east < use.west) use.east += 360;
    if (parsed_crs(g.crs)->GetUTMZone(nullptr) != 0)
      use.south = -84, use.north = 84;  // Landsat: northern zones, negative northings
    constexpr double margin = 6;  // degrees: countries are mapped in their neighbour's zone, tiles overhang theirs
    use.west -= margin;
    use.east += margin;
    use.south -= margin;
    use.north += margin;
    if (!touch(f, use))
      fail("CRS_EXTENT_MISMATCH", "it lies far outside the area its CRS is made for. Correct its CRS.");
  }

 private:
  std::string name_;
};

/// Longitudes of a geographic grid brought to where people expect them.
void normalise_longitudes(Placement& p) {
  Grid& g = p.grid;
  const double width = g.cols * g.dx;
  const auto settle = [](double v) { return std::round(v * 1e11) / 1e11; };  // the rounding of x - 360
  if (std::fabs(width - 360) < 0.01 * g.dx && g.x0 + width > 180 + 1.001 * g.dx) {
    p.roll_cols = static_cast<int>(std::ceil((180 - g.x0) / g.dx - 1e-6));
    if (p.roll_cols < 0 || p.roll_cols >= g.cols) p.roll_cols = 0;
    g.x0 = settle(g.x0 + p.roll_cols * g.dx - 360);
    p.flags.emplace_back("LON_NORMALISED");
    return;
  }
  const double before = g.x0;
  while (g.x0 >= 180 - 1e-9) g.x0 -= 360;
  while (g.x0 + width <= -180 + 1e-9) g.x0 += 360;
  if (g.x0 != before) {
    g.x0 = settle(g.x0);
    p.flags.emplace_back("LON_NORMALISED");
  }
  if (std::fabs(width - 360) >= g.dx && (g.x0 + width > 180 + g.dx * 1e-6 || g.x0 < -180 - g.dx * 1e-6))
    p.flags.emplace_back("ANTIMERIDIAN");
}

}  // namespace

Placement place(const RawGeoreference& raw, bool need_georeference, const std::optional<Grid>& near,
                const std::string& name) {
  const Check check(name);
  Placement p;
  p.grid = {raw.crs, 0, 0, 1, 1, raw.rows, raw.cols};
  const auto crs = raw.crs.empty() ? nullptr : parsed_crs(raw.crs);
  const bool usable = crs && (crs->IsGeographic() || crs->IsProjected());
  const double* t = raw.transform;
  const bool rotated =
      raw.has_transform && (std::fabs(t[2]) > 1e-9 * std::fabs(t[1]) || std::fabs(t[4]) > 1e-9 * std::fabs(t[5]));
  if (!need_georeference && (!usable || !raw.has_transform || rotated)) {
    p.grid.crs.clear();
    if (rotated) p.flags.emplace_back("ROTATED");
    return p;
  }
  if (raw.has_transform) check.transform(t);
  if (!usable) check.fail("CRS_MISSING", "it names no coordinate reference system. Set its CRS; none is guessed.");
  if (!raw.has_transform) {
    if (raw.has_control_points)
      check.fail("GEOREF_UNSUPPORTED", "it is placed by control points. Warp it to a north-up grid first.");
    check.fail("GEOREF_INVALID", "it has a CRS but no geotransform. Ask the supplier for a whole file.");
  }
  if (rotated) check.fail("GEOREF_UNSUPPORTED", "its grid is rotated or sheared. Warp it to a north-up grid first.");
  if (t[1] < 0)
    check.fail("GEOREF_UNSUPPORTED", "its columns run from east to west. Warp it to a north-up grid first.");

  Grid& g = p.grid;
  g.x0 = t[0];
  g.dx = t[1];
  g.dy = std::fabs(t[5]);
  g.y0 = t[5] < 0 ? t[3] : t[3] + raw.rows * t[5];
  if (t[5] > 0) {
    p.flip_rows = true;
    p.flags.emplace_back("SOUTH_UP");
  }
  if (crs->IsGeographic()) {
    if (std::fabs(crs->GetAngularUnits(nullptr) - 0.0174532925199433) > 1e-9)
      check.fail("GEOREF_UNSUPPORTED", "its CRS does not count in degrees. Warp it to EPSG:4326 first.");
    check.degrees(g);
    normalise_longitudes(p);
  }
  if (crs->IsProjected() || near) {
    const Footprint mine = footprint(g);
    if (crs->IsProjected()) check.projected(g, mine);
    if (near && !touch(mine, footprint(*near)))
      check.fail("CRS_EXTENT_MISMATCH", "it does not touch the declared area. Check its CRS and the region.");
  }
  return p;
}

}  // namespace fw
