#include "core/series/water_record.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/csv.h"
#include "core/base/text.h"
#include "tests/series/dated_scenes.h"

namespace fw {
namespace {

using test::cpu;
using test::indices;

class Kept final : public WaterSink {
 public:
  explicit Kept(const Grid& grid) : pieces(grid) {}
  void map(size_t scene, const Window& w, const uint8_t* state) override {
    pieces.put("map " + std::to_string(scene), w, state);
  }
  void record(WaterLayer layer, const Window& w, const float* values) override {
    pieces.put("layer " + std::to_string(static_cast<int>(layer)), w, values);
  }
  void transition(const Window& w, const uint8_t* values) override { pieces.put("transition", w, values); }
  const std::vector<float>& layer(WaterLayer layer) const {
    return pieces.at("layer " + std::to_string(static_cast<int>(layer)));
  }
  test::Pieces pieces;
};

std::vector<std::vector<std::string>> rows_of(const std::string& csv) {
  std::vector<std::vector<std::string>> out;
  for (const auto& row : parse_csv(csv)) out.push_back(row.cells);
  return out;
}

/// Green 0.2 beside swir1 0.1 is MNDWI 1/3, swir1 0.3 is -0.2.
constexpr double wet = 0.1, dry = 0.3;
std::map<std::string, std::vector<double>> bands(std::vector<double> swir1) {
  const size_t n = swir1.size();
  return {{"G", std::vector<double>(n, 0.2)}, {"S1", std::move(swir1)}};
}

WaterRecordPlan plan_of(const test::DatedScenes& scenes, WaterMethod method = WaterMethod::otsu) {
  WaterRecordPlan plan;
  plan.grid = scenes.grid();
  plan.scratch_dir = scenes.folder();
  plan.water.method = method;
  return plan;
}

TEST(RecordWater, MasksAndGapsAreNeverDry) {
  test::DatedScenes scenes(1, 4);
  auto scene = bands({wet, dry, wet, -9999});
  scene["mask"] = {0, 0, 1, 0};
  scenes.add("2020-05-01", scene);
  const Catalogue catalogue = scenes.scan_as("reflectance-tif");
  Kept kept(scenes.grid());
  WaterRecordPlan plan = plan_of(scenes, WaterMethod::fixed);
  const auto record = record_water(plan, catalogue, indices(), cpu, kept, scenes.report);
  EXPECT_EQ(kept.pieces.at("map 0"), (std::vector<float>{1, 0, 2, 3}));
  EXPECT_FALSE(kept.pieces.has("transition")) << "one month is no record";
  const auto rows = rows_of(record.areas.csv({&catalogue.scenes[0]}, "m"));
  const auto cells = cell_areas_km2(scenes.grid(), scenes.grid().whole());
  EXPECT_NEAR(*parse_number(rows[1][3]), cells[0] + cells[1], 1e-12) << "valid: two pixels";
  EXPECT_NEAR(*parse_number(rows[1][4]), cells[0], 1e-12);
}

TEST(RecordWater, ComparesDatesOnlyOnWhatEveryDateSaw) {
  test::DatedScenes scenes(1, 4);
  scenes.add("2020-05-01", bands({wet, dry, dry, dry}));
  scenes.add("2020-05-11", bands({wet, wet, -9999, wet}));
  const Catalogue catalogue = scenes.scan_as("reflectance-tif");
  Kept kept(scenes.grid());
  WaterRecordPlan plan = plan_of(scenes, WaterMethod::fixed);
  const auto record = record_water(plan, catalogue, indices(), cpu, kept, scenes.report);
  const auto rows = rows_of(record.areas.csv({&catalogue.scenes[0], &catalogue.scenes[1]}, "m"));
  const double cell = cell_areas_km2(scenes.grid(), {0, 0, 1, 1})[0];
  EXPECT_NEAR(*parse_number(rows[1][5]) / cell, 3, 1e-4);
  EXPECT_NEAR(*parse_number(rows[1][6]) / cell, 1, 1e-4);
  EXPECT_NEAR(*parse_number(rows[2][6]) / cell, 3, 1e-4);
  EXPECT_NEAR(*parse_number(rows[2][8]), 200, 1e-3) << "from one cell to three";
}

TEST(RecordWater, TellsPermanentNewNeverAndUnseenApart) {
  test::DatedScenes scenes(1, 4);
  for (int month = 0; month < 24; ++month) {
    char day[16];
    std::snprintf(day, sizeof day, "%d-%02d-15", 2019 + month / 12, month % 12 + 1);
    scenes.add(day, bands({wet, month < 12 ? dry : wet, dry, -9999}));
  }
  const Catalogue catalogue = scenes.scan_as("reflectance-tif");
  Kept kept(scenes.grid());
  WaterRecordPlan plan = plan_of(scenes, WaterMethod::fixed);
  const auto record = record_water(plan, catalogue, indices(), cpu, kept, scenes.report);
  ASSERT_EQ(record.months.size(), 24U);
  EXPECT_EQ(label(record.epoch2->from), "2020-01");
  const auto& occurrence = kept.layer(WaterLayer::occurrence);
  EXPECT_EQ(occurrence[0], 100);
  EXPECT_EQ(occurrence[1], 50);
  EXPECT_EQ(occurrence[2], 0);
  EXPECT_TRUE(std::isnan(occurrence[3])) << "not observed is not dry";
  const auto& change = kept.layer(WaterLayer::change);
  EXPECT_EQ(change[0], 0);
  EXPECT_EQ(change[1], 100);
  EXPECT_TRUE(std::isnan(change[3]));
  EXPECT_EQ(kept.layer(WaterLayer::recurrence)[1], 50);
  EXPECT_EQ(kept.layer(WaterLayer::seasonality)[1], 12);
  EXPECT_TRUE(std::isnan(kept.layer(WaterLayer::seasonality)[3]));
  EXPECT_EQ(kept.layer(WaterLayer::observed)[3], 0);
  EXPECT_EQ(kept.pieces.at("transition"), (std::vector<float>{1, 2, 0, 255}));
}

TEST(RecordWater, AMonthIsWaterWithAnySceneOrWithMostOfThem) {
  test::DatedScenes scenes(1, 2);
  scenes.add("2020-05-01", bands({wet, dry}));
  scenes.add("2020-05-11", bands({dry, dry}));
  scenes.add("2020-05-21", bands({dry, dry}));
  scenes.add("2020-06-01", bands({dry, dry}));
  const Catalogue catalogue = scenes.scan_as("reflectance-tif");
  for (const auto& [rule, expected] : {std::pair{WaterMonth::any, 50.0F}, std::pair{WaterMonth::majority, 0.0F}}) {
    Kept kept(scenes.grid());
    WaterRecordPlan plan = plan_of(scenes, WaterMethod::fixed);
    plan.month = rule;
    record_water(plan, catalogue, indices(), cpu, kept, scenes.report);
    EXPECT_EQ(kept.layer(WaterLayer::occurrence)[0], expected);
  }
}

/// Land of MNDWI about -0.45 on the left, turbid water of about -0.1 on the right, neither above 0.
void add_turbid(test::DatedScenes& scenes) {
  const int rows = scenes.grid().rows, cols = scenes.grid().cols;
  for (const char* day : {"2020-05-01", "2020-06-01"}) {
    std::vector<double> swir1;
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < cols; ++c)
        swir1.push_back((c < cols / 2 ? 0.52 : 0.245) + 0.002 * ((r * 7 + c * 3) % 11) - 0.01);
    scenes.add(day, bands(swir1));
  }
}

TEST(RecordWater, OtsuFindsWaterThatAFixedThresholdMisses) {
  test::DatedScenes scenes(40, 60);
  add_turbid(scenes);
  const Catalogue catalogue = scenes.scan_as("reflectance-tif");
  for (const auto method : {WaterMethod::fixed, WaterMethod::otsu}) {
    Kept kept(scenes.grid());
    WaterRecordPlan plan = plan_of(scenes, method);
    const auto record = record_water(plan, catalogue, indices(), cpu, kept, scenes.report);
    const auto& map = kept.pieces.at("map 0");
    for (size_t i = 0; i < map.size(); ++i) EXPECT_EQ(map[i], method == WaterMethod::otsu && i % 60 >= 30 ? 1 : 0) << i;
    if (method == WaterMethod::otsu) {
      const auto rows = rows_of(threshold_csv(record.scenes));
      EXPECT_EQ(rows[1][2], "1");
      EXPECT_EQ(*parse_number(rows[1][3]) + *parse_number(rows[1][4]), 1) << "accepted, or at its limit";
    }
  }
}

TEST(RecordWater, EverySceneOfAMonthHasItsSay) {
  // 75 scenes of May: the first pixel is wet in 38 of them, the second in 37.
  test::DatedScenes scenes(1, 2);
  for (int s = 0; s < 75; ++s) {
    auto scene = bands({s < 37 ? dry : wet, s < 38 ? dry : wet});
    scene["R"] = {0.001 * s, 0.1};  // scenes of the same bytes would be one
    scenes.add("2020-05-01_" + std::to_string(100 + s), scene);
  }
  scenes.add("2020-06-01", bands({dry, dry}));
  const Catalogue catalogue = scenes.scan_as("reflectance-tif");
  for (const auto month : {WaterMonth::majority, WaterMonth::any}) {
    Kept kept(scenes.grid());
    WaterRecordPlan plan = plan_of(scenes, WaterMethod::fixed);
    plan.month = month;
    record_water(plan, catalogue, indices(), cpu, kept, scenes.report);
    EXPECT_EQ(kept.layer(WaterLayer::occurrence), (std::vector<float>{50, month == WaterMonth::any ? 50.0F : 0.0F}));
  }
  EXPECT_EQ(scenes.report.rejected(), 0U);
}

TEST(RecordWater, NeitherTileSizeNorMemoryChangesAnything) {
  test::DatedScenes scenes(300, 540);
  add_turbid(scenes);
  const Catalogue catalogue = scenes.scan_as("reflectance-tif");
  std::string first;
  for (const auto& [size, memory] :
       {std::pair(32, 1 << 30), {100, 1 << 30}, {256, 1 << 30}, {700, 1 << 30}, {700, 1}}) {
    Kept kept(scenes.grid());
    WaterRecordPlan plan = plan_of(scenes);
    plan.tile_size = size;
    plan.memory_bytes = static_cast<size_t>(memory);
    const auto record = record_water(plan, catalogue, indices(), cpu, kept, scenes.report);
    const std::string all = kept.pieces.bytes() + record.areas.csv({&catalogue.scenes[0], &catalogue.scenes[1]}, "m");
    if (first.empty()) first = all;
    EXPECT_EQ(all, first) << size << " " << memory;
  }
}

TEST(RecordWater, ASceneWithoutTheBandsIsReportedAndAddsNothing) {
  test::DatedScenes scenes(1, 2);
  scenes.add("2020-05-01", bands({wet, dry}));
  scenes.add("2020-05-11", {});
  const Catalogue catalogue = scenes.scan_as("reflectance-tif");
  Kept kept(scenes.grid());
  WaterRecordPlan plan = plan_of(scenes, WaterMethod::fixed);
  const auto record = record_water(plan, catalogue, indices(), cpu, kept, scenes.report);
  EXPECT_FALSE(record.scenes[1].usable);
  EXPECT_FALSE(kept.pieces.has("map 1"));
  EXPECT_GT(scenes.report.rejected(), 0U);
  const auto rows = rows_of(record.areas.csv({&catalogue.scenes[0], &catalogue.scenes[1]}, "m"));
  EXPECT_EQ(rows[2][4], "") << "no area is not 0 km2";
}

TEST(RecordWater, RefusesEpochsThatCannotBeMeant) {
  test::DatedScenes scenes(1, 2);
  scenes.add("2020-05-01", bands({wet, dry}));
  scenes.add("2020-06-11", bands({wet, dry}));
  const Catalogue catalogue = scenes.scan_as("reflectance-tif");
  Kept kept(scenes.grid());
  const auto month = [](const char* text) { return *parse_period(text); };
  WaterRecordPlan plan = plan_of(scenes);
  plan.epoch1 = {month("2020-05"), month("2020-05")};
  EXPECT_THROW(record_water(plan, catalogue, indices(), cpu, kept, scenes.report), ConfigError) << "one alone";
  plan.epoch2 = {month("2020-05"), month("2020-06")};
  EXPECT_THROW(record_water(plan, catalogue, indices(), cpu, kept, scenes.report), ConfigError) << "they overlap";
  plan.epoch2 = {month("2021-05"), month("2021-06")};
  EXPECT_THROW(record_water(plan, catalogue, indices(), cpu, kept, scenes.report), ConfigError) << "nothing in it";
}

}  // namespace
}  // namespace fw
