#include "core/series/objects.h"

#include <gtest/gtest.h>

#include <string>

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

TEST(LabelObjects, TouchingCornersAreOneObjectAndNumbersFollowFirstCells) {
  const Objects objects = label_objects(drawn({".#..#", "#...#", "...#.", "#...."}));
  EXPECT_EQ(objects.count, 3);
  EXPECT_EQ(objects.label, (std::vector<int32_t>{0, 1, 0, 0, 2, 1, 0, 0, 0, 2, 0, 0, 0, 2, 0, 3, 0, 0, 0, 0}));
}

TEST(LabelObjects, ArmsThatMeetLaterAreOneObject) {
  const Objects objects = label_objects(drawn({"#.#.#", "#.#.#", "#####", ".....", "#...."}));
  EXPECT_EQ(objects.count, 2);
  EXPECT_EQ(objects.label[4], 1);
  EXPECT_EQ(objects.label[20], 2);
}

TEST(LabelObjects, OfNothingAreNone) {
  EXPECT_EQ(label_objects(Mask()).count, 0);
  EXPECT_EQ(label_objects(drawn({"...", "..."})).count, 0);
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

TEST(RemoveSmallObjects, KeepsObjectsOfExactlyTheLeastArea) {
  const Mask mask = drawn({"##..#", "....#", "#...#"});
  EXPECT_EQ(picture(remove_small_objects(mask, {0.1, 0.1, 0.1}, 0.3)),
            (std::vector<std::string>{"....#", "....#", "....#"}));
  EXPECT_EQ(picture(remove_small_objects(mask, {0.2, 0.1, 0.1}, 0.4)),
            (std::vector<std::string>{"##..#", "....#", "....#"}));  // rows differ in area
  EXPECT_EQ(picture(remove_small_objects(mask, {1, 1, 1}, 0.0)), picture(mask));
}

}  // namespace
}  // namespace fw
