#include "core/geo/polygon_edges.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"

namespace fw {

void PolygonEdges::add_ring(const std::vector<double>& x, const std::vector<double>& y) {
  FW_EXPECT(x.size() == y.size(), "PolygonEdges::add_ring: as many x as y");
  const size_t n = x.size();
  for (size_t i = 0; i < n; ++i) {
    const size_t j = (i + 1) % n;
    west_ = std::min(west_, x[i]);
    east_ = std::max(east_, x[i]);
    south_ = std::min(south_, y[i]);
    north_ = std::max(north_, y[i]);
    if (y[i] < y[j]) edges_.push_back({x[i], y[i], x[j], y[j]});
    if (y[i] > y[j]) edges_.push_back({x[j], y[j], x[i], y[i]});
  }
}

bool PolygonEdges::contains(double x, double y) const {
  if (!(x >= west_ && x <= east_ && y >= south_ && y <= north_)) return false;
  bool inside = false;
  for (const Edge& e : edges_)
    if (e.y1 <= y && y < e.y2 && e.x_at(y) <= x) inside = !inside;
  return inside;
}

void PolygonEdges::burn(const Grid& grid, const Window& window, double turn, int32_t value, int32_t* out) const {
  const auto centre_x = [&](int c) { return grid.x0 + (c + 0.5) * grid.dx - turn; };
  const auto centre_y = [&](int r) { return grid.y0 - (r + 0.5) * grid.dy; };
  const int row1 = window.row + window.rows, col1 = window.col + window.cols;
  if (window.pixels() == 0 || edges_.empty() || centre_x(window.col) > east_ || centre_x(col1 - 1) < west_ ||
      centre_y(row1 - 1) > north_ || centre_y(window.row) < south_)
    return;
  std::vector<std::vector<double>> crossings(static_cast<size_t>(window.rows));
  const double lowest = centre_y(row1 - 1), highest = centre_y(window.row);
  for (const Edge& e : edges_) {
    if (e.y2 <= lowest || e.y1 > highest) continue;
    const double from =
        std::clamp((grid.y0 - e.y2) / grid.dy - 1.5, static_cast<double>(window.row), static_cast<double>(row1));
    const double to =
        std::clamp((grid.y0 - e.y1) / grid.dy + 1.5, static_cast<double>(window.row), static_cast<double>(row1));
    for (int r = static_cast<int>(from); r < static_cast<int>(std::ceil(to)); ++r)
      if (const double y = centre_y(r); e.y1 <= y && y < e.y2)
        crossings[static_cast<size_t>(r - window.row)].push_back(e.x_at(y));
  }
  /// First column of the window whose centre is not left of x.
  const auto first_col = [&](double x) {
    int c = static_cast<int>(std::clamp((x + turn - grid.x0) / grid.dx - 0.5, window.col - 1.0, col1 + 1.0));
    while (c > window.col && centre_x(c - 1) >= x) --c;
    while (c < col1 && (c < window.col || centre_x(c) < x)) ++c;
    return std::min(c, col1);
  };
  for (int r = 0; r < window.rows; ++r) {
    auto& xs = crossings[static_cast<size_t>(r)];
    std::sort(xs.begin(), xs.end());
    int32_t* line = out + static_cast<ptrdiff_t>(r) * window.cols - window.col;
    for (size_t i = 0; i + 1 < xs.size(); i += 2)
      for (int c = first_col(xs[i]), end = first_col(xs[i + 1]); c < end; ++c)
        if (line[c] < 0) line[c] = value;
  }
}

}  // namespace fw
