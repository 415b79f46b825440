// 'water', 'change', 'texture' and 'settlement' as a user runs them.
#include <algorithm>
#include <array>
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
  const auto run =
      test::forewarn(dir, "water -q -p naip -m otsu -i NDWI --limits 0.1 0.5 --threshold 0.2 --min-months 1 -o " +
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

TEST(Water, IsTheSameWithAnyMemoryAndRefusesTooLittleAsOtherJobsDo) {
  FW_NEEDS_SHARED(data, "data/naip_prairie_wetlands");
  test::TempDir dir;
  const auto run = [&](const std::string& memory) {
    return test::forewarn(dir, "water -q -p naip -m otsu -i NDWI --limits 0.1 0.5 --threshold 0.2 --memory " + memory +
                                   " -o " + (dir / memory).string() + " " + data.string() + "/*.tif");
  };
  for (const char* memory : {"16MiB", "1GiB"}) {
    const auto done = run(memory);
    ASSERT_EQ(done.exit, 0) << done.err;
  }
  EXPECT_EQ(test::hashes(dir / "16MiB"), test::hashes(dir / "1GiB"));
  const auto refused = run("15MiB");
  EXPECT_EQ(refused.exit, 78);
  EXPECT_NE(refused.err.find("--memory '15MiB' must be a size between 16MiB and 64TiB"), std::string::npos)
      << refused.err;
}

TEST(Change, IrMadOfRealImagesDependsNeitherOnMemoryNorOnThreads) {
  FW_NEEDS_SHARED(data, "data/naip_prairie_wetlands");
  test::TempDir dir;
  const std::string images =
      (data / "m_4709963_se_14_1_20120731.tif").string() + " " + (data / "m_4709963_se_14_1_20140720.tif").string();
  std::string first;
  for (const char* how : {"16MiB --threads 2", "900MiB --threads 1"}) {
    const auto out = dir / (std::string("out") + std::string(how, 3));
    const auto run = test::forewarn(dir, "change -q -p naip -m irmad,cva -b green,red,nir --memory " +
                                             std::string(how) + " -o " + out.string() + " " + images);
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
    if (std::isnan(lights[i]) || lights[i] == 0) {
      EXPECT_EQ(classes[i], 0) << "not assessed: 0 is no cloud-free night";
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

/// A cut of the real ETM+ scene of Kafa (30 m) as a scene of `day`, with roofs in boxes [row, col, rows, cols] and a
/// cloud over the first `cloudy` rows.
void kafa_scene(const test::TempDir& dir, const fs::path& etm, const std::string& day,
                const std::vector<std::array<int, 4>>& boxes, int cloudy = 0) {
  constexpr int side = 160, row0 = 500, col0 = 700;
  Grid whole;
  test::pixels(etm, 1, &whole);
  test::MadeRaster raster;
  raster.grid = whole;
  raster.grid.x0 += col0 * whole.dx;
  raster.grid.y0 -= row0 * whole.dy;
  raster.grid.rows = raster.grid.cols = side;
  const std::vector<std::pair<const char*, double>> bands = {{"B", 0.14}, {"G", 0.17},  {"R", 0.20},
                                                             {"N", 0.27}, {"S1", 0.37}, {"S2", 0.34}};
  for (size_t b = 0; b < bands.size(); ++b) {
    const auto values = test::pixels(etm, static_cast<int>(b + 1));
    test::MadeBand made{{}, bands[b].first, -9999};
    for (int r = 0; r < side; ++r)
      for (int c = 0; c < side; ++c) {
        const float v =
            values[static_cast<size_t>(row0 + r) * static_cast<size_t>(whole.cols) + static_cast<size_t>(col0 + c)];
        bool roof = false;
        for (const auto& x : boxes) roof = roof || (r >= x[0] && r < x[0] + x[2] && c >= x[1] && c < x[1] + x[3]);
        made.values.push_back(std::isnan(v) || r < cloudy ? -9999
                              : roof                      ? bands[b].second * (1 + 0.02 * ((r * 7 + c * 3) % 5 - 2))
                                                          : static_cast<double>(v) / 10000);
      }
    raster.bands.push_back(made);
  }
  std::string name = "kafa_" + day + ".tif";
  name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
  test::make_raster(dir / name, raster);
}

std::map<std::string, std::map<std::string, std::string>> sites_at(const fs::path& out, const std::string& date) {
  std::map<std::string, std::map<std::string, std::string>> sites;
  for (const auto& row : test::table(out / "sites.csv"))
    if (row.at("date") == date) sites[row.at("site_id")] = row;
  return sites;
}

TEST(Settlement, FollowsInjectedCampsOnARealBackgroundFromRunToRun) {
  FW_NEEDS_SHARED(data, "data/eth_kafa");
  const auto etm = data / "gewata_etm_sr.tif";
  test::TempDir dir;
  const std::array<int, 4> old_camp{20, 20, 12, 12}, new_camp{100, 90, 10, 20}, grown_camp{100, 90, 20, 20};
  kafa_scene(dir, etm, "2001-02-05", {old_camp});
  kafa_scene(dir, etm, "2002-02-05", {old_camp, new_camp});
  kafa_scene(dir, etm, "2003-02-05", {old_camp, grown_camp}, 40);
  const auto run = [&](const std::string& out, const std::string& scenes, const std::string& more) {
    return test::forewarn(dir,
                          "settlement -q -p reflectance-tif " + more + " -o " + (dir / out).string() + " " + scenes);
  };
  const auto file = [&](const char* year) { return (dir / ("kafa_" + std::string(year) + "0205.tif")).string(); };
  const auto first = run("first", file("2001") + " " + file("2002"), "");
  ASSERT_EQ(first.exit, 0) << first.err;
  const auto frugal = run("frugal", file("2001") + " " + file("2002"), "--memory 16MiB --threads 1");
  ASSERT_EQ(frugal.exit, 0) << frugal.err;
  EXPECT_EQ(test::hashes(dir / "frugal"), test::hashes(dir / "first"));
  const auto one = sites_at(dir / "first", "2002-02-05");
  std::string camp, old;
  std::map<std::string, int> statuses;
  for (const auto& [id, row] : one) {
    ++statuses[row.at("status")];
    const double ha = *parse_number(row.at("area_ha"));
    if (row.at("status") == "new") camp = id;
    if (std::fabs(ha - 144 * 0.09) < 0.5) old = id;
  }
  for (const auto& [status, n] : statuses) std::printf("Kafa, injected: %d sites %s\n", n, status.c_str());
  ASSERT_EQ(statuses["new"], 1);
  EXPECT_EQ(statuses["expanded"] + statuses["contracted"] + statuses["closed"], 0) << "the background did not change";
  EXPECT_NEAR(*parse_number(one.at(camp).at("area_ha")), 200 * 0.09, 0.5) << "18 ha of 30 m cells";
  ASSERT_FALSE(old.empty());
  EXPECT_TRUE(fs::exists(dir / "first/sites.gpkg"));

  const auto second =
      run("second", file("2002") + " " + file("2003"), "--previous " + (dir / "first/sites.gpkg").string());
  ASSERT_EQ(second.exit, 0) << second.err;
  const auto two = sites_at(dir / "second", "2003-02-05");
  EXPECT_EQ(two.at(camp).at("status"), "expanded") << "the same id as in the run before";
  EXPECT_NEAR(*parse_number(two.at(camp).at("growth_percent")), 100, 1);
  EXPECT_LT(*parse_number(two.at(camp).at("area_low_95_ha")), 36.0);
  EXPECT_GT(*parse_number(two.at(camp).at("area_high_95_ha")), 36.0);
  EXPECT_EQ(two.at(old).at("status"), "unassessed") << "under cloud";
  const auto carried = sites_at(dir / "second", "2002-02-05");
  for (const auto& [id, row] : one) {
    ASSERT_TRUE(carried.count(id)) << id;
    EXPECT_EQ(carried.at(id).at("status"), "no significant change") << "the same scene again";
  }
}

TEST(Settlement, LooksOnlyAroundPlacesAndRefusesWhatCannotBeMeant) {
  FW_NEEDS_SHARED(data, "data/eth_kafa");
  test::TempDir dir;
  kafa_scene(dir, data / "gewata_etm_sr.tif", "2001-02-05", {});
  kafa_scene(dir, data / "gewata_etm_sr.tif", "2002-02-05", {});
  const auto run = [&](const std::string& more) {
    return test::forewarn(dir, "settlement -q -p reflectance-tif " + more + " -o " + (dir / "out").string() + " " +
                                   dir.path().string() + "/kafa_*.tif");
  };
  test::write_text(dir / "elsewhere.csv", "name,lat,lon\nX,0.5,0.5\n");
  test::write_text(dir / "wrong.csv", "name,latitude,lon\nX,7,36\n");
  for (const auto& [more, code, exit] :
       {std::tuple{"--places " + (dir / "elsewhere.csv").string(), "SETTLEMENT_AREA", 78},
        std::tuple{"--places " + (dir / "wrong.csv").string(), "PLACES", 65},
        std::tuple{"--previous " + (dir / "none.gpkg").string(), "INPUT_MISSING", 65},
        std::tuple{std::string("--detect breaks"), "PERIODS", 78}}) {
    const auto outcome = run(more);
    EXPECT_EQ(outcome.exit, exit) << outcome.err;
    EXPECT_NE(outcome.err.find(code), std::string::npos) << outcome.err;
    EXPECT_FALSE(fs::exists(dir / "out"));
  }
}

TEST(Texture, SeparatesRoofsFromFieldsAndNeedsTheSensorsRange) {
  FW_NEEDS_SHARED(data, "data/naip_prairie_wetlands");
  test::TempDir dir;
  const std::string image = (data / "m_4709963_se_14_1_20140720.tif").string();
  const auto missing = test::forewarn(dir, "texture -q -p naip -o " + (dir / "no").string() + " " + image);
  EXPECT_EQ(missing.exit, 64) << "levels are never taken from the scene";
  const auto run = test::forewarn(dir, "texture -q -p naip -i red -f pantex,glcm_entropy --grey 0 1 --window 11 -o " +
                                           (dir / "out").string() + " " + image);
  ASSERT_EQ(run.exit, 0) << run.err;
  const auto pantex = test::pixels(dir / "out/red-pantex_2014-07-20_m_4709963_se_14_1_20140720.tif"),
             entropy = test::pixels(dir / "out/red-glcm-entropy_2014-07-20_m_4709963_se_14_1_20140720.tif");
  size_t valid = 0;
  for (size_t i = 0; i < pantex.size(); ++i) {
    if (std::isnan(pantex[i])) continue;
    ++valid;
    ASSERT_GE(pantex[i], 0);
    ASSERT_GE(entropy[i], 0);
  }
  EXPECT_GT(valid, pantex.size() * 9 / 10);
}

}  // namespace
}  // namespace fw
