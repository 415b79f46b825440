#include "core/series/camp_growth.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

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
  CampGrowth measure(const std::vector<double>& ends, CampGrowthSettings settings = {},
                     std::vector<ReportedSite> sites = {{30, 30}}) const {
    return measure_camp_growth({side, side, date.data(), ndvi.data(), brightness.data(), assessed.data()}, sites, ends,
                               std::vector<double>(side, 0.01), settings);
  }
};

TEST(CampGrowth, AddsUpWhatWasBuiltByEachEnd) {
  Ground ground;
  ground.build(10, 10, 10, 10, 2015.5f);
  ground.build(20, 10, 10, 10, 2016.5f);
  const CampGrowth growth = ground.measure({2015.0, 2016.0, 2017.0});
  ASSERT_EQ(growth.extents.size(), 3u);
  EXPECT_EQ(growth.extents[0].area_ha, 0.0);
  EXPECT_EQ(growth.extents[0].interval.high, 0.0);
  EXPECT_NEAR(growth.extents[1].area_ha, 1.0, 1e-12);
  EXPECT_NEAR(growth.extents[2].area_ha, 2.0, 1e-12);
  EXPECT_NEAR(growth.extents[2].new_ha, 1.0, 1e-12);
  EXPECT_LT(growth.extents[2].interval.low, 2.0);
  EXPECT_GT(growth.extents[2].interval.high, 2.0);
  EXPECT_TRUE(growth.assessed);
}

TEST(CampGrowth, NeedsVegetationToGoDownAndBrightnessToGoUp) {
  Ground ground;
  ground.build(10, 10, 10, 10, 2015.5f, 0.2f, 0.1f);    // irrigated
  ground.build(30, 10, 10, 10, 2015.5f, -0.2f, -0.1f);  // burnt
  ground.build(10, 30, 10, 10, 2015.5f, nan_v, 0.1f);
  EXPECT_EQ(ground.measure({2020.0}).extents.at(0).area_ha, 0.0);
}

TEST(CampGrowth, ClosesGapsOfThirtyMetresAndDropsSmallObjects) {
  Ground ground;
  ground.build(10, 10, 10, 4, 2015.0f);
  ground.build(10, 17, 10, 4, 2015.0f);  // three cells between
  ground.build(40, 40, 7, 7, 2015.0f);   // 0.49 ha
  const CampGrowth growth = ground.measure({2016.0});
  EXPECT_GT(growth.extents[0].area_ha, 0.8 + 0.2);
  EXPECT_LE(growth.extents[0].area_ha, 1.1 + 1e-12);
  EXPECT_EQ(growth.last.cell[43 * side + 43], 0);
  EXPECT_EQ(growth.last.cell[15 * side + 15], 1);
}

TEST(CampGrowth, LooksOnlyWithinReachOfAReportedSite) {
  Ground ground;
  ground.build(0, 0, 10, 10, 2015.0f);
  CampGrowthSettings near;
  near.reach_m = 100;
  EXPECT_EQ(ground.measure({2016.0}, near).extents.at(0).area_ha, 0.0);
  near.reach_m = 1000;
  EXPECT_NEAR(ground.measure({2016.0}, near).extents.at(0).area_ha, 1.0, 1e-12);
  const CampGrowth nobody = ground.measure({2016.0}, {}, {});
  EXPECT_FALSE(nobody.assessed);
  EXPECT_TRUE(nobody.extents.empty());
}

TEST(CampGrowth, SaysNothingWhereTooLittleIsAssessed) {
  Ground ground;
  ground.build(10, 10, 10, 10, 2015.0f);
  for (size_t i = 0; i < ground.assessed.size() * 3 / 10; ++i) ground.assessed[i] = 0;
  const CampGrowth growth = ground.measure({2016.0});
  EXPECT_FALSE(growth.assessed);
  EXPECT_NEAR(growth.assessed_share, 0.7, 1e-9);
  EXPECT_TRUE(growth.extents.empty());
}

TEST(CampGrowth, RefusesEndsThatDoNotAscendAndMissingPlanes) {
  const Ground ground;
  EXPECT_THROW(ground.measure({2016.0, 2015.0}), std::logic_error);
  EXPECT_THROW(measure_camp_growth({1, 1, nullptr, nullptr, nullptr, nullptr}, {}, {}, {1.0}, {}), std::logic_error);
}

}  // namespace
}  // namespace fw
