#include <gtest/gtest.h>

#include <cmath>

#include "core/series/settlement_run.h"
#include "core/series/texture_map.h"
#include "tests/series/dated_scenes.h"
#include "tests/series/small_archive.h"

namespace fw {
namespace {

using test::cpu;
using test::indices;
const float none = nan_f();

/// Scores of 40 x 40 cells of 10 m: 1 in a box, 0 elsewhere.
Grid grid40() { return {"EPSG:32637", 500000, 1600000, 10, 10, 40, 40}; }
std::vector<float> box(int row, int col, int rows, int cols, float inside = 1, std::vector<float> base = {}) {
  if (base.empty()) base.assign(1600, 0);
  for (int r = row; r < row + rows; ++r)
    for (int c = col; c < col + cols; ++c) base[static_cast<size_t>(r * 40 + c)] = inside;
  return base;
}
template <class T>
Plane<T> plane40(const std::vector<T>& values) {
  Plane<T> plane({}, 40, 40);
  plane.put(0, values);
  return plane;
}
SettlementHistory follow(const std::vector<float>& before, const std::vector<float>& after, const SiteMap& known = {}) {
  return follow_built_up({plane40(before), plane40(after)}, {"2022-12-31", "2023-12-31"}, known, grid40(), {}, {});
}

TEST(FollowBuiltUp, TellsNewExpandedAndUnassessedApart) {
  auto before = box(5, 5, 8, 8);
  before = box(25, 5, 10, 10, 1, before);
  auto after = box(5, 5, 8, 16);            // twice as wide
  after = box(5, 30, 8, 8, 1, after);       // was not there
  after = box(25, 5, 10, 10, none, after);  // under cloud
  const auto history = follow(before, after);
  ASSERT_EQ(history.dates.size(), 2U);
  for (const auto& site : history.dates[0].sites) EXPECT_EQ(site.status, SiteStatus::unassessed) << "the first date";
  const auto& sites = history.dates[1].sites;
  ASSERT_EQ(sites.size(), 3U);
  EXPECT_EQ(sites[0].status, SiteStatus::expanded);
  EXPECT_NEAR(*sites[0].growth_percent, 100, 1e-6);
  EXPECT_EQ(sites[1].status, SiteStatus::unassessed) << "not seen is not closed";
  EXPECT_EQ(sites[2].status, SiteStatus::appeared);
  EXPECT_LT(sites[0].area_interval.low, sites[0].area_ha);
  EXPECT_GT(sites[0].area_interval.high, sites[0].area_ha);
}

TEST(SummaryOfSites, SaysHowManyNewOnesMayBeNone) {
  SettlementHistory history;
  history.dates.resize(1);
  SiteChange sure, doubtful, same;
  sure.status = doubtful.status = SiteStatus::appeared;
  same.status = SiteStatus::no_significant_change;
  sure.area_interval = {0.4, 5.8};
  doubtful.area_interval = {0, 2.5};
  history.dates[0].sites = {sure, doubtful, same};
  EXPECT_EQ(summary_of(history),
            "3 sites: 2 new (1 perhaps none: the interval of the area holds 0), 1 no significant change");
  history.dates[0].sites = {sure, same};
  EXPECT_EQ(summary_of(history), "2 sites: 1 new, 1 no significant change");
}

TEST(FollowBuiltUp, ACloudOverPartOfASmallSiteDoesNotCloseIt) {
  const auto before = box(5, 5, 8, 8);                                 // 0.64 ha
  const auto history = follow(before, box(5, 5, 2, 8, none, before));  // 0.48 ha seen: below min_ha alone
  ASSERT_EQ(history.dates[1].sites.size(), 1U);
  EXPECT_NE(history.dates[1].sites[0].status, SiteStatus::closed);
  EXPECT_EQ(follow(before, box(0, 0, 0, 0)).dates[1].sites.at(0).status, SiteStatus::closed) << "seen to be gone";
}

TEST(FollowBuiltUp, OfStripsOnDiskThatCutSitesIsThatOfTheWholeInMemory) {
  const auto before = box(25, 5, 10, 10, 1, box(5, 5, 8, 8)),
             after = box(6, 12, 9, 8, 1, box(5, 30, 8, 8, none, before));
  test::TempDir dir;
  const auto run = [&](const PlaneStore& store) {
    BuiltUpScores scores{{store, 40, 40}, {store, 40, 40}};
    scores.before.put(0, before);
    scores.after.put(0, after);
    const auto history = follow_built_up(scores, {"2022-12-31", "2023-12-31"}, {}, grid40(), {}, store);
    return std::tuple(site_csv(history.dates, grid40(), 0.95), history.map.site.get(0, 40),
                      history.map.former.get(0, 40), history.map.known.get(0, 40));
  };
  const auto whole = run({});
  for (const size_t strip : {1, 120, 300}) EXPECT_EQ(run({dir.path(), strip}), whole) << strip;
}

TEST(FollowBuiltUp, KeepsIdsFromRunToRun) {
  const auto first = follow(box(5, 5, 8, 8), box(20, 20, 9, 9, 1, box(5, 5, 8, 8)));
  const auto second = follow(box(20, 20, 9, 9), box(20, 20, 9, 9, 1, box(2, 30, 8, 8)), first.map);
  const auto& sites = second.dates[1].sites;
  ASSERT_EQ(sites.size(), 2U);
  EXPECT_EQ(sites[0].id, 2U);
  EXPECT_EQ(sites[1].id, 3U) << "the id of the closed site is not given again";
}

/// Breaks of 40 x 40 cells, all observed at two ends.
struct Ground {
  std::vector<float> date = std::vector<float>(1600, none), ndvi = date, brightness = date;
  std::vector<uint8_t> assessed = std::vector<uint8_t>(1600, 1);
  std::vector<std::vector<uint8_t>> observed = {assessed, assessed};

