// What a run plans before it works: seasons, windows, the record, which product feeds which series, tiles in memory.
#include "core/series/plan.h"

#include "tests/series/small_archive.h"

namespace fw {
namespace {

using test::error_code;

Period period(const std::string& text) { return *parse_period(text); }

TEST(Season, HoldsBothEndsAndNothingElse) {
  const Season s{15, 29};  // 1 June to 31 October
  EXPECT_FALSE(s.holds(period("2015-05-d3")));
  EXPECT_TRUE(s.holds(period("2015-06-d1")));
  EXPECT_TRUE(s.holds(period("2015-10-d3")));
  EXPECT_FALSE(s.holds(period("2015-11-d1")));
}

TEST(Season, MayRunOverTheTurnOfTheYear) {
  const Season s{33, 5};  // 1 December to 28 February
  EXPECT_TRUE(s.holds(period("2015-12-d1")));
  EXPECT_TRUE(s.holds(period("2016-01-d1")));
  EXPECT_TRUE(s.holds(period("2016-02-d3")));
  EXPECT_FALSE(s.holds(period("2016-03-d1")));
  EXPECT_FALSE(s.holds(period("2015-11-d3")));
}

TEST(Season, HoldsAMonthOfWhichItHoldsADekad) {
  const Season s{16, 27};  // 11 June to 10 October
  EXPECT_FALSE(s.holds(period("2015-05")));
  EXPECT_TRUE(s.holds(period("2015-06")));
  EXPECT_TRUE(s.holds(period("2015-10")));
  EXPECT_FALSE(s.holds(period("2015-11")));
  EXPECT_TRUE(Season().holds(period("2015-01")));
  EXPECT_TRUE(Season().holds(period("2015-12-d3")));
}

TEST(WindowPeriods, AreDekadsOrTheMonthsTheyFill) {
  EXPECT_EQ(window_periods(9, Cadence::dekad), 9);
  EXPECT_EQ(window_periods(9, Cadence::month), 3);
  EXPECT_EQ(window_periods(3, Cadence::month), 1);
  EXPECT_EQ(window_periods(1, Cadence::month), 1);
  EXPECT_EQ(window_periods(36, Cadence::month), 12);
}

Scene scene(const std::string& product, const std::string& id, Date date, const std::vector<std::string>& roles) {
  Scene s;
  s.product = product;
  s.id = id;
  s.time.date = date;
  for (const auto& role : roles) s.bands[role] = {};
  return s;
}
SeriesPlan plan_of(const std::vector<std::string>& indicators) {
  SeriesPlan plan = test::archive_plan(test::archive_grid(100, 100), indicators);
  plan.analysis_from = period("2015-03");
  plan.analysis_to = period("2015-05");
  return plan;
}

TEST(PlanRecord, SpansWhatTheScenesAndTheAnalysisNeed) {
  Catalogue c;
  c.scenes = {scene("a", "old", {2005, 1, 1}, {"ndvi"}), scene("a", "s1", {2012, 6, 3}, {"ndvi"}),
              scene("a", "s2", {2012, 6, 20}, {"ndvi"}), scene("a", "late", {2016, 2, 1}, {"ndvi"})};
  const RecordPlan r = plan_record(plan_of({"ndvi_z"}), c);
  EXPECT_EQ(label(r.first), "2012-06");
  EXPECT_EQ(r.periods, 36) << "June 2012 to May 2015, the last period asked for";
  EXPECT_EQ(r.targets, (std::vector<int>{33, 34, 35}));
  const auto& scenes = r.scenes.at("a");
  ASSERT_EQ(scenes.size(), 36u);
  ASSERT_EQ(scenes[0].size(), 2u);
  EXPECT_EQ(scenes[0][0]->id, "s1");
  EXPECT_TRUE(scenes[1].empty());
  EXPECT_TRUE(r.missing.empty());
}

TEST(PlanRecord, ReachesBackForTrailingWindows) {
  Catalogue c;
  c.scenes = {scene("a", "s0", {2009, 10, 1}, {"ndvi"}), scene("a", "s1", {2009, 11, 1}, {"ndvi"}),
              scene("a", "s2", {2014, 1, 1}, {"ndvi"})};
  EXPECT_EQ(label(plan_record(plan_of({"ndvi_z"}), c).first), "2014-01") << "the reference begins in 2010";
  EXPECT_EQ(label(plan_record(plan_of({"ndvi3_z"}), c).first), "2009-11") << "three months end in January 2010";
}

TEST(PlanRecord, PutsScenesOfAPeriodInOrderOfTimeWhateverTheCatalogueSays) {
  Catalogue c;
  c.scenes = {scene("a", "z", {2014, 1, 20}, {"ndvi"}), scene("a", "y", {2014, 1, 3}, {"ndvi"}),
              scene("a", "b", {2014, 1, 3}, {"ndvi"})};
  const RecordPlan r = plan_record(plan_of({"ndvi"}), c);
  std::string order;
  for (const Scene* s : r.scenes.at("a")[0]) order += s->id;
  EXPECT_EQ(order, "byz");
}

TEST(PlanRecord, NotesWhatNothingOffersOnce) {
  Catalogue c;
  c.scenes = {scene("a", "s", {2014, 1, 1}, {"ndvi"})};
  const RecordPlan r = plan_record(plan_of({"ndvi", "rain", "rain_pct", "sm_z", "water_fraction"}), c);
  EXPECT_EQ(r.missing, (std::vector<std::string>{"rain_mm", "soil_moisture", "MNDWI"}));
  ASSERT_EQ(r.base.size(), 1u);
  EXPECT_EQ(r.base[0], (BaseSeries{"NDVI", CompositeMethod::max, "a"}));
}

TEST(PlanRecord, MixesNoProductsAndTakesTheOneChosen) {
  Catalogue c;
  c.scenes = {scene("a", "s", {2014, 1, 1}, {"ndvi"}), scene("b", "t", {2014, 2, 1}, {"red", "nir"})};
  SeriesPlan plan = plan_of({"ndvi"});
  EXPECT_EQ(error_code([&] { plan_record(plan, c); }), "MIXED_PRODUCTS");
  plan.series_product["NDVI"] = "b";
  const RecordPlan r = plan_record(plan, c);
  EXPECT_EQ(r.base[0].product, "b");
  EXPECT_FALSE(r.scenes.count("a"));
  plan.series_product["NDVI"] = "c";
  EXPECT_EQ(error_code([&] { plan_record(plan, c); }), "SERIES_PRODUCT");
}

TEST(PlanRecord, ComputesASeriesOnceForAllThatNeedIt) {
  Catalogue c;
  c.scenes = {scene("s2", "s", {2014, 1, 1}, {"red", "nir", "green", "swir1"})};
  const RecordPlan r = plan_record(plan_of({"ndvi", "ndvi_z", "ndvi3_z", "built_up", "water_fraction"}), c);
  EXPECT_EQ(r.base.size(), 3u) << "NDVI max, NDBI median, MNDWI median";
  EXPECT_EQ(r.unit_series, (std::vector<size_t>{0, 0, 2, 3, 4}));
}

TEST(PlanRecord, RefusesWhatCannotBe) {
  Catalogue c;
  c.scenes = {scene("a", "s", {2014, 1, 1}, {"ndvi"})};
  SeriesPlan plan = plan_of({"ndvi"});
  plan.analysis_to = period("2015-02");
  EXPECT_EQ(error_code([&] { plan_record(plan, c); }), "RANGE");
  plan = plan_of({"ndvi"});
  plan.analysis_to = {Cadence::month, plan.analysis_from.number + 4001};
  EXPECT_EQ(error_code([&] { plan_record(plan, c); }), "RANGE");
  plan.analysis_from = period("2015-03-d1");
  EXPECT_THROW(plan_record(plan, c), std::logic_error);
}

TEST(ReferenceCalendar, MarksTheReferenceByWholePeriods) {
  SeriesPlan plan = plan_of({"ndvi"});
  plan.reference_from = {2012, 3, 15};
  plan.reference_to = {2012, 5, 1};
  RecordPlan record;
  record.first = period("2012-01");
  record.periods = 14;
  const ReferenceCalendar c = reference_calendar(plan, record);
  EXPECT_EQ(c.in_reference, (std::vector<uint8_t>{0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(c.group[13], 1);
  EXPECT_EQ(c.year[11], 2012);
  EXPECT_EQ(c.year[12], 2013);
}

TEST(BudgetTiles, HalvesTheTileUntilItFitsAndNeverBelow32) {
  SeriesPlan plan = plan_of({"ndvi"});
  plan.grid.rows = plan.grid.cols = 1000;
  plan.tile_size = 256;
  RecordPlan record;
  record.base = {{"NDVI", CompositeMethod::max, "a"}};
  record.periods = 400;
  record.targets = {399};
  const auto memory_for = [&](int size) {
    return tile_bytes(plan, record, static_cast<size_t>(size * size)) / 4 * 5 + 100;
  };
  for (const int size : {256, 128, 64, 32}) {
    plan.memory_bytes = memory_for(size);
    const TileBudget b = budget_tiles(plan, record, 8);
    EXPECT_EQ(b.tile_size, size);
    EXPECT_EQ(b.tokens, 1);
  }
  plan.memory_bytes = memory_for(32) - 1000;
  EXPECT_EQ(error_code([&] { budget_tiles(plan, record, 8); }), "MEMORY");
}

TEST(BudgetTiles, KeepsAllTilesInFlightWithinTheMemory) {
  SeriesPlan plan = plan_of({"ndvi", "rain_pct"});
  plan.grid.rows = plan.grid.cols = 3000;
  RecordPlan record;
  record.base = {{"NDVI", CompositeMethod::max, "a"}, {"rain_mm", CompositeMethod::sum, "b"}};
  record.periods = 200;
  record.targets = {1, 2, 3};
  for (size_t mib = 32; mib <= 16384; mib *= 2)
    for (const int threads : {1, 2, 16}) {
      plan.memory_bytes = mib << 20;
      const TileBudget b = budget_tiles(plan, record, threads);
      const auto side = static_cast<size_t>(b.tile_size);
      EXPECT_LE(static_cast<size_t>(b.tokens) * tile_bytes(plan, record, side * side), plan.memory_bytes);
      EXPECT_GE(b.tokens, 1);
      EXPECT_LE(b.tokens, threads + 1);
    }
}

TEST(RoomForWork, LeavesTheProgramItsShareOfLittleMemory) {
  SeriesPlan plan = plan_of({"ndvi"});
  for (const auto& [memory, room] : {std::pair<size_t, size_t>{64, 16}, {256, 116}, {512, 372}, {5000, 4000}}) {
    plan.memory_bytes = memory << 20;
    EXPECT_EQ(room_for_work(plan), room << 20) << memory;
  }
}

TEST(BudgetTiles, CountsNoMoreThanTheGrid) {
  SeriesPlan plan = plan_of({"ndvi"});
  plan.grid.rows = plan.grid.cols = 10;
  plan.tile_size = 4096;
  RecordPlan record;
  record.base = {{"NDVI", CompositeMethod::max, "a"}};
  record.periods = 1000;
  record.targets = {0};
  plan.memory_bytes = tile_bytes(plan, record, 100) * 2;
  EXPECT_EQ(budget_tiles(plan, record, 1).tile_size, 4096);
}

}  // namespace
}  // namespace fw
