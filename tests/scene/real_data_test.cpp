// Scans of real data (../shared/data). The numbers were read once with GDAL's own Python bindings from the same files.
#include <cmath>

#include "core/scene/scene_reader.h"
#include "tests/scene/raster_maker.h"
#include "tests/support.h"

namespace fw {
namespace {

using Codes = std::vector<std::string>;

ScanInput stack_of(const std::string& product, const std::string& path, const std::string& role = "") {
  ScanInput input{product, {path}};
  if (!role.empty()) input.roles["value"] = role;
  return input;
}

/// One pixel of the scene's own grid.
float pixel(const Catalogue& c, const Scene& s, const std::string& role, int row, int col) {
  SceneReader reader(c, s.bands.at(role).grid);
  return reader.read(s, {role}, {row, col, 1, 1}).dn.at(role)[0];
}
float quality(const Catalogue& c, const Scene& s, int row, int col) {
  SceneReader reader(c, s.qa->grid);
  return reader.read(s, {}, {row, col, 1, 1}).qa[0];
}

TEST(RealData, BaleNdviHas828HalfMonths) {
  FW_NEEDS_SHARED(data, "data/eth_bale");
  const Catalogue c = test::scan_one(data, stack_of("time-stack", "ndvi3g_v1_bale_198107_201512.tif", "ndvi"));
  ASSERT_EQ(c.scenes.size(), 828u);
  EXPECT_EQ(test::codes(c), Codes());
  EXPECT_EQ(to_string(c.scenes.front().time), "1981-07-01");
  EXPECT_EQ(to_string(c.scenes.back().time), "2015-12-16");
  EXPECT_FLOAT_EQ(pixel(c, c.scenes.front(), "ndvi", 2, 3), 0.4146f);
  EXPECT_FLOAT_EQ(pixel(c, c.scenes.back(), "ndvi", 5, 5), 0.4547f);
}

TEST(RealData, BaleNdviByItsCsvIsTheSame) {
  FW_NEEDS_SHARED(data, "data/eth_bale");
  ScanInput by_csv = stack_of("time-stack", "ndvi3g_v1_bale_198107_201512.tif");
  by_csv.dates_csv = "ndvi3g_v1_dates.csv";
  EXPECT_EQ(catalogue_json(test::scan_one(data, by_csv)),
            catalogue_json(test::scan_one(data, stack_of("time-stack", "ndvi3g_v1_bale_198107_201512.tif"))));
}

TEST(RealData, BaleRainHas432MonthsAndResamplesToTheNdviGrid) {
  FW_NEEDS_SHARED(data, "data/eth_bale");
  const Catalogue c = test::scan_one(data, stack_of("time-stack", "chirps_v2_monthly_bale_1981_2016.tif", "rain_mm"));
  ASSERT_EQ(c.scenes.size(), 432u);
  EXPECT_EQ(to_string(c.scenes.front().time), "1981-01-01");
  EXPECT_EQ(to_string(c.scenes.back().time), "2016-12-01");
  EXPECT_FLOAT_EQ(pixel(c, c.scenes.front(), "rain_mm", 0, 0), 6.220943f);
  EXPECT_FLOAT_EQ(pixel(c, c.scenes.back(), "rain_mm", 18, 16), 19.622791f);
  const Grid ndvi{"EPSG:4326", 39.0 + 5.0 / 12, 7.25, 1.0 / 12, 1.0 / 12, 6, 6};
  SceneReader reader(c, ndvi);
  double low = 1e9, high = -1e9;
  const SceneTile tile = reader.read(c.scenes.front(), {"rain_mm"}, ndvi.whole());
  for (const float v : tile.dn.at("rain_mm")) {
    ASSERT_FALSE(std::isnan(v));
    low = std::min<double>(low, v);
    high = std::max<double>(high, v);
  }
  EXPECT_GE(low, 3.271) << "bilinear stays within the source's range 3.271 .. 11.151";
  EXPECT_LE(high, 11.152);
}

TEST(RealData, KafaNeedsItsScaleSaidAndKeepsItsGaps) {
  FW_NEEDS_SHARED(data, "data/eth_kafa");
  ScanInput input = stack_of("time-stack", "tura_landsat_ndvi_x10000.tif", "ndvi");
  EXPECT_TRUE(test::scan_one(data, input).scenes.empty());
  input.scale = 1e-4;
  const Catalogue c = test::scan_one(data, input);
  ASSERT_EQ(c.scenes.size(), 166u);
  EXPECT_EQ(to_string(c.scenes.front().time), "1984-06-06");
  EXPECT_EQ(to_string(c.scenes.back().time), "2013-04-11");
  EXPECT_TRUE(std::isnan(pixel(c, c.scenes.front(), "ndvi", 10, 20)));
  EXPECT_EQ(pixel(c, c.scenes.back(), "ndvi", 100, 100), 5910);
  EXPECT_DOUBLE_EQ(test::physical(c.scenes.back().bands.at("ndvi"), 5910), 0.591);
  SceneReader reader(c, c.scenes.front().bands.at("ndvi").grid);
  size_t gaps = 0, all = 0;
  for (const auto& s : c.scenes) {
    const SceneTile tile = reader.read(s, {"ndvi"}, {0, 0, 148, 143});
    for (const float v : tile.dn.at("ndvi")) {
      gaps += std::isnan(v);
      ++all;
    }
  }
  EXPECT_NEAR(static_cast<double>(gaps) / static_cast<double>(all), 0.3128183685, 1e-9);
}

TEST(RealData, Mod13a2OfTheGulfOfGuineaHasFourScenes) {
  FW_NEEDS_SHARED(data, "data/gulf_guinea_mod13a2");
  const Catalogue c = test::scan_one(data, {"mod13", {"."}});
  ASSERT_EQ(c.scenes.size(), 4u) << ::testing::PrintToString(test::codes(c));
  EXPECT_EQ(to_string(c.scenes.front().time), "2025-02-02");
  EXPECT_EQ(to_string(c.scenes.back().time), "2025-03-06");
  const Scene& s = c.scenes.front();
  EXPECT_EQ(s.bands.size(), 6u);
  EXPECT_EQ(pixel(c, s, "ndvi", 0, 1122), 8447);
  EXPECT_DOUBLE_EQ(test::physical(s.bands.at("ndvi"), 8447), 0.8447);
  EXPECT_EQ(quality(c, s, 0, 1122), 0);
  EXPECT_EQ(quality(c, s, 0, 782), 3) << "cloudy";
  EXPECT_TRUE(std::isnan(pixel(c, s, "ndvi", 600, 100))) << "sea is fill";
}

TEST(RealData, FusetsHas33DatesWithSceneClasses) {
  FW_NEEDS_SHARED(data, "data/s2_scl_fusets");
  const Catalogue c = test::scan_one(data, {"netcdf-stack", {"raw_s2_ndvi_field.nc"}});
  ASSERT_EQ(c.scenes.size(), 33u) << ::testing::PrintToString(test::codes(c));
  EXPECT_EQ(to_string(c.scenes.front().time), "2019-01-27") << "day 10618 since 1990-01-01";
  EXPECT_EQ(to_string(c.scenes.back().time), "2019-12-28");
  EXPECT_EQ(pixel(c, c.scenes.front(), "red", 10, 20), 1228);
  EXPECT_EQ(pixel(c, c.scenes.front(), "nir", 10, 20), 2010);
  EXPECT_EQ(quality(c, c.scenes.front(), 10, 20), 5);
  EXPECT_EQ(pixel(c, c.scenes.back(), "nir", 30, 30), 2288);
  EXPECT_TRUE(std::isnan(pixel(c, c.scenes.back(), "nir", 56, 55)));
}

TEST(RealData, SloveniaPairsNdviWithItsCloudMask) {
  FW_NEEDS_SHARED(data, "data/s2_slovenia_eopatch");
  ScanInput input = stack_of("time-stack", "s2_ndvi_68dates.tif", "ndvi");
  input.qa = "s2_cloudmask_68dates.tif";
  const Catalogue c = test::scan_one(data, input);
  ASSERT_EQ(c.scenes.size(), 68u) << ::testing::PrintToString(test::codes(c));
  EXPECT_EQ(to_string(c.scenes.front().time), "2015-07-11T10:00:08");
  EXPECT_EQ(to_string(c.scenes.back().time), "2017-12-22T10:04:15");
  EXPECT_FLOAT_EQ(pixel(c, c.scenes[1], "ndvi", 50, 50), 0.51034635f);
  EXPECT_FLOAT_EQ(pixel(c, c.scenes.back(), "ndvi", 0, 0), 0.17757592f);
  EXPECT_EQ(quality(c, c.scenes[1], 50, 50), 1);
  EXPECT_EQ(quality(c, c.scenes.back(), 0, 0), 0);
}

TEST(RealData, WorldCerealHasTwelveMonths) {
  FW_NEEDS_SHARED(data, "data/worldcereal_chip");
  const Catalogue c = test::scan_one(data, {"worldcereal", {"."}});
  ASSERT_EQ(c.scenes.size(), 12u) << ::testing::PrintToString(test::codes(c));
  EXPECT_EQ(to_string(c.scenes.front().time), "2020-11-01");
  EXPECT_EQ(to_string(c.scenes.back().time), "2021-10-01");
  EXPECT_EQ(c.scenes.front().bands.size(), 9u);
  EXPECT_EQ(pixel(c, c.scenes.front(), "red", 10, 20), 364);
  EXPECT_EQ(pixel(c, c.scenes.back(), "nir", 99, 99), 3390);
  EXPECT_TRUE(std::isnan(pixel(c, c.scenes[1], "red", 10, 20))) << "the whole second month is 65535";
}

TEST(RealData, WofsSampleTakesItsCrsFromTheAttribute) {
  FW_NEEDS_SHARED(data, "data/wofs_c3_sample");
  const Catalogue c = test::scan_one(data, {"wofs-c3", {"."}});
  ASSERT_EQ(c.scenes.size(), 1u) << ::testing::PrintToString(test::codes(c));
  const Scene& s = c.scenes.front();
  EXPECT_EQ(to_string(s.time), "2020-07-11T01:22:14Z");
  EXPECT_EQ(s.bands.at("red").grid.crs, "EPSG:32652");
  EXPECT_EQ(s.flags, (Codes{"CRS_STATED"}));
  EXPECT_EQ(s.bands.size(), 6u);
  EXPECT_EQ(pixel(c, s, "red", 40, 40), 150);
  EXPECT_EQ(pixel(c, s, "nir", 40, 40), 119);
  EXPECT_EQ(quality(c, s, 40, 40), 5);
  EXPECT_TRUE(std::isnan(pixel(c, s, "red", 0, 0)));
}

TEST(RealData, NaipScenesOfOtherGridsComeOntoOne) {
  FW_NEEDS_SHARED(data, "data/naip_prairie_wetlands");
  const Catalogue c = test::scan_one(data, {"naip", {"."}});
  ASSERT_EQ(c.scenes.size(), 4u) << ::testing::PrintToString(test::codes(c));
  EXPECT_EQ(to_string(c.scenes.front().time), "2009-08-18");
  EXPECT_EQ(to_string(c.scenes.back().time), "2014-07-20");
  EXPECT_EQ(pixel(c, c.scenes[0], "red", 100, 200), 136);
  EXPECT_EQ(pixel(c, c.scenes[0], "nir", 100, 200), 190);
  EXPECT_EQ(pixel(c, c.scenes[2], "nir", 100, 200), 220);
  EXPECT_EQ(c.scenes[0].bands.at("red").grid.rows, 724);
  EXPECT_EQ(c.scenes[1].bands.at("red").grid.rows, 723);
  SceneReader reader(c, c.scenes[0].bands.at("red").grid);  // 2010 lies 2 m (0.4 of a cell) to the south: resampled
  const SceneTile tile = reader.read(c.scenes[1], {"red"}, {100, 200, 1, 1});
  EXPECT_TRUE(tile.touches);
  EXPECT_FALSE(std::isnan(tile.dn.at("red")[0]));
}

TEST(RealData, ChirpsDailyMasksItsUndeclaredNoData) {
  FW_NEEDS_SHARED(data, "data/africa_chirps_daily");
  const Catalogue c = test::scan_one(data, {"chirps", {"."}});
  ASSERT_EQ(c.scenes.size(), 1u);
  EXPECT_EQ(to_string(c.scenes[0].time), "2018-09-09");
  EXPECT_EQ(pixel(c, c.scenes[0], "rain_mm", 600, 800), 0);
  EXPECT_FLOAT_EQ(pixel(c, c.scenes[0], "rain_mm", 572, 511), 52.368668f);
  EXPECT_TRUE(std::isnan(pixel(c, c.scenes[0], "rain_mm", 0, 0)));
}

TEST(RealData, SoilMoistureHasDaysDekadsAndMonths) {
  FW_NEEDS_SHARED(data, "data/c3s_soil_moisture");
  const Catalogue all = test::scan_one(data, {"c3s-soil-moisture", {"."}});
  EXPECT_EQ(all.scenes.size(), 10u) << ::testing::PrintToString(test::codes(all));
  const Catalogue months =
      test::scan_one(data, {"c3s-soil-moisture", {"img/ICDR/061_monthlyImages", "img/TCDR/061_monthlyImages"}});
  ASSERT_EQ(months.scenes.size(), 5u);
  EXPECT_EQ(to_string(months.scenes.front().time), "2014-01-01");
  EXPECT_EQ(to_string(months.scenes.back().time), "2017-07-01");
  EXPECT_EQ(months.scenes.back().flags, (Codes{"CRS_FROM_CF", "NO_QA"}));
  EXPECT_FLOAT_EQ(pixel(months, months.scenes.back(), "soil_moisture", 217, 739), 0.122939676f);
  const Catalogue days = test::scan_one(data, {"c3s-soil-moisture", {"img/ICDR/060_dailyImages"}});
  ASSERT_EQ(days.scenes.size(), 1u);
  EXPECT_FLOAT_EQ(pixel(days, days.scenes[0], "soil_moisture", 201, 251), 0.107874684f);
  EXPECT_EQ(quality(days, days.scenes[0], 201, 251), 0);
  const Catalogue dekads = test::scan_one(data, {"c3s-soil-moisture", {"img/ICDR/062_dekadalImages"}});
  ASSERT_EQ(dekads.scenes.size(), 1u);
  EXPECT_FLOAT_EQ(pixel(dekads, dekads.scenes[0], "soil_moisture", 217, 986), 0.10560198f);
}

TEST(RealData, NightLightsOfSaoTome) {
  FW_NEEDS_SHARED(data, "data/stp_nightlights");
  const Catalogue c = test::scan_one(data, {"viirs-night-lights", {"."}});
  ASSERT_EQ(c.scenes.size(), 1u) << "the OLS file of 1992 is another sensor";
  EXPECT_EQ(to_string(c.scenes[0].time), "2014-01-01");
  EXPECT_FLOAT_EQ(pixel(c, c.scenes[0], "radiance", 328, 64), 14.94f);
  EXPECT_TRUE(std::isnan(pixel(c, c.scenes[0], "radiance", 5, 5)));
}

TEST(RealData, SinopCutsOfMod13q1AreJpeg2000) {
  FW_NEEDS_SHARED(data, "data/bra_sinop_mod13q1");
  const Catalogue c = test::scan_one(data, {"mod13-tif", {"raster/mod13q1"}});
  ASSERT_EQ(c.scenes.size(), 12u) << ::testing::PrintToString(test::codes(c));
  EXPECT_EQ(to_string(c.scenes.front().time), "2013-09-14");
  EXPECT_EQ(to_string(c.scenes.back().time), "2014-08-29");
  EXPECT_EQ(pixel(c, c.scenes.front(), "ndvi", 70, 100), 2698);
  EXPECT_EQ(c.scenes.front().flags, (Codes{"NO_QA"}));
}

}  // namespace
}  // namespace fw
