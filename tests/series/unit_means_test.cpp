// Means of units over the record and the statistics of those means.
#include "core/series/unit_means.h"

#include <cmath>

#include "tests/series/small_archive.h"

namespace fw {
namespace {

const float nan = nan_f();

TEST(UnitMeans, WeighByAreaAndNeedAQuarterOfTheUnit) {
  UnitMeans m(3);
  // Unit 0: pixels of 1, 1 and 6 km²; unit 1: one pixel; one pixel belongs to nobody.
  const float value[] = {1, 2,   3,   9,   100,   // period 0: (1 + 2 + 18) / 8
                         1, 5,   nan, nan, 100,   // period 1: 2 of 8 km² is a quarter: (1 + 5) / 2
                         1, nan, nan, 7,   100};  // period 2: an eighth: none
  m.add(TileZones({{0, 0, 0, 1, -1}}, {1, 1, 6, 2, 50}), 0, value);
  const auto a = m.means(0, 0, 0), b = m.means(0, 1, 0);
  EXPECT_FLOAT_EQ(a[0], 21.0F / 8);
  EXPECT_FLOAT_EQ(a[1], 3);
  EXPECT_TRUE(is_nan(a[2]));
  EXPECT_EQ(b[0], 9);
  EXPECT_TRUE(is_nan(b[1]));
  EXPECT_EQ(b[2], 7);
  EXPECT_TRUE(is_nan(m.means(0, 7, 0)[0])) << "a unit without pixels";
}

TEST(UnitMeans, OfTilesMergeToThoseOfTheWhole) {
  const float whole[] = {0.1F, 0.7F, 0.3F, nan, 0.2F, 0.4F, 0.9F, 0.5F};
  UnitMeans one(2);
  one.add(TileZones({{0, 0, 0, 0}}, {1.1, 1.2, 1.3, 1.4}), 0, whole);
  UnitMeans left(2), right(2), merged(2);
  const float l[] = {0.1F, 0.7F, 0.2F, 0.4F}, r[] = {0.3F, nan, 0.9F, 0.5F};
  left.add(TileZones({{0, 0}}, {1.1, 1.2}), 0, l);
  right.add(TileZones({{0, 0}}, {1.3, 1.4}), 0, r);
  merged.merge(right);
  merged.merge(left);
  EXPECT_EQ(merged.means(0, 0, 0), one.means(0, 0, 0));
}

TEST(StatisticsOfMeans, CompareAUnitWithItsOwnPast) {
  test::TempDir dir;
  const Grid grid = test::archive_grid(4, 4);
  const AdminUnits units = test::archive_units(dir.path(), grid);
  SeriesPlan plan = test::archive_plan(grid, {"ndvi", "ndvi_z", "ndvi_vci", "ndvi_pct", "ndvi_diff"});
  plan.analysis_from = plan.analysis_to = *parse_period("2015-07");
  RecordPlan record;
  record.first = *parse_period("2010-07");
  record.periods = 61;
  record.targets = {60};
  record.unit_series = {0, 0, 0, 0, 0};
  // Julys of unit A: 2, 3, 4, 5, 6 and 3.5; unit B has two years only.
  std::vector<float> value(2 * 61, nan);
  const float julys[] = {2, 3, 4, 5, 6, 3.5F};
  for (size_t y = 0; y < 6; ++y) {
    value[2 * 12 * y] = julys[y];
    if (y >= 4) value[2 * 12 * y + 1] = 1;
  }
  UnitMeans means(61);
  means.add(TileZones({{0, 1}}, {1, 1}), 0, value.data());
  IndicatorTable table;
  for (const char* pcode : {"A", "B"})
    for (const auto& i : plan.indicators) {
      IndicatorRow row{};
      row.pcode = pcode;
      row.indicator = i.id;
      row.level = 1;
      row.period = plan.analysis_from;
      table.rows.push_back(row);
    }
  table.sort();
  UnitReference past;
  add_statistics_of_means(plan, record, {units}, means, table, nullptr, &past);
  EXPECT_EQ(table.find("A", plan.analysis_from, "ndvi_z")->series_mean, 3.5);
  EXPECT_EQ(past.find("A", "ndvi", 6), nullptr) << "a value is compared with nothing";
  const UnitReferenceRow* july = past.find("A", "ndvi_z", 6);
  ASSERT_NE(july, nullptr);
  EXPECT_EQ(july->statistic, "z");
  for (int year = 2010; year <= 2014; ++year)
    EXPECT_EQ(july->value.at(static_cast<size_t>(year - past.first_year)), julys[year - 2010]) << year;
  EXPECT_EQ(past.find("A", "ndvi_vci", 6)->statistic, "vci");
  EXPECT_TRUE(is_nan(past.find("A", "ndvi_z", 0)->value[0])) << "no January was seen";
  const auto of_mean = [&](const char* pcode, const char* id) {
    return table.find(pcode, plan.analysis_from, id)->of_mean;
  };
  EXPECT_NEAR(of_mean("A", "ndvi"), 3.5, 1e-6);
  EXPECT_NEAR(of_mean("A", "ndvi_diff"), -0.5, 1e-6);
  EXPECT_NEAR(of_mean("A", "ndvi_z"), -0.5 / std::sqrt(2.5), 1e-6);
  EXPECT_NEAR(of_mean("A", "ndvi_vci"), 37.5, 1e-5);
  EXPECT_NEAR(of_mean("A", "ndvi_pct"), 87.5, 1e-5);
  EXPECT_NEAR(of_mean("B", "ndvi"), 1, 1e-6);
  EXPECT_TRUE(std::isnan(of_mean("B", "ndvi_z"))) << "one year of reference where four are asked for";
}

}  // namespace
}  // namespace fw
