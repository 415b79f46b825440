// 'index --index all' and 'series --stat …' on data made here, against values computed by hand.
#include <algorithm>
#include <cmath>
#include <set>

#include "core/series/index_catalogue.h"
#include "core/series/series_statistics.h"
#include "tests/golden/program.h"
#include "tests/scene/raster_maker.h"

namespace fw {
namespace {

TEST(Index, AllGivesEveryIndexThatTheBandsAllow) {
  test::TempDir dir;
  const auto catalogue = IndexCatalogue::load(FW_SOURCE_DIR "/config");
  test::MadeRaster raster;
  for (const auto& [letter, value] :
       {std::pair{"B", 0.05}, std::pair{"G", 0.08}, std::pair{"R", 0.06}, std::pair{"N", 0.4}, std::pair{"S1", 0.2},
        std::pair{"S2", 0.1}, std::pair{"RE1", 0.15}})
    raster.bands.push_back({{value, value, value + 0.01, value}, letter});
  test::make_raster(dir / "scene_20240521.tif", raster);
  const auto run = test::forewarn(dir, "index -q -p reflectance-tif -i all -o " + (dir / "out").string() + " " +
                                           (dir / "scene_20240521.tif").string());
  ASSERT_EQ(run.exit, 0) << run.err;
  std::set<std::string> made, expected;
  for (const auto& entry : std::filesystem::directory_iterator(dir / "out"))
    if (entry.path().extension() == ".tif")
      made.insert(entry.path().filename().string().substr(0, entry.path().filename().string().find("_2024-05-21")));
  for (const auto* index : catalogue.allowed({"blue", "green", "red", "nir", "swir1", "swir2", "red_edge1"}))
    expected.insert(index->name);
  EXPECT_EQ(made, expected);
  EXPECT_GT(made.size(), 150U);
  const auto value = [&](const std::string& name) {
    return test::pixels(dir / ("out/" + name + "_2024-05-21_scene_20240521.tif"))[0];
  };
  EXPECT_NEAR(value("NDVI"), (0.4 - 0.06) / 0.46, 1e-6);
  EXPECT_NEAR(value("AWEInsh"), 4 * (0.08 - 0.2) - (0.25 * 0.4 + 2.75 * 0.1), 1e-6);
  EXPECT_NEAR(value("SAVI"), 1.5 * (0.4 - 0.06) / (0.4 + 0.06 + 0.5), 1e-6);
  EXPECT_NEAR(value("kNDVI"), std::tanh(std::pow((0.4 - 0.06) / (2 * 0.5), 2)), 1e-6)
      << "sigma 0.5, the catalogue's default";
}

TEST(Index, AnUnknownNameIsRefusedWithTheNearestOne) {
  test::TempDir dir;
  test::MadeRaster raster;
  raster.bands = {{{0.1, 0.1, 0.1, 0.1}, "R"}, {{0.4, 0.4, 0.4, 0.4}, "N"}};
  test::make_raster(dir / "scene_20240521.tif", raster);
  const auto run = test::forewarn(dir, "index -q -p reflectance-tif -i Ndvi -o " + (dir / "out").string() + " " +
                                           (dir / "scene_20240521.tif").string());
  EXPECT_EQ(run.exit, 78);
  EXPECT_NE(run.err.find("UNKNOWN_INDEX"), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("'NDVI'"), std::string::npos) << run.err;
  EXPECT_FALSE(std::filesystem::exists(dir / "out"));
}

/// Twelve years of months: pixel 0 rises by 0.01 a year, pixel 1 is constant, pixel 2 has no value, pixel 3 has gaps.
std::filesystem::path monthly_stack(const test::TempDir& dir) {
  test::MadeRaster raster;
  for (int year = 2000; year < 2012; ++year)
    for (int month = 1; month <= 12; ++month) {
      const double season = 0.3 + 0.2 * std::sin(month / 12.0 * 2 * M_PI),
                   wiggle = 0.002 * ((year * 7 + month * 3) % 5);
      char date[16];
      std::snprintf(date, sizeof date, "%04d-%02d-15", year, month);
      raster.bands.push_back(
          {{season + 0.01 * (year - 2000), 0.5, -9999, (year + month) % 3 ? season + wiggle : -9999}, date, -9999});
    }
  test::make_raster(dir / "stack.tif", raster);
  return dir / "stack.tif";
}

TEST(Series, EveryStatisticWritesOneRasterAndSaysWhatItKnows) {
  test::TempDir dir;
  const auto stack = monthly_stack(dir);
  std::string all;
  for (const auto& s : series_statistics()) all += (all.empty() ? "" : ",") + s.name;
  const auto run = test::forewarn(
      dir, "series -q -p time-stack --role ndvi -s " + all + " -o " + (dir / "out").string() + " " + stack.string());
  ASSERT_EQ(run.exit, 0) << run.err;
  const auto raster = [&](std::string stat, int band = 1) {
    std::replace(stat.begin(), stat.end(), '_', '-');
    return test::pixels(dir / ("out/ndvi-" + stat + "_2000-01-15_2011-12-15.tif"), band);
  };
  for (const auto& s : series_statistics()) {
    const auto values = raster(s.name);
    ASSERT_EQ(values.size(), 4U) << s.name;
    if (s.name == "count") {
      EXPECT_EQ(values[2], 0);
    } else {
      EXPECT_TRUE(std::isnan(values[2])) << s.name << " of a pixel without values: " << values[2];
    }
    for (const float v : values) EXPECT_FALSE(std::isinf(v)) << s.name;
  }
  EXPECT_NEAR(raster("sen")[0], 0.01, 1e-6);
  double sum_t = 0, sum_x = 0, sum_tt = 0, sum_tx = 0;  // a plain regression on years
  for (int month = 0; month < 144; ++month) {
    const double t = month / 12.0, x = 0.3 + 0.2 * std::sin((month % 12 + 1) / 12.0 * 2 * M_PI) + 0.01 * (month / 12);
    sum_t += t;
    sum_x += x;
    sum_tt += t * t;
    sum_tx += t * x;
  }
  EXPECT_NEAR(raster("ols")[0], (144 * sum_tx - sum_t * sum_x) / (144 * sum_tt - sum_t * sum_t), 1e-6);
  EXPECT_GT(raster("mk")[0], 6) << "z of a steady rise";
  EXPECT_EQ(raster("mk")[1], 0) << "a constant series has no trend";
  EXPECT_EQ(raster("mk", 2)[1], 1) << "p of a constant series";
  EXPECT_NEAR(raster("mean")[1], 0.5, 1e-6);
  EXPECT_NEAR(raster("vci")[0], 100, 1e-4) << "the last year is the greenest of all";
  EXPECT_TRUE(std::isnan(raster("vci")[1])) << "a flat record";
  EXPECT_GT(raster("z")[0], 1);
  EXPECT_TRUE(std::isnan(raster("detrended_z")[0])) << "an exact line leaves no spread to compare with";
  EXPECT_NEAR(raster("detrended_z", 2)[0], 0.01, 1e-6) << "slope per year";
}

TEST(Series, TheHelpListsEveryStatisticWithItsUnit) {
  test::TempDir dir;
  const auto help = test::forewarn(dir, "series --help");
  EXPECT_EQ(help.exit, 0);
  for (const auto& s : series_statistics()) EXPECT_NE(help.out.find("  " + s.name + " "), std::string::npos) << s.name;
}

TEST(Series, RefusesWhatCannotBeMeant) {
  test::TempDir dir;
  const auto stack = monthly_stack(dir);
  const auto refused = [&](const std::string& arguments, int exit, const std::string& code) {
    const auto run = test::forewarn(dir, "series -q -p time-stack --role ndvi " + arguments + " -o " +
                                             (dir / "out").string() + " " + stack.string());
    EXPECT_EQ(run.exit, exit) << arguments << "\n" << run.err;
    EXPECT_NE(run.err.find(code), std::string::npos) << run.err;
    EXPECT_FALSE(std::filesystem::exists(dir / "out")) << arguments;
  };
  refused("-s savgol --window 6", 78, "RANGE");
  refused("-s whittaker --lambda -1", 64, "USAGE");
  refused("-s nonsense", 64, "USAGE");
  refused("-s z --target 2031-05", 78, "RANGE");
  refused("-s z --target May", 78, "RANGE");
  refused("--from 2024-13-01", 78, "DATE");
  refused("-i NOTHING", 65, "NO_SCENES");
}

}  // namespace
}  // namespace fw
