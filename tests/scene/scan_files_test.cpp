// Layout `files`: Sentinel-2 and Landsat band files.
#include "core/base/error.h"
#include "tests/scene/raster_maker.h"
#include "tests/support.h"

namespace fw {
namespace {

using Codes = std::vector<std::string>;

test::MadeRaster whole_numbers(std::vector<double> values, double cell = 10, int size = 2) {
  test::MadeRaster r;
  r.type = "UInt16";
  r.grid.dx = r.grid.dy = cell;
  r.grid.rows = r.grid.cols = size;
  r.bands = {{std::move(values), "", std::nullopt}};
  return r;
}

/// A SAFE folder as ESA makes it: bands at 10 m and 20 m, SCL at 20 m.
void make_safe(const std::filesystem::path& root, const std::string& name, double red, double nir) {
  const std::string key = "T37PGM_20220301T073731";
  const auto img = root / name / "GRANULE/L2A_T37PGM_A034" / "IMG_DATA";
  test::make_raster(img / "R10m" / (key + "_B04_10m.tif"), whole_numbers({red, red, red, red}));
  test::make_raster(img / "R10m" / (key + "_B08_10m.tif"), whole_numbers({nir, nir, nir, nir}));
  test::make_raster(img / "R20m" / (key + "_B04_20m.tif"), whole_numbers({red}, 20, 1));
  test::make_raster(img / "R20m" / (key + "_B11_20m.tif"), whole_numbers({3000}, 20, 1));
  test::make_raster(img / "R20m" / (key + "_SCL_20m.tif"), whole_numbers({4}, 20, 1));
}
const std::string before_0400 = "S2A_MSIL2A_20220301T073731_N0301_R092_T37PGM_20220301T111213.SAFE";
const std::string since_0400 = "S2A_MSIL2A_20220301T073731_N0400_R092_T37PGM_20220401T111213.SAFE";

TEST(ScanSentinel2, ReadsASafeFolderByResolution) {
  test::TempDir dir;
  make_safe(dir.path(), since_0400, 1500, 4000);
  const Catalogue c = test::scan_one(dir.path(), {"sentinel2-l2a", {"."}});
  ASSERT_EQ(c.scenes.size(), 1u) << ::testing::PrintToString(test::codes(c));
  EXPECT_EQ(test::codes(c), Codes());
  const Scene& s = c.scenes[0];
  EXPECT_EQ(s.id, "S2A_MSIL2A_20220301T073731_N0400_R092_T37PGM_20220401T111213");
  EXPECT_EQ(to_string(s.time), "2022-03-01T07:37:31Z");
  EXPECT_EQ(s.baseline, "04.00");
  EXPECT_EQ(s.flags, (Codes{"OFFSET_APPLIED"}));
  ASSERT_EQ(s.bands.size(), 3u);
  EXPECT_EQ(s.bands.at("red").grid.dx, 10) << "not the 20 m copy";
  EXPECT_EQ(s.bands.at("swir1").grid.dx, 20);
  EXPECT_EQ(s.qa->grid.dx, 20);
  EXPECT_DOUBLE_EQ(test::physical(s.bands.at("red"), 1500), 0.05);
  EXPECT_DOUBLE_EQ(test::physical(s.bands.at("nir"), 4000), 0.3);
}

TEST(ScanSentinel2, GivesEqualReflectanceOnBothSidesOfBaseline0400) {
  test::TempDir old_dir, new_dir;
  make_safe(old_dir.path(), before_0400, 500, 3000);
  make_safe(new_dir.path(), since_0400, 1500, 4000);
  const Catalogue before = test::scan_one(old_dir.path(), {"sentinel2-l2a", {"."}});
  const Catalogue since = test::scan_one(new_dir.path(), {"sentinel2-l2a", {"."}});
  ASSERT_EQ(before.scenes.size(), 1u);
  ASSERT_EQ(since.scenes.size(), 1u);
  EXPECT_NEAR(test::physical(before.scenes[0].bands.at("red"), 500),
              test::physical(since.scenes[0].bands.at("red"), 1500), 1e-12);
  EXPECT_NEAR(test::physical(before.scenes[0].bands.at("nir"), 3000),
              test::physical(since.scenes[0].bands.at("nir"), 4000), 1e-12);
}

TEST(ScanSentinel2, KeepsTheNewestBaselineOfOneAcquisition) {
  test::TempDir dir;
  make_safe(dir.path(), before_0400, 500, 3000);
  make_safe(dir.path(), since_0400, 1500, 4000);
  const Catalogue c = test::scan_one(dir.path(), {"sentinel2-l2a", {"."}});
  ASSERT_EQ(c.scenes.size(), 1u);
  EXPECT_EQ(c.scenes[0].baseline, "04.00");
  EXPECT_EQ(test::codes(c), (Codes{"S2A_MSIL2A_20220301T073731_N0301_R092_T37PGM_20220301T111213: SUPERSEDED"}));
}

TEST(ScanSentinel2, DoesNotJoinFoldersThatNothingNamesAsOneScene) {
  test::TempDir dir;
  make_safe(dir.path(), "scene", 1500, 4000);
  const Catalogue c = test::scan_one(dir.path(), {"sentinel2-l2a", {"."}});
  EXPECT_TRUE(c.scenes.empty());
  const std::string img = "scene/GRANULE/L2A_T37PGM_A034/IMG_DATA/", key = "/T37PGM_20220301T073731";
  EXPECT_EQ(test::codes(c),
            (Codes{img + "R10m" + key + ": OFFSET_UNRESOLVED", img + "R20m" + key + ": BAND_MISSING:red"}));
}

TEST(ScanSentinel2, ResolvesTheOffsetFromMetadataBesideTheBands) {
  const std::string key = "T37PGM_20220301T073731";
  const auto make = [&](const std::filesystem::path& folder) {
    for (const char* b : {"B04", "B08", "SCL"})
      test::make_raster(folder / (key + "_" + b + ".tif"), whole_numbers({1500, 1500, 1500, 1500 + 0.0 * b[0]}));
  };
  test::TempDir dir;
  make(dir / "s");
  EXPECT_EQ(test::codes(test::scan_one(dir.path(), {"sentinel2-l2a", {"."}})),
            (Codes{"s/" + key + ": OFFSET_UNRESOLVED"}));
  test::write_text(dir / "s/MTD_MSIL2A.xml",
                   "<p><General_Info><Product_Info><PROCESSING_BASELINE>04.00</PROCESSING_BASELINE></Product_Info></"
                   "General_Info></p>");
  const Catalogue xml = test::scan_one(dir.path(), {"sentinel2-l2a", {"."}});
  ASSERT_EQ(xml.scenes.size(), 1u);
  EXPECT_DOUBLE_EQ(xml.scenes[0].bands.at("red").offset, -0.1);
  EXPECT_EQ(xml.scenes[0].metadata_files.count("s/MTD_MSIL2A.xml"), 1u);
  std::filesystem::remove(dir / "s/MTD_MSIL2A.xml");
  test::write_text(
      dir / "s/item.json",
      R"({"type":"Feature","properties":{"s2:processing_baseline":"04.00","earthsearch:boa_offset_applied":true}})");
  const Catalogue stac = test::scan_one(dir.path(), {"sentinel2-l2a", {"."}});
  ASSERT_EQ(stac.scenes.size(), 1u);
  EXPECT_EQ(stac.scenes[0].bands.at("red").offset, 0);
  std::filesystem::remove(dir / "s/item.json");
  ScanInput stated{"sentinel2-l2a", {"."}};
  stated.scale = 1e-4;
  stated.offset = -0.1;
  const Catalogue person = test::scan_one(dir.path(), stated);
  ASSERT_EQ(person.scenes.size(), 1u);
  EXPECT_EQ(person.scenes[0].bands.at("red").offset, -0.1);
}

TEST(ScanSentinel2, RefusesASceneWithoutItsQualityBandOrWithBandsOfAnotherPlace) {
  test::TempDir dir;
  const std::string key = "S2A_MSIL2A_20220301T073731_N0400_R092_T37PGM_20220401T111213";
  test::make_raster(dir / key / "B04.tif", whole_numbers({1, 2, 3, 4}));
  test::make_raster(dir / key / "B08.tif", whole_numbers({1, 2, 3, 5}));
  EXPECT_EQ(test::codes(test::scan_one(dir.path(), {"sentinel2-l2a", {"."}})), (Codes{key + ": BAND_MISSING:qa"}));
  test::make_raster(dir / key / "SCL.tif", whole_numbers({4, 4, 4, 4}));
  EXPECT_EQ(test::scan_one(dir.path(), {"sentinel2-l2a", {"."}}).scenes.size(), 1u);
  auto elsewhere = whole_numbers({1, 2, 3, 4});
  elsewhere.grid.x0 += 20;
  test::make_raster(dir / key / "B02.tif", elsewhere);
  EXPECT_EQ(test::codes(test::scan_one(dir.path(), {"sentinel2-l2a", {"."}})), (Codes{key + ": GRID_MISMATCH"}));
}

void make_landsat(const std::filesystem::path& folder, const std::string& id, double red) {
  test::make_raster(folder / (id + "_SR_B4.TIF"), whole_numbers({red, 10000, 20000, 30000}));
  test::make_raster(folder / (id + "_SR_B5.TIF"), whole_numbers({20000, 20000, 20000, 20000}));
  test::make_raster(folder / (id + "_QA_PIXEL.TIF"), whole_numbers({21824, 22280, 1, 21824}));
}

TEST(ScanLandsat, ScalesCollection2AndKeepsTheNewestProcessing) {
  test::TempDir dir;
  make_landsat(dir.path(), "LC08_L2SP_168055_20200309_20200822_02_T1", 10000);
  make_landsat(dir.path(), "LC08_L2SP_168055_20200309_20210101_02_T1", 10001);
  const Catalogue c = test::scan_one(dir.path(), {"landsat-oli-c2-l2", {"."}});
  ASSERT_EQ(c.scenes.size(), 1u);
  EXPECT_EQ(c.scenes[0].id, "LC08_L2SP_168055_20200309_20210101_02_T1");
  EXPECT_EQ(test::codes(c), (Codes{"LC08_L2SP_168055_20200309_20200822_02_T1: SUPERSEDED"}));
  EXPECT_EQ(to_string(c.scenes[0].time), "2020-03-09");
  const SceneBand& red = c.scenes[0].bands.at("red");
  EXPECT_NEAR(test::physical(red, 10000), 0.075, 1e-12);
  EXPECT_EQ(red.valid_min, 7273);
  EXPECT_EQ(red.valid_max, 43636);
  EXPECT_EQ(*red.fill, 0);
  EXPECT_EQ(c.scenes[0].qa_rules.size(), 6u);
}

TEST(ScanLandsat, RefusesCollection1ByName) {
  FW_NEEDS_SHARED(data, "data/eth_bale");
  const Catalogue c = test::scan_one(data, {"landsat-tm-c2-l2", {"landsat5/LT05"}});
  EXPECT_TRUE(c.scenes.empty());
  ASSERT_EQ(c.rejections.size(), 8u);
  for (const auto& r : c.rejections) EXPECT_EQ(r.code, "COLLECTION_1") << r.item;
}

TEST(Scan, DoesNotFollowLinksOutOfItsRoot) {
  test::TempDir dir, outside;
  make_landsat(outside.path(), "LC08_L2SP_168055_20200309_20200822_02_T1", 10000);
  std::filesystem::create_directory(dir / "in");
  std::filesystem::create_directory_symlink(outside.path(), dir / "in/linked_folder");
  std::filesystem::create_symlink(outside / "LC08_L2SP_168055_20200309_20200822_02_T1_SR_B4.TIF",
                                  dir / "in/LC08_L2SP_168055_20200309_20200822_02_T1_SR_B4.TIF");
  const Catalogue c = test::scan_one(dir.path(), {"landsat-oli-c2-l2", {"in"}});
  EXPECT_EQ(test::codes(c), (Codes{"in/LC08_L2SP_168055_20200309_20200822_02_T1_SR_B4.TIF: PATH_OUTSIDE_ROOT"}));
  EXPECT_THROW(test::scan_one(dir.path(), {"landsat-oli-c2-l2", {"../x"}}), ConfigError);
}

}  // namespace
}  // namespace fw
