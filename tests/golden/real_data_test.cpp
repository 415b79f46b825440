// Real data, with figures that were published or computed apart.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "tests/golden/program.h"

namespace fw {
namespace {

TEST(Bale, YearsOfDroughtComeOutLowestAndTheWetYearHighest) {
  FW_NEEDS_SHARED(data, "data/eth_bale");
  test::TempDir dir;
  const auto run = test::forewarn(dir, "run " FW_SOURCE_DIR "/config/examples/bale.toml -q --input-root " +
                                           data.parent_path().string() + " -o " + (dir / "out").string());
  ASSERT_EQ(run.exit, 0) << run.err;
  std::map<std::string, std::pair<double, int>> years;
  for (const auto& row : test::table(dir / "out/indicators/indicators.csv"))
    if (row.at("indicator") == "ndvi_z" && row.at("pcode") == "ET04" && !row.at("of_mean").empty()) {
      auto& [sum, n] = years[row.at("period").substr(0, 4)];
      sum += *parse_number(row.at("of_mean"));
      ++n;
    }
  std::vector<std::pair<double, std::string>> order;
  for (const auto& [year, sum] : years) order.emplace_back(sum.first / sum.second, year);
  std::sort(order.begin(), order.end());
  ASSERT_EQ(order.size(), 35U);
  std::printf("mean yearly NDVI z (unit mean, leave-one-out): ");
  for (size_t i : {size_t{0}, size_t{1}, size_t{2}, order.size() - 1})
    std::printf("%s %.2f  ", order[i].second.c_str(), order[i].first);
  std::printf("\n");
  EXPECT_EQ(order[0].second, "2015");
  EXPECT_EQ(order[1].second, "2009");
  EXPECT_EQ(order[2].second, "1991");
  EXPECT_EQ(order.back().second, "1998");

  std::map<std::string, double> worst, mean;
  for (const auto& row : test::table(dir / "out/risk/risk_drought.csv"))
    if (row.at("pcode") == "ET0411" && !row.at("likelihood").empty()) {
      const std::string year = row.at("period").substr(0, 4);
      worst[year] = std::max(worst[year], *parse_number(row.at("class_value")));
      mean[year] += *parse_number(row.at("likelihood")) / 12;
    }
  for (const char* dry : {"2009", "2015"}) {
    EXPECT_GT(worst[dry], worst["1998"]) << dry;
    EXPECT_GT(mean[dry], mean["1998"]) << dry;
  }
}

TEST(Bale, ShowsOutOfSeasonPerPixelAndPerUnitWhereTheRegionAsksForPhenology) {
  FW_NEEDS_SHARED(data, "data/eth_bale");
  test::TempDir dir;
  std::filesystem::copy(FW_SOURCE_DIR "/config", dir / "config", std::filesystem::copy_options::recursive);
  const auto put = [&](const char* file, const std::string& from, const std::string& with) {
    std::string text = test::read_text(dir / "config" / file);
    ASSERT_NE(text.find(from), std::string::npos) << from;
    text.replace(text.find(from), from.size(), with);
    std::filesystem::remove(dir / "config" / file);
    test::write_text(dir / "config" / file, text);
  };
  put("regions/bale.toml", "iso3 = \"eth\"\n", "iso3 = \"eth\"\nseason = { by = \"phenology\" }\n");
  put("examples/bale.toml", "from = \"1981-07-01\"", "from = \"2015-01-01\"");
  put("examples/bale.toml", "\"rain3_z\"]", "\"rain3_z\", \"rain_spi3_season\", \"ndvi_c_z\", \"ndvi_dz\"]");
  const auto run = test::forewarn(dir, "run " + (dir / "config/examples/bale.toml").string() + " -q --config-dir " +
                                           (dir / "config").string() + " --input-root " + data.parent_path().string() +
                                           " -o " + (dir / "out").string());
  ASSERT_EQ(run.exit, 0) << run.err;
  std::map<std::string, std::string> active, classes;
  for (const auto& row : test::table(dir / "out/indicators/indicators.csv")) {
    if (row.at("pcode") != "ET0411") continue;
    if (row.at("indicator") == "season_active") active[row.at("period")] = row.at("mean");
    if (row.at("period") == "2015-06" &&
        (row.at("indicator") == "rain_spi3_season" || row.at("indicator") == "ndvi_c_z")) {
      EXPECT_EQ(row.at("reason"), "not_in_season") << row.at("indicator");
    }
  }
  EXPECT_LT(*parse_number(active["2015-06"]), 0.15);
  EXPECT_GT(*parse_number(active["2015-12"]), 0.15);
  for (const auto& row : test::table(dir / "out/risk/risk_drought.csv"))
    if (row.at("pcode") == "ET0411") classes[row.at("period")] = row.at("class_value");
  EXPECT_EQ(classes["2015-06"], "9");
  EXPECT_NE(classes["2015-12"], "9");
  const auto season = test::pixels(dir / "out/indicators/eth_season-active_2015-12_v01.tif");
  const auto risk = test::pixels(dir / "out/risk/eth_drought-risk_2015-12_v01.tif");
  int off = 0, on = 0, unknown = 0;
  for (size_t i = 0; i < season.size(); ++i) {
    EXPECT_EQ(risk[i] == 9, season[i] == 0) << i;
    off += season[i] == 0, on += season[i] == 1, unknown += std::isnan(season[i]);
    if (std::isnan(season[i])) {
      EXPECT_EQ(risk[i], 0) << "no season is known: not assessed";
    }
  }
  EXPECT_TRUE(off > 0 && on > 0 && unknown > 0) << off << " " << on << " " << unknown;
  // NDVI below -1 grew more frequent; without the trend less so.
  std::map<std::string, double> drift;
  for (const auto& row : test::table(dir / "out/indicators/drift.csv"))
    drift[row.at("indicator")] = *parse_number(row.at("rate_last_half")) - *parse_number(row.at("rate_first_half"));
  std::printf("drift of the rate below -1: NDVI z %.3f, detrended %.3f\n", drift.at("ndvi_z"), drift.at("ndvi_dz"));
  EXPECT_GT(drift.at("ndvi_z"), 0);
  EXPECT_LT(std::fabs(drift.at("ndvi_dz")), drift.at("ndvi_z"));
}

TEST(Zonal, GivesTheEighteenPublishedMeansOfTheRainAnomaly) {
  FW_NEEDS_SHARED(data, "data/ea_chirps_mam2022");
  test::TempDir dir;
  const auto run =
      test::forewarn(dir, "zonal " + (data / "ea_chirps_seasaccum_anom_marmay_202230_lta.tif").string() + " -a " +
                              (data / "polbnda_adm1_1m_ocha.geojson").string() + " --pcode ADM1_PCODE --name ADM1_REF");
  ASSERT_EQ(run.exit, 0) << run.err;
  test::write_text(dir / "zonal.csv", run.out);
  std::map<std::string, std::map<std::string, std::string>> ours;
  for (const auto& row : test::table(dir / "zonal.csv")) ours[row.at("pcode")] = row;
  double worst = 0;
  size_t regions = 0;
  for (const auto& row : test::table(data / "subnational_anomaly_statistics.csv")) {
    const auto& mine = ours.at(row.at("ADM_PCODE"));
    for (const auto& [column, published] :
         {std::pair{"mean", "CHIRPS_mean"}, std::pair{"min", "CHIRPS_min"}, std::pair{"max", "CHIRPS_max"}})
      worst = std::max(worst, std::fabs(*parse_number(mine.at(column)) - *parse_number(row.at(published))));
    ++regions;
  }
  std::printf("18 regions, largest difference %.1e mm\n", worst);
  EXPECT_EQ(regions, 18U);
  EXPECT_LE(worst, 1e-4);
}

TEST(Index, WaterOfPrairieWetlandsFollowsThePublishedImagesOnGridsARowApart) {
  FW_NEEDS_SHARED(data, "data/naip_prairie_wetlands");
  test::TempDir dir;
  const auto run = test::forewarn(dir, "index -q -p naip -i NDWI --common-grid --water -o " + (dir / "out").string() +
                                           " " + data.string() + "/*.tif");
  ASSERT_EQ(run.exit, 0) << run.err;
  // A plain reference. The later image lies 2 m (0.4 of a cell) south of the first: its pixels are interpolated between
  // rows.
  Grid first, last;
  const auto file = [&](const char* date) { return data / ("m_4709963_se_14_1_" + std::string(date) + ".tif"); };
  test::pixels(file("20090818"), 2, &first);
  const auto green = test::pixels(file("20140720"), 2, &last), nir = test::pixels(file("20140720"), 4);
  ASSERT_EQ(first.y0 - last.y0, 2);
  Grid grid;
  const auto ours = test::pixels(dir / "out/NDWI_2014-07-20_m_4709963_se_14_1_20140720.tif", 1, &grid);
  ASSERT_EQ(grid, first);
  size_t compared = 0;
  for (int r = 1; r < last.rows; ++r)
    for (int c = 0; c < last.cols; ++c) {
      const size_t at = static_cast<size_t>(r) * static_cast<size_t>(last.cols) + static_cast<size_t>(c),
                   above = at - static_cast<size_t>(last.cols);
      const double g = 0.6 * green[at] + 0.4 * green[above], n = 0.6 * nir[at] + 0.4 * nir[above];
      if (std::isnan(g) || std::isnan(n)) continue;
      ASSERT_NEAR(ours[at], (g - n) / (g + n), 1e-5) << r << ", " << c;
      ++compared;
    }
  EXPECT_GT(compared, 600000U);
  const auto own =
      test::forewarn(dir, "index -q -p naip -i NDWI -o " + (dir / "own").string() + " " + file("20140720").string());
  ASSERT_EQ(own.exit, 0) << own.err;
  const auto exact = test::pixels(dir / "own/NDWI_2014-07-20_m_4709963_se_14_1_20140720.tif");
  for (size_t i = 0; i < exact.size(); ++i)
    if (!std::isnan(exact[i])) {
      ASSERT_NEAR(exact[i], (green[i] - nir[i]) / (green[i] + nir[i]), 1e-6);
    }
  const auto water = test::table(dir / "out/water.csv");
  ASSERT_EQ(water.size(), 4U);
  for (const auto& row : water)
    std::printf("%s: %s km2 of water on the area seen on all dates, change %s %%\n", row.at("date").c_str(),
                row.at("common_water_km2").c_str(), row.at("change_since_first_percent").c_str());
  EXPECT_EQ(water[0].at("change_since_first_percent"), "0");
  EXPECT_GT(*parse_number(water[3].at("change_since_first_percent")), 100)
      << "the wetlands filled between 2009 and 2014";
}

struct RealSet {
  const char *name, *arguments, *folder;
  size_t rasters;
  double least_masked;  ///< share of pixels without a value over all rasters, at least
};

class OnRealSets : public ::testing::TestWithParam<RealSet> {};

TEST_P(OnRealSets, IndexRastersComeOutWithMasksApplied) {
  const RealSet& set = GetParam();
  FW_NEEDS_SHARED(data, std::string("data/") + set.folder);
  test::TempDir dir;
  std::string arguments = set.arguments;
  for (size_t at; (at = arguments.find('@')) != std::string::npos;) arguments.replace(at, 1, data.string());
  const auto run = test::forewarn(dir, "index -q -o " + (dir / "out").string() + " " + arguments);
  ASSERT_EQ(run.exit, 0) << run.err;
  size_t rasters = 0, valid = 0, empty = 0;
  for (const auto& entry : std::filesystem::directory_iterator(dir / "out")) {
    if (entry.path().extension() != ".tif") continue;
    ++rasters;
    for (const float v : test::pixels(entry.path())) {
      if (std::isnan(v)) {
        ++empty;
        continue;
      }
      ++valid;
      ASSERT_TRUE(std::isfinite(v)) << entry.path();
    }
  }
  const double masked = static_cast<double>(empty) / static_cast<double>(empty + valid);
  std::printf("%s: %zu rasters, %.1f %% of the pixels without a value\n", set.name, rasters, 100 * masked);
  EXPECT_EQ(rasters, set.rasters);
  EXPECT_GT(valid, 0U);
  EXPECT_GE(masked, set.least_masked);
}

INSTANTIATE_TEST_SUITE_P(
    Sets, OnRealSets,
    ::testing::Values(
        RealSet{"wofs_c3_sample", "-p wofs-c3 -i NDVI,MNDWI,AWEInsh @/sample_c3_sr.nc", "wofs_c3_sample", 3, 0.0},
        RealSet{"gulf_guinea_mod13a2", "-p mod13 -i NDVI,EVI @/init", "gulf_guinea_mod13a2", 8, 0.5},
        RealSet{"s2_slovenia_eopatch",
                "-p time-stack --role ndvi --qa @/s2_cloudmask_68dates.tif -i NDVI @/s2_ndvi_68dates.tif",
                "s2_slovenia_eopatch", 68, 0.1},
        RealSet{"s2_scl_fusets", "-p netcdf-stack -i NDVI @/raw_s2_ndvi_field.nc", "s2_scl_fusets", 33, 0.0},
        RealSet{"worldcereal_chip", "-p worldcereal -i NDVI,MNDWI,NDBI @/worldcereal_preprocessed_inputs.nc",
                "worldcereal_chip", 36, 0.0}),
    [](const auto& set) { return std::string(set.param.name); });

TEST(Series, StatisticsOfTheKafaStackEqualAPlainReference) {
  FW_NEEDS_SHARED(data, "data/eth_kafa");
  test::TempDir dir;
  const auto stack = data / "tura_landsat_ndvi_x10000.tif";
  const auto run = test::forewarn(
      dir, "series -q -p time-stack --role ndvi --scale 0.0001 -o " + (dir / "out").string() + " " + stack.string());
  ASSERT_EQ(run.exit, 0) << run.err;
  Grid grid;
  std::vector<std::vector<float>> bands;
  for (int b = 1; b <= 166; ++b) bands.push_back(test::pixels(stack, b, &grid));
  std::map<std::string, std::vector<float>> ours;
  for (const char* stat : {"count", "mean", "std", "min", "max"})
    ours[stat] = test::pixels(dir / ("out/ndvi-" + std::string(stat) + "_1984-06-06_2013-04-11.tif"));
  size_t gaps = 0;
  double worst = 0;
  for (size_t i = 0; i < grid.pixels(); ++i) {
    double n = 0, sum = 0, low = 1e30, high = -1e30;
    for (const auto& band : bands) {
      if (std::isnan(band[i])) {
        ++gaps;
        continue;
      }
      const double v = band[i] * 1e-4;
      ++n;
      sum += v;
      low = std::min(low, v);
      high = std::max(high, v);
    }
    ASSERT_EQ(ours["count"][i], n);
    if (n < 2) continue;
    double squares = 0;
    for (const auto& band : bands)
      if (!std::isnan(band[i])) squares += (band[i] * 1e-4 - sum / n) * (band[i] * 1e-4 - sum / n);
    for (const auto& [stat, expected] : {std::pair{"mean", sum / n}, std::pair{"std", std::sqrt(squares / (n - 1))},
                                         std::pair{"min", low}, std::pair{"max", high}})
      worst = std::max(worst, std::fabs(ours[stat][i] - expected));
  }
  std::printf("%zu pixels x 166 dates, %.1f %% gaps, largest difference %.1e\n", grid.pixels(),
              100.0 * static_cast<double>(gaps) / static_cast<double>(166 * grid.pixels()), worst);
  EXPECT_LE(worst, 1e-6);
}

}  // namespace
}  // namespace fw
