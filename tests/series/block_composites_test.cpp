// Blocks in which composites are made: they cover the grid once, follow the scenes and keep within the memory.
#include "core/series/block_composites.h"

#include "tests/scene/raster_maker.h"
#include "tests/series/small_archive.h"

namespace fw {
namespace {

struct Planned {
  test::TempDir dir;
  Catalogue catalogue;
  SeriesPlan plan;
  RecordPlan record;
  explicit Planned(const Grid& scenes, const Grid& grid) {
    test::write_months(dir / "scenes", "ndvi", scenes, 2014, 2015,
                       [](int y, int m, int r, int c) { return 0.1 * (y % 5) + 0.01 * m + 0.001 * r + 0.0001 * c; });
    ScanInput input{"value-tif", {"scenes"}};
    input.roles["value"] = "ndvi";
    RunReport report;
    catalogue = test::scan_archive(dir.path(), {input}, report);
    plan = test::archive_plan(grid, {"ndvi"});
    record = plan_record(plan, catalogue);
  }
};

void expect_cover(const Grid& grid, const BlockPlan& blocks) {
  std::vector<int> times(grid.pixels(), 0);
  for (const Window& w : blocks.blocks)
    for (int r = w.row; r < w.row + w.rows; ++r)
      for (int c = w.col; c < w.col + w.cols; ++c)
        ++times.at(static_cast<size_t>(r) * static_cast<size_t>(grid.cols) + static_cast<size_t>(c));
  EXPECT_EQ(times, std::vector<int>(grid.pixels(), 1));
}

TEST(PlanBlocks, CoverTheGridOnceWithinTheMemory) {
  const Grid grid = test::archive_grid(300, 170);
  const Planned p(grid, grid);
  const size_t pixel = p.record.base.size() * static_cast<size_t>(p.record.periods) * 5 + bytes_of_period(p.record);
  for (const size_t pixels : {1, 5000, 20000, 60000, 1000000}) {
    const BlockPlan blocks = plan_blocks(p.plan, p.record, p.catalogue, 32, 1, pixels * pixel);
    expect_cover(grid, blocks);
    EXPECT_LE(blocks.pixels, std::max<size_t>(pixels, 32 * 32)) << "a tile, if nothing else";
    for (const Window& w : blocks.blocks) EXPECT_LE(w.pixels(), blocks.pixels);
    EXPECT_EQ(blocks.bytes, blocks.pixels * pixel);
    EXPECT_EQ(blocks.at_once, 1);
    EXPECT_EQ(blocks.in_parts, pixels < grid.pixels()) << "all rows of the grid are one block of the file";
  }
  EXPECT_EQ(plan_blocks(p.plan, p.record, p.catalogue, 32, 4, size_t{1} << 30).blocks.size(), 1U);
}

TEST(PlanBlocks, BeginWhereTheBlocksOfTheScenesBegin) {
  // The scenes lie 7 rows below and 5 columns left of the grid's corner; a strip of theirs holds 60 columns.
  const Grid grid = test::archive_grid(90, 70);
  Grid scenes = test::archive_grid(90, 1100);
  scenes.y0 -= 7 * scenes.dy;
  scenes.x0 -= 5 * scenes.dx;
  const Planned p(scenes, grid);
  const BlockPlan blocks = plan_blocks(p.plan, p.record, p.catalogue, 32, 1, size_t{1} << 30);
  expect_cover(grid, blocks);
  ASSERT_GE(blocks.blocks.size(), 2U);
  EXPECT_EQ(blocks.blocks[0].rows, 7);
  EXPECT_EQ(blocks.blocks[0].cols, 70);
}

TEST(BlockComposites, AreThoseOfTheScenesWhateverTheBlock) {
  const Grid grid = test::archive_grid(30, 20);
  const Planned p(grid, grid);
  RunReport report;
  for (const Window block : {Window{0, 0, 30, 20}, Window{11, 4, 13, 9}}) {
    BlockComposites composites(p.plan, p.record, p.catalogue, report, nullptr, 2);
    EXPECT_EQ(composites.make(block), 24U);
    const Window part{block.row + 2, block.col + 3, 4, 5};
    std::vector<float> value(part.pixels());
    std::vector<uint8_t> reason(part.pixels());
    const int from = p.record.first.number;
    for (int year : {2014, 2015})
      for (int month = 1; month <= 12; ++month) {
        const auto at = static_cast<size_t>(period_of({year, month, 5}, p.plan.cadence).number - from);
        composites.copy(0, at, part, value.data(), reason.data());
        for (int r = 0; r < part.rows; ++r)
          for (int c = 0; c < part.cols; ++c)
            EXPECT_EQ(
                value[static_cast<size_t>(5 * r + c)],
                static_cast<float>(0.1 * (year % 5) + 0.01 * month + 0.001 * (part.row + r) + 0.0001 * (part.col + c)));
        EXPECT_EQ(reason, std::vector<uint8_t>(part.pixels(), 0));
      }
  }
  EXPECT_EQ(report.rejected(), 0U);
}

TEST(BlockComposites, TakeEverySceneOfACrowdedPeriod) {
  constexpr int scenes = 150;
  const Grid grid = test::archive_grid(9, 7);
  const test::TempDir dir;
  std::filesystem::create_directory(dir / "scenes");
  for (int k = 0; k < scenes; ++k) {
    test::MadeRaster raster;
    raster.grid = grid;
    std::vector<double> values(grid.pixels(), 0.001 * (k * 77 % scenes));
    values[3] = k == 140 ? 0.5 : -9999;
    raster.bands = {{std::move(values), "", -9999}};
    test::make_raster(dir / "scenes" / ("s" + std::to_string(k) + "_2015-03-05.tif"), raster);
  }
  ScanInput input{"value-tif", {"scenes"}};
  input.roles["value"] = "ndvi";
  RunReport report;
  const Catalogue catalogue = test::scan_archive(dir.path(), {input}, report);
  const SeriesPlan plan = test::archive_plan(grid, {"ndvi"});
  RecordPlan record = plan_record(plan, catalogue);
  const size_t pixel = bytes_of_period(record);
  EXPECT_GE(pixel, scenes * 5U) << "the memory of all scenes is counted";
  const auto march = static_cast<size_t>(period_of({2015, 3, 5}, plan.cadence).number - record.first.number);
  for (const auto& [method, expected] :
       {std::pair{CompositeMethod::median, 0.0745}, {CompositeMethod::max, 0.149}, {CompositeMethod::mean, 0.0745}}) {
    record.base[0].composite = method;
    BlockComposites composites(plan, record, catalogue, report, nullptr, 2);
    EXPECT_EQ(composites.make({0, 0, grid.rows, grid.cols}), static_cast<size_t>(scenes));
    std::vector<float> value(grid.pixels());
    std::vector<uint8_t> reason(grid.pixels());
    composites.copy(0, march, {0, 0, grid.rows, grid.cols}, value.data(), reason.data());
    for (size_t i = 0; i < value.size(); ++i) EXPECT_NEAR(value[i], i == 3 ? 0.5 : expected, 1e-6) << i;
  }
  EXPECT_EQ(report.rejected(), 0U);
}

}  // namespace
}  // namespace fw
