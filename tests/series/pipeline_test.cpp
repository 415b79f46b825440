// The whole pipeline on an archive of six years, every expected number worked out by hand.
#include "core/series/pipeline.h"

#include <cmath>

#include "tests/series/small_archive.h"

namespace fw {
namespace {

using test::RunResult;

const Grid grid = test::archive_grid(10, 12);
const std::vector<std::string> indicators = {"ndvi", "ndvi_z",   "ndvi_vci", "ndvi_pct", "ndvi_diff",
                                             "rain", "rain_pct", "rain3_z",  "sm_z"};
enum : size_t { ndvi, ndvi_z, ndvi_vci, ndvi_pct, ndvi_diff, rain, rain_pct, rain3_z, sm_z };
constexpr size_t january = 0, july = 6;

/// 2010..2014: 0.2, 0.3 … 0.6, then 0.25, and 0.01 more each month. In July: 0.26 … 0.66, then 0.31.
double plain_ndvi(int year, int month) { return (year < 2015 ? 0.2 + 0.1 * (year - 2010) : 0.25) + 0.01 * (month - 1); }

struct Change {
  double july_2015 = 0;  ///< added to every pixel's NDVI of July 2015
};
std::unique_ptr<RunResult> run(const Change& change = {}) {
  test::TempDir dir;
  Grid scenes = grid;
  scenes.cols = 10;  // columns 10 and 11 are never observed by NDVI
  test::write_stack(dir / "ndvi.tif", scenes, 2010, 2015, 5, false, [&](int y, int m, int r, int c) {
    if (r == 0 && c == 1 && y == 2015 && m == 7) return std::nan("");
    if (r == 1 && c == 2) return 0.4;
    return plain_ndvi(y, m) + (y == 2015 && m == 7 ? change.july_2015 : 0);
  });
  test::write_stack(dir / "mask.tif", scenes, 2010, 2015, 5, true, [](int y, int m, int r, int c) {
    if (r == 2 && c == 0) return 1;                                     // always cloud
    if (r == 0 && c == 0 && y == 2015 && m == 7) return 1;              // cloud in the month that counts
    if (r == 1 && c == 1 && m == 7 && y >= 2010 && y < 2014) return 1;  // one July of reference is left
    if (r == 3 && c == 0 && y == 2015 && m == 7) return 255;            // the sensor saw nothing
    return 0;
  });
  test::write_stack(dir / "rain.tif", grid, 2010, 2015, 1, false,
                    [](int y, int, int, int) { return y < 2015 ? 50.0 + 10 * (y - 2010) : 35.0; });
  RunReport scan_report;
  const Catalogue catalogue = test::scan_archive(
      dir.path(), {test::ndvi_stack("ndvi.tif", "mask.tif"), test::rain_stack("rain.tif")}, scan_report);
  EXPECT_EQ(catalogue.scenes.size(), 144u);
  SeriesPlan plan = test::archive_plan(grid, indicators);
  plan.season = Season{15, 29};
  return test::run_archive(plan, catalogue, {test::archive_units(dir.path(), grid)});
}
const RunResult& standard() {
  static const auto result = run();
  return *result;
}

TEST(Pipeline, GivesTheNumbersWorkedOutByHand) {
  const auto& r = standard().rasters;
  EXPECT_TRUE(r.complete(indicators.size(), 12));
  EXPECT_NEAR(r.value(ndvi, july, 5, 5), 0.31, 1e-6);
  EXPECT_NEAR(r.value(ndvi_diff, july, 5, 5), 0.31 - 0.46, 1e-6);
  EXPECT_NEAR(r.value(ndvi_z, july, 5, 5), -0.15 / std::sqrt(0.1 / 4), 1e-4);
  EXPECT_NEAR(r.value(ndvi_vci, july, 5, 5), 12.5, 1e-3);
  EXPECT_NEAR(r.value(ndvi_pct, july, 5, 5), 100 * 0.31 / 0.46, 1e-3);
  EXPECT_NEAR(r.value(rain, july, 5, 11), 35, 1e-6);
  EXPECT_NEAR(r.value(rain_pct, july, 5, 11), 50, 1e-4);
  EXPECT_NEAR(r.value(rain3_z, july, 5, 11), (105 - 210) / std::sqrt(2250.0), 1e-4) << "150, 180 … 270 against 105";
}

TEST(Pipeline, SaysWhyAPixelHasNoValue) {
  const auto& r = standard().rasters;
  const auto expect = [&](size_t indicator, size_t month, int row, int col, Reason reason) {
    EXPECT_TRUE(is_nan(r.value(indicator, month, row, col))) << row << "," << col;
    EXPECT_EQ(r.reason(indicator, month, row, col), reason) << indicators[indicator] << " at " << row << "," << col;
  };
  for (const size_t i : {ndvi, ndvi_z, ndvi_vci, ndvi_pct, ndvi_diff}) {
    expect(i, july, 0, 0, Reason::masked);
    expect(i, july, 0, 1, Reason::not_observed);
    expect(i, july, 3, 0, Reason::not_observed);
    expect(i, july, 5, 10, Reason::not_observed);
    expect(i, july, 5, 11, Reason::not_observed);
  }
  for (const size_t i : {ndvi_z, ndvi_vci, ndvi_pct, ndvi_diff}) {
    expect(i, july, 1, 1, Reason::not_assessed);
    expect(i, january, 5, 5, Reason::not_in_season);
    expect(i, january, 2, 0, Reason::not_in_season);
  }
  EXPECT_NEAR(r.value(ndvi, july, 1, 1), 0.31, 1e-6) << "too few years to compare, but a value";
  expect(ndvi_z, july, 1, 2, Reason::not_assessed);
  expect(ndvi_vci, july, 1, 2, Reason::not_assessed);
  EXPECT_NEAR(r.value(ndvi_pct, july, 1, 2), 100, 1e-4) << "a flat record has a median";
  EXPECT_EQ(r.value(ndvi_diff, july, 1, 2), 0);
  EXPECT_NEAR(r.value(ndvi, january, 5, 5), 0.25, 1e-6) << "NDVI itself is not seasonal";
  expect(sm_z, july, 5, 5, Reason::not_observed);
}

TEST(Pipeline, HasAReasonExactlyWhereThereIsNoValue) {
  const auto& r = standard().rasters;
  for (size_t i = 0; i < indicators.size(); ++i)
    for (size_t t = 0; t < 12; ++t)
      for (int row = 0; row < grid.rows; ++row)
        for (int col = 0; col < grid.cols; ++col)
          ASSERT_EQ(is_nan(r.value(i, t, row, col)), r.reason(i, t, row, col) != Reason::value)
              << indicators[i] << " " << t << " " << row << "," << col;
}

TEST(Pipeline, GivesNoIndicatorAValueWhereEverySceneIsMasked) {
  for (const size_t i : {ndvi, ndvi_z, ndvi_vci, ndvi_pct, ndvi_diff})
    for (size_t t = 0; t < 12; ++t) EXPECT_TRUE(is_nan(standard().rasters.value(i, t, 2, 0))) << indicators[i];
  EXPECT_EQ(standard().rasters.reason(ndvi_z, july, 2, 0), Reason::masked);
}

TEST(Pipeline, MakesARowForEveryUnitPeriodAndIndicator) {
  const auto& table = standard().table;
  EXPECT_EQ(table.rows.size(), 2u * 12 * indicators.size());
  const Period p = *parse_period("2015-07");
  const auto& a = *table.find("A", p, "ndvi_z");
  EXPECT_EQ(a.pixels, 60u);
  EXPECT_EQ(a.valid_pixels, 54u) << "without cloud (2), no-data (2), the short and the flat record";
  EXPECT_NEAR(a.mean, -0.9486833, 1e-4);
  EXPECT_EQ(a.fraction_beyond, 0) << "-0.95 is not below -1";
  EXPECT_NEAR(a.stddev, 0, 1e-6);
  const auto& b = *table.find("B", p, "ndvi_vci");
  EXPECT_EQ(b.valid_pixels, 40u);
  EXPECT_NEAR(b.valid_fraction, 4.0 / 6, 1e-9);
  EXPECT_EQ(b.fraction_beyond, 1) << "12.5 is below 35";
  EXPECT_NEAR(b.of_mean, 12.5, 1e-3);
  EXPECT_EQ(b.name, "Unit B");
  EXPECT_EQ(b.level, 1);
}

TEST(Pipeline, ShowsTheReasonsInTheTableToo) {
  const auto& table = standard().table;
  const auto& winter = *table.find("A", *parse_period("2015-01"), "ndvi_z");
  EXPECT_EQ(winter.reason, Reason::not_in_season);
  EXPECT_EQ(winter.valid_pixels, 0u);
  EXPECT_TRUE(std::isnan(winter.mean) && std::isnan(winter.of_mean));
  const auto& missing = *table.find("B", *parse_period("2015-07"), "sm_z");
  EXPECT_EQ(missing.reason, Reason::not_observed);
  EXPECT_EQ(missing.pixels, 60u) << "the area is known even where nothing was seen";
  EXPECT_EQ(missing.valid_fraction, 0);
  EXPECT_TRUE(std::isnan(missing.fraction_beyond)) << "absent is never benign";
}

TEST(Pipeline, NotesASeriesThatNothingOffers) {
  EXPECT_EQ(standard().summary.missing_series, (std::vector<std::string>{"soil_moisture"}));
  const auto notes = standard().report.sorted();
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0].code, "SERIES_MISSING");
  EXPECT_EQ(notes[0].verdict, Verdict::noted);
}

