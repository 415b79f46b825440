#include "core/scene/scene_reader.h"

#include <cmath>

#include "core/base/error.h"
#include "core/geo/open_scene.h"
#include "tests/scene/raster_maker.h"
#include "tests/support.h"

namespace fw {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

/// EXPECT_EQ on vectors in which NaN equals NaN.
void expect_values(const std::vector<float>& got, const std::vector<float>& want) {
  ASSERT_EQ(got.size(), want.size());
  for (size_t i = 0; i < got.size(); ++i) {
    if (std::isnan(want[i])) {
      EXPECT_TRUE(std::isnan(got[i])) << "at " << i << ": " << got[i];
    } else {
      EXPECT_FLOAT_EQ(got[i], want[i]) << "at " << i;
    }
  }
}

/// A 4x4 scene of reflectance in per cent with a mask: row-major 0..15, cloud at (1, 1), fill at (3, 3).
struct Example {
  test::TempDir dir;
  Grid grid{"EPSG:32637", 500000, 1600000, 10, 10, 4, 4};
  Catalogue catalogue;
  explicit Example(bool south_up = false) {
    test::MadeRaster r;
    r.grid = grid;
    r.south_up = south_up;
    std::vector<double> red, nir, mask(16, 0);
    for (int i = 0; i < 16; ++i) {
      red.push_back(i);
      nir.push_back(100 + i);
    }
    red[15] = -9999;
    mask[5] = 1;
    r.bands = {{red, "red", -9999.0}, {nir, "nir", -9999.0}, {mask, "mask", std::nullopt}};
    test::make_raster(dir / "a_20200101.tif", r);
    ScanInput input{"reflectance-tif", {"."}};
    input.scale = 0.01;  // the numbers are read as they are
    catalogue = test::scan_one(dir.path(), input);
  }
};

TEST(SceneReader, WindowsFollowTheBlocksOfTheFile) {
  const auto shape = [](int rows, int cols, int block_rows, int block_cols) {
    RasterInfo info;
    info.grid.rows = rows;
    info.grid.cols = cols;
    info.block_rows = block_rows;
    info.block_cols = block_cols;
    return block_shape(info);
  };
  EXPECT_EQ(shape(10000, 10000, 512, 512), (BlockShape{512, 512, true}));
  EXPECT_EQ(shape(10000, 10000, 1024, 1024), (BlockShape{1024, 1024, true}));
  EXPECT_EQ(shape(10000, 10000, 256, 256), (BlockShape{256, 256, true}));
  EXPECT_EQ(shape(10000, 10000, 100, 200), (BlockShape{500, 400, true})) << "small blocks, several at once";
  EXPECT_EQ(shape(10000, 10000, 4096, 4096), (BlockShape{1024, 1024, false})) << "memory is bounded";
  EXPECT_EQ(shape(10000, 10000, 1, 10000), (BlockShape{26, 10000, true})) << "strips are taken whole";
  EXPECT_EQ(shape(10000, 10000, 8, 10000), (BlockShape{24, 10000, true})) << "and all rows of a strip";
  EXPECT_EQ(shape(90000, 90000, 90000, 90000), (BlockShape{11, 90000}));
}

TEST(SceneReader, ReadsAlignedWindowsDirectly) {
  Example e;
  ASSERT_EQ(e.catalogue.scenes.size(), 1u);
  Grid target = e.grid;
  target.x0 -= 10;  // one column to the west, one row to the south
  target.y0 -= 10;
  SceneReader reader(e.catalogue, target);
  const SceneTile tile = reader.read(e.catalogue.scenes[0], {"red"}, {0, 0, 2, 3});
  ASSERT_TRUE(tile.touches);
  expect_values(tile.dn.at("red"), {nan, 4, 5, nan, 8, 9});
  expect_values(tile.qa, {nan, 0, 1, nan, 0, 0});
  const SceneTile corner = reader.read(e.catalogue.scenes[0], {"red", "nir"}, {2, 3, 2, 1});
  expect_values(corner.dn.at("red"), {14, nan});
  expect_values(corner.dn.at("nir"), {114, nan});
}

TEST(SceneReader, ReadsASouthUpTwinAlike) {
  Example up(true), north;
  ASSERT_EQ(up.catalogue.scenes.size(), 1u);
  EXPECT_EQ(up.catalogue.scenes[0].flags, std::vector<std::string>{"SOUTH_UP"});
  SceneReader a(up.catalogue, up.grid), b(north.catalogue, north.grid);
  expect_values(a.read(up.catalogue.scenes[0], {"red"}, up.grid.whole()).dn.at("red"),
                b.read(north.catalogue.scenes[0], {"red"}, north.grid.whole()).dn.at("red"));
}

TEST(SceneReader, SaysWhenASceneDoesNotTouchTheWindow) {
  Example e;
  Grid wide = e.grid;
  wide.cols = 100;
  SceneReader reader(e.catalogue, wide);
  EXPECT_TRUE(reader.touches(e.catalogue.scenes[0], {0, 3, 4, 10}));
  EXPECT_FALSE(reader.touches(e.catalogue.scenes[0], {0, 4, 4, 10}));
  const SceneTile tile = reader.read(e.catalogue.scenes[0], {"red"}, {0, 50, 4, 10});
  EXPECT_FALSE(tile.touches);
  EXPECT_TRUE(tile.dn.empty());
}

TEST(SceneReader, LetsNoCloudBleedIntoItsNeighbours) {
  Example e;
  Grid half = e.grid;  // half a cell to the east: bilinear takes the mean of two columns
  half.x0 += 5;
  half.cols = 3;
  SceneReader reader(e.catalogue, half);
  const SceneTile tile = reader.read(e.catalogue.scenes[0], {"nir"}, half.whole());
  const auto& nir = tile.dn.at("nir");
  ASSERT_EQ(nir.size(), 12u);
  EXPECT_NEAR(nir[0], 100.5, 1e-4);
  EXPECT_TRUE(std::isnan(nir[3])) << "its centre lies in the cloud at (1, 1)";
  EXPECT_EQ(tile.qa[3], 1);
  EXPECT_NEAR(nir[4], 106, 1e-4) << "beside the cloud: only its clear neighbour counts";
  EXPECT_NEAR(nir[5], 106.5, 1e-4);
  for (const float q : tile.qa) EXPECT_TRUE(q == 0 || q == 1) << "quality is never interpolated";
}

TEST(SceneReader, GivesTheSameValuesThroughAnyWindow) {
  Example e;
  Grid other{"EPSG:32637", 500003, 1599996, 7, 7, 5, 5};
  SceneReader reader(e.catalogue, other);
  const auto whole = reader.read(e.catalogue.scenes[0], {"red"}, other.whole());
  for (int r = 0; r < 5; ++r) {
    for (int c = 0; c < 5; ++c) {
      const auto one = reader.read(e.catalogue.scenes[0], {"red"}, {r, c, 1, 1});
      const size_t at = static_cast<size_t>(r * 5 + c);
      expect_values(one.dn.at("red"), {whole.dn.at("red")[at]});
      expect_values(one.qa, {whole.qa[at]});
    }
  }
}

TEST(SceneReader, SpreadsCoarseQualityOverFineBands) {
  test::TempDir dir;
  const std::string id = "S2A_MSIL2A_20220301T073731_N0400_R092_T37PGM_20220401T111213";
  test::MadeRaster fine, coarse;
  fine.type = coarse.type = "UInt16";
  fine.grid = {"EPSG:32637", 500000, 1600000, 10, 10, 2, 4};
  coarse.grid = {"EPSG:32637", 500000, 1600000, 20, 20, 1, 2};
  fine.bands = {{{1, 2, 3, 4, 5, 6, 7, 8}, "", std::nullopt}};
  test::make_raster(dir / id / "B04.tif", fine);
  fine.bands[0].values[0] = 0;  // fill
  test::make_raster(dir / id / "B08.tif", fine);
  coarse.bands = {{{4, 9}, "", std::nullopt}};
  test::make_raster(dir / id / "SCL.tif", coarse);
  const Catalogue c = test::scan_one(dir.path(), {"sentinel2-l2a", {"."}});
  ASSERT_EQ(c.scenes.size(), 1u);
  SceneReader reader(c, fine.grid);
  const SceneTile tile = reader.read(c.scenes[0], {"red", "nir"}, fine.grid.whole());
  expect_values(tile.qa, {4, 4, 9, 9, 4, 4, 9, 9});
  expect_values(tile.dn.at("nir"), {nan, 2, 3, 4, 5, 6, 7, 8});
}

TEST(SceneReader, RefusesAFileThatChangedAfterTheScan) {
  Example e;
  test::MadeRaster r;
  r.grid = e.grid;
  r.bands = {{std::vector<double>(16, 1), "red", std::nullopt}, {std::vector<double>(16, 2), "nir", std::nullopt}};
  std::filesystem::remove(e.dir / "a_20200101.tif");
  test::make_raster(e.dir / "a_20200101.tif", r);
  SceneReader reader(e.catalogue, e.grid);
  try {
    reader.read(e.catalogue.scenes[0], {"red"}, e.grid.whole());
    FAIL() << "read";
  } catch (const InputError& error) {
    EXPECT_EQ(error.code(), "HASH_MISMATCH");
  }
}

TEST(SceneReader, KeepsReadingWithFewFilesOpen) {
  test::TempDir dir;
  test::MadeRaster r;
  for (int i = 0; i < 5; ++i) {
    r.bands = {{{i + 0.0, 1, 2, 3}, "", std::nullopt}};
    test::make_raster(dir / ("v_2020010" + std::to_string(i + 1) + ".tif"), r);
  }
  const Catalogue c = test::scan_one(dir.path(), {"value-tif", {"."}});
  ASSERT_EQ(c.scenes.size(), 5u);
  SceneReader reader(c, r.grid, 2);
  for (int round = 0; round < 2; ++round) {
    for (size_t i = 0; i < 5; ++i)
      expect_values(reader.read(c.scenes[i], {"value"}, {0, 0, 1, 2}).dn.at("value"), {static_cast<float>(i), 1});
  }
}

}  // namespace
}  // namespace fw
