// Objects in a mask: closing of gaps, connected groups, small ones removed. Plain code, the same on every machine;
// memory of a few bytes per cell, so for windows around settlements, not for whole countries at once.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace fw {

/// One byte per cell, row-major; 0 is outside, anything else inside.
struct Mask {
  int rows = 0, cols = 0;
  std::vector<uint8_t> cell;

  Mask() = default;
  Mask(int rows_, int cols_)
      : rows(rows_), cols(cols_), cell(static_cast<size_t>(rows_) * static_cast<size_t>(cols_)) {}
  size_t size() const { return cell.size(); }
  size_t at(int r, int c) const { return static_cast<size_t>(r) * static_cast<size_t>(cols) + static_cast<size_t>(c); }
};

/// 8-connected groups of cells: label 0 is none, 1.. in the order of their first cells, row by row.
struct Objects {
  std::vector<int32_t> label;
  int count = 0;
};
Objects label_objects(const Mask& mask);

/// Morphological closing with a disc of `radius` cells (0: nothing happens): fills what a disc that lies outside the
/// mask cannot reach, such as gaps up to 2 radius wide between bodies longer than that. What lies beyond the mask is
/// outside: the edge neither grows nor eats.
Mask close_gaps(const Mask& mask, int radius);

/// Removes objects smaller than min_ha. row_area_ha: area of a cell of each row, hectares.
Mask remove_small_objects(const Mask& mask, const std::vector<double>& row_area_ha, double min_ha);

}  // namespace fw
