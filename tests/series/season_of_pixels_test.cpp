// The season of pixels in the pipeline: found in the mean year, told, followed by windows, and held before alarms.
#include <cmath>

#include "core/series/tile_season.h"
#include "kernels/ops_phenology.h"
#include "tests/series/small_archive.h"

namespace fw {
namespace {

using test::RunResult;

const Grid grid = test::archive_grid(4, 40);  // unit A: columns 0..19, unit B: 20..39
const std::vector<std::string> indicators = {"season_active", "season_senescent", "ndvi_c_z", "ndvi_z",
                                             "rain_spi3_season"};
enum : size_t { active, senescent, c_z, z, spi };
constexpr size_t january = 0, june = 5, july = 6, august = 7, september = 8;

// Starts at 25 % of 0.4 above 0.2, between May and June; senescent from two thirds of July on; over late in August.
constexpr double year_of_grass[] = {0.2, 0.2, 0.2, 0.2, 0.28, 0.5, 0.6, 0.45, 0.28, 0.2, 0.2, 0.2};
constexpr double of_year[] = {-0.02, -0.01, 0, 0.01, 0.02, -0.03};  // 2010 to 2015

/// Three of twenty columns of A and two of B grow half a year later; the last column is evergreen.
bool grows_late(int c) { return c < 3 || c == 20 || c == 21; }
double ndvi(int year, int month, int, int c) {
  const int m = month - 1 + (grows_late(c) ? 6 : 0);
  return (c == 39 ? 0.7 : year_of_grass[m % 12]) + of_year[year - 2010];
}

std::unique_ptr<RunResult> run(const std::optional<Season>& declared, bool gate_all, int tile_size = 256) {
  test::TempDir dir;
  test::write_stack(dir / "ndvi.tif", grid, 2010, 2015, 5, false, ndvi);
  test::write_stack(dir / "rain.tif", grid, 2010, 2015, 1, false,
                    [](int y, int, int, int) { return y == 2015 ? 15.0 : 10.0 * (y - 2009); });
  RunReport report;
  const Catalogue catalogue =
      test::scan_archive(dir.path(), {test::ndvi_stack("ndvi.tif"), test::rain_stack("rain.tif")}, report);
  SeriesPlan plan = test::archive_plan(grid, indicators);
  plan.reference_to = {2014, 12, 31};
  plan.season = declared;
  plan.gate_by_phenology = gate_all;
  plan.tile_size = tile_size;
  return test::run_archive(plan, catalogue, {test::archive_units(dir.path(), grid)});
}
const RunResult& standard() {
  static const auto result = run({}, false);
  return *result;
}
const IndicatorRow& row(const RunResult& r, const char* unit, const char* period, const char* indicator) {
  const IndicatorRow* found = r.table.find(unit, *parse_period(period), indicator);
  if (!found) throw std::runtime_error("no such row");
  return *found;
}

TEST(SeasonOfPixels, IsToldPerPeriodOfTheYear) {
  const auto& r = standard().rasters;
  for (const size_t month : {january, june, july, august, september}) {
    const bool on = month == june || month == july || month == august;
    EXPECT_EQ(r.value(active, month, 1, 10), on ? 1 : 0) << month;
    EXPECT_EQ(r.value(active, month, 1, 2), month == january ? 1 : 0) << month;
  }
  EXPECT_EQ(r.value(senescent, july, 1, 10), 0);
  EXPECT_EQ(r.value(senescent, august, 1, 10), 1);
  EXPECT_EQ(r.reason(senescent, september, 1, 10), Reason::not_in_season);
}

TEST(SeasonOfPixels, IsUnknownWhereTheYearHasNoCycle) {
  const auto& r = standard().rasters;
  for (const size_t i : {active, senescent, c_z, spi})
    for (const size_t month : {january, july}) {
      EXPECT_TRUE(is_nan(r.value(i, month, 1, 39)));
      EXPECT_EQ(r.reason(i, month, 1, 39), Reason::not_assessed) << indicators[i];
    }
}

TEST(SeasonOfPixels, IsUnknownWhereNoSeriesTellsIt) {
  test::TempDir dir;
  test::write_stack(dir / "rain.tif", grid, 2010, 2015, 1, false,
                    [](int y, int, int, int) { return y == 2015 ? 15.0 : 10.0 * (y - 2009); });
  RunReport report;
  const Catalogue catalogue = test::scan_archive(dir.path(), {test::rain_stack("rain.tif")}, report);
  SeriesPlan plan = test::archive_plan(grid, indicators);
  plan.reference_to = {2014, 12, 31};
  const auto r = test::run_archive(plan, catalogue, {test::archive_units(dir.path(), grid)});
  EXPECT_EQ(r->rasters.reason(spi, july, 1, 10), Reason::not_assessed);
  EXPECT_EQ(r->rasters.reason(active, july, 1, 10), Reason::not_observed);
  EXPECT_TRUE(is_nan(r->rasters.value(spi, july, 1, 10)));
  EXPECT_FALSE(is_nan(standard().rasters.value(spi, july, 1, 10)));
}

TEST(SeasonOfPixels, GatesWhatAsksForItAndNothingElse) {
  const auto& r = standard().rasters;
  EXPECT_EQ(r.reason(spi, january, 1, 10), Reason::not_in_season);
  EXPECT_FALSE(is_nan(r.value(spi, january, 1, 2))) << "this column grows in January";
  EXPECT_FALSE(is_nan(r.value(z, january, 1, 10))) << "seasonal, but the region says nothing of its season";
  const auto gated = run({}, true);
  EXPECT_EQ(gated->rasters.reason(z, january, 1, 10), Reason::not_in_season);
  EXPECT_EQ(gated->rasters.value(z, july, 1, 10), r.value(z, july, 1, 10));
}

TEST(SeasonOfPixels, StartsTheSumOfTheSeason) {
  const auto& r = standard().rasters;
  // Deviations of the season's mean are those of the years: mean 0, standard deviation sqrt(0.001 / 4).
  for (const size_t month : {june, july, august})
    EXPECT_NEAR(r.value(c_z, month, 1, 10), -0.03 / std::sqrt(0.001 / 4), 1e-3) << month;
  EXPECT_EQ(r.reason(c_z, september, 1, 10), Reason::not_in_season);
}

TEST(SeasonOfPixels, CountsActiveAreaInUnits) {
  EXPECT_EQ(row(standard(), "A", "2015-07", "season_active").mean, 0.85);
  EXPECT_EQ(row(standard(), "A", "2015-08", "season_senescent").mean, 1);
  const IndicatorRow& july_a = row(standard(), "A", "2015-07", "ndvi_c_z");
  EXPECT_EQ(july_a.fraction_beyond, 1) << "of the active area";
  EXPECT_EQ(july_a.valid_fraction, 1) << "of the area in season";
  EXPECT_EQ(july_a.valid_pixels, 68u);
}

TEST(SeasonOfPixels, AUnitIsInSeasonFromFifteenPercentOn) {
  EXPECT_EQ(row(standard(), "A", "2015-01", "season_active").mean, 0.15);
  EXPECT_EQ(row(standard(), "A", "2015-01", "rain_spi3_season").reason, Reason::value);
  // Two of the nineteen columns of B that have a season.
  EXPECT_NEAR(row(standard(), "B", "2015-01", "season_active").mean, 2.0 / 19, 1e-12);
  const IndicatorRow& b = row(standard(), "B", "2015-01", "rain_spi3_season");
  EXPECT_EQ(b.reason, Reason::not_in_season);
  EXPECT_TRUE(std::isnan(b.mean) && std::isnan(b.fraction_beyond) && std::isnan(b.of_mean));
  EXPECT_EQ(row(standard(), "B", "2015-01", "ndvi_z").reason, Reason::value);
}

TEST(SeasonOfPixels, DoesNotDependOnTiles) {
  const auto small = run({}, false, 32);
  EXPECT_EQ(small->rasters.bytes(), standard().rasters.bytes());
  EXPECT_EQ(indicator_csv(small->table, false), indicator_csv(standard().table, false));
}

TEST(SeasonOfPixels, GivesWayToADeclaredSeason) {
  const auto r = run(Season{0, 8}, true);  // January to March
  EXPECT_EQ(r->rasters.value(active, january, 1, 10), 1);
  EXPECT_EQ(r->rasters.value(active, january, 1, 39), 1) << "what is declared holds for evergreens too";
  EXPECT_EQ(r->rasters.value(active, july, 1, 10), 0);
  EXPECT_EQ(r->rasters.reason(z, july, 1, 10), Reason::not_in_season);
  EXPECT_EQ(row(*r, "A", "2015-07", "ndvi_z").reason, Reason::not_in_season);
}

TEST(SeasonOfPixels, SumsOnlyWhatTheRecordShowsFromTheStartOn) {
  SeriesPlan plan;
  plan.cadence = Cadence::month;
  const TileSeason season(plan, Season{3, 11});  // February to April
  std::vector<float> value = {1, 2, 3, nan_f(), nan_f(), 4, 5};
  std::vector<uint8_t> reason(7, static_cast<uint8_t>(Reason::value));
  reason[3] = reason[4] = static_cast<uint8_t>(Reason::masked);
  const auto number = [](Reason r) { return static_cast<uint8_t>(r); };
  accumulate_season(season, {Cadence::month, 2015 * 12 + 2}, 7, 1, value, reason);  // from March on
  for (const float v : value) EXPECT_TRUE(is_nan(v));
  EXPECT_EQ(reason[0], number(Reason::not_assessed)) << "February is not in the record";
  EXPECT_EQ(reason[2], number(Reason::not_in_season));
  value = {1, 2, 3, nan_f(), nan_f(), 4, 5};
  reason.assign(7, number(Reason::value));
  reason[3] = reason[4] = number(Reason::masked);
  accumulate_season(season, {Cadence::month, 2015 * 12}, 7, 1, value, reason);
  EXPECT_EQ(value[1], 2);
  EXPECT_EQ(value[2], 2.5f);
  EXPECT_NEAR(value[3], 2.5, 1e-7) << "two of three are enough";
  EXPECT_EQ(reason[4], number(Reason::not_in_season));
}

}  // namespace
}  // namespace fw