  void build(int row, int col, int rows, int cols, float year) {
    for (int r = row; r < row + rows; ++r)
      for (int c = col; c < col + cols; ++c) {
        const auto i = static_cast<size_t>(r * 40 + c);
        date[i] = year, ndvi[i] = -0.3F, brightness[i] = 0.1F;
      }
  }
  SettlementHistory follow(const SiteMap& known = {}) const;
};
const std::vector<std::string> days = {"2021-01-01", "2021-06-30", "2022-06-30"};
SettlementHistory Ground::follow(const SiteMap& known) const {
  const BreakPlanes planes{{plane40(date), plane40(ndvi), plane40(brightness), plane40(assessed)},
                           {plane40(observed[0]), plane40(observed[1])},
                           {2021.5, 2022.5}};
  return follow_breaks(planes, days, known, grid40(), {}, {});
}

TEST(FollowBreaks, NamesWhatWasBuiltAndWhatGrewOfIt) {
  Ground p;
  p.build(10, 10, 10, 10, 2021.2F);
  p.build(10, 20, 10, 10, 2022.2F);
  const auto history = p.follow();
  ASSERT_EQ(history.dates.size(), 2U);
  EXPECT_EQ(history.dates[0].sites.at(0).status, SiteStatus::appeared);
  EXPECT_NEAR(history.dates[0].sites.at(0).area_ha, 1, 0.01);
  EXPECT_EQ(history.dates[1].sites.at(0).status, SiteStatus::expanded);
  EXPECT_NEAR(history.dates[1].sites.at(0).area_ha, 2, 0.02);
}

TEST(FollowBreaks, SaysNothingWhereCloudsHideAnEndAndNeverCloses) {
  Ground p;
  p.build(10, 10, 10, 10, 2021.2F);
  p.observed[1].assign(1600, 0);
  auto history = p.follow();
  EXPECT_EQ(history.dates[1].sites.at(0).status, SiteStatus::unassessed);
  const Ground later;  // a run whose history begins after the site was built
  history = later.follow(history.map);
  EXPECT_EQ(history.dates[1].sites.at(0).id, 1U);
  EXPECT_EQ(history.dates[1].sites.at(0).status, SiteStatus::no_significant_change);
  p.assessed.assign(1600, 0);
  history = p.follow();
  EXPECT_TRUE(history.dates[1].sites.empty()) << "nothing is known, so nothing is named";
}

TEST(FindGroundBreaks, FindsTheMonthAtWhichAFieldWasBuiltOn) {
  test::DatedScenes scenes(3, 4);
  for (int month = 0; month < 72; ++month) {
    std::vector<double> red, nir;
    for (size_t i = 0; i < 12; ++i) {
      const double season = std::sin(month / 12.0 * 2 * M_PI),
                   noise = 0.02 * test::scatter(i, static_cast<uint64_t>(month));
      const bool built = i == 5 && month >= 54;  // July 2021
      const double ndvi = built ? 0.12 + noise : 0.5 + 0.2 * season + noise;
      red.push_back(built ? 0.25 : 0.08);
      nir.push_back(red.back() * (1 + ndvi) / (1 - ndvi));
    }
    char day[16];
    std::snprintf(day, sizeof day, "%d-%02d-10", 2017 + month / 12, month % 12 + 1);
    std::vector<double> mask(12, 0);
    mask[7] = 1;  // always cloudy
    scenes.add(day, {{"R", red}, {"N", nir}, {"mask", mask}});
  }
  const Catalogue catalogue = scenes.scan_as("reflectance-tif");
  std::vector<const Scene*> all;
  for (const auto& s : catalogue.scenes) all.push_back(&s);
  BreakSearch settings;
  settings.monitor_from = {2021, 1, 1};
  settings.ends = {{2021, 12, 31}, {2022, 12, 31}};
  SettlementPlan plan{scenes.grid()};
  for (const size_t memory : {size_t{1} << 20, size_t{1} << 30}) {
    plan.memory_bytes = memory;
    const auto p = find_ground_breaks(plan, settings, all, catalogue, indices(), cpu, scenes.report);
    const auto assessed = p.breaks.assessed.get(0, 3), observed = p.observed[0].get(0, 3);
    const auto date = p.breaks.date.get(0, 3), ndvi = p.breaks.ndvi_change.get(0, 3);
    for (size_t i = 0; i < 12; ++i) {
      EXPECT_EQ(assessed[i], i != 7) << i;
      EXPECT_EQ(observed[i], i != 7) << i;
      EXPECT_EQ(std::isnan(ndvi[i]), i != 5) << i;
    }
    EXPECT_TRUE(std::isnan(date[7]));
    EXPECT_GE(date[5], 2021.5F - 0.01F);
    EXPECT_LE(date[5], 2021.85F) << "within a few months";
    EXPECT_NEAR(ndvi[5], -0.38, 0.05);
    EXPECT_NEAR(p.breaks.brightness_change.get(0, 3)[5], 0.17, 0.01);
  }
  settings.monitor_from = {2016, 1, 1};
  EXPECT_EQ(
      test::error_code([&] { find_ground_breaks(plan, settings, all, catalogue, indices(), cpu, scenes.report); }),
      "RANGE");
}

TEST(ScoreBuiltUp, TellsRoofsFromBareSoilThatGreensUpAndLeavesWaterOut) {
  test::DatedScenes scenes(1, 4);
  // Roof: NDBI 0.14, NDVI 0.18 all year. Soil: the same in the dry season, green later. Water. Cloud.
  const auto scene = [](double soil_nir, double soil_swir1) {
    return std::map<std::string, std::vector<double>>{{"R", {0.20, 0.20 * (soil_nir > 0.4 ? 0.3 : 1), 0.05, 0.2}},
                                                      {"N", {0.29, soil_nir, 0.03, 0.29}},
                                                      {"S1", {0.385, soil_swir1, 0.02, 0.385}},
                                                      {"G", {0.18, 0.15, 0.08, 0.18}},
                                                      {"mask", {0, 0, 0, 1}}};
  };
  for (const char* year : {"2022", "2023"}) {
    scenes.add(std::string(year) + "-02-01", scene(0.29, 0.385));
    scenes.add(std::string(year) + "-08-01", scene(0.45, 0.25));
  }
  const Catalogue catalogue = scenes.scan_as("reflectance-tif");
  const auto scores =
      score_built_up({scenes.grid()}, {&catalogue.scenes[0], &catalogue.scenes[1]},
                     {&catalogue.scenes[2], &catalogue.scenes[3]}, {}, catalogue, indices(), cpu, scenes.report);
  const std::vector<float> after = scores.after.get(0, 1);
  EXPECT_GT(after[0], 0.8F);
  EXPECT_LT(after[1], 0.1F);
  EXPECT_EQ(after[2], 0);
  EXPECT_TRUE(std::isnan(after[3])) << "never seen is not 'no settlement'";
}

TEST(ScoreBuiltUp, OfAWindowIsThatOfTheWholeWhateverTheMemory) {
  test::DatedScenes scenes(60, 50);
  for (const char* day : {"2022-02-01", "2022-08-01", "2023-02-01", "2023-08-01"}) {
    std::map<std::string, std::vector<double>> bands;
    for (const char* letter : {"R", "N", "G", "S1"})
      for (size_t i = 0; i < 3000; ++i)
        bands[letter].push_back(
            0.1 + 0.3 * test::scatter(i, static_cast<uint64_t>(day[3] * 8 + day[6]), static_cast<uint64_t>(letter[0])));
    scenes.add(day, bands);
  }
  const Catalogue catalogue = scenes.scan_as("reflectance-tif");
  std::vector<const Scene*> before, after;
  for (const auto& s : catalogue.scenes) (s.time.date.year == 2022 ? before : after).push_back(&s);
  const auto score = [&](const Grid& grid, size_t memory) {
    return score_built_up({grid, memory, scenes.folder()}, before, after, {}, catalogue, indices(), cpu, scenes.report);
  };
  const auto values = [](const BuiltUpScores& s) {
    return std::pair{s.before.get(0, s.before.rows()), s.after.get(0, s.after.rows())};
  };
  const auto whole = values(score(scenes.grid(), size_t{1} << 30));
  const Window window{11, 7, 40, 30};
  for (const size_t memory : {size_t{1}, size_t{1} << 30}) {
    const auto part = values(score(part_of(scenes.grid(), window), memory));
    size_t differ = 0;
    for (size_t i = 0; i < window.pixels(); ++i) {
      const size_t at = (11 + i / 30) * 50 + 7 + i % 30;
      differ += !(part.first[i] == whole.first[at] && part.second[i] == whole.second[at]);
    }
    EXPECT_EQ(differ, 0U) << memory;
  }
}

TEST(TextureOf, IsTheSameWhateverTheTiles) {
  test::DatedScenes scenes(70, 90);
  std::vector<double> red;
  for (uint64_t i = 0; i < 6300; ++i) red.push_back(i % 97 == 0 ? -9999 : 0.4 * test::scatter(i / 90, i % 90));
  scenes.add("2020-05-01", {{"R", red}});
  const Catalogue catalogue = scenes.scan_as("reflectance-tif");
  Pool<Backend> backends([] { return make_backend(cpu); });
  SceneWindows windows(catalogue, scenes.grid(), backends, scenes.report);
  TexturePlan plan;
  plan.grid = scenes.grid();
  plan.grey = {0, 0.4F, 32};
  plan.features = texture_features();
  plan.scratch_dir = scenes.folder();
  const auto values = plan_scene(catalogue.scenes[0], indices(), {"red"}, "texture", scenes.report);
  std::string first;
  for (const int size : {32, 50, 128}) {
    test::Pieces pieces(scenes.grid());
    plan.tile_size = size;
    map_texture(windows, catalogue.scenes[0], values, plan, [&](const Window& w, const TexturePlanes& planes) {
      for (size_t k = 0; k < planes.size(); ++k) pieces.put(plan.features[k], w, planes[k].data());
    });
    if (first.empty()) first = pieces.bytes();
    EXPECT_EQ(pieces.bytes(), first) << size;
    EXPECT_TRUE(std::isnan(pieces.at("pantex")[0])) << "half a window from the border";
    EXPECT_FALSE(std::isnan(pieces.at("pantex")[40 * 90 + 41]));
  }
}

TEST(SettlementWindow, ReachesAroundPlacesAndRefusesThoseElsewhere) {
  const Grid grid{"EPSG:32637", 500000, 1600000, 10, 10, 1000, 1000};
  const Window w = settlement_window(grid, {{500, 100}}, 1000);
  EXPECT_NEAR(w.row, 400, 1);
  EXPECT_EQ(w.col, 0);
  EXPECT_NEAR(w.rows, 201, 2);
  EXPECT_EQ(part_of(grid, w).y0, grid.y0 - 10 * w.row);
  EXPECT_EQ(test::error_code([&] { settlement_window(grid, {{5000, 100}}, 1000); }), "SETTLEMENT_AREA");
  EXPECT_EQ(test::error_code([&] { settlement_window(grid, {{std::nan(""), 100}}, 1000); }), "SETTLEMENT_AREA");
}

}  // namespace
}  // namespace fw
