// Cell areas against PROJ's geodesic polygons and against the area of the whole ellipsoid.
#include <geodesic.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/geo/grid.h"

namespace {

using fw::Grid;
using fw::Window;

/// Geodesic polygon of a cell with `parts` points on each side of it.
double geodesic_km2(const Grid& g, double row, double col, int parts) {
  geod_geodesic wgs84;
  geod_init(&wgs84, 6378137, 1 / 298.257223563);
  std::vector<double> lon, lat;
  const auto add = [&](double r, double c) {
    double x = 0, y = 0;
    fw::pixel_lonlat(g, r - 0.5, c - 0.5, &x, &y);
    lon.push_back(x);
    lat.push_back(y);
  };
  for (int i = 0; i < parts; ++i) add(row + static_cast<double>(i) / parts, col);
  for (int i = 0; i < parts; ++i) add(row + 1, col + static_cast<double>(i) / parts);
  for (int i = 0; i < parts; ++i) add(row + 1 - static_cast<double>(i) / parts, col + 1);
  for (int i = 0; i < parts; ++i) add(row, col + 1 - static_cast<double>(i) / parts);
  double area = 0, perimeter = 0;
  geod_polygonarea(&wgs84, lat.data(), lon.data(), static_cast<int>(lat.size()), &area, &perimeter);
  return std::fabs(area) / 1e6;
}

TEST(CellAreas, OfADegreeAtTheEquatorIsThatOfTheGeodesicPolygonAlongItsParallels) {
  const Grid g{"EPSG:4326", 0, 1, 1, 1, 1, 1};
  const double area = fw::cell_areas_km2(g, g.whole())[0];
  EXPECT_NEAR(geodesic_km2(g, 0, 0, 1), 12308.778, 0.001) << "four geodesics";
  EXPECT_NEAR(area / geodesic_km2(g, 0, 0, 1), 1, 5e-5);
  EXPECT_NEAR(area / geodesic_km2(g, 0, 0, 2000), 1, 1e-9) << "two thousand short ones on each parallel";
}

TEST(CellAreas, ShrinkWithTheLatitude) {
  const Grid g{"EPSG:4326", 33, 80, 0.05, 0.05, 3200, 1};
  const auto areas = fw::cell_areas_km2(g, g.whole());
  for (int r : {0, 500, 1200, 1590, 2400, 3199})
    EXPECT_NEAR(areas[static_cast<size_t>(r)] / geodesic_km2(g, r, 0, 20), 1, 1e-7) << r;
  EXPECT_LT(areas[0], 0.2 * areas[1600]);
}

TEST(CellAreas, OfTheWorldAddUpToTheEllipsoid) {
  const Grid g{"EPSG:4326", -180, 90, 0.25, 0.25, 720, 1440};
  const auto areas = fw::cell_areas_km2(g, g.whole());
  EXPECT_NEAR(std::accumulate(areas.begin(), areas.end(), 0.0), 510065621.724, 0.01);
  EXPECT_GT(areas.front(), 0);
}

TEST(CellAreas, BeyondThePoleCountOnlyToThePole) {
  // Points on the pole: the cells of the first and last row are half outside the globe.
  const Grid g{"EPSG:4326", -180.5, 90.5, 1, 1, 181, 360};
  const auto areas = fw::cell_areas_km2(g, g.whole());
  EXPECT_NEAR(std::accumulate(areas.begin(), areas.end(), 0.0), 510065621.724, 0.01);
}

TEST(CellAreas, AcrossTheAntimeridianAreThoseOfBothParts) {
  const Grid whole{"EPSG:4326", 179.9, -17, 0.01, 0.01, 32, 32};
  const Grid west{"EPSG:4326", 179.9, -17, 0.01, 0.01, 32, 10}, east{"EPSG:4326", -180, -17, 0.01, 0.01, 32, 22};
  const auto sum = [](const Grid& g) {
    const auto a = fw::cell_areas_km2(g, g.whole());
    return std::accumulate(a.begin(), a.end(), 0.0);
  };
  EXPECT_NEAR(sum(whole) / (sum(west) + sum(east)), 1, 1e-9);
  EXPECT_NEAR(sum(whole), 1205, 5) << "34 x 35 km, never a strip round the world";
}

class ProjectedAreas : public testing::TestWithParam<Grid> {};

TEST_P(ProjectedAreas, AreTheGeodesicAreaOfBlocksOfCells) {
  const Grid& g = GetParam();
  const auto areas = fw::cell_areas_km2(g, g.whole());
  // Blocks of about a kilometre or more: below that the geodesic polygon itself loses digits.
  const int block = std::max(1, static_cast<int>(2000 / g.dx));
  Grid coarse = g;
  coarse.dx *= block;
  coarse.dy *= block;
  for (int i : {0, 1, 2})
    for (int j : {0, 1, 2}) {
      const int row = i * (g.rows / block - 1) / 2, col = j * (g.cols / block - 1) / 2;
      double sum = 0;
      for (int r = row * block; r < (row + 1) * block; ++r)
        for (int c = col * block; c < (col + 1) * block; ++c) sum += areas[static_cast<size_t>(r) * g.cols + c];
      EXPECT_NEAR(sum / geodesic_km2(coarse, row, col, 16), 1, 1e-6) << row << " " << col;
    }
}

TEST_P(ProjectedAreas, DoNotDependOnTheTile) {
  const Grid& g = GetParam();
  const auto whole = fw::cell_areas_km2(g, g.whole());
  for (const Window& w : fw::tiles(g, 170)) {
    const auto part = fw::cell_areas_km2(g, w);
    for (int r = 0; r < w.rows; ++r)
      for (int c = 0; c < w.cols; ++c)
        ASSERT_EQ(part[static_cast<size_t>(r) * w.cols + c],
                  whole[static_cast<size_t>(w.row + r) * g.cols + w.col + c]);
  }
}

INSTANTIATE_TEST_SUITE_P(Grids, ProjectedAreas,
                         testing::Values(Grid{"EPSG:32637", 300000, 1600000, 10, 10, 600, 600},
                                         Grid{"EPSG:32637", 500000, 500000, 30, 30, 400, 400},
                                         Grid{"EPSG:32733", 200000, 9000000, 1000, 1000, 200, 300},
                                         Grid{"EPSG:3857", 3.6e6, 1.7e6, 250, 250, 300, 300},
                                         Grid{"ESRI:102022", 1e6, 1e6, 5000, 5000, 100, 100}),
                         [](const auto& param) {
                           std::string name =
                               param.param.crs + "_" + std::to_string(static_cast<int>(param.param.dx)) + "m";
                           std::replace(name.begin(), name.end(), ':', '_');
                           return name;
                         });

}  // namespace
