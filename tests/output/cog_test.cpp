#include <gdal_priv.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <set>
#include <thread>

#include "core/base/sha256.h"
#include "core/geo/open_scene.h"
#include "core/output/staged_pixels.h"
#include "tests/output/rasters.h"

using namespace fw;
using namespace fw::test;
namespace fs = std::filesystem;

namespace {

OpenRequest request_for(const fs::path& file) {
  OpenRequest request;
  request.file = file;
  return request;
}

/// One published sample for all tests of this file that only look.
class PublishedCog : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = new TempDir;
    publish_sample(*dir_ / "out");
  }
  static void TearDownTestSuite() { delete dir_; }
  static fs::path class_tif() { return *dir_ / "out" / (class_spec(utm_grid(1, 1)).stem + ".tif"); }
  static fs::path continuous_tif() { return *dir_ / "out" / (continuous_spec(utm_grid(1, 1)).stem + ".tif"); }
  static std::unique_ptr<GDALDataset> open(const fs::path& file) {
    prepare_gdal();
    return std::unique_ptr<GDALDataset>(GDALDataset::Open(file.c_str(), GDAL_OF_RASTER));
  }
  static TempDir* dir_;
};
TempDir* PublishedCog::dir_ = nullptr;

}  // namespace

TEST_F(PublishedCog, GivesTheSameClassesThroughOpenSceneAndThroughGdal) {
  SceneFile scene = open_scene(request_for(class_tif()));
  EXPECT_EQ(scene.info().bands[0].type, "Byte");
  EXPECT_EQ(scene.info().bands[0].nodata, 255);
  EXPECT_EQ(scene.info().bands[0].description, "risk class");
  EXPECT_EQ(scene.info().grid, utm_grid(700, 900));
  const auto gdal = open(class_tif());
  ASSERT_TRUE(gdal);
  std::vector<float> row(900);
  std::vector<uint8_t> raw(900);
  for (int r = 0; r < 700; ++r) {
    scene.read(1, {r, 0, 1, 900}, row.data());
    ASSERT_EQ(gdal->GetRasterBand(1)->RasterIO(GF_Read, 0, r, 900, 1, raw.data(), 900, 1, GDT_Byte, 0, 0, nullptr),
              CE_None);
    for (int c = 0; c < 900; ++c) {
      ASSERT_EQ(raw[static_cast<size_t>(c)], class_at(r, c)) << r << ' ' << c;
      if (class_at(r, c) == 255)
        ASSERT_TRUE(std::isnan(row[static_cast<size_t>(c)]));
      else
        ASSERT_EQ(row[static_cast<size_t>(c)], class_at(r, c));
    }
  }
}

TEST_F(PublishedCog, GivesTheRoundedValuesAndNaNBack) {
  SceneFile scene = open_scene(request_for(continuous_tif()));
  std::vector<float> row(900);
  for (int band = 1; band <= 2; ++band)
    for (int r = 0; r < 700; r += 3) {
      scene.read(band, {r, 0, 1, 900}, row.data());
      for (int c = 0; c < 900; ++c) {
        const float expected = round_mantissa(value_at(band, r, c), 12), got = row[static_cast<size_t>(c)];
        if (std::isnan(expected))
          ASSERT_TRUE(std::isnan(got));
        else
          ASSERT_EQ(got, expected);
      }
    }
}

TEST_F(PublishedCog, HasExactlyTheColoursOfTheScheme) {
  const auto gdal = open(class_tif());
  const GDALColorTable* table = gdal->GetRasterBand(1)->GetColorTable();
  ASSERT_NE(table, nullptr);
  for (const auto& e : risk_scheme().classes) {
    const GDALColorEntry* c = table->GetColorEntry(e.value);
    EXPECT_EQ(c->c1, e.red);
    EXPECT_EQ(c->c2, e.green);
    EXPECT_EQ(c->c3, e.blue);
  }
}

