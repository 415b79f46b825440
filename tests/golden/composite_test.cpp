// 'composite' on scenes made here, against values chosen by hand.
#include <cmath>

#include "tests/golden/program.h"
#include "tests/scene/raster_maker.h"

namespace fw {
namespace {

/// Four scenes, three in January and one in February. Pixel 0: red 0.1, 0.2, 0.3 and near infrared 0.4, 0.8, 0.3;
/// pixel 1: masked in the second; pixel 2: one scene of January only; pixel 3: never.
std::string scenes(const test::TempDir& dir) {
  std::filesystem::create_directory(dir / "scenes");
  const char* days[] = {"2024-01-05", "2024-01-15", "2024-01-25", "2024-02-05"};
  const double red[] = {0.1, 0.2, 0.3, 0.5}, nir[] = {0.4, 0.8, 0.3, 0.6};
  for (int k = 0; k < 4; ++k) {
    test::MadeRaster raster;
    const double third = k == 1 ? red[k] : -1;
    raster.bands = {{{red[k], red[k], third, -1}, "R", -1},
                    {{nir[k], nir[k], k == 1 ? nir[k] : -1, -1}, "N", -1},
                    {{0, k == 1 ? 1.0 : 0.0, 0, 0}, "mask"}};
    test::make_raster(dir / ("scenes/s_" + std::string(days[k]) + ".tif"), raster);
  }
  return (dir / "scenes").string();
}

class Composite : public testing::Test {
 protected:
  void SetUp() override { scenes_ = scenes(dir_); }
  test::Outcome run(const std::string& arguments) {
    std::filesystem::remove_all(dir_ / "out");
    return test::forewarn(
        dir_, "composite -q -p reflectance-tif " + arguments + " -o " + (dir_ / "out").string() + " " + scenes_);
  }
  std::vector<float> band(const std::string& stem, int band) {
    return test::pixels(dir_ / ("out/composite-" + stem + ".tif"), band);
  }
  void expect(const std::vector<float>& values, const std::vector<double>& expected) {
    ASSERT_EQ(values.size(), expected.size());
    for (size_t i = 0; i < values.size(); ++i)
      if (std::isnan(expected[i]))
        EXPECT_TRUE(std::isnan(values[i])) << i << ": " << values[i];
      else
        EXPECT_NEAR(values[i], expected[i], 1e-6) << i;
  }
  test::TempDir dir_;
  std::string scenes_;
  const double none_ = std::nan("");
};

TEST_F(Composite, NotesASceneOfAnotherPlaceOfWhichNothingIsInTheResult) {
  test::MadeRaster far;
  far.grid.x0 += 100000;
  far.bands = {{{0.1, 0.1, 0.1, 0.1}, "R"}, {{0.4, 0.4, 0.4, 0.4}, "N"}, {{0, 0, 0, 0}, "mask"}};
  test::make_raster(dir_ / "scenes/s_2024-02-15.tif", far);
  const auto outcome = run("-m median");
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  const std::string notes = test::read_text(dir_ / "out/rejections.csv");
  EXPECT_NE(notes.find("OUTSIDE_GRID,s_2024-02-15"), std::string::npos) << notes;
  EXPECT_EQ(notes.find("OUTSIDE_GRID,s_2024-01"), std::string::npos) << notes;
}

TEST_F(Composite, GivesTheValuesOfEachMethodAndTheScenesThatCounted) {
  struct Case {
    const char* method;
    const char* stem;
    std::vector<double> red, nir;
  };
  // NDVI is 0.6, 0.6, 0: the first of the greatest. Distances to the others: 0.412 + 0.224, 0.412 + 0.510, 0.224 +
  // 0.510.
  const std::vector<Case> cases = {{"max_ndvi", "max-ndvi", {0.1, 0.1, 0.2, none_}, {0.4, 0.4, 0.8, none_}},
                                   {"medoid", "medoid", {0.1, 0.1, 0.2, none_}, {0.4, 0.4, 0.8, none_}},
                                   {"median", "median", {0.2, 0.2, 0.2, none_}, {0.4, 0.35, 0.8, none_}},
                                   {"mean", "mean", {0.2, 0.2, 0.2, none_}, {0.5, 0.35, 0.8, none_}}};
  for (const auto& c : cases) {
    const auto outcome = run(std::string("-b red,nir -m ") + c.method);
    ASSERT_EQ(outcome.exit, 0) << outcome.err;
    const std::string january = std::string(c.stem) + "_2024-01";
    SCOPED_TRACE(c.method);
    expect(band(january, 1), c.red);
    expect(band(january, 2), c.nir);
    expect(band(january, 3), {3, 2, 1, 0});
    expect(band(std::string(c.stem) + "_2024-02", 1), {0.5, 0.5, none_, none_});
  }
}

TEST_F(Composite, GeomedianMinimisesTheSumOfDistancesAndFlagsItsFallback) {
  ASSERT_EQ(run("-m geomedian --period all").exit, 0);
  const std::string stem = "geomedian_2024-01-05_2024-02-05";
  const auto nir = band(stem, 1), red = band(stem, 2);  // all roles, by name
  const double points[][2] = {{0.1, 0.4}, {0.2, 0.8}, {0.3, 0.3}, {0.5, 0.6}};
  const auto cost = [&](double r, double n) {
    double sum = 0;
    for (const auto& p : points) sum += std::hypot(r - p[0], n - p[1]);
    return sum;
  };
  const double r = static_cast<double>(red[0]), n = static_cast<double>(nir[0]);
  for (const double step : {-1e-3, 1e-3}) {
    EXPECT_LT(cost(r, n), cost(r + step, n));
    EXPECT_LT(cost(r, n), cost(r, n + step));
  }
  expect(band(stem, 3), {4, 3, 1, 0});
  EXPECT_EQ(band("geomedian-flags_2024-01-05_2024-02-05", 1), (std::vector<float>{0, 0, 16, 128}));
}

TEST_F(Composite, ADekadHasARasterOfItsOwnAndIndicesMayBeBands) {
  ASSERT_EQ(run("-m max_ndvi -b NDVI,nir --period dekad --to 2024-01-31").exit, 0);
  expect(band("max-ndvi_2024-01-d1", 1), {0.6, 0.6, none_, none_});
  expect(band("max-ndvi_2024-01-d2", 1), {0.6, none_, 0.6, none_});
  expect(band("max-ndvi_2024-01-d3", 2), {0.3, 0.3, none_, none_});
  EXPECT_FALSE(std::filesystem::exists(dir_ / "out/composite-max-ndvi_2024-02-d1.tif"));
}

TEST_F(Composite, AMonthOfThreeDailySensorsCountsWhole) {
  std::filesystem::remove_all(scenes_);
  std::filesystem::create_directory(scenes_);
  for (int k = 0; k < 93; ++k) {
    test::MadeRaster raster;
    const double v = 0.01 * (k * 37 % 93);  // 0.00 … 0.92 in some order; pixel 1 is masked in the last of them
    raster.bands = {
        {{v, v, v, -1}, "R", -1}, {{1 - v, 1 - v, 1 - v, -1}, "N", -1}, {{0, k == 92 ? 1.0 : 0.0, 0, 0}, "mask"}};
    const std::string day = std::to_string(101 + k / 3).substr(1), sensor(1, "abc"[k % 3]);
    test::make_raster(scenes_ + "/" + sensor + "_2024-01-" + day + ".tif", raster);
  }
  for (const std::string method : {"median", "medoid", "geomedian"}) {
    const auto outcome = run("-b red,nir -m " + method);
    ASSERT_EQ(outcome.exit, 0) << outcome.err;
    SCOPED_TRACE(method);
    // 0.56 is the masked one (92 * 37 mod 93): the middle of the others lies between 0.45 and 0.46.
    const auto red = band(method + "_2024-01", 1), nir = band(method + "_2024-01", 2);
    EXPECT_NEAR(red[0], 0.46, 1e-4);
    EXPECT_NEAR(nir[0], 0.54, 1e-4);
    EXPECT_NEAR(red[1], 0.455, method == "median" ? 1e-6 : 0.0051);
    expect(band(method + "_2024-01", 3), {93, 92, 93, 0});
  }
}

TEST_F(Composite, ThreadsAndMemoryDoNotChangeAByte) {
  ASSERT_EQ(run("-m geomedian --threads 1 --memory 16MiB").exit, 0);
  std::filesystem::rename(dir_ / "out", dir_ / "first");
  ASSERT_EQ(run("-m geomedian").exit, 0);
  for (const auto& entry : std::filesystem::directory_iterator(dir_ / "first"))
    EXPECT_EQ(test::read_text(entry.path()), test::read_text(dir_ / "out" / entry.path().filename())) << entry.path();
}

TEST_F(Composite, RefusesWhatCannotBeMeant) {
  const auto refused = [&](const std::string& arguments, int exit, const std::string& code) {
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.exit, exit) << arguments << "\n" << outcome.err;
    EXPECT_NE(outcome.err.find(code), std::string::npos) << outcome.err;
    EXPECT_FALSE(std::filesystem::exists(dir_ / "out"));
  };
  refused("-m best", 64, "USAGE");
  refused("-b Ndvi", 78, "UNKNOWN_INDEX");
  refused("--from 2030-01-01", 65, "NO_SCENES");
  refused("--from 2024-02-30", 78, "DATE");
}

}  // namespace
}  // namespace fw
