// Where the pixels of a window lie in a plane stored in blocks: whatever the tiles are, a window is few pieces.
#pragma once
#include <algorithm>
#include <cstddef>

#include "core/geo/grid.h"

namespace fw {

inline constexpr int stored_block = 256;

/// Calls piece(at, from, count): `count` values at place `at` of the plane are those from place `from` of the window.
/// The plane: blocks of stored_block x stored_block, row of blocks by row of blocks, each block row by row; blocks at
/// the right and lower edge are smaller.
template <class Piece>
void for_each_piece(const Grid& grid, const Window& w, const Piece& piece) {
  const auto size = [](int n) { return static_cast<size_t>(n); };
  for (int top = w.row / stored_block * stored_block; top < w.row + w.rows; top += stored_block)
    for (int left = w.col / stored_block * stored_block; left < w.col + w.cols; left += stored_block) {
      const int height = std::min(stored_block, grid.rows - top), width = std::min(stored_block, grid.cols - left);
      const int r0 = std::max(top, w.row), r1 = std::min(top + height, w.row + w.rows);
      const int c0 = std::max(left, w.col), c1 = std::min(left + width, w.col + w.cols);
      const size_t block = size(top) * size(grid.cols) + size(left) * size(height);
      const bool whole_rows = c1 - c0 == width && c1 - c0 == w.cols;
      const int step = whole_rows ? r1 - r0 : 1;
      for (int r = r0; r < r1; r += step)
        piece(block + size(r - top) * size(width) + size(c0 - left), size(r - w.row) * size(w.cols) + size(c0 - w.col),
              size(step) * size(c1 - c0));
    }
}

}  // namespace fw
