// Where the pixels of a window lie in a plane stored in blocks: whatever the tiles are, a window is few pieces.
#pragma once
#include <algorithm>
#include <cstddef>

#include "core/geo/grid.h"

namespace fw {

inline constexpr int stored_block = 256;

/// A plane: blocks of stored_block x stored_block, row of blocks by row of blocks, each block row by row; blocks at
/// the right and lower edge are smaller.
struct StoredRows {
  size_t at;          ///< place in the plane of the first value
  size_t from;        ///< place in the window of the first value
  size_t rows, cols;  ///< in the plane one row after another; in the window `cols` values of each of its rows
  size_t block, block_at, block_pixels;  ///< the block of the plane: its number, place of its first value, size
};

inline size_t blocks_along(int pixels) { return static_cast<size_t>((pixels + stored_block - 1) / stored_block); }
inline size_t stored_blocks(const Grid& grid) { return blocks_along(grid.rows) * blocks_along(grid.cols); }

/// The parts of a window that lie together in the plane: body(const StoredRows&).
template <class Body>
void for_each_stored(const Grid& grid, const Window& w, const Body& body) {
  const auto size = [](int n) { return static_cast<size_t>(n); };
  for (int top = w.row / stored_block * stored_block; top < w.row + w.rows; top += stored_block)
    for (int left = w.col / stored_block * stored_block; left < w.col + w.cols; left += stored_block) {
      const int height = std::min(stored_block, grid.rows - top), width = std::min(stored_block, grid.cols - left);
      const int r0 = std::max(top, w.row), r1 = std::min(top + height, w.row + w.rows);
      const int c0 = std::max(left, w.col), c1 = std::min(left + width, w.col + w.cols);
      const size_t begin = size(top) * size(grid.cols) + size(left) * size(height);
      const size_t number = size(top / stored_block) * blocks_along(grid.cols) + size(left / stored_block);
      const int step = c1 - c0 == width ? r1 - r0 : 1;
      for (int r = r0; r < r1; r += step)
        body(StoredRows{begin + size(r - top) * size(width) + size(c0 - left),
                        size(r - w.row) * size(w.cols) + size(c0 - w.col), size(step), size(c1 - c0), number, begin,
                        size(width) * size(height)});
    }
}

/// Calls piece(at, from, count): `count` values at place `at` of the plane are those from place `from` of the window.
template <class Piece>
void for_each_piece(const Grid& grid, const Window& w, const Piece& piece) {
  for_each_stored(grid, w, [&](const StoredRows& s) {
    if (s.cols == static_cast<size_t>(w.cols)) return piece(s.at, s.from, s.rows * s.cols);
    for (size_t r = 0; r < s.rows; ++r) piece(s.at + r * s.cols, s.from + r * static_cast<size_t>(w.cols), s.cols);
  });
}

/// Adds where the values of a window lie in a file: in the plane that begins at its byte `begin`, and in `values`.
template <class Pieces, class Value>
void add_plane(Pieces& pieces, const Grid& grid, const Window& w, size_t begin, Value* values) {
  for_each_piece(grid, w, [&](size_t at, size_t from, size_t count) {
    pieces.push_back({begin + at * sizeof(Value), values + from, count * sizeof(Value)});
  });
}
/// The same of a file of one composite: values, then reasons (may be null).
template <class Pieces, class Value, class Reason>
void add_composite(Pieces& pieces, const Grid& grid, const Window& w, Value* value, Reason* reason) {
  add_plane(pieces, grid, w, 0, value);
  if (reason) add_plane(pieces, grid, w, grid.pixels() * sizeof(Value), reason);
}

}  // namespace fw
