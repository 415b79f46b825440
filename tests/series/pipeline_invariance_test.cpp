// The result is the same bytes, however the work is cut, ordered and shared out.
#include <algorithm>

#include "tests/geo/make_tif.h"
#include "tests/series/small_archive.h"

namespace fw {
namespace {

const Grid grid = test::archive_grid(40, 70);

double noise(int salt, int y, int m, int r, int c) {
  return test::scatter(static_cast<uint64_t>(salt), static_cast<uint64_t>(12 * y + m), static_cast<uint64_t>(r),
                       static_cast<uint64_t>(c));
}
bool always_cloudy(int r, int c) { return (r * grid.cols + c) % 11 == 0; }

/// Two NDVI stacks of different days (one of them not on the whole grid), masks with clouds at random, rain.
struct Archive {
  test::TempDir dir;
  Catalogue catalogue;
  std::vector<AdminUnits> units;
  Archive() {
    Grid part = grid;
    part.x0 += 20 * part.dx;
    part.cols -= 20;
    test::write_stack(dir / "first.tif", grid, 2011, 2015, 5, false,
                      [](int y, int m, int r, int c) { return noise(1, y, m, r, c); });
    test::write_stack(dir / "second.tif", part, 2011, 2015, 25, false,
                      [](int y, int m, int r, int c) { return noise(2, y, m, r, c + 20); });
    test::write_stack(dir / "first_mask.tif", grid, 2011, 2015, 5, true,
                      [](int y, int m, int r, int c) { return always_cloudy(r, c) || noise(3, y, m, r, c) < 0.2; });
    test::write_stack(dir / "second_mask.tif", part, 2011, 2015, 25, true, [](int y, int m, int r, int c) {
      return always_cloudy(r, c + 20) || noise(4, y, m, r, c + 20) < 0.2;
    });
    test::write_stack(dir / "rain.tif", grid, 2011, 2015, 1, false,
                      [](int y, int m, int r, int c) { return 90 * noise(5, y, m, r, c); });
    RunReport report;
    catalogue = test::scan_archive(dir.path(),
                                   {test::ndvi_stack("first.tif", "first_mask.tif"),
                                    test::ndvi_stack("second.tif", "second_mask.tif"), test::rain_stack("rain.tif")},
                                   report);
    units = {test::archive_units(dir.path(), grid)};
  }
};
const Archive& archive() {
  static const Archive a;
  return a;
}

SeriesPlan base_plan() {
  SeriesPlan plan = test::archive_plan(grid, {"ndvi_z", "ndvi3_z", "rain3_z", "ndvi_diff", "ndvi"});
  plan.analysis_from = *parse_period("2015-11");
  plan.min_years = 3;
  Indicator& objects = plan.indicators[3];  // with the second pass over objects
  objects.clean_up = true;
  objects.min_object_ha = 500;  // 5 cells of 122 ha
  plan.indicators[4].composite = CompositeMethod::last;
  plan.indicators.push_back(plan.indicators[4]);
  plan.indicators.back().id = "ndvi_mean";
  plan.indicators.back().composite = CompositeMethod::mean;
  return plan;
}

struct Bytes {
  std::string rasters, table;
};
Bytes bytes_of(const SeriesPlan& plan, const Catalogue& catalogue, PipelineSummary* summary = nullptr) {
  const auto result = test::run_archive(plan, catalogue, archive().units);
  EXPECT_TRUE(result->rasters.complete(plan.indicators.size(), 2));
  EXPECT_EQ(result->report.rejected(), 0u);
  if (summary) *summary = result->summary;
  return {result->rasters.bytes(), indicator_csv(result->table, false)};
}
const Bytes& reference() {
  static const Bytes bytes = [] {
    SeriesPlan plan = base_plan();
    plan.threads = 1;
    plan.tile_size = 4096;
    return bytes_of(plan, archive().catalogue);
  }();
  return bytes;
}

TEST(PipelineInvariance, ThreadsTilesMemoryAndOrderOfScenesDoNotMatter) {
  Catalogue turned = archive().catalogue;
  std::reverse(turned.scenes.begin(), turned.scenes.end());
  const SeriesPlan plan = base_plan();
  const size_t small = tile_bytes(plan, plan_record(plan, archive().catalogue), 32 * 32) / 4 * 5 + 1000;
  for (const int threads : {1, 2, 4})
    for (const int tile : {32, 64})
      for (const size_t memory : {size_t{1} << 30, small})
        for (const bool other_order : {false, true}) {
          SeriesPlan p = plan;
          p.threads = threads;
          p.tile_size = tile;
          p.memory_bytes = memory;
          PipelineSummary summary;
          const Bytes found = bytes_of(p, other_order ? turned : archive().catalogue, &summary);
          const std::string how = std::to_string(threads) + " threads, tile " + std::to_string(tile) + ", memory " +
                                  std::to_string(memory) + (other_order ? ", turned" : "");
          EXPECT_TRUE(found.rasters == reference().rasters) << how;
          EXPECT_TRUE(found.table == reference().table) << how;
          EXPECT_EQ(summary.tile_size, memory == small ? 32 : tile) << how;
        }
}

TEST(PipelineInvariance, HoldsForTilesThatDoNotDivideTheGrid) {
  SeriesPlan plan = base_plan();
  plan.tile_size = 7;
  const Bytes found = bytes_of(plan, archive().catalogue);
  EXPECT_TRUE(found.rasters == reference().rasters);
  EXPECT_TRUE(found.table == reference().table);
}

TEST(PipelineInvariance, BlocksOfScenesMayBeTilesSideBySide) {
  const Grid wide = test::archive_grid(280, 600);
  const test::TempDir dir;
  std::filesystem::create_directories(dir / "scenes");
  for (int year = 2014; year <= 2015; ++year)
    for (int month = 1; month <= 12; ++month) {
      test::TifSpec spec;
      spec.grid = wide;
      spec.options = {"TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256"};
      spec.value = [&](int, int r, int c) { return noise(6, year, month, r, c); };
      test::make_tif(dir / "scenes" / ("ndvi_" + to_string(Date{year, month, 5}) + ".tif"), spec);
    }
  ScanInput input{"value-tif", {"scenes"}};
  input.roles["value"] = "ndvi";
  RunReport report;
  const Catalogue catalogue = test::scan_archive(dir.path(), {input}, report);
  const std::vector<AdminUnits> units = {test::archive_units(dir.path(), wide)};
  SeriesPlan plan = test::archive_plan(wide, {"ndvi_z", "ndvi"});
  plan.analysis_from = *parse_period("2015-11");
  plan.min_years = 1;
  const auto run = [&](int threads, size_t memory) {
    plan.threads = threads;
    plan.memory_bytes = memory;
    return test::run_archive(plan, catalogue, units);
  };
  const auto one_by_one = run(1, size_t{1} << 30), side_by_side = run(2, size_t{1} << 30), narrow = run(2, 64U << 20);
  EXPECT_EQ(side_by_side->summary.tiles, 6U);
  EXPECT_EQ(side_by_side->summary.tokens, 3);
  EXPECT_EQ(side_by_side->summary.scenes_read, 6U * 24);
  EXPECT_GT(narrow->summary.tiles, 6U) << "blocks follow each other where the memory does not hold three";
  for (const auto* other : {&side_by_side, &narrow}) {
    EXPECT_TRUE((*other)->rasters.bytes() == one_by_one->rasters.bytes());
    EXPECT_EQ(indicator_csv((*other)->table, false), indicator_csv(one_by_one->table, false));
  }
}

TEST(PipelineInvariance, TheReferenceItselfHoldsValuesOfAllKinds) {
  const SeriesPlan plan = base_plan();
  const auto result = test::run_archive(plan, archive().catalogue, archive().units);
  for (size_t i = 0; i < plan.indicators.size(); ++i) {
    int values = 0, masked = 0, cut = 0;
    for (int r = 0; r < grid.rows; ++r)
      for (int c = 0; c < grid.cols; ++c) {
        values += !is_nan(result->rasters.value(i, 1, r, c));
        masked += result->rasters.reason(i, 1, r, c) == Reason::masked;
        cut += result->rasters.value(i, 1, r, c) == static_cast<float>(plan.indicators[i].threshold);
        if (always_cloudy(r, c) && plan.indicators[i].series == "NDVI") {
          ASSERT_TRUE(is_nan(result->rasters.value(i, 1, r, c))) << plan.indicators[i].id << " where all is cloud";
        }
      }
    EXPECT_GT(values, 1500) << plan.indicators[i].id;
    if (plan.indicators[i].series == "NDVI") {
      EXPECT_GT(masked, 200) << plan.indicators[i].id;
    }
    if (plan.indicators[i].clean_up) {
      EXPECT_GT(cut, 0) << "objects that the clean-up removed";
    }
  }
  EXPECT_NE(result->rasters.bytes(), std::string());
}

}  // namespace
}  // namespace fw
