// Small objects leave a change raster, large ones stay, and tiles give the same as the whole.
#include "core/series/clean_up.h"

#include <cstring>

#include "tests/series/small_archive.h"

namespace fw {
namespace {

const Grid ten_metres{"EPSG:32637", 500000, 900000, 10, 10, 40, 40};

Indicator settlement() {
  Indicator i;
  i.id = "settlement";
  i.threshold = 0.5;
  i.above = true;
  i.clean_up = true;
  return i;
}

/// Cleans a raster in tiles of `tile` pixels.
std::vector<float> clean(const Grid& grid, const std::vector<float>& values, const Indicator& indicator,
                         const CleanUp& how, int tile) {
  test::TempDir dir;
  ScratchRaster scratch(dir.path(), grid.rows, grid.cols);
  scratch.write(grid.whole(), values.data());
  std::vector<float> out(grid.pixels(), -1);
  for (const auto& window : tiles(grid, tile)) {
    std::vector<float> part(window.pixels());
    clean_window(scratch, grid, window, indicator, how, part.data());
    for (int r = 0; r < window.rows; ++r)
      std::memcpy(&out[static_cast<size_t>((window.row + r) * grid.cols + window.col)],
                  &part[static_cast<size_t>(r * window.cols)], static_cast<size_t>(window.cols) * sizeof(float));
  }
  return out;
}

/// '#' is 0.9, '.' 0.1, '?' no-data. Out: the same picture after the clean-up; '=' is the threshold.
std::vector<std::string> cleaned(const std::vector<std::string>& picture, const CleanUp& how, int tile = 4) {
  Grid grid = ten_metres;
  grid.rows = static_cast<int>(picture.size());
  grid.cols = static_cast<int>(picture[0].size());
  std::vector<float> values;
  for (const auto& line : picture)
    for (const char c : line) values.push_back(c == '#' ? 0.9F : c == '?' ? nan_f() : 0.1F);
  const auto out = clean(grid, values, settlement(), how, tile);
  std::vector<std::string> result(picture.size());
  for (size_t i = 0; i < out.size(); ++i)
    result[i / picture[0].size()] += is_nan(out[i]) ? '?' : out[i] == 0.9F ? '#' : out[i] == 0.5F ? '=' : '.';
  return result;
}
using Picture = std::vector<std::string>;

TEST(CleanUp, RemovesAnObjectThatIsTooSmallAndKeepsTheOther) {
  const Picture before = {"##......", "##...###", ".....###", "........", "#.......", ".#......"};
  const Picture after = {"==......", "==...###", ".....###", "........", "=.......", ".=......"};
  EXPECT_EQ(cleaned(before, {5, 0}), after);
}

TEST(CleanUp, KeepsAnObjectAcrossTheBordersOfTiles) {
  const Picture line = {"........", "........", "........", ".######.", "........", "........"};
  for (const int tile : {1, 2, 3, 4, 5, 8}) EXPECT_EQ(cleaned(line, {6, 0}, tile), line) << tile;
  const Picture gone = {"........", "........", "........", ".======.", "........", "........"};
  for (const int tile : {1, 2, 3, 4, 5, 8}) EXPECT_EQ(cleaned(line, {7, 0}, tile), gone) << tile;
}

TEST(CleanUp, JoinsDiagonalNeighbours) {
  const Picture stairs = {"#....", ".#...", "..#..", "...#.", "....#"};
  EXPECT_EQ(cleaned(stairs, {5, 0}), stairs);
}

TEST(CleanUp, BridgesGapsOfOneCell) {
  const Picture row = {".......", ".##.##.", "......."};
  EXPECT_EQ(cleaned(row, {5, 1}), row) << "a row of shelters with a gap is one object";
  EXPECT_EQ(cleaned(row, {5, 0}), (Picture{".......", ".==.==.", "......."})) << "without closing two small ones";
  const Picture apart = {".........", ".##...##.", "........."};
  EXPECT_EQ(cleaned(apart, {5, 1}), (Picture{".........", ".==...==.", "........."})) << "three cells are no gap";
}

TEST(CleanUp, LetsNoObjectGrowAtTheBorderOfTheGrid) {
  const Picture corner = {"##....", "......", "....#.", "......"};
  EXPECT_EQ(cleaned(corner, {3, 1}), (Picture{"==....", "......", "....=.", "......"}));
}

TEST(CleanUp, GivesTheGapItselfNoValue) {
  const Picture ring = {".....", ".###.", ".#.#.", ".###.", "....."};
  EXPECT_EQ(cleaned(ring, {9, 1}), ring) << "the closed hole counts for the size, its pixel keeps its value";
}

TEST(CleanUp, KeepsNoDataAndWhatIsNotBeyond) {
  const Picture before = {"?#.?", "....", "?..."};
  EXPECT_EQ(cleaned(before, {3, 1}), (Picture{"?=.?", "....", "?..."}));
}

TEST(CleanUp, WorksBelowAThresholdToo) {
  Indicator loss = settlement();
  loss.above = false;
  loss.threshold = -0.5;
  Grid grid = ten_metres;
  grid.rows = 1;
  grid.cols = 6;
  EXPECT_EQ(clean(grid, {-0.9F, -0.9F, 0, 0, -0.9F, 0.9F}, loss, {2, 0}, 6),
            (std::vector<float>{-0.9F, -0.9F, 0, 0, -0.5F, 0.9F}));
}

TEST(CleanUp, CountsCellsByTheirAreaOnTheGround) {
  Indicator i = settlement();
  i.min_object_ha = 0.5;
  EXPECT_EQ(clean_up_of(i, ten_metres).min_pixels, 50) << "50 cells of 100.08 m² are 0.5004 ha, 49 are 0.4904";
  EXPECT_EQ(clean_up_of(i, ten_metres).closing_radius, 1);
  i.min_object_ha = 0;
  EXPECT_EQ(clean_up_of(i, ten_metres).min_pixels, 1);
  EXPECT_EQ(clean_up_of(i, ten_metres).closing_radius, 0);
  i.min_object_ha = 1000;
  EXPECT_EQ(test::error_code([&] { clean_up_of(i, ten_metres); }), "RANGE");
}

TEST(CleanUp, OfTilesIsTheSameAsOfTheWhole) {
  size_t removed = 0, kept = 0;
  Grid grid = ten_metres;
  grid.rows = 90;
  grid.cols = 110;
  for (uint64_t mask = 0; mask < 6; ++mask) {
    std::vector<float> values(grid.pixels());
    const double share = 0.05 + 0.03 * static_cast<double>(mask);
    for (size_t i = 0; i < values.size(); ++i) {
      const double v = test::scatter(i, mask);
      values[i] = v < 0.02 ? nan_f() : v < share ? 0.9F : 0.1F;
    }
    for (const CleanUp how : {CleanUp{12, 1}, CleanUp{6, 0}, CleanUp{20, 2}}) {
      const auto whole = clean(grid, values, settlement(), how, 1000);
      for (const float v : whole) {
        removed += v == 0.5F;
        kept += v == 0.9F;
      }
      for (const int tile : {7, 16, 64}) {
        const auto tiled = clean(grid, values, settlement(), how, tile);
        EXPECT_EQ(std::memcmp(tiled.data(), whole.data(), whole.size() * sizeof(float)), 0) << mask << " " << tile;
      }
    }
  }
  EXPECT_GT(removed, 1000u);
  EXPECT_GT(kept, 1000u);
}

TEST(ScratchRaster, SaysWhenThereIsNoRoomForIt) {
  EXPECT_EQ(test::error_code([] { ScratchRaster("/nonexistent/folder", 2, 2); }), "SCRATCH");
  test::TempDir dir;
  ScratchRaster raster(dir.path(), 4, 4);
  EXPECT_TRUE(std::filesystem::is_empty(dir.path())) << "it has no name, so nothing is left after a crash";
  float out[16];
  EXPECT_THROW(raster.read({0, 0, 5, 1}, out), std::logic_error);
}

TEST(ScratchRaster, GivesTilesBackAsTheyWereWritten) {
  test::TempDir dir;
  ScratchRaster scratch(dir.path(), 7, 10);
  for (const Window& w : tiles({"", 0, 0, 1, 1, 7, 10}, 3, 4))
    scratch.write_tile(w, std::vector<float>(w.pixels(), static_cast<float>(w.row * 100 + w.col)).data());
  for (const Window& w : tiles({"", 0, 0, 1, 1, 7, 10}, 3, 4)) {
    std::vector<float> values(w.pixels());
    scratch.read_tile(w, values.data());
    EXPECT_EQ(values, std::vector<float>(w.pixels(), static_cast<float>(w.row * 100 + w.col)));
  }
  EXPECT_THROW(scratch.write_tile({5, 0, 3, 4}, nullptr), std::logic_error);
}

}  // namespace
}  // namespace fw
