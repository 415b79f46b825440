// Where rasters lie: north-up, longitudes, declared areas, what is refused.
#include <cmath>

#include "tests/geo/make_tif.h"
#include "tests/support.h"

namespace {

using fw::Grid;
using fw::OpenRequest;
using fw::test::has_flag;
using fw::test::make_tif;
using fw::test::outcome;
using fw::test::read_whole;
using fw::test::TempDir;
using fw::test::TifSpec;

TEST(Georeference, OfASouthUpFileIsTurnedNorth) {
  TempDir dir;
  TifSpec spec;
  auto north = fw::test::open_file(make_tif(dir / "north.tif", spec));
  const int rows = spec.grid.rows;
  spec.south_up = true;
  spec.value = [rows](int b, int r, int c) { return 1000.0 * b + 10.0 * (rows - 1 - r) + c; };
  auto south = fw::test::open_file(make_tif(dir / "south.tif", spec));
  EXPECT_TRUE(has_flag(south.info(), "SOUTH_UP"));
  EXPECT_NEAR(south.info().grid.y0, north.info().grid.y0, 1e-12);
  EXPECT_EQ(read_whole(south), read_whole(north));
  const fw::Window window{3, 5, 7, 11};
  std::vector<float> a(window.pixels()), b(window.pixels());
  north.read(1, window, a.data());
  south.read(1, window, b.data());
  EXPECT_EQ(a, b);
}

TEST(Georeference, FromPointsIsMovedToTheCornerOfThePixel) {
  TempDir dir;
  TifSpec spec;
  spec.also = [](GDALDataset& d) { d.SetMetadataItem("AREA_OR_POINT", "Point"); };
  const auto scene = fw::test::open_file(make_tif(dir / "point.tif", spec));
  EXPECT_TRUE(has_flag(scene.info(), "PIXEL_IS_POINT"));
  EXPECT_NEAR(scene.info().grid.x0, spec.grid.x0, 1e-12);
  EXPECT_NEAR(scene.info().grid.y0, spec.grid.y0, 1e-12);
}

TEST(Georeference, FromZeroTo360DegreesIsShifted) {
  TempDir dir;
  TifSpec spec;
  spec.grid = {"EPSG:4326", 359.9, 5, 0.01, 0.01, 32, 32};
  const auto scene = fw::test::open_file(make_tif(dir / "a.tif", spec));
  EXPECT_TRUE(has_flag(scene.info(), "LON_NORMALISED"));
  EXPECT_DOUBLE_EQ(scene.info().grid.x0, -0.1);
}

TEST(Georeference, OfAWorldFromZeroTo360DegreesIsRolled) {
  TempDir dir;
  TifSpec spec;
  spec.grid = {"EPSG:4326", 0, 90, 10, 10, 18, 36};
  spec.value = [](int, int r, int c) { return 100.0 * r + c; };
  auto scene = fw::test::open_file(make_tif(dir / "a.tif", spec));
  EXPECT_TRUE(has_flag(scene.info(), "LON_NORMALISED"));
  EXPECT_FALSE(has_flag(scene.info(), "ANTIMERIDIAN"));
  EXPECT_EQ(scene.info().grid.x0, -180);
  const auto values = read_whole(scene);
  EXPECT_EQ(values[0], 18) << "180 degrees east is the file's column 18";
  EXPECT_EQ(values[17], 35);
  EXPECT_EQ(values[18], 0);
  EXPECT_EQ(values[36], 118);
  std::vector<float> part(2 * 4);
  scene.read(1, {1, 16, 2, 4}, part.data());
  EXPECT_EQ(part, (std::vector<float>{134, 135, 100, 101, 234, 235, 200, 201}));
}

TEST(Georeference, AcrossTheAntimeridianStaysContinuous) {
  TempDir dir;
  TifSpec spec;
  spec.grid = {"EPSG:4326", 179.9, -17, 0.01, 0.01, 32, 32};
  const auto scene = fw::test::open_file(make_tif(dir / "a.tif", spec));
  EXPECT_TRUE(has_flag(scene.info(), "ANTIMERIDIAN"));
  EXPECT_EQ(scene.info().grid.x0, 179.9);
}

TEST(Georeference, OutsideTheGlobeOrTheCrsIsRefused) {
  TempDir dir;
  const auto code = [&](const Grid& grid) {
    TifSpec spec;
    spec.grid = grid;
    return outcome(make_tif(dir / "a.tif", spec));
  };
  EXPECT_EQ(code({"EPSG:4326", 0, 98, 0.5, 0.5, 32, 32}), "GEOREF_INVALID");
  EXPECT_EQ(code({"EPSG:4326", 0, -80, 0.5, 0.5, 32, 32}), "GEOREF_INVALID");
  EXPECT_EQ(code({"EPSG:4326", -180, 90, 1, 1, 180, 400}), "GEOREF_INVALID") << "more than once round";
  EXPECT_EQ(code({"EPSG:4326", 500000, 1600000, 10, 10, 32, 32}), "CRS_EXTENT_MISMATCH");
  EXPECT_EQ(code({"EPSG:32637", 39, 14, 0.01, 0.01, 32, 32}), "CRS_EXTENT_MISMATCH") << "degrees in a metre CRS";
  EXPECT_EQ(code({"EPSG:32637", 1e300, 1e300, 10, 10, 32, 32}), "GEOREF_INVALID");
  EXPECT_EQ(code({"EPSG:32637", 5e9, 5e9, 10, 10, 32, 32}), "GEOREF_INVALID");
  EXPECT_EQ(code({"EPSG:4326", -180.5, 90.5, 1, 1, 181, 360}), "") << "half a pixel over the pole: centres on it";
  EXPECT_EQ(code({"EPSG:32637", 166000, 1600000, 10, 10, 32, 32}), "");
  EXPECT_EQ(code({"EPSG:32637", 950000, 1600000, 10, 10, 32, 32}), "") << "a tile over the zone's edge";
}

TEST(Georeference, MustTouchTheDeclaredArea) {
  TempDir dir;
  TifSpec spec;
  OpenRequest request;
  request.near = Grid{"EPSG:32636", 500000, 1670000, 10, 10, 5000, 5000};  // 33 E 15 N
  request.file = make_tif(dir / "a.tif", spec);
  EXPECT_EQ(outcome(request), "");
  spec.grid = {"EPSG:32701", 500000, 1600000, 10, 10, 32, 32};
  request.file = make_tif(dir / "b.tif", spec);
  EXPECT_EQ(outcome(request), "CRS_EXTENT_MISMATCH");
  spec.grid = {"EPSG:4326", 179.9, -17, 0.01, 0.01, 32, 32};
  request.file = make_tif(dir / "c.tif", spec);
  request.near = Grid{"EPSG:4326", -180, -16, 0.01, 0.01, 200, 200};
  EXPECT_EQ(outcome(request), "") << "the other side of the antimeridian";
}

TEST(Georeference, CanBeDoneWithout) {
  TempDir dir;
  TifSpec spec;
  spec.grid.crs = "";
  OpenRequest request;
  request.file = make_tif(dir / "a.tif", spec);
  EXPECT_EQ(outcome(request), "CRS_MISSING");
  request.need_georeference = false;
  auto scene = fw::open_scene(request);
  EXPECT_EQ(scene.info().grid, (Grid{"", 0, 0, 1, 1, 20, 30}));
  spec.grid.crs = "EPSG:4326";
  spec.also = [](GDALDataset& d) {
    double t[6] = {33, 0.007, 0.007, 15, 0.007, -0.007};
    d.SetGeoTransform(t);
  };
  request.file = make_tif(dir / "b.tif", spec);
  EXPECT_TRUE(has_flag(fw::open_scene(request).info(), "ROTATED"));
  request.need_georeference = true;
  EXPECT_EQ(outcome(request), "GEOREF_UNSUPPORTED");
}

TEST(Georeference, KeepsACrsWithoutACodeAsText) {
  TempDir dir;
  TifSpec spec;
  spec.grid = {"+proj=sinu +R=6371007.181 +units=m", 0, 0, 926.625433055833355, 926.625433055833355, 20, 20};
  const auto scene = fw::test::open_file(make_tif(dir / "a.tif", spec));
  EXPECT_NE(scene.info().grid.crs.find("Sinusoidal"), std::string::npos) << scene.info().grid.crs;
  double lon = 0, lat = 0;
  fw::pixel_lonlat(scene.info().grid, -0.5, -0.5, &lon, &lat);
  EXPECT_NEAR(lon, 0, 1e-9);
  EXPECT_NEAR(lat, 0, 1e-9);
}

}  // namespace
