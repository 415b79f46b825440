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
