// 'index --index all' on data made here, against values computed by hand.
#include <algorithm>
#include <cmath>
#include <set>

#include "core/series/index_catalogue.h"
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
  const auto run = test::forewarn(dir, "index -q -p reflectance-tif -o " + (dir / "out").string() + " -i all " +
                                           (dir / "scene_20240521.tif").string());  // a file is no further index
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

TEST(Mistakes, NameTheJobAndWhereItsHelpStands) {
  test::TempDir dir;
  const auto unknown = test::forewarn(dir, "frobnicate --fast");
  EXPECT_EQ(unknown.exit, 64);
  EXPECT_NE(unknown.err.find("error: USAGE: There is no job 'frobnicate'. Jobs: run, "), std::string::npos)
      << unknown.err;
  const auto nothing = test::forewarn(dir, "run");
  EXPECT_EQ(nothing.exit, 64);
  EXPECT_NE(nothing.err.find("See 'forewarn run --help'."), std::string::npos) << nothing.err;
}

TEST(Mistakes, OfJobsWithoutALogBeginWithErrorToo) {
  test::TempDir dir;
  const auto verify = test::forewarn(dir, "verify " + dir.path().string());
  EXPECT_EQ(verify.exit, 65);
  EXPECT_EQ(verify.err.rfind("error: MANIFEST_INVALID: ", 0), 0U) << verify.err;
}

TEST(Mistakes, InDatesAndPlacesSayWhatIsWrong) {
  test::TempDir dir;
  test::MadeRaster raster;
  raster.bands = {{{0.1, 0.1, 0.1, 0.1}, "R"}, {{0.4, 0.4, 0.4, 0.4}, "N"}};
  test::make_raster(dir / "scene_20240521.tif", raster);
  const std::string scene = (dir / "scene_20240521.tif").string();
  const auto run = [&](const std::string& job, const std::string& more) {
    return test::forewarn(dir, job + " -q -p reflectance-tif -o " + (dir / "out").string() + " " + more + " " + scene);
  };
  for (const char* job : {"series -i NDVI --stat mean", "composite"}) {
    const auto reversed = run(job, "--from 2024-12-31 --to 2024-01-01");
    EXPECT_EQ(reversed.exit, 78);
    EXPECT_NE(reversed.err.find("Exchange them"), std::string::npos) << reversed.err;
    const auto late = run(job, "--from 2025-01-01");
    EXPECT_EQ(late.exit, 65);
    EXPECT_NE(late.err.find("NO_SCENES: No scene lies between the dates. Check --from and --to."), std::string::npos)
        << late.err;
  }
  const auto turned = run("change -b nir", "--before 2024-02-01 2024-01-01 --after 2024-05-01 2024-06-01");
  EXPECT_NE(turned.err.find("The period 2024-02-01 to 2024-01-01 ends before it begins"), std::string::npos)
      << turned.err;
  const auto other = test::forewarn(dir, "index -q -p naip -i NDVI -o " + (dir / "out").string() + " " + scene);
  EXPECT_EQ(other.exit, 65);
  EXPECT_NE(other.err.find("scene_20240521.tif: NO_FILES: No file name matches product 'naip'"), std::string::npos)
      << "the reason, not its code alone: " << other.err;
  const auto log = test::forewarn(dir, "index -p reflectance-tif -i NDVI --log-json " + dir.path().string() + " -o " +
                                           (dir / "out").string() + " " + scene);
  EXPECT_EQ(log.exit, 74);
  EXPECT_NE(log.err.find("WRITE_FAILED: --log-json"), std::string::npos) << log.err;
  EXPECT_FALSE(std::filesystem::exists(dir / "out"));
}

