// Every pixel of a plane has one place, whatever windows it is written and read through.
#include "core/output/block_layout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace fw {
namespace {

std::vector<int> written_by_tiles(const Grid& grid, int tile) {
  std::vector<int> plane(grid.pixels(), -1);
  for (const Window& w : tiles(grid, tile))
    for_each_piece(grid, w, [&](size_t at, size_t from, size_t count) {
      for (size_t k = 0; k < count; ++k) {
        const int row = w.row + static_cast<int>((from + k) / static_cast<size_t>(w.cols));
        const int col = w.col + static_cast<int>((from + k) % static_cast<size_t>(w.cols));
        EXPECT_EQ(plane.at(at + k), -1) << "written twice";
        plane.at(at + k) = row * grid.cols + col;
      }
    });
  return plane;
}

TEST(BlockLayout, GivesEachPixelOnePlaceWhateverTheTiles) {
  const Grid grid{"EPSG:4326", 0, 0, 1, 1, 300, 530};
  const auto reference = written_by_tiles(grid, 1000);
  std::vector<bool> seen(grid.pixels());
  for (const int pixel : reference) {
    ASSERT_GE(pixel, 0);
    seen[static_cast<size_t>(pixel)] = true;
  }
  EXPECT_EQ(std::count(seen.begin(), seen.end(), true), static_cast<long>(grid.pixels()));
  for (const int tile : {32, 100, 256, 257, 512}) EXPECT_EQ(written_by_tiles(grid, tile), reference) << tile;
}

TEST(BlockLayout, TakesAWholeBlockInOnePiece) {
  const Grid grid{"EPSG:4326", 0, 0, 1, 1, 300, 530};
  int pieces = 0;
  for_each_piece(grid, {256, 512, 44, 18}, [&](size_t at, size_t from, size_t count) {
    ++pieces;
    EXPECT_EQ(at, 256U * 530 + 512 * 44);
    EXPECT_EQ(from, 0U);
    EXPECT_EQ(count, 44U * 18);
  });
  EXPECT_EQ(pieces, 1);
}

}  // namespace
}  // namespace fw
