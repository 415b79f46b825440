// Pixels: windows, no-data, types.
#include <cfloat>
#include <cmath>
#include <limits>
#include <thread>

#include "tests/geo/make_tif.h"
#include "tests/support.h"

namespace {

using fw::Window;
using fw::test::has_flag;
using fw::test::make_tif;
using fw::test::open_file;
using fw::test::read_whole;
using fw::test::TempDir;
using fw::test::TifSpec;

TEST(SceneRead, FillsWhatLiesOutsideWithNan) {
  TempDir dir;
  auto scene = open_file(make_tif(dir / "a.tif"));
  std::vector<float> v(4 * 4);
  scene.read(1, {-2, -1, 4, 4}, v.data());
  EXPECT_TRUE(std::isnan(v[0]) && std::isnan(v[4]) && std::isnan(v[8]));
  EXPECT_EQ(v[9], 1000);
  EXPECT_EQ(v[14], 1011);
  scene.read(1, {18, 28, 4, 4}, v.data());
  EXPECT_EQ(v[0], 1000 + 180 + 28);
  EXPECT_EQ(v[5], 1000 + 190 + 29);
  EXPECT_TRUE(std::isnan(v[2]) && std::isnan(v[8]));
  scene.read(1, {500, 500, 4, 4}, v.data());
  for (float x : v) EXPECT_TRUE(std::isnan(x));
  scene.read(1, {std::numeric_limits<int>::max() - 2, 0, 4, 4}, v.data());
  for (float x : v) EXPECT_TRUE(std::isnan(x)) << "no overflow at the end of the numbers";
  EXPECT_THROW(scene.read(2, {0, 0, 1, 1}, v.data()), std::logic_error);
  EXPECT_THROW(scene.read(0, {0, 0, 1, 1}, v.data()), std::logic_error);
  EXPECT_THROW(scene.read(1, {0, 0, -1, 1}, v.data()), std::logic_error);
}

TEST(SceneRead, GivesTheSamePixelsInAnyWindows) {
  TempDir dir;
  TifSpec spec;
  spec.options = {"TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16", "COMPRESS=LZW"};
  auto scene = open_file(make_tif(dir / "a.tif", spec));
  const auto whole = read_whole(scene);
  for (const Window& w : fw::tiles(scene.info().grid, 7)) {
    std::vector<float> part(w.pixels());
    scene.read(1, w, part.data());
    for (int r = 0; r < w.rows; ++r)
      for (int c = 0; c < w.cols; ++c)
        ASSERT_EQ(part[static_cast<size_t>(r * w.cols + c)], whole[static_cast<size_t>((w.row + r) * 30 + w.col + c)]);
  }
}

TEST(SceneRead, MakesNoDataNanAndInfinityNan) {
  TempDir dir;
  TifSpec spec;
  spec.nodata = -9999;
  spec.value = [](int, int r, int c) {
    if (r > 0) return 1.0;
    const double values[] = {-9999, INFINITY, -INFINITY, NAN, 0, 1e-42, 3.4e38, -9998.999};
    return c < 8 ? values[c] : 2.0;
  };
  auto scene = open_file(make_tif(dir / "a.tif", spec));
  const auto v = read_whole(scene);
  for (int i : {0, 1, 2, 3}) EXPECT_TRUE(std::isnan(v[static_cast<size_t>(i)])) << i;
  EXPECT_EQ(v[4], 0) << "zero is a value";
  EXPECT_EQ(v[5], 1e-42f) << "denormals are kept";
  EXPECT_EQ(v[6], 3.4e38f);
  EXPECT_EQ(v[7], -9998.999f) << "near no-data is not no-data";
}

TEST(SceneRead, KnowsTheLargestFloatWrittenWithFewDigits) {
  TempDir dir;
  TifSpec spec;
  spec.nodata = -3.402823e+38;
  spec.value = [](int, int, int c) { return c == 0 ? -static_cast<double>(FLT_MAX) : 1.0; };
  auto scene = open_file(make_tif(dir / "a.tif", spec));
  const auto v = read_whole(scene);
  EXPECT_TRUE(std::isnan(v[0]));
  EXPECT_EQ(v[1], 1);
}

TEST(SceneRead, IgnoresNoDataThatPixelsCannotHave) {
  TempDir dir;
  for (const auto& [type, nodata] : std::vector<std::pair<GDALDataType, double>>{{GDT_Byte, -9999},
                                                                                 {GDT_Byte, 0.5},
                                                                                 {GDT_UInt16, 65536},
                                                                                 {GDT_Int16, NAN},
                                                                                 {GDT_Int16, 40000},
                                                                                 {GDT_UInt32, -1}}) {
    TifSpec spec;
    spec.type = type;
    spec.nodata = nodata;
    spec.value = [](int, int, int c) { return c; };
    auto scene = open_file(make_tif(dir / "a.tif", spec));
    EXPECT_TRUE(has_flag(scene.info(), "NODATA_IGNORED")) << nodata;
    EXPECT_FALSE(scene.info().bands[0].nodata) << nodata;
    for (float x : read_whole(scene)) EXPECT_FALSE(std::isnan(x));
  }
}

TEST(SceneRead, MasksLargeIntegersBeforeTheyLoseTheirBits) {
  TempDir dir;
  TifSpec spec;
  spec.type = GDT_Int32;
  spec.nodata = 16777217;  // as float: 16777216
  spec.value = [](int, int, int c) { return 16777216.0 + c; };
  auto scene = open_file(make_tif(dir / "a.tif", spec));
  const auto v = read_whole(scene);
  EXPECT_EQ(v[0], 16777216.0f) << "not no-data, although equal to it as float";
  EXPECT_TRUE(std::isnan(v[1]));
  std::vector<double> d(30);
  scene.read(1, {0, 0, 1, 30}, d.data());
  EXPECT_EQ(d[3], 16777219.0);
}

TEST(SceneRead, ReadsDoublesWhole) {
  TempDir dir;
  TifSpec spec;
  spec.type = GDT_Float64;
  spec.value = [](int, int, int c) { return c == 0 ? 1e300 : 0.1 * c; };
  auto scene = open_file(make_tif(dir / "a.tif", spec));
  std::vector<double> d(30);
  scene.read(1, {0, 0, 1, 30}, d.data());
  EXPECT_EQ(d[0], 1e300);
  EXPECT_EQ(d[3], 0.1 * 3);
  EXPECT_TRUE(std::isnan(read_whole(scene)[0])) << "no float is that large";
}

TEST(SceneRead, TakesBytesDeclaredSignedAsSigned) {
  TempDir dir;
  TifSpec spec;
  spec.type = GDT_Byte;
  spec.options = {"PIXELTYPE=SIGNEDBYTE"};
  spec.nodata = -128;
  spec.value = [](int, int, int c) { return c == 0 ? 128.0 : c == 1 ? 255.0 : c; };  // bytes of -128, -1, 2, 3…
  auto scene = open_file(make_tif(dir / "a.tif", spec));
  EXPECT_EQ(scene.info().bands[0].type, "Int8");
  const auto v = read_whole(scene);
  EXPECT_TRUE(std::isnan(v[0]));
  EXPECT_EQ(v[1], -1);
  EXPECT_EQ(v[2], 2);
}

TEST(SceneRead, HonoursTheMaskInsideTheFile) {
  TempDir dir;
  TifSpec spec;
  spec.also = [](GDALDataset& d) {
    CPLSetThreadLocalConfigOption("GDAL_TIFF_INTERNAL_MASK", "YES");
    d.CreateMaskBand(GMF_PER_DATASET);
    std::vector<unsigned char> mask(600, 255);
    mask[7] = 0;
    if (d.GetRasterBand(1)->GetMaskBand()->RasterIO(GF_Write, 0, 0, 30, 20, mask.data(), 30, 20, GDT_Byte, 0, 0,
                                                    nullptr) != CE_None)
      std::abort();
    CPLSetThreadLocalConfigOption("GDAL_TIFF_INTERNAL_MASK", nullptr);
  };
  auto scene = open_file(make_tif(dir / "a.tif", spec));
  EXPECT_TRUE(has_flag(scene.info(), "MASK_BAND"));
  const auto v = read_whole(scene);
  EXPECT_TRUE(std::isnan(v[7]));
  EXPECT_EQ(v[8], 1008);
}

TEST(SceneRead, ReadsJpeg2000WhereTheProductAllowsIt) {
  FW_NEEDS_SHARED(file, "data/bra_sinop_mod13q1/raster/mod13q1/TERRA_MODIS_012010_NDVI_2013-09-14.jp2");
  fw::OpenRequest request;
  request.file = file;
  EXPECT_EQ(fw::test::outcome(request), "DRIVER_NOT_ALLOWED");
  request.drivers = {"JP2OpenJPEG"};
  auto scene = fw::open_scene(request);
  EXPECT_EQ(scene.info().bands[0].type, "Int16");
  EXPECT_NEAR(scene.info().grid.dx, 231.656358, 1e-6);
  for (float v : read_whole(scene)) ASSERT_TRUE(v >= -3000 && v <= 10000) << v;
}

TEST(SceneRead, WorksInManyThreadsEachWithItsOwnFile) {
  TempDir dir;
  TifSpec spec;
  spec.options = {"COMPRESS=DEFLATE"};
  const auto file = make_tif(dir / "a.tif", spec);
  auto first = open_file(file);
  const auto expected = read_whole(first);
  std::atomic<int> equal{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i) {
        auto scene = open_file(file);
        if (read_whole(scene) == expected) ++equal;
      }
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(equal, 60);
}

}  // namespace