TEST(Pipeline, NeverComparesAYearWithItself) {
  const auto changed = run({0.07});
  const auto &a = standard().rasters, &b = changed->rasters;
  EXPECT_NEAR(b.value(ndvi, july, 5, 5) - a.value(ndvi, july, 5, 5), 0.07, 1e-6);
  const auto mean = [](const auto& r) { return r.value(ndvi, july, 5, 5) - r.value(ndvi_diff, july, 5, 5); };
  const auto spread = [](const auto& r) { return r.value(ndvi_diff, july, 5, 5) / r.value(ndvi_z, july, 5, 5); };
  const auto median = [](const auto& r) { return 100 * r.value(ndvi, july, 5, 5) / r.value(ndvi_pct, july, 5, 5); };
  EXPECT_NEAR(mean(b), mean(a), 1e-6);
  EXPECT_NEAR(spread(b), spread(a), 1e-5);
  EXPECT_NEAR(median(b), median(a), 1e-6);
  EXPECT_NEAR(b.value(ndvi_vci, july, 5, 5), 100 * (0.38 - 0.26) / 0.4, 1e-3) << "minimum and maximum are the others'";
  for (const size_t i : {ndvi, ndvi_z, ndvi_vci, ndvi_pct, ndvi_diff})
    for (const size_t t : {january, size_t{7}}) {
      const float x = a.value(i, t, 5, 5), y = b.value(i, t, 5, 5);
      EXPECT_TRUE(x == y || (is_nan(x) && is_nan(y))) << "other months do not notice";
    }
}

}  // namespace
}  // namespace fw
