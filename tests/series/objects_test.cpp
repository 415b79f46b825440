#include "core/series/objects.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "core/base/error.h"
#include "tests/support.h"

namespace fw {
namespace {

Mask drawn(const std::vector<std::string>& rows) {
  Mask mask(static_cast<int>(rows.size()), static_cast<int>(rows[0].size()));
  for (int r = 0; r < mask.rows; ++r)
    for (int c = 0; c < mask.cols; ++c)
      mask.cell[mask.at(r, c)] = rows[static_cast<size_t>(r)][static_cast<size_t>(c)] == '#';
  return mask;
}
std::vector<std::string> picture(const Mask& mask) {
  std::vector<std::string> rows;
  for (int r = 0; r < mask.rows; ++r) {
    rows.emplace_back();
    for (int c = 0; c < mask.cols; ++c) rows.back() += mask.cell[mask.at(r, c)] ? '#' : '.';
  }
  return rows;
}

struct Objects {
  std::vector<uint32_t> label;
  uint32_t count;
};
Objects label_objects(const Mask& mask) {
  ObjectFinder finder(mask.cols);
  for (int r = 0; r < mask.rows; ++r) finder.add(&mask.cell[mask.at(r, 0)]);
  finder.finish();
  Objects out{std::vector<uint32_t>(mask.size()), finder.count()};
  for (int r = 0; r < mask.rows; ++r)
    for (const auto& run : finder.next(&mask.cell[mask.at(r, 0)]))
      for (int c = run.begin; c < run.end; ++c) out.label[mask.at(r, c)] = run.object;
  return out;
}

TEST(LabelObjects, TouchingCornersAreOneObjectAndNumbersFollowFirstCells) {
  const Objects objects = label_objects(drawn({".#..#", "#...#", "...#.", "#...."}));
  EXPECT_EQ(objects.count, 3U);
  EXPECT_EQ(objects.label, (std::vector<uint32_t>{0, 1, 0, 0, 2, 1, 0, 0, 0, 2, 0, 0, 0, 2, 0, 3, 0, 0, 0, 0}));
}

TEST(LabelObjects, ArmsThatMeetLaterAreOneObject) {
  const Objects objects = label_objects(drawn({"#.#.#", "#.#.#", "#####", ".....", "#...."}));
  EXPECT_EQ(objects.count, 2U);
  EXPECT_EQ(objects.label[4], 1U);
  EXPECT_EQ(objects.label[20], 2U);
}

TEST(LabelObjects, OfNothingAreNone) {
  EXPECT_EQ(label_objects(Mask()).count, 0U);
  EXPECT_EQ(label_objects(drawn({"...", "..."})).count, 0U);
}

TEST(CloseGaps, FillsWhatADiscCannotEnterAndKeepsTheOutline) {
  // Discs of radius 1 are crosses: one that comes from above or below reaches the ends of the gap, not its middle.
  EXPECT_EQ(picture(close_gaps(drawn({".......", ".##.##.", ".##.##.", ".##.##.", "......."}), 1)),
            (std::vector<std::string>{".......", ".##.##.", ".#####.", ".##.##.", "......."}));
  const std::vector<std::string> wide(9, "##..##");
  std::vector<std::string> filled(9, "######");
  filled.front() = filled.back() = "##..##";
  EXPECT_EQ(picture(close_gaps(drawn(wide), 1)), filled);
  const std::vector<std::string> wider(9, "##...##");
  EXPECT_EQ(picture(close_gaps(drawn(wider), 1)), wider);
  EXPECT_EQ(picture(close_gaps(drawn({"#....#"}), 2)), (std::vector<std::string>{"#....#"}));  // open above and below
}

TEST(CloseGaps, TheEdgeOfTheWindowIsNoWall) {
  const Mask corner = drawn({"#...", "....", "...."});
  EXPECT_EQ(picture(close_gaps(corner, 2)), picture(corner));
  EXPECT_EQ(picture(close_gaps(corner, 0)), picture(corner));
}

TEST(CloseGaps, NeverTakesACellAwayAndTwiceIsOnce) {
  Mask mask(37, 41);
  uint32_t state = 12345;
  for (uint8_t& cell : mask.cell) cell = (state = state * 1664525u + 1013904223u) >> 30 == 0;
  for (const int radius : {1, 2, 3}) {
    const Mask once = close_gaps(mask, radius);
    for (size_t i = 0; i < mask.size(); ++i) EXPECT_GE(once.cell[i], mask.cell[i]);
    EXPECT_EQ(close_gaps(once, radius).cell, once.cell);
  }
}

Mask cleaned(const Mask& mask, int radius, const std::vector<double>& row_area_ha, double min_ha,
             const PlaneStore& store = {}) {
  const auto rows = [&](int row, int n, uint8_t* out) {
    std::copy_n(&mask.cell[mask.at(row, 0)], static_cast<size_t>(n * mask.cols), out);
  };
  Mask out(mask.rows, mask.cols);
  clean_objects(rows, mask.cols, radius, row_area_ha, min_ha, store).get(0, mask.rows, out.cell.data());
  return out;
}

TEST(CleanObjects, KeepsObjectsOfExactlyTheLeastArea) {
  const Mask mask = drawn({"##..#", "....#", "#...#"});
  EXPECT_EQ(picture(cleaned(mask, 0, {0.1, 0.1, 0.1}, 0.3)), (std::vector<std::string>{"....#", "....#", "....#"}));
  EXPECT_EQ(picture(cleaned(mask, 0, {0.2, 0.1, 0.1}, 0.4)),
            (std::vector<std::string>{"##..#", "....#", "....#"}));  // rows differ in area
  EXPECT_EQ(picture(cleaned(mask, 0, {1, 1, 1}, 0.0)), picture(mask));
}

TEST(CleanObjects, OfStripsThatCutObjectsAreThoseOfTheWhole) {
  // Against objects grown cell by cell in the closed whole.
  test::TempDir dir;
  uint32_t state = 99;
  for (const uint32_t density : {3U, 6U, 9U}) {
    Mask mask(61, 47);
    for (uint8_t& cell : mask.cell) cell = ((state = state * 1664525U + 1013904223U) >> 28) < density;
    for (const int radius : {0, 1, 3}) {
      const Mask closed = close_gaps(mask, radius);
      Mask expected(mask.rows, mask.cols), seen = expected;
      for (size_t start = 0; start < closed.size(); ++start) {
        if (!closed.cell[start] || seen.cell[start]) continue;
        std::vector<size_t> group{start};
        seen.cell[start] = 1;
        for (size_t k = 0; k < group.size(); ++k) {
          const int row = static_cast<int>(group[k]) / mask.cols, col = static_cast<int>(group[k]) % mask.cols;
          for (int r = std::max(0, row - 1); r <= std::min(mask.rows - 1, row + 1); ++r)
            for (int c = std::max(0, col - 1); c <= std::min(mask.cols - 1, col + 1); ++c)
              if (const size_t i = mask.at(r, c); closed.cell[i] && !seen.cell[i]) seen.cell[i] = 1, group.push_back(i);
        }
        for (const size_t i : group) expected.cell[i] = group.size() >= 8;
      }
      for (const size_t strip : {1, 100, 1000, 100000})
        for (const bool on_disk : {false, true})
          EXPECT_EQ(picture(cleaned(mask, radius, std::vector<double>(61, 0.01), 0.08,
                                    {on_disk ? dir.path() : std::filesystem::path(), strip})),
                    picture(expected))
              << density << ' ' << radius << ' ' << strip;
    }
  }
}

TEST(Plane, HoldsWindowsInMemoryAndOnDiskAndSharesWithItsCopies) {
  test::TempDir dir;
  for (const PlaneStore& store : {PlaneStore{}, PlaneStore{dir.path()}}) {
    Plane<uint32_t> plane(store, 3, 4);
    const uint32_t part[] = {1, 2, 3, 4}, row[] = {5, 6, 7, 8};
    plane.put({0, 1, 2, 2}, part);
    plane.put({2, 0, 1, 4}, row);
    const Plane<uint32_t> copy = plane;
    EXPECT_EQ(copy.get(0, 3), (std::vector<uint32_t>{0, 1, 2, 0, 0, 3, 4, 0, 5, 6, 7, 8}));
    EXPECT_EQ(copy.get(1, 1), (std::vector<uint32_t>{0, 3, 4, 0}));
    EXPECT_THROW(plane.put({2, 1, 1, 4}, row), std::logic_error);
    EXPECT_THROW(copy.get(1, 3), std::logic_error);
  }
  EXPECT_THROW(Plane<float>({dir.path() / "nowhere"}, 3, 4), OutputError);
}

}  // namespace
}  // namespace fw
