// What the door lets in and what not (see also hostile_own_test.cpp).
#include "core/geo/open_scene.h"

#include <sys/stat.h>

#include <cmath>

#include "core/base/sha256.h"
#include "tests/geo/make_tif.h"
#include "tests/support.h"

namespace {

namespace fs = std::filesystem;
using fw::OpenRequest;
using fw::test::make_tif;
using fw::test::outcome;
using fw::test::TempDir;
using fw::test::TifSpec;

OpenRequest request_for(const fs::path& file) {
  OpenRequest request;
  request.file = file;
  return request;
}

TEST(OpenScene, TellsWhatTheFileSays) {
  TempDir dir;
  TifSpec spec;
  spec.bands = 2;
  spec.type = GDT_Int16;
  spec.nodata = -9999;
  spec.options = {"COMPRESS=DEFLATE", "TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=32", "INTERLEAVE=BAND"};
  spec.also = [](GDALDataset& d) {
    d.SetMetadataItem("ACQUIRED", "2024-05-21");
    d.GetRasterBand(2)->SetDescription("nir");
    d.GetRasterBand(2)->SetScale(0.0001);
    d.GetRasterBand(2)->SetOffset(-0.1);
    d.GetRasterBand(2)->SetUnitType("1");
  };
  const auto file = make_tif(dir / "a.tif", spec);
  const auto scene = fw::test::open_file(file);
  const auto& info = scene.info();
  EXPECT_EQ(info.grid, spec.grid);
  EXPECT_EQ(info.driver, "GTiff");
  EXPECT_EQ(info.compression, "DEFLATE");
  EXPECT_EQ(info.interleave, "BAND");
  EXPECT_EQ(info.block_rows, 32);
  EXPECT_EQ(info.block_cols, 16);
  EXPECT_EQ(info.bytes, fs::file_size(file));
  EXPECT_EQ(info.sha256, fw::sha256_of_file(file));
  EXPECT_EQ(info.metadata.at("ACQUIRED"), "2024-05-21");
  ASSERT_EQ(info.bands.size(), 2U);
  EXPECT_EQ(info.bands[0].type, "Int16");
  EXPECT_EQ(info.bands[0].nodata, -9999);
  EXPECT_FALSE(info.bands[0].has_scale);
  EXPECT_EQ(info.bands[1].description, "nir");
  EXPECT_TRUE(info.bands[1].has_scale);
  EXPECT_DOUBLE_EQ(info.bands[1].scale, 0.0001);
  EXPECT_DOUBLE_EQ(info.bands[1].offset, -0.1);
  EXPECT_EQ(info.bands[1].metadata.at("units"), "1");
  EXPECT_TRUE(info.flags.empty());
}

TEST(OpenScene, ComparesTheHashBeforeAnythingElse) {
  TempDir dir;
  const auto file = make_tif(dir / "a.tif");
  auto request = request_for(file);
  request.sha256 = fw::sha256_of_file(file);
  EXPECT_EQ(outcome(request), "");
  request.sha256 = std::string(64, '0');
  EXPECT_EQ(outcome(request), "HASH_MISMATCH");
  fw::test::write_text(dir / "not.tif", "<html>");
  request.file = dir / "not.tif";
  EXPECT_EQ(outcome(request), "HASH_MISMATCH") << "even for what is no raster";
}

TEST(OpenScene, HashesAFileAgainThatHasChanged) {
  TempDir dir;
  const auto file = make_tif(dir / "a.tif");
  const std::string before = fw::test::open_file(file).info().sha256;
  std::ofstream(file, std::ios::app | std::ios::binary) << "more";
  const std::string after = fw::test::open_file(file).info().sha256;
  EXPECT_NE(before, after);
  EXPECT_EQ(after, fw::sha256_of_file(file));
}

TEST(OpenScene, StaysBeneathItsRoot) {
  TempDir dir;
  fs::create_directories(dir / "in");
  const auto outside = make_tif(dir / "outside.tif"), inside = make_tif(dir / "in/inside.tif");
  auto request = request_for(outside);
  request.root = dir / "in";
  EXPECT_EQ(outcome(request), "PATH_OUTSIDE_ROOT");
  request.file = dir / "in/../outside.tif";
  EXPECT_EQ(outcome(request), "PATH_OUTSIDE_ROOT");
  fs::create_symlink(outside, dir / "in/link.tif");
  request.file = dir / "in/link.tif";
  EXPECT_EQ(outcome(request), "PATH_OUTSIDE_ROOT");
  request.file = "in/inside.tif";
  EXPECT_EQ(outcome(request), "PATH_OUTSIDE_ROOT") << "relative names are the caller's to resolve";
  request.file = inside;
  EXPECT_EQ(outcome(request), "");
  request.root = dir.path();
  EXPECT_EQ(outcome(request), "") << "also deeper beneath";
}

TEST(OpenScene, TakesPlainFilesOnly) {
  TempDir dir;
  make_tif(dir / "a.tif");
  EXPECT_EQ(outcome(dir.path()), "INPUT_UNREADABLE") << "a folder";
  EXPECT_EQ(outcome(dir / "absent.tif"), "INPUT_UNREADABLE");
  ASSERT_EQ(mkfifo((dir / "pipe.tif").c_str(), 0600), 0);
  EXPECT_EQ(outcome(dir / "pipe.tif"), "INPUT_UNREADABLE") << "does not wait for a writer";
  EXPECT_EQ(outcome(fs::path("/vsicurl/http://127.0.0.1:1/x.tif")), "INPUT_SCHEME");
  EXPECT_EQ(outcome(fs::path("/vsisubfile/0_100," + (dir / "a.tif").string())), "INPUT_SCHEME");
  EXPECT_EQ(outcome(fs::path("<VRTDataset/>")), "INPUT_SCHEME");
  EXPECT_EQ(outcome(fs::path("MEM:::DATAPOINTER=0x1000")), "INPUT_SCHEME");
  EXPECT_EQ(outcome(dir / "GTIFF_DIR:1:a.tif"), "INPUT_SCHEME");
}

TEST(OpenScene, KnowsAFormatByItsBytesNotItsName) {
  TempDir dir;
  const auto tif = make_tif(dir / "a.tif");
  fs::copy(tif, dir / "a.dat");
  EXPECT_EQ(outcome(dir / "a.dat"), "");
  fw::test::write_text(dir / "png.tif", std::string("\x89PNG\r\n\x1a\n") + std::string(100, 'x'));
  EXPECT_EQ(outcome(dir / "png.tif"), "DRIVER_NOT_ALLOWED");
  fw::test::write_text(dir / "grib.tif", "GRIB" + std::string(100, 'x'));
  EXPECT_EQ(outcome(dir / "grib.tif"), "DRIVER_NOT_ALLOWED");
  fw::test::write_text(dir / "vrt.tif", "  \n<!-- a -->\n<VRTDataset rasterXSize='1' rasterYSize='1'/>");
  EXPECT_EQ(outcome(dir / "vrt.tif"), "DRIVER_NOT_ALLOWED");
  fw::test::write_text(dir / "geo.tif", "{\"type\":\"FeatureCollection\"}");
  EXPECT_EQ(outcome(dir / "geo.tif"), "NOT_A_RASTER");
  fw::test::write_text(dir / "tiff.tif", std::string("II*\0\xff\xff\xff\x7f", 8));
  EXPECT_EQ(outcome(dir / "tiff.tif"), "NOT_A_RASTER") << "a header and nothing behind it";
  auto request = request_for(tif);
  request.drivers = {"HDF4", "netCDF"};
  EXPECT_EQ(outcome(request), "DRIVER_NOT_ALLOWED") << "a GeoTIFF where the product is HDF";
  request.drivers = {"VRT"};
  EXPECT_THROW(fw::open_scene(request), std::logic_error);
}

TEST(OpenScene, ChecksSizeBandsAndBlocksBeforeReading) {
  TempDir dir;
  TifSpec spec;
  spec.bands = 3;
  const auto file = make_tif(dir / "a.tif", spec);
  auto request = request_for(file);
  request.max_pixels = 599;
  EXPECT_EQ(outcome(request), "TOO_LARGE");
  request.max_pixels = 600;
  EXPECT_EQ(outcome(request), "");
  request.max_bands = 2;
  EXPECT_EQ(outcome(request), "TOO_MANY_BANDS");
  request.max_bands = 3;
  request.max_block_bytes = 600 * 4 - 1;
  EXPECT_EQ(outcome(request), "BLOCK_TOO_LARGE");
  spec.options = {"INTERLEAVE=PIXEL"};
  make_tif(file, spec);
  request.max_block_bytes = 600 * 4;
  EXPECT_EQ(outcome(request), "BLOCK_TOO_LARGE") << "three interleaved bands are decoded at once";
}

TEST(OpenScene, FindsBlocksThatWereNeverWritten) {
  TempDir dir;
  TifSpec spec;
  spec.options = {"TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16", "SPARSE_OK=YES", "COMPRESS=DEFLATE"};
  spec.nodata = -1;
  spec.value = [](int, int r, int c) { return r < 16 && c < 16 ? -1.0 : 5.0; };
  const auto file = make_tif(dir / "sparse.tif", spec);
  EXPECT_EQ(outcome(file), "INCOMPLETE");
  auto request = request_for(file);
  request.allow_sparse = true;
  auto scene = fw::open_scene(request);
  const auto values = fw::test::read_whole(scene);
  EXPECT_TRUE(std::isnan(values[0]));
  EXPECT_EQ(values[16], 5);
}

TEST(OpenScene, TakesOneLargeStripForOneBlock) {
  TempDir dir;
  TifSpec spec;
  spec.grid.rows = 3000;  // GDAL then reads the strip row by row and shows blocks of one row
  spec.grid.dy = 0.001;
  spec.options = {"COMPRESS=LZW", "BLOCKYSIZE=3000"};
  EXPECT_EQ(outcome(make_tif(dir / "strip.tif", spec)), "");
  spec.options = {"BLOCKYSIZE=1"};
  EXPECT_EQ(outcome(make_tif(dir / "rows.tif", spec)), "");
}

TEST(OpenScene, FindsRowsThatWereNeverWritten) {
  TempDir dir;
  TifSpec spec;
  spec.options = {"BLOCKYSIZE=1", "SPARSE_OK=YES", "COMPRESS=LZW"};
  spec.nodata = 0;
  spec.value = [](int, int r, int) { return r < 10 ? 3.0 : 0.0; };
  EXPECT_EQ(outcome(make_tif(dir / "rows.tif", spec)), "INCOMPLETE");
}

TEST(OpenScene, FindsACutFileInEveryLayout) {
  TempDir dir;
  for (const auto& options : std::vector<std::vector<std::string>>{{},
                                                                   {"TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16"},
                                                                   {"COMPRESS=DEFLATE"},
                                                                   {"COMPRESS=LZW", "BLOCKYSIZE=4"}}) {
    TifSpec spec;
    spec.options = options;
    const auto file = make_tif(dir / "cut.tif", spec);
    ASSERT_EQ(outcome(file), "");
    fs::resize_file(file, fs::file_size(file) - 20);
    const std::string code = outcome(file);
    EXPECT_TRUE(code == "INCOMPLETE" || code == "NOT_A_RASTER") << code << " with " << options.size() << " options";
  }
}

TEST(OpenScene, RefusesTooMuchMetadata) {
  TempDir dir;
  TifSpec spec;
  spec.also = [](GDALDataset& d) { d.SetMetadataItem("NOTE", std::string(300 << 10, 'x').c_str()); };
  EXPECT_EQ(outcome(make_tif(dir / "a.tif", spec)), "META_TOO_LARGE");
  spec.also = [](GDALDataset& d) { d.SetMetadataItem("NOTE", std::string(200 << 10, 'x').c_str()); };
  EXPECT_EQ(outcome(make_tif(dir / "b.tif", spec)), "");
}

TEST(OpenScene, ReadsNoFileBesideTheOneNamed) {
  TempDir dir;
  TifSpec spec;
  spec.grid.crs = "";
  const auto file = make_tif(dir / "a.tif", spec);
  fw::test::write_text(dir / "a.tif.aux.xml",
                       "<PAMDataset><SRS>EPSG:32635</SRS><PAMRasterBand band=\"1\"><NoDataValue>1000</NoDataValue>"
                       "</PAMRasterBand></PAMDataset>");
  fw::test::write_text(dir / "a.prj", "EPSG:4326");
  fw::test::write_text(dir / "a.tfw", "7\n0\n0\n-7\n3\n3\n");
  fs::copy(make_tif(dir / "b.tif"), dir / "a.tif.msk");
  EXPECT_EQ(outcome(file), "CRS_MISSING");
  auto request = request_for(file);
  request.need_georeference = false;
  auto scene = fw::open_scene(request);
  EXPECT_EQ(scene.info().grid.dx, 1);
  EXPECT_FALSE(scene.info().bands[0].nodata);
  EXPECT_FALSE(fw::test::has_flag(scene.info(), "MASK_BAND"));
  EXPECT_EQ(fw::test::read_whole(scene)[0], 1000);
}

}  // namespace
