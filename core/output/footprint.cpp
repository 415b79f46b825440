#include "core/output/footprint.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"

namespace fw {
namespace {

using Ring = std::vector<LonLat>;
constexpr int points_per_edge = 16;

/// Outline in pixel coordinates, counter-clockwise on the map (down the left edge first), longitudes unwrapped so that
/// neighbours never jump by more than 180 degrees.
Ring unwrapped_outline(const Grid& grid) {
  // Edges are at half a pixel outside the centres that pixel_lonlat counts in.
  const double top = -0.5, left = -0.5, bottom = grid.rows - 0.5, right = grid.cols - 0.5;
  const double corners[5][2] = {{top, left}, {bottom, left}, {bottom, right}, {top, right}, {top, left}};
  Ring ring;
  for (int e = 0; e < 4; ++e)
    for (int i = 0; i < points_per_edge; ++i) {
      const double share = static_cast<double>(i) / points_per_edge;
      double lon = 0, lat = 0;
      pixel_lonlat(grid, corners[e][0] + share * (corners[e + 1][0] - corners[e][0]),
                   corners[e][1] + share * (corners[e + 1][1] - corners[e][1]), &lon, &lat);
      if (!std::isfinite(lon) || !std::isfinite(lat)) continue;
      if (!ring.empty()) lon -= 360 * std::round((lon - ring.back().first) / 360);
      ring.emplace_back(lon, lat);
    }
  return ring;
}

/// The part of a ring with longitude >= limit (keep_east) or <= limit.
Ring clip(const Ring& ring, double limit, bool keep_east) {
  const auto inside = [&](const LonLat& p) { return keep_east ? p.first >= limit : p.first <= limit; };
  Ring out;
  for (size_t i = 0; i < ring.size(); ++i) {
    const LonLat &a = ring[i], &b = ring[(i + 1) % ring.size()];
    if (inside(a)) out.push_back(a);
    if (inside(a) != inside(b))
      out.emplace_back(limit, a.second + (b.second - a.second) * (limit - a.first) / (b.first - a.first));
  }
  return out;
}

double rounded(double degrees) { return std::round(degrees * 1e7) / 1e7 + 0.0; }

/// Shifted into -180..180, rounded, closed, repeated points dropped.
Ring finished(const Ring& ring, double shift) {
  Ring out;
  for (const auto& [lon, lat] : ring) {
    const LonLat p = {rounded(std::clamp(lon + shift, -180.0, 180.0)), rounded(std::clamp(lat, -90.0, 90.0))};
    if (out.empty() || out.back() != p) out.push_back(p);
  }
  if (!out.empty() && out.front() != out.back()) out.push_back(out.front());
  return out;
}

}  // namespace

Footprint footprint_of(const Grid& grid) {
  Ring ring = unwrapped_outline(grid);
  if (ring.size() < 3)
    throw OutputError("WRITE_FAILED",
                      "The grid has no outline in longitude and latitude (PROJ refuses its corners). Check its CRS.");
  double south = 90, north = -90, west = ring[0].first, east = ring[0].first, sum_lat = 0;
  for (const auto& [lon, lat] : ring) {
    south = std::min(south, lat);
    north = std::max(north, lat);
    west = std::min(west, lon);
    east = std::max(east, lon);
    sum_lat += lat;
  }
  Footprint f;
  const double turn = ring.front().first - ring.back().first;
  const bool around_pole = std::abs(turn) > 180;
  if (around_pole || east - west >= 360) {
    if (around_pole) (sum_lat > 0 ? north : south) = sum_lat > 0 ? 90 : -90;
    f.polygons.push_back(finished({{-180, south}, {180, south}, {180, north}, {-180, north}}, 0));
    f.bbox = {-180, rounded(south), 180, rounded(north)};
    return f;
  }
  const double shift = -360 * std::floor((west + 180) / 360);  // brings the western edge into [-180, 180)
  for (auto& p : ring) p.first += shift;
  west += shift;
  east += shift;
  if (east <= 180) {
    f.polygons.push_back(finished(ring, 0));
    f.bbox = {rounded(west), rounded(south), rounded(east), rounded(north)};
  } else {
    f.polygons.push_back(finished(clip(ring, 180, false), 0));
    f.polygons.push_back(finished(clip(ring, 180, true), -360));
    f.bbox = {rounded(west), rounded(south), rounded(east - 360), rounded(north)};
  }
  return f;
}

}  // namespace fw
