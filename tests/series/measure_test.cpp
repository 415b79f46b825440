// Indicators that are no plain statistic: SPI and detrended z, in rasters and in means of units.
#include "core/series/measure.h"

#include <cmath>

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

}  // namespace
}  // namespace fw
