#include "core/output/footprint.h"

#include <gtest/gtest.h>

#include "tests/output/rasters.h"

using namespace fw;
using namespace fw::test;

namespace {

double signed_area(const std::vector<LonLat>& ring) {
  double sum = 0;
  for (size_t i = 0; i + 1 < ring.size(); ++i)
    sum += ring[i].first * ring[i + 1].second - ring[i + 1].first * ring[i].second;
  return sum / 2;
}

}  // namespace

TEST(Footprint, OfAGridInDegreesIsItsRectangle) {
  const auto f = footprint_of({"EPSG:4326", 35, 5, 0.25, 0.25, 8, 12});
  ASSERT_EQ(f.polygons.size(), 1U);
  EXPECT_EQ(f.bbox, (std::array<double, 4>{35, 3, 38, 5}));
  EXPECT_NEAR(signed_area(f.polygons[0]), 6, 1e-6);  // counter-clockwise
  EXPECT_EQ(f.polygons[0].front(), f.polygons[0].back());
}

TEST(Footprint, OfAUtmGridHoldsItsCentre) {
  const auto f = footprint_of(utm_grid(1000, 1000));
  EXPECT_LT(f.bbox[0], 39.01);
  EXPECT_GT(f.bbox[2], 39.3);
  EXPECT_GT(signed_area(f.polygons[0]), 0);
}

TEST(Footprint, IsSplitAtTheAntimeridian) {
  const auto f = footprint_of({"EPSG:32760", 700000, 8200000, 1000, 1000, 100, 200});  // Fiji: 179 E to beyond 180
  ASSERT_EQ(f.polygons.size(), 2U);
  EXPECT_GT(f.bbox[0], f.bbox[2]);
  for (const auto& ring : f.polygons) {
    EXPECT_GT(signed_area(ring), 0);
    EXPECT_EQ(ring.front(), ring.back());
    for (const auto& [lon, lat] : ring) EXPECT_TRUE(lon >= -180 && lon <= 180) << lon;
  }
  const double east_half = signed_area(f.polygons[0]), west_half = signed_area(f.polygons[1]);
  EXPECT_NEAR(east_half + west_half, 1.9 * 0.91, 0.1);  // 200 km x 100 km at 16 S, in square degrees
}

TEST(Footprint, AroundAPoleIsTheCap) {
  const auto f = footprint_of({"EPSG:3413", -500000, 500000, 1000, 1000, 1000, 1000});
  EXPECT_EQ(f.bbox[0], -180);
  EXPECT_EQ(f.bbox[2], 180);
  EXPECT_EQ(f.bbox[3], 90);
  EXPECT_GT(f.bbox[1], 80);
}
