// Layout `single`: one file per scene.
#include "core/base/error.h"
#include "core/base/sha256.h"
#include "tests/scene/raster_maker.h"
#include "tests/support.h"

namespace fw {
namespace {

using Codes = std::vector<std::string>;

test::MadeRaster one_band(std::vector<double> values = {1, 2, 3, 4}) {
  test::MadeRaster r;
  r.bands = {{std::move(values), "", std::nullopt}};
  return r;
}
test::MadeRaster described(const std::vector<std::string>& names) {
  test::MadeRaster r;
  for (size_t i = 0; i < names.size(); ++i)
    r.bands.push_back({{0.1 * (i + 1.0), 0.2, 0.3, 0.4}, names[i], std::nullopt});
  return r;
}

TEST(ScanSingle, FindsDaysDekadsAndMonthsOfChirps) {
  test::TempDir dir;
  double v = 0;
  for (const char* name : {"chirps-v2.0.2018.09.09_deflate.tif", "chirps-v2.0.2018.09.3.tif", "chirps-v2.0.2018.08.tif",
                           "chirps-v2.0.2018.13.tif", "readme.tif"})
    test::make_raster(dir / name, one_band({v++, -9999, 2, 3}));
  const Catalogue c = test::scan_one(dir.path(), {"chirps", {"."}});
  ASSERT_EQ(c.scenes.size(), 3u);
  EXPECT_EQ(to_string(c.scenes[0].time), "2018-08-01");
  EXPECT_EQ(to_string(c.scenes[1].time), "2018-09-09");
  EXPECT_EQ(to_string(c.scenes[2].time), "2018-09-21");
  EXPECT_EQ(c.scenes[1].id, "chirps-v2.0.2018.09.09_deflate");
  EXPECT_EQ(*c.scenes[0].bands.at("rain_mm").fill, -9999);
  EXPECT_EQ(c.scenes[0].bands.at("rain_mm").unit, "mm");
  EXPECT_EQ(test::codes(c), (Codes{"chirps-v2.0.2018.13.tif: TIME_INVALID"}));
  EXPECT_EQ(c.scenes[0].days, 31) << "August";
  EXPECT_EQ(c.scenes[1].days, 1);
  EXPECT_EQ(c.scenes[2].days, 10) << "21 to 30 September";
}

TEST(ScanSingle, TakesNoPentadOfRainForADekad) {
  test::TempDir dir;
  for (const char* name : {"chirps-v2.0.2018.09.3.tif", "chirps-v2.0.2018.09.4.tif", "chirps-v2.0.2018.09.6.tif"})
    test::make_raster(dir / name, one_band({1, 2, 3, 4}));
  EXPECT_EQ(test::codes(test::scan_one(dir.path(), {"chirps", {"."}})),
            (Codes{"chirps-v2.0.2018.09.4.tif: PENTAD", "chirps-v2.0.2018.09.6.tif: PENTAD"}));
}

TEST(ScanSingle, TakesNoYearOfNightLightsForAMonthAndNoZeroForDarkness) {
  test::TempDir dir;
  test::make_raster(dir / "SVDNB_npp_20150101-20150131_75N060W_vcmcfg_v10_c201505111709.avg_rade9h.tif",
                    one_band({0, 2, 3, 4}));
  test::make_raster(dir / "SVDNB_npp_20150101-20151231_75N060W_vcm-orm-ntl_v10_c201701311200.avg_rade9.tif",
                    one_band({9, 2, 3, 4}));
  const Catalogue c = test::scan_one(dir.path(), {"viirs-night-lights", {"."}});
  ASSERT_EQ(c.scenes.size(), 1u);
  EXPECT_EQ(to_string(c.scenes[0].time), "2015-01-01");
  EXPECT_EQ(test::codes(c), (Codes{"SVDNB_npp_20150101-20151231_75N060W_vcm-orm-ntl_v10_c201701311200.avg_rade9.tif: "
                                   "NOT_A_MONTH"}));
  EXPECT_EQ(c.scenes[0].bands.at("radiance").fill, 0) << "no cloud-free night";
}

TEST(ScanSingle, TakesNoPerCentOfSaturationForAVolumeOfWater) {
  test::TempDir dir;
  const char* name = "C3S-SOILMOISTURE-L3S-SSMS-ACTIVE-DAILY-20140102000000-TCDR-v201801.0.0.nc";
  test::write_text(dir / name, "not even opened");
  EXPECT_EQ(test::codes(test::scan_one(dir.path(), {"c3s-soil-moisture", {"."}})),
            (Codes{std::string(name) + ": SATURATION_PERCENT"}));
}

TEST(ScanSingle, TakesTheDayOnWhichAFileWasWrittenForNoDateOfItsScene) {
  test::TempDir dir;
  auto r = one_band({1, 2, 3, 4});
  r.metadata["TIFFTAG_DATETIME"] = "2018:10:15 14:43:18";  // as CHIRPS has it in its file of 9 September
  test::make_raster(dir / "rain.tif", r);
  EXPECT_EQ(test::codes(test::scan_one(dir.path(), {"value-tif", {"."}})), (Codes{"rain.tif: TIME_MISSING"}));
  ScanInput stated{"value-tif", {"."}};
  stated.date = "2018-09-09";
  const Catalogue c = test::scan_one(dir.path(), stated);
  ASSERT_EQ(c.scenes.size(), 1u);
  EXPECT_EQ(to_string(c.scenes[0].time), "2018-09-09") << "what a person states counts";
}

/// Red and near infrared of two pixels.
test::MadeRaster red_and_nir(std::vector<double> red, std::vector<double> nir) {
  test::MadeRaster r;
  r.grid.rows = 1;
  r.bands = {{std::move(red), "red"}, {std::move(nir), "nir"}};
  return r;
}

TEST(ScanSingle, RefusesFloatsThatAreNoReflectanceUnlessTheirScaleIsStated) {
  test::TempDir dir;
  test::make_raster(dir / "a_20200101.tif", red_and_nir({500, 600}, {3000, 4000}));
  test::make_raster(dir / "b_20200102.tif", red_and_nir({0.05, -9999}, {0.3, -9999}));
  const Catalogue c = test::scan_one(dir.path(), {"reflectance-tif", {"."}});
  EXPECT_EQ(test::codes(c), (Codes{"a_20200101.tif: SCALE_IMPLAUSIBLE"}));
  ASSERT_EQ(c.scenes.size(), 1u) << "-9999 that the file does not declare says nothing of its scale";
  EXPECT_EQ(c.scenes[0].bands.at("red").valid_min, -0.5) << "and is no value";
  ScanInput stated{"reflectance-tif", {"a_20200101.tif"}};
  stated.scale = 0.0001;
  const Catalogue s = test::scan_one(dir.path(), stated);
  ASSERT_EQ(s.scenes.size(), 1u);
  EXPECT_DOUBLE_EQ(s.scenes[0].bands.at("red").valid_max, 20000) << "reflectance 2";
  stated.scale = 1;
  EXPECT_EQ(test::codes(test::scan_one(dir.path(), stated)), (Codes{"a_20200101.tif: SCALE_IMPLAUSIBLE"}))
      << "by which no pixel would have a value";
}

TEST(ScanSingle, TakesNoBandOfSeveralForOneVariable) {
  test::TempDir dir;
  for (const char* name : {"a_20200101.tif", "chirps-v2.0.2018.09.tif", "VIIRS_X_201801_cut.tif"})
    test::make_raster(dir / name, red_and_nir({1, 2}, {3, 4}));
  for (const auto& [product, name] : {std::pair{"value-tif", "a_20200101.tif"},
                                      {"chirps", "chirps-v2.0.2018.09.tif"},
                                      {"viirs-night-lights", "VIIRS_X_201801_cut.tif"}})
    EXPECT_EQ(test::codes(test::scan_one(dir.path(), {product, {name}})),
              (Codes{std::string(name) + ": TOO_MANY_BANDS"}));
}

TEST(ScanSingle, RefusesAQualityBandWhoseClearIsNoData) {
  test::TempDir dir;
  auto r = red_and_nir({0.05, 0.06}, {0.3, 0.4});
  r.bands.push_back({{0, 1}, "mask"});
  for (auto& band : r.bands) band.nodata = 0;  // GeoTIFF has one no-data for all bands
  test::make_raster(dir / "a_20200101.tif", r);
  EXPECT_EQ(test::codes(test::scan_one(dir.path(), {"reflectance-tif", {"."}})), (Codes{"a_20200101.tif: QA_NODATA"}));
  for (auto& band : r.bands) band.nodata = -9999;
  test::make_raster(dir / "a_20200101.tif", r);
  EXPECT_EQ(test::scan_one(dir.path(), {"reflectance-tif", {"."}}).scenes.size(), 1u);
}

TEST(ScanSingle, RefusesReflectanceWhereSentinel2HasNumbersToScale) {
  test::TempDir dir;
  auto r = red_and_nir({0.05, 0.06}, {0.3, 0.4});  // as DN: (0.3 - 1000) / 10000, NDVI near 0 everywhere
  r.bands.push_back({{4, 4}, "SCL"});
  r.metadata["PROCESSING_BASELINE"] = "05.09";
  test::make_raster(dir / "S2_20230101.tif", r);
  EXPECT_EQ(test::codes(test::scan_one(dir.path(), {"sentinel2-l2a-tif", {"."}})),
            (Codes{"S2_20230101.tif: SCALE_IMPLAUSIBLE"}));
  ScanInput stated{"sentinel2-l2a-tif", {"."}};
  stated.scale = 1;
  EXPECT_EQ(test::scan_one(dir.path(), stated).scenes.size(), 1u);
}

TEST(ScanSingle, CountsADekadOfRainOnceAndKeepsCutOutsOfTwoRegions) {
  test::TempDir dir;
  for (const char* folder : {"a", "b", "c"}) std::filesystem::create_directories(dir / folder);
  test::make_raster(dir / "a/chirps-v2.0.2020.05.1.tif", one_band({1, 2, 3, 4}));
  test::make_raster(dir / "a/chirps-v2.0.2020.05.2.tif", one_band({1, 2, 3, 5}));
  test::make_raster(dir / "a/chirps-v2.0.2020.05.tif", one_band({1, 2, 3, 6}));
  test::make_raster(dir / "a/chirps-v2.0.2020.05.01.tif", one_band({1, 2, 3, 7}));
  test::make_raster(dir / "b/chirps-v2.0.2020.05.1.tif", one_band({9, 2, 3, 4}));
  auto other_region = one_band({1, 2, 3, 4});
  other_region.grid.x0 += 1000;
  test::make_raster(dir / "c/chirps-v2.0.2020.05.1.tif", other_region);
  const Catalogue c = test::scan_one(dir.path(), {"chirps", {"."}});
  EXPECT_EQ(test::codes(c), (Codes{"chirps-v2.0.2020.05.1: SUPERSEDED"}));
  EXPECT_EQ(c.scenes.size(), 5U) << "dekads 1 and 2, the day, the month, dekad 1 of another region";
}

TEST(ScanSingle, FindsBandsByNameWhateverTheirOrder) {
  test::TempDir dir;
  test::make_raster(dir / "a_20200101.tif", described({"blue", "green", "red", "nir"}));
  test::make_raster(dir / "b_20200102.tif", described({"N", "R", "G", "B"}));
  const Catalogue c = test::scan_one(dir.path(), {"reflectance-tif", {"."}});
  ASSERT_EQ(c.scenes.size(), 2u);
  EXPECT_EQ(c.scenes[0].bands.at("nir").band, 4);
  EXPECT_EQ(c.scenes[1].bands.at("nir").band, 1);
  EXPECT_EQ(c.scenes[1].bands.at("blue").band, 4);
}

TEST(ScanSingle, ReadsASentinel2ExportWithItsClassesAndBaseline) {
  test::TempDir dir;
  auto r = described({"B04", "B08", "SCL"});
  r.type = "UInt16";
  test::make_raster(dir / "T37PGM_20220301.tif", r);
  EXPECT_EQ(test::codes(test::scan_one(dir.path(), {"sentinel2-l2a-tif", {"."}})),
            (Codes{"T37PGM_20220301.tif: OFFSET_UNRESOLVED"}));
  r.metadata["PROCESSING_BASELINE"] = "05.10";
  test::make_raster(dir / "T37PGM_20220301.tif", r);
  const Catalogue c = test::scan_one(dir.path(), {"sentinel2-l2a-tif", {"."}});
  ASSERT_EQ(c.scenes.size(), 1u);
  EXPECT_EQ(c.scenes[0].baseline, "05.10");
  EXPECT_EQ(c.scenes[0].qa->band, 3);
  EXPECT_DOUBLE_EQ(test::physical(c.scenes[0].bands.at("nir"), 3000), 0.2);
}

TEST(ScanSingle, TellsMissingFromAmbiguousBands) {
  test::TempDir dir;
  test::make_raster(dir / "a_20200101.tif", described({"blue", "green", "red"}));
  test::make_raster(dir / "b_20200101.tif", described({"red", "red", "nir", "nir"}));
  const Catalogue c = test::scan_one(dir.path(), {"reflectance-tif", {"."}});
  EXPECT_EQ(test::codes(c), (Codes{"a_20200101.tif: BAND_MISSING:nir", "b_20200101.tif: BAND_AMBIGUOUS"}));
}

TEST(ScanSingle, CountsTheSameBytesOnce) {
  test::TempDir dir;
  test::make_raster(dir / "a_20200101.tif", one_band());
  std::filesystem::copy(dir / "a_20200101.tif", dir / "b_20200101.tif");
  const Catalogue c = test::scan_one(dir.path(), {"value-tif", {"."}});
  ASSERT_EQ(c.scenes.size(), 1u);
  EXPECT_EQ(c.scenes[0].id, "a_20200101");
  EXPECT_EQ(test::codes(c), (Codes{"b_20200101.tif: DUPLICATE"}));
}

TEST(ScanSingle, KeepsScenesOfOneNameInTwoFoldersApart) {
  test::TempDir dir;
  test::make_raster(dir / "p/a_20200101.tif", one_band());
  test::make_raster(dir / "q/a_20200101.tif", one_band({5, 6, 7, 8}));
  const Catalogue c = test::scan_one(dir.path(), {"value-tif", {"."}});
  ASSERT_EQ(c.scenes.size(), 2u);
  EXPECT_EQ(c.scenes[0].id, "a_20200101");
  EXPECT_EQ(c.scenes[1].id, "a_20200101-2");
}

TEST(ScanSingle, TakesTheDateFromMetadataThenNameThenThePerson) {
  test::TempDir dir;
  auto tagged = one_band();
  tagged.metadata["ACQUISITION_DATETIME"] = "2020-05-06T07:08:09Z";
  test::make_raster(dir / "a_20200101.tif", tagged);
  test::make_raster(dir / "b_2020-02-30.tif", one_band({2, 2, 3, 4}));
  test::make_raster(dir / "c.tif", one_band({3, 2, 3, 4}));
  test::make_raster(dir / "d_19690101.tif", one_band({4, 2, 3, 4}));
  test::make_raster(dir / "e_20210101.tif", one_band({5, 2, 3, 4}));
  ScanRequest rest;
  rest.latest = Date{2020, 12, 31};
  ScanInput input{"value-tif", {"."}};
  Catalogue c = test::scan_one(dir.path(), input, rest);
  ASSERT_EQ(c.scenes.size(), 1u);
  EXPECT_EQ(to_string(c.scenes[0].time), "2020-05-06T07:08:09Z");
  EXPECT_EQ(test::codes(c), (Codes{"b_2020-02-30.tif: TIME_INVALID", "c.tif: TIME_MISSING",
                                   "d_19690101.tif: TIME_IMPLAUSIBLE", "e_20210101.tif: TIME_INVALID"}));
  input.date = "2019-03-04";
  c = test::scan_one(dir.path(), input, rest);
  ASSERT_EQ(c.scenes.size(), 2u);
  EXPECT_EQ(to_string(c.scenes[0].time), "2019-03-04");
  EXPECT_EQ(c.scenes[0].flags, (Codes{"DATE_GIVEN"}));
}

TEST(ScanSingle, RenamesRolesAndTakesThePersonsScaleAndUnit) {
  test::TempDir dir;
  auto r = one_band();
  r.type = "Int16";
  test::make_raster(dir / "a_20200101.tif", r);
  ScanInput input{"value-tif", {"a_20200101.tif"}};
  input.roles["value"] = "lst_k";
  EXPECT_EQ(test::codes(test::scan_one(dir.path(), input)), (Codes{"a_20200101.tif: SCALE_UNRESOLVED"}));
  input.scale = 0.02;
  input.unit = "K";
  const Catalogue c = test::scan_one(dir.path(), input);
  ASSERT_EQ(c.scenes.size(), 1u);
  EXPECT_EQ(c.scenes[0].bands.at("lst_k").scale, 0.02);
  EXPECT_EQ(c.scenes[0].bands.at("lst_k").unit, "K");
  input.roles = {{"nir", "red"}};
  EXPECT_THROW(test::scan_one(dir.path(), input), ConfigError);
}

TEST(ScanSingle, UsesTheScaleThatTheFileDeclares) {
  test::TempDir dir;
  auto r = one_band();
  r.type = "Int16";
  r.bands[0].scale = 0.5;
  r.bands[0].offset = 10;
  test::make_raster(dir / "a_20200101.tif", r);
  const Catalogue c = test::scan_one(dir.path(), {"value-tif", {"."}});
  ASSERT_EQ(c.scenes.size(), 1u);
  EXPECT_EQ(test::physical(c.scenes[0].bands.at("value"), 4), 12);
}

TEST(ScanSingle, RefusesSaturatedScenesAboveFivePercent) {
  test::TempDir dir;
  auto r = one_band(std::vector<double>(100, 7));
  r.type = "UInt16";
  r.grid.rows = r.grid.cols = 10;
  for (int i = 0; i < 5; ++i) r.bands[0].values[static_cast<size_t>(i)] = 65535;
  test::make_raster(dir / "five_20200101.tif", r);
  r.bands[0].values[5] = 65535;
  test::make_raster(dir / "six_20200101.tif", r);
  ScanInput input{"value-tif", {"."}};
  input.scale = 1;
  const Catalogue c = test::scan_one(dir.path(), input);
  ASSERT_EQ(c.scenes.size(), 1u);
  EXPECT_EQ(c.scenes[0].id, "five_20200101");
  EXPECT_EQ(test::codes(c), (Codes{"six_20200101.tif: SATURATED"}));
}

TEST(ScanSingle, TakesASaturatedPixelForNoValue) {
  test::TempDir dir;
  auto r = one_band();
  const auto limit_of = [&](const std::string& type, double saturated) {
    r.type = type;
    test::make_raster(dir / "a_20200101.tif", r);
    ScanInput input{"value-tif", {"."}};
    input.scale = 0.5;
    const Catalogue c = test::scan_one(dir.path(), input);
    const SceneBand& band = c.scenes.at(0).bands.at("value");
    EXPECT_LT(band.valid_min, 0);
    return band.valid_max - saturated;
  };
  EXPECT_EQ(limit_of("UInt16", 65535), -1);
  const double none = std::numeric_limits<double>::infinity();
  EXPECT_EQ(limit_of("UInt32", 65535), none);  // 65535 persons, say: the type goes on
  EXPECT_EQ(limit_of("Float32", 65535), none);
}

TEST(ScanSingle, JudgesLargeScenesBySomeOfTheirBlocks) {
  test::TempDir dir;
  auto r = one_band();
  r.type = "UInt16";
  r.grid.rows = r.grid.cols = 1040;
  for (const int rows : {20, 66}) {  // 3.8 and 12.5 % of every other row of blocks, 1.9 and 6.3 % of the raster
    r.bands[0].values.assign(size_t{1040} * 1040, 7);
    std::fill_n(r.bands[0].values.begin(), rows * 1040, 65535);
    for (const std::string block : {"1", "128", "512"}) {
      r.options = {"COMPRESS=DEFLATE", "BLOCKYSIZE=" + block};
      if (block != "1") r.options.insert(r.options.end(), {"TILED=YES", "BLOCKXSIZE=" + block});
      test::make_raster(dir / "a_20200101.tif", r);
      ScanInput input{"value-tif", {"."}};
      input.scale = 1;
      EXPECT_EQ(test::codes(test::scan_one(dir.path(), input)),
                rows > 60 ? (Codes{"a_20200101.tif: SATURATED"}) : Codes{})
          << "blocks of " << block << " rows, " << rows << " rows saturated";
    }
  }
}

TEST(ScanSingle, SaysTheSameOfTilesAndStrips) {
  test::TempDir dir;
  auto r = one_band(std::vector<double>(60000, 7));
  r.type = "UInt16";
  r.grid.rows = 200;
  r.grid.cols = 300;
  for (size_t i = 0; i < 3000; ++i) r.bands[0].values[59999 - 19 * i] = 65535;  // 5 %, in every tile
  const std::vector<std::string> tiles = {"TILED=YES", "BLOCKXSIZE=128", "BLOCKYSIZE=128", "COMPRESS=DEFLATE"};
  for (const bool one_more : {false, true}) {
    if (one_more) r.bands[0].values[59998] = 65535;
    std::string told;
    for (const auto& options : {std::vector<std::string>(), tiles}) {
      r.options = options;
      const auto folder = dir / (std::to_string(options.size()) + (one_more ? "more" : "five"));
      test::make_raster(folder / "a_20200101.tif", r);
      ScanInput input{"value-tif", {"."}};
      input.scale = 1;
      const Catalogue c = test::scan_one(folder, input);
      EXPECT_EQ(c.scenes.size(), one_more ? 0U : 1U);
      EXPECT_EQ(test::codes(c), one_more ? (Codes{"a_20200101.tif: SATURATED"}) : Codes{});
      if (!one_more) continue;
      if (told.empty()) told = c.rejections[0].detail;
      EXPECT_EQ(c.rejections[0].detail, told);
    }
  }
}

TEST(ScanSingle, ChecksTheHashOfAManifest) {
  test::TempDir dir;
  test::make_raster(dir / "a_20200101.tif", one_band());
  ScanRequest rest;
  rest.expected_sha256["a_20200101.tif"] = sha256_of_file(dir / "a_20200101.tif");
  EXPECT_EQ(test::scan_one(dir.path(), {"value-tif", {"."}}, rest).scenes.size(), 1u);
  rest.expected_sha256["a_20200101.tif"] = sha256_of("other");
  EXPECT_EQ(test::codes(test::scan_one(dir.path(), {"value-tif", {"."}}, rest)),
            (Codes{"a_20200101.tif: HASH_MISMATCH"}));
}

TEST(ScanSingle, SaysWhenNothingMatches) {
  test::TempDir dir;
  test::make_raster(dir / "a_20200101.tif", one_band());
  EXPECT_EQ(test::codes(test::scan_one(dir.path(), {"chirps", {"."}})), (Codes{".: NO_FILES"}));
}

TEST(ScanSingle, CountsAPathThatIsGivenTwiceOnceAndDoesNotSayThatNothingMatches) {
  test::TempDir dir;
  test::make_raster(dir / "a_20200101.tif", one_band());
  const Catalogue c = test::scan_one(dir.path(), {"value-tif", {".", "a_20200101.tif", "."}});
  EXPECT_EQ(c.scenes.size(), 1U);
  EXPECT_EQ(test::codes(c), Codes{});
}

TEST(ScanSingle, FlagsScenesOffTheRegionGrid) {
  test::TempDir dir;
  auto shifted = one_band({5, 6, 7, 8});
  shifted.grid.x0 += 5;
  test::make_raster(dir / "a_20200101.tif", one_band());
  test::make_raster(dir / "b_20200101.tif", shifted);
  ScanRequest rest;
  rest.near = one_band().grid;
  const Catalogue c = test::scan_one(dir.path(), {"value-tif", {"."}}, rest);
  ASSERT_EQ(c.scenes.size(), 2u);
  EXPECT_EQ(c.scenes[0].flags, Codes());
  EXPECT_EQ(c.scenes[1].flags, (Codes{"RESAMPLED"}));
}

}  // namespace
}  // namespace fw
