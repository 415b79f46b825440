#include "core/risk/wrsi.h"

#include <gtest/gtest.h>

#include <cmath>

namespace fw {
namespace {

constexpr double nan = __builtin_nan("");

TEST(CropWater, WithoutStressTheCropUsesWhatItNeeds) {
  const CropWater w = use_water(50, 30, 20, 100, 0.45);  // 80 >= 55
  EXPECT_DOUBLE_EQ(w.used_mm, 20);
  EXPECT_DOUBLE_EQ(w.water_mm, 60);
  EXPECT_DOUBLE_EQ(w.surplus_mm, 0);
}
TEST(CropWater, UnderStressUseFallsInProportion) {
  const CropWater w = use_water(10, 17.5, 20, 100, 0.45);  // 27.5 of 55: half
  EXPECT_DOUBLE_EQ(w.used_mm, 10);
  EXPECT_DOUBLE_EQ(w.water_mm, 17.5);
}
TEST(CropWater, MoreThanIsThereIsNeverUsedAndMoreThanCapacityRunsOff) {
  EXPECT_DOUBLE_EQ(use_water(5, 5, 200, 100, 0.45).used_mm, 10);
  const CropWater wet = use_water(90, 60, 10, 100, 0.45);
  EXPECT_DOUBLE_EQ(wet.water_mm, 100);
  EXPECT_DOUBLE_EQ(wet.surplus_mm, 40);
}
TEST(CropWater, WaterIsConserved) {
  for (double rain = 0; rain < 150; rain += 7)
    for (double need = 0; need < 90; need += 11) {
      const CropWater w = use_water(33, rain, need, 100, 0.5);
      EXPECT_NEAR(33 + rain, w.used_mm + w.water_mm + w.surplus_mm, 1e-12);
    }
}

TEST(Wrsi, FullyWateredIsOneHundred) {
  const std::vector<double> rain(9, 80), pet(9, 40);
  EXPECT_DOUBLE_EQ(compute_wrsi(rain, pet, {maize_curve, 100, 0.45, 100}).percent, 100);
}
TEST(Wrsi, WithoutWaterIsZero) {
  const std::vector<double> rain(9, 0), pet(9, 40);
  EXPECT_DOUBLE_EQ(compute_wrsi(rain, pet, {}).percent, 0);
}
TEST(Wrsi, GrowsWithRain) {
  const std::vector<double> pet(9, 50);
  double last = -1;
  for (double mm = 0; mm <= 80; mm += 5) {
    const double now = compute_wrsi(std::vector<double>(9, mm), pet, {}).percent;
    EXPECT_GE(now, last);
    last = now;
  }
}
TEST(Wrsi, AMissingDekadIsNeitherDryNorWet) {
  for (const auto& [rain, pet] : {std::pair{std::vector{30.0, nan, 30.0}, std::vector{40.0, 40.0, 40.0}},
                                  std::pair{std::vector{30.0, 30.0, 30.0}, std::vector{40.0, nan, 40.0}}}) {
    const Wrsi w = compute_wrsi(rain, pet, {});
    EXPECT_TRUE(std::isnan(w.percent));
    EXPECT_EQ(w.first_missing, 1);
  }
}
TEST(WrsiClasses, LowerBoundsAreIncluded) {
  EXPECT_EQ(classify_wrsi(49.99), 0);
  EXPECT_EQ(classify_wrsi(50), 1);
  EXPECT_EQ(classify_wrsi(60), 2);
  EXPECT_EQ(classify_wrsi(80), 3);
  EXPECT_EQ(classify_wrsi(95), 4);
  EXPECT_EQ(classify_wrsi(99), 5);
  EXPECT_EQ(classify_wrsi(nan), 255);
}

TEST(SeasonStart, Needs25MillimetresAndThen20InTwoDekads) {
  EXPECT_EQ(find_season_start(std::vector<double>{24.9, 25, 10, 10}), 1);
  EXPECT_EQ(find_season_start(std::vector<double>{25, 10, 9.9, 0}), -1);
  EXPECT_EQ(find_season_start(std::vector<double>{25, nan, 90, 0, 0}), -1);
  EXPECT_EQ(find_season_start(std::vector<double>{30}), -1);
}

}  // namespace
}  // namespace fw
