// Polygons as their edges: which points lie inside, which pixels of a grid. Internal to core/geo.
#pragma once
#include <cstdint>
#include <vector>

#include "core/geo/grid.h"

namespace fw {

/// Edge from (x1, y1) up to (x2, y2), y1 < y2: neighbours that share an edge hold the same numbers, so no point falls
/// between them or into both.
struct Edge {
  double x1, y1, x2, y2;
  /// Where the edge crosses a horizontal line, y1 <= y < y2.
  double x_at(double y) const { return x1 + (y - y1) * ((x2 - x1) / (y2 - y1)); }
};

/// The edges of one multipolygon (even-odd rule: rings inside rings are holes).
class PolygonEdges {
 public:
  void add_ring(const std::vector<double>& x, const std::vector<double>& y);
  /// A point on a left or lower border is inside, on a right or upper one outside.
  bool contains(double x, double y) const;
  /// Sets out (row-major, window of grid) to `value` where it is -1 and the pixel's centre lies inside. Coordinates of
  /// the edges and of the grid are in one CRS; turn (degrees) is added to the edges' x.
  void burn(const Grid& grid, const Window& window, double turn, int32_t value, int32_t* out) const;
  bool empty() const { return edges_.empty(); }
  double west() const { return west_; }
  double east() const { return east_; }
  double south() const { return south_; }
  double north() const { return north_; }

 private:
  std::vector<Edge> edges_;
  double west_ = 1e300, east_ = -1e300, south_ = 1e300, north_ = -1e300;
};

}  // namespace fw
