#include <ogr_spatialref.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/error.h"
#include "core/geo/crs.h"
#include "core/geo/grid_mapping.h"
#include "core/geo/resample.h"

namespace fw {
namespace {

/// Map coordinate to pixel coordinate; longitudes are first turned to within half a turn of the grid's middle.
void to_pixels(const Grid& g, bool turns, double* x, double* y) {
  if (turns) {
    const double middle = g.x0 + g.cols * g.dx / 2;
    *x -= 360 * std::floor((*x - middle + 180) / 360);
  }
  *x = (*x - g.x0) / g.dx;
  *y = (g.y0 - *y) / g.dy;
}

void map(const Grid& from, const Grid& to, OGRCoordinateTransformation* by, bool turns, int n, double* col, double* row,
         int* ok) {
  for (int i = 0; i < n; ++i) {
    col[i] = from.x0 + col[i] * from.dx;
    row[i] = from.y0 - row[i] * from.dy;
    ok[i] = 1;
  }
  if (by) transform_points(*by, n, col, row, ok);
  for (int i = 0; i < n; ++i)
    if (ok[i]) to_pixels(to, turns, &col[i], &row[i]);
}

}  // namespace

GridMapping::GridMapping(const Grid& source, const Grid& target)
    : source_(source),
      target_(target),
      source_turns_(is_geographic(source.crs)),
      target_turns_(is_geographic(target.crs)) {
  if (!same_crs(source.crs, target.crs)) {
    forth_ = transformation(target.crs, source.crs);
    back_ = transformation(source.crs, target.crs);
    if (!forth_ || !back_)
      throw InputError("CRS_UNRELATED",
                       "No way is known from " + target.crs + " to " + source.crs + ". Reproject the file first.");
  }
  double col[3] = {target.cols / 2.0, target.cols / 2.0 + 1, target.cols / 2.0};
  double row[3] = {target.rows / 2.0, target.rows / 2.0, target.rows / 2.0 + 1};
  int ok[3];
  to_source(3, col, row, ok);
  if (ok[0] && ok[1] && ok[2]) {
    cols_per_col_ = std::max(std::hypot(col[1] - col[0], row[1] - row[0]), 1e-6);
    rows_per_row_ = std::max(std::hypot(col[2] - col[0], row[2] - row[0]), 1e-6);
  }
}

void GridMapping::to_source(int n, double* col, double* row, int* ok) const {
  map(target_, source_, forth_.get(), source_turns_, n, col, row, ok);
}
void GridMapping::to_target(int n, double* col, double* row, int* ok) const {
  map(source_, target_, back_.get(), target_turns_, n, col, row, ok);
}

Window source_window(const Grid& source, const Grid& target, const Window& target_window, Resampling method) {
  if (target_window.pixels() == 0) return {};
  const GridMapping mapping(source, target);
  std::vector<double> col, row;
  const auto add = [&](double r, double c) {
    row.push_back(r);
    col.push_back(c);
  };
  const int r1 = target_window.row + target_window.rows, c1 = target_window.col + target_window.cols;
  for (int c = target_window.col; c <= c1; ++c) add(target_window.row, c), add(r1, c);
  for (int r = target_window.row; r <= r1; ++r) add(r, target_window.col), add(r, c1);
  constexpr int inner = 24;  // inside, for mappings that fold (poles, seams)
  for (int i = 1; i < inner; ++i)
    for (int j = 1; j < inner; ++j)
      add(target_window.row + target_window.rows * i / static_cast<double>(inner),
          target_window.col + target_window.cols * j / static_cast<double>(inner));
  std::vector<int> ok(col.size());
  mapping.to_source(static_cast<int>(col.size()), col.data(), row.data(), ok.data());
  double left = 1e300, right = -1e300, top = 1e300, bottom = -1e300;
  for (size_t i = 0; i < col.size(); ++i) {
    if (!ok[i]) continue;
    left = std::min(left, col[i]);
    right = std::max(right, col[i]);
    top = std::min(top, row[i]);
    bottom = std::max(bottom, row[i]);
  }
  if (left > right) return {};
  const double reach_x = method == Resampling::nearest ? 1 : std::max(mapping.cols_per_col(), 1.0) + 2;
  const double reach_y = method == Resampling::nearest ? 1 : std::max(mapping.rows_per_row(), 1.0) + 2;
  const auto clip = [](double v, int limit) {
    return static_cast<int>(std::clamp(v, 0.0, static_cast<double>(limit)));
  };
  Window w;
  w.col = clip(std::floor(left - reach_x), source.cols);
  w.row = clip(std::floor(top - reach_y), source.rows);
  w.cols = clip(std::ceil(right + reach_x), source.cols) - w.col;
  w.rows = clip(std::ceil(bottom + reach_y), source.rows) - w.row;
  return w.rows > 0 && w.cols > 0 ? w : Window{};
}

}  // namespace fw
