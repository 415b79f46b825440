#include "core/geo/grid.h"

#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "core/base/error.h"

namespace {

using fw::Grid;
using fw::Window;

const Grid utm{"EPSG:32637", 500000, 1600000, 10, 10, 100, 200};

std::string code_of(const std::string& crs) {
  try {
    fw::checked_crs(crs);
    return "";
  } catch (const fw::ConfigError& e) {
    return e.code();
  }
}

TEST(Crs, IsTheSameHoweverItIsWritten) {
  const std::string wkt =
      R"(PROJCS["WGS 84 / UTM zone 37N",GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],)"
      R"(PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],)"
      R"(PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",39],PARAMETER["scale_factor",0.9996],)"
      R"(PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1]])";
  EXPECT_TRUE(fw::same_crs("EPSG:32637", wkt));
  EXPECT_FALSE(fw::same_crs("EPSG:32636", wkt));
  EXPECT_FALSE(fw::same_crs("EPSG:4326", "EPSG:32637"));
  EXPECT_FALSE(fw::same_crs("EPSG:4326", "nonsense"));
}

TEST(Crs, TextFromAPersonIsACodeOrADocumentNeverAUrlOrAFile) {
  EXPECT_EQ(fw::checked_crs("EPSG:32637"), "EPSG:32637");
  EXPECT_EQ(fw::checked_crs("ESRI:102022"), "ESRI:102022");
  EXPECT_EQ(code_of("http://example.org/x.prj"), "CRS_SCHEME");
  EXPECT_EQ(code_of("/etc/passwd"), "CRS_SCHEME");
  EXPECT_EQ(code_of("EPSG:99999999"), "CRS_INVALID");
  EXPECT_EQ(code_of("EPSG:4326junk"), "CRS_INVALID");
  EXPECT_EQ(code_of("EPSG:-5"), "CRS_INVALID");
  EXPECT_EQ(code_of(""), "CRS_INVALID");
  EXPECT_EQ(code_of("PROJCS[\"broken"), "CRS_INVALID");
  EXPECT_EQ(code_of("EPSG:4978"), "CRS_INVALID") << "geocentric coordinates are no map";
}

TEST(Crs, MayBeAskedForFromManyThreads) {
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&right, t] {
      for (int i = 0; i < 20; ++i) {
        const Grid g{"EPSG:" + std::to_string(32630 + (t + i) % 8), 500000, 1600000, 10, 10, 10, 10};
        double lon = 0, lat = 0;
        fw::pixel_lonlat(g, 0, 0, &lon, &lat);
        if (std::fabs(lon - (-3 + 6 * ((t + i) % 8))) < 0.001) ++right;
      }
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(right, 160);
}

TEST(Aligned, GridsThatDifferByWholeCellsAre) {
  Grid b = utm;
  b.x0 += 30;
  b.y0 -= 50;
  int row = -1, col = -1;
  ASSERT_TRUE(fw::aligned(utm, b, &row, &col));
  EXPECT_EQ(row, 5);
  EXPECT_EQ(col, 3);
  ASSERT_TRUE(fw::aligned(b, utm, &row, &col));
  EXPECT_EQ(row, -5);
  EXPECT_EQ(col, -3);
}

TEST(Aligned, HalfACellAnotherSizeOrAnotherCrsIsNot) {
  int row = 0, col = 0;
  Grid b = utm;
  b.x0 += 5;
  EXPECT_FALSE(fw::aligned(utm, b, &row, &col));
  b = utm;
  b.dx = 10.001;
  EXPECT_FALSE(fw::aligned(utm, b, &row, &col));
  b = utm;
  b.crs = "EPSG:32636";
  EXPECT_FALSE(fw::aligned(utm, b, &row, &col));
}

TEST(Aligned, ToleratesTheRoundingOfDecimalDegrees) {
  const Grid a{"EPSG:4326", 33, 15, 0.1 / 3, 0.1 / 3, 1000, 1000};
  Grid b = a;
  b.x0 = 33 + 700 * (0.1 / 3) + 1e-13;
  int row = 0, col = 0;
  ASSERT_TRUE(fw::aligned(a, b, &row, &col));
  EXPECT_EQ(col, 700);
}

