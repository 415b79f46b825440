// Indicators that are no plain statistic: SPI and detrended z, in rasters and in means of units.
#include "core/series/measure.h"

#include <cmath>
#include <map>

#include "core/series/series_store.h"
#include "tests/series/small_archive.h"

namespace fw {
namespace {

using test::RunResult;

const Grid grid = test::archive_grid(4, 6);
enum : size_t { spi1, spi3, dz, z };
constexpr size_t july = 6;

/// Around a rise of 7/150 a year; 2015 stands above the mean and below the line.
double rising_ndvi(int year) {
  return std::vector<double>{0.2, 0.27, 0.3, 0.33, 0.4, 0.42}[static_cast<size_t>(year - 2010)];
}

std::unique_ptr<RunResult> run() {
  test::TempDir dir;
  test::write_stack(dir / "ndvi.tif", grid, 2010, 2015, 5, false, [](int y, int, int, int) { return rising_ndvi(y); });
  test::write_stack(dir / "rain.tif", grid, 2010, 2015, 1, false, [](int y, int, int, int c) {
    const double usual = 10.0 * (y - 2009);
    if (c == 1) return y == 2015 ? 0.0 : usual;
    if (c == 2) return y == 2015 || y < 2012 ? 0.0 : usual;
    return y == 2015 ? 15.0 : usual;
  });
  RunReport report;
  const Catalogue catalogue =
      test::scan_archive(dir.path(), {test::ndvi_stack("ndvi.tif"), test::rain_stack("rain.tif")}, report);
  SeriesPlan plan = test::archive_plan(grid, {"rain_spi1", "rain_spi3", "ndvi_dz", "ndvi_z"});
  plan.min_years = 3;
  return test::run_archive(plan, catalogue, {test::archive_units(dir.path(), grid)});
}
const RunResult& standard() {
  static const auto result = run();
  return *result;
}

TEST(Measure, SpiIsThatOfTheGammaDistributionFittedToTheReference) {
  // 30, 60, 90, 120, 150, 45 mm: shape 3.58023, scale 23.0432 by maximum likelihood, worked out apart from this
  // program.
  EXPECT_NEAR(standard().rasters.value(spi3, july, 2, 0), -0.857139, 1e-5);
  // No rain in one of six years: its probability is the middle of the step, 1/12.
  EXPECT_NEAR(standard().rasters.value(spi1, july, 2, 1), -1.382994, 1e-5);
}

TEST(Measure, SpiSaysNothingWithoutRainWhereHalfOfTheYearsAreDry) {
  EXPECT_TRUE(is_nan(standard().rasters.value(spi1, july, 2, 2)));
  EXPECT_EQ(standard().rasters.reason(spi1, july, 2, 2), Reason::not_assessed);
}

TEST(Measure, DetrendedZTellsAFallThatTheTrendHides) {
  // Theil-Sen slope 7/150, residuals of mean 0.3 and standard deviation sqrt(6.4444e-4 / 4); 0.44 expected in 2015.
  EXPECT_NEAR(standard().rasters.value(dz, july, 1, 1), -0.02 / std::sqrt(6.4444444e-4 / 4), 1e-4);
  EXPECT_NEAR(standard().rasters.value(z, july, 1, 1), 0.12 / std::sqrt(0.0218 / 4), 1e-4);
}

TEST(Measure, IsTheSameOnTheMeanOfAUnitOfEqualPixels) {
  const IndicatorRow* row = standard().table.find("B", *parse_period("2015-07"), "rain_spi3");
  ASSERT_NE(row, nullptr);
  EXPECT_NEAR(row->of_mean, -0.857139, 1e-5);
  EXPECT_NEAR(row->mean, -0.857139, 1e-5);
  EXPECT_EQ(row->fraction_beyond, 0);
  EXPECT_NEAR(standard().table.find("B", row->period, "ndvi_dz")->fraction_beyond, 1, 1e-12);
}

TEST(Measure, SpiFromStoredFitsHasTheBitsOfTheWholeRecord) {
  const auto backend = make_backend({DeviceChoice::cpu, ""});
  constexpr size_t pixels = 40;
  SeriesPlan plan;
  plan.cadence = Cadence::month;
  plan.reference_from = {1990, 1, 1};
  plan.reference_to = {2009, 12, 31};
  plan.indicators = {load_indicator(test::config_folder(), "rain_spi1")};
  RecordPlan record;
  record.first = {Cadence::month, 1990 * 12};
  record.periods = 21 * 12;
  for (int t = 20 * 12; t < record.periods; ++t) record.targets.push_back(t);
  std::vector<float> rain(static_cast<size_t>(record.periods) * pixels);
  std::vector<uint8_t> reason(rain.size(), static_cast<uint8_t>(Reason::value));
  for (size_t k = 0; k < rain.size(); ++k) {
    const double dry = static_cast<double>(k % pixels) / pixels;  // from never dry to nearly always
    rain[k] = test::scatter(k, 1) < dry ? 0 : static_cast<float>(80 * test::scatter(k, 2));
    if (test::scatter(k, 3) < 0.1) rain[k] = nan_f(), reason[k] = static_cast<uint8_t>(Reason::masked);
  }
  const TileSeries series{rain.data(), reason.data(), record.periods, pixels};
  const TargetReference reference(*backend, reference_calendar(plan, record), record.targets);
  std::vector<float> whole(12 * pixels), stored(pixels);
  std::vector<uint8_t> why(12 * pixels), stored_why(pixels);
  measure(*backend, plan, record, reference, plan.indicators[0], series, whole.data(), why.data());
  ReferencePlanes planes;
  planes.add(plan, plan.indicators[0]);
  PlaceValues values;
  values.resize(pixels, planes);
  int told = 0;
  for (size_t t = 0; t < 12; ++t) {
    collect_gamma(*backend, plan, reference, series, static_cast<int>(t), values);
    const size_t at = (20 * 12 + t) * pixels;
    standardize(*backend, rain.data() + at, reason.data() + at, values, pixels, stored.data(), stored_why.data());
    for (size_t i = 0; i < pixels; ++i) {
      ASSERT_EQ(stored_why[i], why[t * pixels + i]) << t << " " << i;
      const float a = stored[i], b = whole[t * pixels + i];
      ASSERT_TRUE(a == b || (is_nan(a) && is_nan(b))) << t << " " << i << ": " << a << " " << b;
      told += !is_nan(a);
    }
  }
  EXPECT_GT(told, 200);
  EXPECT_LT(told, 400);
}

TEST(Measure, CountsHowOftenEachReferenceYearPassedTheThreshold) {
  // Against the other years only 2010 lies more than a standard deviation below its mean, in every month.
  std::map<int, YearExceedance> years;
  for (const auto& y : standard().summary.exceedance)
    if (y.indicator == z) years[y.year] = y;
  ASSERT_EQ(years.size(), 6u);
  EXPECT_EQ(years.begin()->first, 2010);
  double area = 0;
  for (const char* unit : {"A", "B"}) area += standard().table.find(unit, *parse_period("2015-07"), "ndvi_z")->area_km2;
  for (const auto& [year, y] : years) {
    EXPECT_NEAR(static_cast<double>(y.all_m2), 12e6 * area, 24) << "square metres, twelve months";
    EXPECT_EQ(y.beyond_m2, year == 2010 ? y.all_m2 : 0u) << year;
  }
}

TEST(Measure, DetrendedZFromStoredYearsHasTheBitsOfTheWholeRecord) {
  const auto backend = make_backend({DeviceChoice::cpu, ""});
  constexpr size_t pixels = 30;
  SeriesPlan plan;
  plan.cadence = Cadence::month;
  plan.reference_from = {1990, 3, 1};  // January and February of 1990 belong to no reference
  plan.reference_to = {2005, 12, 31};
  plan.indicators = {load_indicator(test::config_folder(), "ndvi_dz")};
  RecordPlan record;
  record.first = {Cadence::month, 1990 * 12};
  record.periods = 17 * 12;
  for (int t = 16 * 12; t < record.periods; ++t) record.targets.push_back(t);
  std::vector<float> ndvi(static_cast<size_t>(record.periods) * pixels);
  std::vector<uint8_t> reason(ndvi.size(), static_cast<uint8_t>(Reason::value));
  for (size_t k = 0; k < ndvi.size(); ++k) {
    ndvi[k] = static_cast<float>(0.2 + 0.4 * test::scatter(k, 4));
    if (test::scatter(k, 5) < 0.3) ndvi[k] = nan_f(), reason[k] = static_cast<uint8_t>(Reason::masked);
  }
  const TileSeries series{ndvi.data(), reason.data(), record.periods, pixels};
  const TargetReference reference(*backend, reference_calendar(plan, record), record.targets);
  std::vector<float> whole(12 * pixels), stored(pixels);
  std::vector<uint8_t> why(12 * pixels), stored_why(pixels);
  measure(*backend, plan, record, reference, plan.indicators[0], series, whole.data(), why.data());
  ReferencePlanes planes;
  planes.add(plan, plan.indicators[0]);
  EXPECT_EQ(planes.years, 16);
  PlaceValues values;
  values.resize(pixels, planes);
  int told = 0;
  for (size_t t = 0; t < 12; ++t) {
    collect_years(*backend, plan, record, series, static_cast<int>(t), values);
    const size_t at = (16 * 12 + t) * pixels;
    detrend(*backend, plan, ndvi.data() + at, reason.data() + at, values, pixels,
            {Cadence::month, 2006 * 12 + static_cast<int>(t)}, stored.data(), stored_why.data());
    for (size_t i = 0; i < pixels; ++i) {
      ASSERT_EQ(stored_why[i], why[t * pixels + i]) << t << " " << i;
      const float a = stored[i], b = whole[t * pixels + i];
      ASSERT_TRUE(a == b || (is_nan(a) && is_nan(b))) << t << " " << i << ": " << a << " " << b;
      told += !is_nan(a);
    }
  }
  EXPECT_GT(told, 200);
}

}  // namespace
}  // namespace fw