TEST(Zonal, WarnsWhereNoUnitLiesOnTheRaster) {
  test::TempDir dir;
  test::MadeRaster raster;
  raster.bands = {{{1, 2, 3, 4}}};
  test::make_raster(dir / "rain_20240521.tif", raster);
  const auto square = [](const char* x0, const char* x1) {
    return "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"code\":\"A\"},"
           "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[" +
           std::string(x0) + ",-80],[" + x1 + ",-80],[" + x1 + ",-79],[" + x0 + ",-79],[" + x0 + ",-80]]]}}]}";
  };
  test::write_text(dir / "far.geojson", square("-170", "-169"));
  const auto far = test::forewarn(
      dir, "zonal " + (dir / "rain_20240521.tif").string() + " -a " + (dir / "far.geojson").string() + " --pcode code");
  EXPECT_EQ(far.exit, 0) << far.err;
  EXPECT_NE(far.out.find("A,,0,0,0,,,,,,0"), std::string::npos) << far.out;
  EXPECT_NE(far.err.find("warning: no unit holds the centre of a pixel"), std::string::npos) << far.err;
}

TEST(Zonal, OfARasterThatDeclaresItsScaleIsPhysical) {
  test::TempDir dir;
  test::MadeRaster raster;
  raster.type = "Int16";
  raster.grid.crs = "EPSG:4326";
  raster.grid.x0 = 30, raster.grid.y0 = 10, raster.grid.dx = raster.grid.dy = 1;
  raster.bands = {{{1000, 2000, -9999, 5000}, "", -9999.0, 0.0001, 1.0}};
  test::make_raster(dir / "ndvi_20240521.tif", raster);
  test::write_text(
      dir / "a.geojson",
      "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"code\":\"A\"},"
      "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[30,8],[32,8],[32,10],[30,10],[30,8]]]}}]}");
  const auto run = test::forewarn(dir, "zonal " + (dir / "ndvi_20240521.tif").string() + " -a " +
                                           (dir / "a.geojson").string() + " --pcode code --threshold 1.15");
  ASSERT_EQ(run.exit, 0) << run.err;
  EXPECT_NE(run.out.find("\nA,,4,3,"), std::string::npos) << run.out;
  double mean = 0;  // of 1.1, 1.2 and 1.5
  ASSERT_EQ(std::sscanf(run.out.c_str() + run.out.find("\nA,,4,3,"), "\nA,,4,3,%*f,%lf", &mean), 1) << run.out;
  EXPECT_NEAR(mean, 3.8 / 3, 1e-6) << run.out;
}

/// Five scenes of 700 x 300 pixels, each read in several windows; in the folder `scenes`.
std::string scenes_of_several_windows(const test::TempDir& dir) {
  std::filesystem::create_directory(dir / "scenes");
  unsigned state = 7;
  for (int month = 1; month <= 5; ++month) {
    test::MadeRaster raster;
    raster.grid.rows = 700;
    raster.grid.cols = 300;
    for (const char* letter : {"G", "R", "N", "S1"}) {
      test::MadeBand band{{}, letter, -1};
      for (size_t i = 0; i < raster.grid.pixels(); ++i) {
        state = state * 1664525U + 1013904223U;
        band.values.push_back(state >> 28 ? (state >> 8) / 16777216.0 : -1);
      }
      raster.bands.push_back(band);
    }
    test::make_raster(dir / ("scenes/a_2024-0" + std::to_string(month) + "-05.tif"), raster);
  }
  return (dir / "scenes").string();
}

TEST(Index, ThreadsDoNotChangeAByte) {
  test::TempDir dir;
  const auto scenes = scenes_of_several_windows(dir);
  for (const std::string way : {"--water", "--water --common-grid", "--common-grid"}) {
    const auto run = [&](const std::string& threads) {
      return test::forewarn(dir, "index -q --overwrite -p reflectance-tif -i MNDWI,NDVI " + way + " --threads " +
                                     threads + " -o " + (dir / threads).string() + " " + scenes)
          .exit;
    };
    ASSERT_EQ(run("1"), 0);
    ASSERT_EQ(run("4"), 0);
    size_t rasters = 0;
    for (const auto& entry : std::filesystem::directory_iterator(dir / "1")) {
      EXPECT_EQ(test::read_text(entry.path()), test::read_text(dir / "4" / entry.path().filename()))
          << way << ": " << entry.path().filename();
      rasters += entry.path().extension() == ".tif";
    }
    EXPECT_EQ(rasters, 10U);
  }
}

}  // namespace
}  // namespace fw