TEST(Aligned, FindsTheSamePlaceAWholeTurnAway) {
  const Grid fiji{"EPSG:4326", 177, -15, 1, 1, 4, 6};  // 177 .. 183 degrees east
  int row = 0, col = 0;
  ASSERT_TRUE(fw::aligned(fiji, {"EPSG:4326", -180, -15, 1, 1, 4, 3}, &row, &col));
  EXPECT_EQ(col, 3) << "180 degrees west is 180 degrees east";
  ASSERT_TRUE(fw::aligned(fiji, {"EPSG:4326", 175, -15, 1, 1, 4, 5}, &row, &col));
  EXPECT_EQ(col, -2);
  ASSERT_TRUE(fw::aligned({"EPSG:4326", -182, -15, 1, 1, 4, 6}, {"EPSG:4326", 178, -15, 1, 1, 4, 2}, &row, &col));
  EXPECT_EQ(col, 0);
}

TEST(Aligned, IsNotAGridThatLiesInTwoPlacesOfTheOther) {
  const Grid fiji{"EPSG:4326", 177, -15, 1, 1, 4, 6}, globe{"EPSG:4326", -180, 90, 1, 1, 180, 360};
  int row = 0, col = 0;
  EXPECT_FALSE(fw::aligned(fiji, globe, &row, &col)) << "its first columns are the region's last ones";
  EXPECT_FALSE(fw::aligned(globe, fiji, &row, &col));
  EXPECT_TRUE(fw::aligned(globe, globe, &row, &col));
  EXPECT_TRUE(fw::aligned(globe, {"EPSG:4326", 176, -15, 1, 1, 4, 4}, &row, &col));
  EXPECT_EQ(col, 356);
}

TEST(Aligned, KnowsTurnsOfDegreesOnly) {
  Grid a = utm, b = utm;
  a.cols = 10;
  b.x0 -= 360;
  int row = 0, col = 0;
  ASSERT_TRUE(fw::aligned(a, b, &row, &col));
  EXPECT_EQ(col, -36);
}

TEST(Tiles, CoverTheGridOnceRowByRow) {
  const auto all = fw::tiles(utm, 64);
  ASSERT_EQ(all.size(), 2U * 4U);
  EXPECT_EQ(all[0], (Window{0, 0, 64, 64}));
  EXPECT_EQ(all[3], (Window{0, 192, 64, 8}));
  EXPECT_EQ(all[7], (Window{64, 192, 36, 8}));
  size_t pixels = 0;
  for (const auto& w : all) pixels += w.pixels();
  EXPECT_EQ(pixels, utm.pixels());
  EXPECT_THROW(fw::tiles(utm, 0), std::logic_error);
}

TEST(PixelLonLat, IsThePixelsCentre) {
  double lon = 0, lat = 0;
  fw::pixel_lonlat({"EPSG:4326", 33, 15, 0.01, 0.01, 10, 10}, 2, 3, &lon, &lat);
  EXPECT_DOUBLE_EQ(lon, 33.035);
  EXPECT_DOUBLE_EQ(lat, 14.975);
  // UTM zone 37N: easting 500000 is 39 degrees east, whatever the northing.
  fw::pixel_lonlat({"EPSG:32637", 499995, 1600005, 10, 10, 10, 10}, 0, 0, &lon, &lat);
  EXPECT_NEAR(lon, 39, 1e-12);
  EXPECT_NEAR(lat, 14.472, 0.01);
}

TEST(PixelLonLat, TurnsLongitudesBeyondTheAntimeridian) {
  double lon = 0, lat = 0;
  fw::pixel_lonlat({"EPSG:4326", 179.9, -17, 0.01, 0.01, 32, 32}, 0, 20, &lon, &lat);
  EXPECT_NEAR(lon, -179.895, 1e-9);
}

TEST(PixelLonLat, IsNanWhereTheCrsEnds) {
  double lon = 0, lat = 0;
  fw::pixel_lonlat({"EPSG:32637", 1e9, 1e9, 1000, 1000, 10, 10}, 0, 0, &lon, &lat);
  EXPECT_TRUE(std::isnan(lon) && std::isnan(lat));
}

}  // namespace
