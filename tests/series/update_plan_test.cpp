// Which periods an update computes, and what it refuses: on catalogues made by hand, no file is read.
#include "core/series/update_plan.h"

#include "tests/series/small_archive.h"

namespace fw {
namespace {

Scene scene(const std::string& day, const std::string& sha256 = "a") {
  Scene s;
  s.id = "rain_" + day;
  s.product = "chirps";
  s.time = *parse_datetime(day);
  SceneBand band;
  band.file = day + ".tif";
  band.sha256 = sha256;
  band.grid = test::archive_grid(4, 4);
  s.bands["rain_mm"] = band;
  return s;
}

/// A monthly archive from 2010 to a last month of 2016; the reference is 2010..2014.
Catalogue archive(int last_month) {
  Catalogue c;
  for (int year = 2010; year <= 2016; ++year)
    for (int month = 1; month <= (year < 2016 ? 12 : last_month); ++month)
      c.scenes.push_back(scene(to_string(Date{year, month, 5})));
  return c;
}

SeriesPlan plan_until(const std::string& to) {
  SeriesPlan plan = test::archive_plan(test::archive_grid(4, 4), {"rain", "rain3_z"});  // windows of 1 and 3 months
  plan.analysis_from = *parse_period("2016-01");
  plan.analysis_to = *parse_period(to);
  plan.reference_to = {2014, 12, 31};
  return plan;
}

const StoredSpan stored{*parse_period("2010-01"), *parse_period("2016-01"), *parse_period("2016-05")};

UpdatePlan update(const std::string& to, const Catalogue& now) {
  const SeriesPlan plan = plan_until(to);
  return plan_update(plan, plan_record(plan, now), stored, archive(5), now);
}

TEST(UpdatePlan, ComputesTheNewPeriodFromItsTrailingWindow) {
  const Catalogue now = archive(6);
  const UpdatePlan u = update("2016-06", now);
  EXPECT_EQ(label(u.plan.analysis_from), "2016-06");
  EXPECT_EQ(label(u.record.first), "2016-04") << "three months look back";
  EXPECT_EQ(u.record.targets, std::vector<int>{2});
  EXPECT_EQ(u.new_scenes, 1U);
  EXPECT_EQ(u.changed_scenes, 0U);
}

TEST(UpdatePlan, ComputesFromALateOrReplacedOrRemovedSceneOn) {
  Catalogue late = archive(6), removed = archive(6);
  Scene extra = scene("2016-03-20");
  late.scenes.insert(late.scenes.end() - 3, extra);
  const UpdatePlan u = update("2016-06", late);
  EXPECT_EQ(label(u.plan.analysis_from), "2016-03");
  EXPECT_EQ(label(u.record.first), "2016-01");
  EXPECT_EQ(u.record.changed.at("chirps")[2].size(), 1U);
  Catalogue replaced = archive(5);
  replaced.scenes[replaced.scenes.size() - 2].bands["rain_mm"].sha256 = "b";
  EXPECT_EQ(label(update("2016-05", replaced).plan.analysis_from), "2016-04");
  EXPECT_EQ(update("2016-05", replaced).record.changed.at("chirps")[2].size(), 2U) << "both versions cover ground";
  removed.scenes.erase(removed.scenes.end() - 3);
  EXPECT_EQ(label(update("2016-06", removed).plan.analysis_from), "2016-04");
}

TEST(UpdatePlan, RefusesWhatTheStateCannotGive) {
  using test::error_code;
  EXPECT_EQ(error_code([] { update("2016-05", archive(5)); }), "NO_NEW_SCENES");
  EXPECT_EQ(error_code([] { update("2016-07", archive(5)); }), "NO_NEW_SCENES");
  EXPECT_EQ(error_code([] { update("2016-04", archive(6)); }), "STATE_ORDER");
  Catalogue reference = archive(6), late = archive(6), earlier = archive(6);
  reference.scenes[30].bands["rain_mm"].sha256 = "b";
  EXPECT_EQ(error_code([&] { update("2016-06", reference); }), "STATE_REFERENCE");
  earlier.scenes.erase(earlier.scenes.begin());
  EXPECT_EQ(error_code([&] { update("2016-06", earlier); }), "STATE_RECORD");
  SeriesPlan inside = plan_until("2016-06");
  inside.reference_to = {2016, 12, 31};
  const Catalogue now = archive(6);
  EXPECT_EQ(error_code([&] { plan_update(inside, plan_record(inside, now), stored, archive(5), now); }),
            "STATE_REFERENCE");
  inside.reference_to = {2014, 12, 31};
  inside.analysis_from = *parse_period("2015-01");
  const StoredSpan from_2015{stored.record_first, inside.analysis_from, stored.to};
  late.scenes[63].bands["rain_mm"].sha256 = "b";  // April 2015: thirteen months before the end of the state
  EXPECT_EQ(error_code([&] { plan_update(inside, plan_record(inside, late), from_2015, archive(5), late); }),
            "STATE_LATE");
  SeriesPlan small = plan_until("2016-06");
  const UpdatePlan planned = plan_update(small, plan_record(small, now), stored, archive(5), now);
  small.grid = test::archive_grid(64, 64);
  small.memory_bytes = 20'000;
  EXPECT_EQ(error_code([&] { budget_tiles(small, planned.record, 2); }), "MEMORY") << "not one tile of 32 x 32 fits";
}

TEST(UpdatePlan, LooksBackThroughBuiltUpByBothWindows) {
  SeriesPlan plan = plan_until("2016-06");
  plan.indicators = {load_indicator(test::config_folder(), "built_up"), load_indicator(test::config_folder(), "ndvi")};
  EXPECT_EQ(look_back(plan, {"NDVI", CompositeMethod::max, ""}), 12) << "36 dekads are 12 months";
  plan.indicators[0].window = 9;
  EXPECT_EQ(look_back(plan, {"NDVI", CompositeMethod::max, ""}), 14);
  EXPECT_EQ(look_back(plan, {"rain_mm", CompositeMethod::sum, ""}), 1);
}

}  // namespace
}  // namespace fw