TEST_F(PublishedCog, CarriesMetadataUnitsNoDataAndStatistics) {
  const auto classes = open(class_tif()), values = open(continuous_tif());
  EXPECT_STREQ(classes->GetMetadataItem("FW_RUN_ID"), "abc123");
  EXPECT_STREQ(classes->GetMetadataItem("FW_LAYER"), "drought-risk");
  EXPECT_STREQ(classes->GetMetadataItem("FW_TITLE"), "Drought risk class, 21-31 May 2024");
  EXPECT_EQ(classes->GetRasterBand(1)->GetNoDataValue(), 255);
  EXPECT_EQ(classes->GetMetadataItem("TIFFTAG_DATETIME"), nullptr);
  GDALRasterBand* rain = values->GetRasterBand(2);
  EXPECT_STREQ(rain->GetDescription(), "rain");
  EXPECT_STREQ(rain->GetUnitType(), "mm");
  EXPECT_TRUE(std::isnan(rain->GetNoDataValue()));
  double sum = 0, n = 0, low = 1e9, high = -1e9;
  for (int r = 0; r < 700; ++r)
    for (int c = 0; c < 900; ++c) {
      const double v = round_mantissa(value_at(2, r, c), 12);
      if (std::isnan(v)) continue;
      sum += v;
      n += 1;
      low = std::min(low, v);
      high = std::max(high, v);
    }
  double min = 0, max = 0, mean = 0, std = 0;
  ASSERT_EQ(rain->GetStatistics(FALSE, FALSE, &min, &max, &mean, &std), CE_None);
  EXPECT_EQ(min, low);
  EXPECT_EQ(max, high);
  EXPECT_NEAR(mean, sum / n, 1e-12);
  EXPECT_GT(std, 0);
}

TEST_F(PublishedCog, IsDeflatedInBlocksThatSuitBrowsers) {
  for (const auto& tif : {class_tif(), continuous_tif()}) {
    const auto gdal = open(tif);
    EXPECT_STREQ(gdal->GetMetadataItem("COMPRESSION", "IMAGE_STRUCTURE"), "DEFLATE");
    EXPECT_STREQ(gdal->GetMetadataItem("LAYOUT", "IMAGE_STRUCTURE"), "COG");
    int cols = 0, rows = 0;
    gdal->GetRasterBand(1)->GetBlockSize(&cols, &rows);
    EXPECT_EQ(cols, 256);
    EXPECT_EQ(rows, 256);
  }
}

TEST_F(PublishedCog, HasOverviewsOfClassesThatExistBelow) {
  const auto gdal = open(class_tif());
  GDALRasterBand* band = gdal->GetRasterBand(1);
  ASSERT_GE(band->GetOverviewCount(), 1);
  for (int level = 0; level < band->GetOverviewCount(); ++level) {
    GDALRasterBand* overview = band->GetOverview(level);
    const int cols = overview->GetXSize(), rows = overview->GetYSize();
    std::vector<uint8_t> v(static_cast<size_t>(cols) * static_cast<size_t>(rows));
    ASSERT_EQ(overview->RasterIO(GF_Read, 0, 0, cols, rows, v.data(), cols, rows, GDT_Byte, 0, 0, nullptr), CE_None);
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < cols; ++c) {
        // The value must be one of those under the overview pixel.
        std::set<int> below;
        for (int y = r * 700 / rows; y <= std::min(699, (r + 1) * 700 / rows); ++y)
          for (int x = c * 900 / cols; x <= std::min(899, (c + 1) * 900 / cols); ++x) below.insert(class_at(y, x));
        ASSERT_TRUE(below.contains(v[static_cast<size_t>(r * cols + c)])) << level << ' ' << r << ' ' << c;
      }
  }
}

