// One bad scene costs that scene and nothing else.
#include <algorithm>
#include <cstring>

#include "tests/series/small_archive.h"

namespace fw {
namespace {

const Grid grid = test::archive_grid(10, 12);
constexpr size_t june = 5, july = 6;

void write_archive(const std::filesystem::path& dir) {
  test::write_months(dir / "scenes", "ndvi", grid, 2010, 2015, [](int y, int m, int r, int c) {
    return 0.2 + 0.1 * (y % 5) + 0.01 * m + 0.001 * r + 0.0001 * c;
  });
}
void cut_in_half(const std::filesystem::path& file) {
  std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
}
Catalogue scan(const std::filesystem::path& dir, RunReport& report) {
  ScanInput input{"value-tif", {"scenes"}};
  input.roles["value"] = "ndvi";
  return test::scan_archive(dir, {input}, report);
}
const char* const victim = "scenes/ndvi_2015-07-05.tif";
const std::vector<std::string> indicators = {"ndvi", "ndvi_z"};

void expect_only_july_lost(const test::RunResult& damaged, const test::RunResult& whole) {
  for (size_t i = 0; i < indicators.size(); ++i)
    for (size_t t = 0; t < 12; ++t)
      for (int r = 0; r < grid.rows; ++r)
        for (int c = 0; c < grid.cols; ++c) {
          const float a = whole.rasters.value(i, t, r, c), b = damaged.rasters.value(i, t, r, c);
          ASSERT_FALSE(is_nan(a));
          if (t == july) {
            ASSERT_TRUE(is_nan(b));
            ASSERT_EQ(damaged.rasters.reason(i, t, r, c), Reason::not_observed);
          } else {
            ASSERT_EQ(a, b);
          }
        }
  EXPECT_EQ(damaged.table.find("A", *parse_period("2015-07"), "ndvi")->reason, Reason::not_observed);
  EXPECT_EQ(damaged.table.find("A", *parse_period("2015-06"), "ndvi")->mean,
            whole.table.find("A", *parse_period("2015-06"), "ndvi")->mean);
}

TEST(PipelineFaults, ASceneCutInHalfAfterTheScanIsReportedAndTheRestGoesOn) {
  test::TempDir dir;
  write_archive(dir.path());
  RunReport scan_report;
  const Catalogue catalogue = scan(dir.path(), scan_report);
  ASSERT_EQ(catalogue.scenes.size(), 72u);
  const SeriesPlan plan = test::archive_plan(grid, indicators);
  const std::vector<AdminUnits> units = {test::archive_units(dir.path(), grid)};
  const auto whole = test::run_archive(plan, catalogue, units);
  EXPECT_EQ(whole->report.rejected(), 0u);
  cut_in_half(dir.path() / victim);
  const auto damaged = test::run_archive(plan, catalogue, units);
  const auto reported = damaged->report.sorted();
  ASSERT_EQ(reported.size(), 1u);
  EXPECT_EQ(reported[0].stage, "read");
  EXPECT_NE(reported[0].item.find("2015-07-05"), std::string::npos) << reported[0].item;
  EXPECT_EQ(damaged->report.rejected(), 1u);
  EXPECT_EQ(damaged->summary.scenes_read, 71u);
  expect_only_july_lost(*damaged, *whole);
}

TEST(PipelineFaults, ASceneCutInHalfBeforeTheScanLeavesTheRest) {
  test::TempDir dir;
  write_archive(dir.path());
  RunReport good, bad;
  const Catalogue before = scan(dir.path(), good);
  const SeriesPlan plan = test::archive_plan(grid, indicators);
  const std::vector<AdminUnits> units = {test::archive_units(dir.path(), grid)};
  const auto whole = test::run_archive(plan, before, units);
  cut_in_half(dir.path() / victim);
  const Catalogue after = scan(dir.path(), bad);
  EXPECT_EQ(after.scenes.size(), 71u);
  ASSERT_EQ(bad.rejected(), 1u);
  EXPECT_EQ(bad.sorted()[0].stage, "scan");
  expect_only_july_lost(*test::run_archive(plan, after, units), *whole);
}

TEST(PipelineFaults, ASceneThatVanishedIsReported) {
  test::TempDir dir;
  write_archive(dir.path());
  RunReport report;
  const Catalogue catalogue = scan(dir.path(), report);
  std::filesystem::remove(dir.path() / victim);
  SeriesPlan plan = test::archive_plan(grid, indicators);
  plan.tile_size = 5;  // several tiles miss it: one line in the report
  const auto result = test::run_archive(plan, catalogue, {});
  EXPECT_EQ(result->report.sorted().size(), 1u);
  EXPECT_FALSE(is_nan(result->rasters.value(1, june, 3, 3)));
  EXPECT_TRUE(is_nan(result->rasters.value(1, july, 3, 3)));
}

}  // namespace
}  // namespace fw
