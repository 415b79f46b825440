#include "core/series/objects.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"

namespace fw {
namespace {

int32_t find_root(std::vector<int32_t>& parent, int32_t i) {
  while (parent[static_cast<size_t>(i)] != i) {
    auto& up = parent[static_cast<size_t>(i)];
    up = parent[static_cast<size_t>(up)];
    i = up;
  }
  return i;
}
/// The smaller one becomes the root: labels stay in the order of first cells.
void unite(std::vector<int32_t>& parent, int32_t a, int32_t b) {
  a = find_root(parent, a);
  b = find_root(parent, b);
  parent[static_cast<size_t>(std::max(a, b))] = std::min(a, b);
}

/// Cells within the disc of a cell with `value`.
Mask spread(const Mask& mask, int radius, bool value) {
  Mask out(mask.rows, mask.cols);
  std::vector<uint8_t> wide(static_cast<size_t>(mask.cols));
  for (int dr = -radius; dr <= radius; ++dr) {
    const int reach = static_cast<int>(std::sqrt(static_cast<double>(radius * radius - dr * dr)));
    for (int r = std::max(0, -dr); r < std::min(mask.rows, mask.rows - dr); ++r) {
      // One row of `mask` spread sideways, into the row dr above it.
      const uint8_t* from = &mask.cell[mask.at(r + dr, 0)];
      int nearest = -mask.cols - reach;
      for (int c = 0; c < mask.cols; ++c) {
        if ((from[c] != 0) == value) nearest = c;
        wide[static_cast<size_t>(c)] = c - nearest <= reach;
      }
      nearest = 2 * mask.cols + reach;
      uint8_t* to = &out.cell[out.at(r, 0)];
      for (int c = mask.cols - 1; c >= 0; --c) {
        if ((from[c] != 0) == value) nearest = c;
        if (wide[static_cast<size_t>(c)] || nearest - c <= reach) to[c] = 1;
      }
    }
  }
  return out;
}

}  // namespace

Objects label_objects(const Mask& mask) {
  Objects out;
  out.label.assign(mask.size(), 0);
  std::vector<int32_t> parent{0};
  for (int r = 0; r < mask.rows; ++r)
    for (int c = 0; c < mask.cols; ++c) {
      const size_t i = mask.at(r, c);
      if (!mask.cell[i]) continue;
      int32_t& here = out.label[i];
      const auto join = [&](int row, int col) {
        if (row < 0 || col < 0 || col >= mask.cols) return;
        const int32_t other = out.label[mask.at(row, col)];
        if (other == 0) return;
        if (here == 0)
          here = other;
        else
          unite(parent, here, other);
      };
      join(r, c - 1);
      join(r - 1, c - 1);
      join(r - 1, c);
      join(r - 1, c + 1);
      if (here == 0) {
        here = static_cast<int32_t>(parent.size());
        parent.push_back(here);
      }
    }
  std::vector<int32_t> number(parent.size(), 0);
  for (int32_t& label : out.label) {
    if (label == 0) continue;
    auto& n = number[static_cast<size_t>(find_root(parent, label))];
    if (n == 0) n = ++out.count;
    label = n;
  }
  return out;
}

Mask close_gaps(const Mask& mask, int radius) {
  FW_EXPECT(radius >= 0, "radius is not negative");
  if (radius == 0 || mask.size() == 0) return mask;
  // Room for the grown mask around, so that the edge is no wall.
  Mask wide(mask.rows + 2 * radius, mask.cols + 2 * radius);
  for (int r = 0; r < mask.rows; ++r)
    for (int c = 0; c < mask.cols; ++c) wide.cell[wide.at(r + radius, c + radius)] = mask.cell[mask.at(r, c)] != 0;
  const Mask eaten = spread(spread(wide, radius, true), radius, false);
  Mask out(mask.rows, mask.cols);
  for (int r = 0; r < mask.rows; ++r)
    for (int c = 0; c < mask.cols; ++c) out.cell[out.at(r, c)] = eaten.cell[eaten.at(r + radius, c + radius)] == 0;
  return out;
}

Mask remove_small_objects(const Mask& mask, const std::vector<double>& row_area_ha, double min_ha) {
  FW_EXPECT(row_area_ha.size() == static_cast<size_t>(mask.rows), "every row has a cell area");
  const Objects objects = label_objects(mask);
  std::vector<double> area(static_cast<size_t>(objects.count) + 1, 0.0);
  for (int r = 0; r < mask.rows; ++r)
    for (int c = 0; c < mask.cols; ++c)
      area[static_cast<size_t>(objects.label[mask.at(r, c)])] += row_area_ha[static_cast<size_t>(r)];
  Mask out(mask.rows, mask.cols);
  for (size_t i = 0; i < mask.size(); ++i) {
    const auto label = static_cast<size_t>(objects.label[i]);
    out.cell[i] = label > 0 && area[label] >= min_ha * (1.0 - 1e-9);
  }
  return out;
}

}  // namespace fw