TEST_F(PublishedCog, IsCloudOptimised) {
  if (std::system(
          "/usr/bin/python3 -c 'import osgeo_utils.samples.validate_cloud_optimized_geotiff' >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "needs python3-gdal with its samples";
  for (const auto& tif : {class_tif(), continuous_tif()}) {
    const std::string command =
        "/usr/bin/python3 -m osgeo_utils.samples.validate_cloud_optimized_geotiff --full-check=yes '" + tif.string() +
        "'";
    EXPECT_EQ(std::system((command + " >/dev/null").c_str()), 0) << command;
  }
}

TEST(Cog, IsByteIdenticalWhateverTheOrderOfTilesAndThreads) {
  TempDir dir;
  const Grid grid = utm_grid(530, 610);
  std::set<std::string> hashes[2];
  for (const int size : {128, 256, 512, 100}) {
    const auto folder = dir / ("out" + std::to_string(size));
    Publication p({folder, false});
    int kind = 0;
    for (const auto& spec : {class_spec(grid), continuous_spec(grid)}) {
      auto windows = tiles(grid, size);
      std::mt19937 random(static_cast<unsigned>(size));
      std::shuffle(windows.begin(), windows.end(), random);
      const auto writer = p.raster(spec);
      std::vector<std::thread> threads;
      for (size_t t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
          for (size_t i = t; i < windows.size(); i += 4) fill(*writer, spec, {windows[i]});
        });
      for (auto& thread : threads) thread.join();
      hashes[kind++].insert(sha256_of_file(p.finish_raster(writer)));
    }
    p.finish(manifest_info());
  }
  EXPECT_EQ(hashes[0].size(), 1U);
  EXPECT_EQ(hashes[1].size(), 1U);
}

TEST(Cog, KeepsARasterSmallerThanABlockAndACrsWithoutCode) {
  TempDir dir;
  Grid grid = utm_grid(5, 7);
  // A CRS of somebody's own: no authority knows it.
  grid.crs =
      R"wkt(PROJCRS["own",BASEGEOGCRS["WGS 84",DATUM["World Geodetic System 1984",ELLIPSOID["WGS 84",6378137,298.257223563]]],)wkt"
      R"wkt(CONVERSION["own",METHOD["Lambert Azimuthal Equal Area",ID["EPSG",9820]],)wkt"
      R"wkt(PARAMETER["Latitude of natural origin",7.5,ANGLEUNIT["degree",0.0174532925199433]],)wkt"
      R"wkt(PARAMETER["Longitude of natural origin",39.5,ANGLEUNIT["degree",0.0174532925199433]],)wkt"
      R"wkt(PARAMETER["False easting",0,LENGTHUNIT["metre",1]],PARAMETER["False northing",0,LENGTHUNIT["metre",1]]],)wkt"
      R"wkt(CS[Cartesian,2],AXIS["(E)",east],AXIS["(N)",north],LENGTHUNIT["metre",1]])wkt";
  grid.x0 = grid.y0 = 0;
  const auto spec = class_spec(grid);
  Publication p({dir / "out", false});
  const auto writer = p.raster(spec);
  fill(*writer, spec, {grid.whole()});
  const auto tif = p.finish_raster(writer);
  EXPECT_TRUE(same_crs(open_scene(request_for(tif)).info().grid.crs, grid.crs));
}

TEST(Cog, ShowsTheMostFrequentClassInOverviews) {
  TempDir dir;
  const Grid grid = utm_grid(600, 600);
  auto spec = class_spec(grid);
  // Each 2 x 2 block holds one pixel of class 2, in another corner in each quarter of the map, and three of class 1.
  std::vector<uint8_t> values(grid.pixels(), 1);
  for (int r = 0; r < 600; r += 2)
    for (int c = 0; c < 600; c += 2)
      values[static_cast<size_t>((r + (r >= 300 ? 1 : 0)) * 600 + c + (c >= 300 ? 1 : 0))] = 2;
  Publication p({dir / "out", false});
  const auto writer = p.raster(spec);
  writer->write(grid.whole(), values.data());
  const auto tif = p.finish_raster(writer);
  const std::unique_ptr<GDALDataset> gdal(GDALDataset::Open(tif.c_str(), GDAL_OF_RASTER));
  GDALRasterBand* overview = gdal->GetRasterBand(1)->GetOverview(0);
  ASSERT_EQ(overview->GetXSize(), 300);
  std::vector<uint8_t> half(300 * 300);
  ASSERT_EQ(overview->RasterIO(GF_Read, 0, 0, 300, 300, half.data(), 300, 300, GDT_Byte, 0, 0, nullptr), CE_None);
  EXPECT_EQ(std::count(half.begin(), half.end(), 1), 300 * 300);
}

TEST(Cog, RefusesAClassThatTheLegendDoesNotName) {
  TempDir dir;
  const auto spec = class_spec(utm_grid(2, 2));
  Publication p({dir / "out", false});
  const auto writer = p.raster(spec);
  const uint8_t values[] = {1, 2, 3, 0};
  writer->write({0, 0, 2, 2}, values);
  EXPECT_THROW(p.finish_raster(writer), std::logic_error);
}
