// 'water', 'change', 'texture' and 'settlement' as a user runs them.
#include <cmath>
#include <cstdio>
#include <set>

#include "tests/golden/program.h"
#include "tests/scene/raster_maker.h"

namespace fw {
namespace {

namespace fs = std::filesystem;

TEST(Water, TheTreeGivesThePublishedWofsMapWhereverThatIsClear) {
  FW_NEEDS_SHARED(data, "data/wofs_c3_sample");
  test::TempDir dir;
  const auto run = test::forewarn(
      dir, "water -q -p wofs-c3 -m wofs -o " + (dir / "out").string() + " " + (data / "sample_c3_sr.nc").string());
  ASSERT_EQ(run.exit, 0) << run.err;
  fs::path map;
  for (const auto& entry : fs::directory_iterator(dir / "out"))
    if (entry.path().filename().string().starts_with("water_2020-07-11") && entry.path().extension() == ".tif")
      map = entry.path();
  const auto ours = test::pixels(map);
  OpenRequest request;
  request.file = data / "sample_wofl.nc";
  request.drivers = {"netCDF"};
  request.need_georeference = false;
  SceneFile published = open_scene(request);
  std::vector<float> flags(published.info().grid.pixels());
  published.read(1, published.info().grid.whole(), flags.data());
  ASSERT_EQ(flags.size(), ours.size());
  size_t wet = 0, dry = 0, masked = 0, unseen = 0;
  for (size_t i = 0; i < ours.size(); ++i) {
    if (ours[i] == 1) {
      EXPECT_EQ(flags[i], 128) << i;
      ++wet;
    } else if (ours[i] == 0) {
      EXPECT_EQ(flags[i], 0) << i;
      ++dry;
    } else if (ours[i] == 2) {
      EXPECT_NE(static_cast<int>(flags[i]) & (32 | 64), 0) << i << " cloud or shadow";
      ++masked;
    } else {
      EXPECT_NE(flags[i], 128) << i;
      ++unseen;
    }
  }
  std::printf("WOfS: %zu wet and %zu dry pixels, all as published; %zu masked, %zu not observed\n", wet, dry, masked,
              unseen);
  EXPECT_EQ(wet, 599U);
  EXPECT_EQ(dry, 68U);
}

TEST(Water, FollowsPrairieWetlandsThroughFourYears) {
  FW_NEEDS_SHARED(data, "data/naip_prairie_wetlands");
  test::TempDir dir;
  const auto run = test::forewarn(dir, "water -q -p naip -m otsu -i NDWI --limits 0 0.3 --min-months 1 -o " +
                                           (dir / "out").string() + " " + data.string() + "/*.tif");
  ASSERT_EQ(run.exit, 0) << run.err;
  std::map<std::string, double> km2;
  for (const auto& row : test::table(dir / "out/water.csv")) {
    km2[row.at("date")] = *parse_number(row.at("common_water_km2"));
    std::printf("%s %.2f km2 of water\n", row.at("date").c_str(), km2[row.at("date")]);
  }
  EXPECT_GT(km2["2014-07-20"], 1.5 * km2["2009-08-18"]) << "the wetlands filled";
  const auto transition = test::pixels(dir / "out/water-transition_2009-08-18_2014-07-20.tif"),
             observed = test::pixels(dir / "out/water-observed_2009-08-18_2014-07-20.tif"),
             occurrence = test::pixels(dir / "out/water-occurrence_2009-08-18_2014-07-20.tif");
  size_t permanent = 0, gained = 0;
  for (size_t i = 0; i < transition.size(); ++i) {
    EXPECT_EQ(observed[i] == 0, std::isnan(occurrence[i])) << "a pixel nobody saw has no occurrence";
    if (observed[i] < 2) {
      ASSERT_EQ(transition[i], 254) << "one year is no change";
    }
    permanent += transition[i] == 1;
    gained += transition[i] == 2;
  }
  EXPECT_GT(permanent, 10000U);
  EXPECT_GT(gained, permanent / 4);
}

TEST(Change, IrMadOfRealImagesDoesNotDependOnTheTiles) {
  FW_NEEDS_SHARED(data, "data/naip_prairie_wetlands");
  test::TempDir dir;
  const std::string images =
      (data / "m_4709963_se_14_1_20120731.tif").string() + " " + (data / "m_4709963_se_14_1_20140720.tif").string();
  std::string first;
  for (const char* size : {"128", "400"}) {
    const auto out = dir / (std::string("out") + size);
    const auto run = test::forewarn(dir, "change -q -p naip -m irmad,cva -b green,red,nir --tile-size " +
                                             std::string(size) + " -o " + out.string() + " " + images);
    ASSERT_EQ(run.exit, 0) << run.err;
    const std::string bytes = test::read_text(out / "mad-chi2_2012-07-31_2014-07-20.tif") +
                              test::read_text(out / "cva-magnitude_2012-07-31_2014-07-20.tif");
    if (first.empty()) first = bytes;
    EXPECT_EQ(bytes, first);
  }
}

TEST(Change, RefusesWhatCannotBeMeant) {
  FW_NEEDS_SHARED(data, "data/naip_prairie_wetlands");
  test::TempDir dir;
  const auto refused = [&](const std::string& arguments, const std::string& code) {
    const auto run = test::forewarn(
        dir, "change -q -p naip -o " + (dir / "out").string() + " " + arguments + " " + data.string() + "/*.tif");
    EXPECT_EQ(run.exit, 78) << run.err;
    EXPECT_NE(run.err.find(code), std::string::npos) << run.err;
    EXPECT_FALSE(fs::exists(dir / "out"));
  };
  refused("", "PERIODS");
  refused("--before 2009-08-18 2012-07-31 --after 2012-01-01 2014-12-31", "RANGE");
  refused("-m mad,irmad --before 2009-01-01 2009-12-31 --after 2014-01-01 2014-12-31", "CHOICE");
  refused("-b NDVY --before 2009-01-01 2009-12-31 --after 2014-01-01 2014-12-31", "UNKNOWN_INDEX");
}

/// The real radiances of Sao Tome in January 2014 stand for ten months; in the later ones every light north of the
/// middle loses 70 %, as after a disaster.
TEST(Change, FindsInjectedLossOfRealNightLights) {
  FW_NEEDS_SHARED(data, "data/stp_nightlights");
  test::TempDir dir;
  const auto real = data / "NL_STP_VIIRS.M_201401_VCMCFG_GADM-2.8-SHPZIP.tif";
  Grid grid;
  const auto lights = test::pixels(real, 1, &grid);
  for (int month = 1; month <= 10; ++month) {
    test::MadeRaster raster;
    raster.grid = grid;
    raster.bands.resize(1);
    raster.bands[0].nodata = -9999;
    for (size_t i = 0; i < lights.size(); ++i) {
      const bool hit = month > 6 && i / static_cast<size_t>(grid.cols) < static_cast<size_t>(grid.rows) / 2;
      raster.bands[0].values.push_back(std::isnan(lights[i]) ? -9999
                                                             : static_cast<double>(lights[i]) * (hit ? 0.3 : 1));
    }
    char name[64];
    std::snprintf(name, sizeof name, "VIIRS_STP_%04d%02d_cut.tif", month > 6 ? 2015 : 2014,
                  month > 6 ? month - 6 : month);
    test::make_raster(dir / name, raster);
  }
  const auto run = test::forewarn(dir,
                                  "change -q -p viirs-night-lights -m night-light-loss --min-nights 3 --before "
                                  "2014-01-01 2014-12-31 --after 2015-01-01 2015-12-31 -o " +
                                      (dir / "out").string() + " " + dir.path().string() + "/VIIRS*.tif");
  ASSERT_EQ(run.exit, 0) << run.err;
  const auto loss = test::pixels(dir / "out/night-light-loss_2014-01-01_2015-12-31.tif"),
             classes = test::pixels(dir / "out/night-light-class_2014-01-01_2015-12-31.tif");
  size_t lit = 0, dark = 0;
  for (size_t i = 0; i < loss.size(); ++i) {
    const bool north = i / static_cast<size_t>(grid.cols) < static_cast<size_t>(grid.rows) / 2;
    if (std::isnan(lights[i])) {
      EXPECT_EQ(classes[i], 0) << "not assessed";
    } else if (lights[i] > 1) {
      EXPECT_NEAR(loss[i], north ? 70 : 0, 1e-3);
      EXPECT_EQ(classes[i], north ? 5 : 2);
      ++lit;
    } else {
      EXPECT_TRUE(std::isnan(loss[i]));
      EXPECT_EQ(classes[i], 7) << "not lit before";
      ++dark;
    }
  }
  std::printf("Sao Tome: %zu lit pixels, %zu dark\n", lit, dark);
  EXPECT_GT(lit, 50U);
}

}  // namespace
}  // namespace fw
