#include "core/series/camp_growth.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "tests/support.h"

namespace fw {
namespace {

constexpr int side = 60;
const float nan_v = std::numeric_limits<float>::quiet_NaN();

/// Planes of 60 x 60 cells of 10 m (0.01 ha), all assessed, without a break.
struct Ground {
  std::vector<float> date = std::vector<float>(side * side, nan_v), ndvi = std::vector<float>(side * side, 0.0f),
                     brightness = ndvi;
  std::vector<uint8_t> assessed = std::vector<uint8_t>(side * side, 1);

  void build(int row, int col, int rows, int cols, float when, float ndvi_change = -0.2f, float bright = 0.1f) {
    for (int r = row; r < row + rows; ++r)
      for (int c = col; c < col + cols; ++c) {
        const auto i = static_cast<size_t>(r * side + c);
        date[i] = when, ndvi[i] = ndvi_change, brightness[i] = bright;
      }
  }
  CampExtent find(double end, const CampGrowthSettings& settings = {},
                  const std::vector<ReportedSite>& sites = {{30, 30}}, const PlaneStore& store = {}) const {
    GroundBreaks breaks{{store, side, side}, {store, side, side}, {store, side, side}, {store, side, side}};
    breaks.date.put(0, date);
    breaks.ndvi_change.put(0, ndvi);
    breaks.brightness_change.put(0, brightness);
    breaks.assessed.put(0, assessed);
    return find_camp_extent(breaks, sites, end, std::vector<double>(side, 0.01), settings, store);
  }
  int built(double end, const CampGrowthSettings& settings = {}) const { return cells_of(find(end, settings)); }
  static int cells_of(const CampExtent& extent) {
    const std::vector<uint8_t> cells = extent.built.get(0, side);
    return std::accumulate(cells.begin(), cells.end(), 0);
  }
};

TEST(CampGrowth, FindsWhatWasBuiltByAnEnd) {
  Ground ground;
  ground.build(10, 10, 10, 10, 2015.5f);
  ground.build(20, 10, 10, 10, 2016.5f);
  EXPECT_EQ(ground.built(2015.0), 0);
  EXPECT_EQ(ground.built(2016.0), 100);
  EXPECT_EQ(ground.built(2017.0), 200);
  EXPECT_TRUE(ground.find(2015.0).assessed);
}

TEST(CampGrowth, NeedsVegetationToGoDownAndBrightnessToGoUp) {
  Ground ground;
  ground.build(10, 10, 10, 10, 2015.5f, 0.2f, 0.1f);    // irrigated
  ground.build(30, 10, 10, 10, 2015.5f, -0.2f, -0.1f);  // burnt
  ground.build(10, 30, 10, 10, 2015.5f, nan_v, 0.1f);
  EXPECT_EQ(ground.built(2020.0), 0);
}

TEST(CampGrowth, ClosesGapsOfThirtyMetresAndDropsSmallObjects) {
  Ground ground;
  ground.build(10, 10, 10, 4, 2015.0f);
  ground.build(10, 17, 10, 4, 2015.0f);  // three cells between
  ground.build(40, 40, 7, 7, 2015.0f);   // 0.49 ha
  EXPECT_GT(ground.built(2016.0), 80 + 20);
  EXPECT_LE(ground.built(2016.0), 110);
  const std::vector<uint8_t> built = ground.find(2016.0).built.get(0, side);
  EXPECT_EQ(built[43 * side + 43], 0);
  EXPECT_EQ(built[15 * side + 15], 1);
}

TEST(CampGrowth, LooksOnlyWithinReachOfAReportedSite) {
  Ground ground;
  ground.build(0, 0, 10, 10, 2015.0f);
  CampGrowthSettings near;
  near.reach_m = 100;
  EXPECT_EQ(ground.built(2016.0, near), 0);
  near.reach_m = 1000;
  EXPECT_EQ(ground.built(2016.0, near), 100);
  const CampExtent nobody = ground.find(2016.0, {}, {});
  EXPECT_FALSE(nobody.assessed);
  EXPECT_EQ(Ground::cells_of(nobody), 0);
}

TEST(CampGrowth, SaysNothingWhereTooLittleIsAssessed) {
  Ground ground;
  ground.build(10, 10, 10, 10, 2015.0f);
  for (size_t i = 0; i < ground.assessed.size() * 3 / 10; ++i) ground.assessed[i] = 0;
  const CampExtent extent = ground.find(2016.0);
  EXPECT_FALSE(extent.assessed);
  EXPECT_NEAR(extent.assessed_share, 0.7, 1e-9);
  EXPECT_EQ(Ground::cells_of(extent), 0);
}

TEST(CampGrowth, RefusesPlanesOfDifferentSizes) {
  GroundBreaks breaks{{{}, 1, 1}, {{}, 1, 1}, {{}, 1, 2}, {{}, 1, 1}};
  EXPECT_THROW(find_camp_extent(breaks, {}, 2016.0, {1.0}, {}, {}), std::logic_error);
}

TEST(CampGrowth, OfStripsIsThatOfTheWhole) {
  Ground ground;
  for (int k = 0; k < 40; ++k) ground.build(k * 7 % 50, k * 11 % 50, 1 + k % 9, 1 + k % 5, 2015.0f);
  CampGrowthSettings near;
  near.reach_m = 250;
  test::TempDir dir;
  const auto whole = ground.find(2016.0, near).built.get(0, side);
  for (const size_t strip : {1, 200, 1000}) {
    const CampExtent extent = ground.find(2016.0, near, {{30, 30}}, {dir.path(), strip});
    EXPECT_EQ(extent.built.get(0, side), whole) << strip;
  }
}

}  // namespace
}  // namespace fw
