#include "core/series/change_map.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/series/night_lights.h"
#include "tests/series/dated_scenes.h"
#include "tests/series/small_archive.h"

namespace fw {
namespace {

using test::cpu;
using test::indices;

class Kept final : public ChangeSink, public NightLightSink {
 public:
  explicit Kept(const Grid& grid) : pieces(grid) {}
  void write(ChangeLayer layer, size_t band, const Window& w, const float* values) override {
    pieces.put(key(layer, band), w, values);
  }
  void write(NightLightLayer layer, const Window& w, const float* values) override {
    pieces.put("night " + std::to_string(static_cast<int>(layer)), w, values);
  }
  void gaps(const Window& w, const float*, const uint8_t* gap) override { pieces.put("gap", w, gap); }
  const std::vector<float>& at(ChangeLayer layer, size_t band = 0) const { return pieces.at(key(layer, band)); }
  test::Pieces pieces;

 private:
  static std::string key(ChangeLayer layer, size_t band) {
    return std::to_string(static_cast<int>(layer)) + " " + std::to_string(band);
  }
};

ChangePlan plan_of(const test::DatedScenes& scenes, const Catalogue& catalogue, size_t before,
                   std::vector<std::string> names) {
  ChangePlan plan;
  plan.grid = scenes.grid();
  plan.names = std::move(names);
  plan.scratch_dir = scenes.folder();
  for (size_t s = 0; s < catalogue.scenes.size(); ++s)
    (s < before ? plan.before : plan.after).push_back(&catalogue.scenes[s]);
  return plan;
}

TEST(MapChange, ComparesTheMedianOfThePeriodsAndLeavesGapsOut) {
  test::DatedScenes scenes(1, 3);
  scenes.add("2020-05-01", {{"R", {0.1, 0.1, 0.1}}, {"mask", {0, 0, 1}}});
  scenes.add("2020-05-11", {{"R", {0.2, 0.2, 0.2}}, {"mask", {0, 0, 1}}});
  scenes.add("2020-05-21", {{"R", {0.9, 0.3, 0.3}}, {"mask", {0, 1, 1}}});
  scenes.add("2021-05-01", {{"R", {0.5, 0.5, 0.5}}});
  const Catalogue catalogue = scenes.scan_as("reflectance-tif");
  auto plan = plan_of(scenes, catalogue, 3, {"red"});
  plan.difference = true;
  Kept kept(scenes.grid());
  const auto summary = map_change(plan, catalogue, indices(), cpu, kept, scenes.report);
  EXPECT_NEAR(kept.at(ChangeLayer::difference)[0], 0.5 - 0.2, 1e-6);
  EXPECT_NEAR(kept.at(ChangeLayer::difference)[1], 0.5 - 0.15, 1e-6) << "median of the two clear scenes";
  EXPECT_TRUE(std::isnan(kept.at(ChangeLayer::difference)[2])) << "never clear before: no change can be stated";
  EXPECT_EQ(summary.assessed, 2U);
}

TEST(MapChange, GivesLengthAndDirectionOfTheChangeVector) {
  test::DatedScenes scenes(1, 2);
  scenes.add("2020-05-01", {{"R", {0.1, 0.2}}, {"N", {0.1, 0.2}}});
  scenes.add("2021-05-01", {{"R", {0.4, 0.2}}, {"N", {0.5, 0.2}}});
  const Catalogue catalogue = scenes.scan_as("reflectance-tif");
  auto plan = plan_of(scenes, catalogue, 1, {"red", "nir"});
  plan.vector = true;
  Kept kept(scenes.grid());
  map_change(plan, catalogue, indices(), cpu, kept, scenes.report);
  EXPECT_NEAR(kept.at(ChangeLayer::magnitude)[0], 0.5, 1e-6);
  EXPECT_NEAR(kept.at(ChangeLayer::angle)[0], std::atan2(0.4, 0.3), 1e-6);
  EXPECT_EQ(kept.at(ChangeLayer::magnitude)[1], 0);
  EXPECT_TRUE(std::isnan(kept.at(ChangeLayer::angle)[1])) << "no change has no direction";
}

/// Two dates that are linear in each other but for noise and a changed square of 12 x 12 pixels.
void add_implanted(test::DatedScenes& scenes) {
  const int side = scenes.grid().rows;
  std::map<std::string, std::vector<double>> before, after;
  for (int b = 0; b < 3; ++b) {
    const std::string letter = std::vector<std::string>{"G", "R", "N"}[static_cast<size_t>(b)];
    for (int r = 0; r < side; ++r)
      for (int c = 0; c < side; ++c) {
        const auto at = [&](int k) {
          return test::scatter(static_cast<uint64_t>(r), static_cast<uint64_t>(c), 7, static_cast<uint64_t>(k));
        };
        const double ground = 0.1 + 0.1 * at(b) + 0.05 * at(9);
        const bool changed = r >= 20 && r < 32 && c >= 20 && c < 32;
        before[letter].push_back(ground + 0.002 * at(10 + b));
        after[letter].push_back(changed ? 0.1 + 0.3 * at(20 + b) : 1.2 * ground + 0.01 + 0.002 * at(30 + b));
      }
  }
  scenes.add("2020-05-01", before);
  scenes.add("2021-05-01", after);
}

TEST(MapChange, IrMadFindsTheImplantedChangeWhateverTheMemory) {
  test::DatedScenes scenes(90, 90);
  add_implanted(scenes);
  const Catalogue catalogue = scenes.scan_as("reflectance-tif");
  std::string first;
  for (const size_t memory : {size_t{1}, size_t{1} << 30}) {
    auto plan = plan_of(scenes, catalogue, 1, {"green", "red", "nir"});
    plan.mad = true;
    plan.memory_bytes = memory;
    Kept kept(scenes.grid());
    const auto summary = map_change(plan, catalogue, indices(), cpu, kept, scenes.report);
    EXPECT_EQ(summary.mad, IrMadStatus::converged);
    EXPECT_GT(summary.rounds, 1);
    EXPECT_GT(summary.correlation.at(0), 0.99);
    if (first.empty()) first = kept.pieces.bytes();
    EXPECT_EQ(kept.pieces.bytes(), first) << memory;
    int found = 0, false_alarms = 0;
    for (int r = 0; r < 90; ++r)
      for (int c = 0; c < 90; ++c) {
        const bool alarm = kept.at(ChangeLayer::no_change)[static_cast<size_t>(r * 90 + c)] < 0.001F;
        (r >= 20 && r < 32 && c >= 20 && c < 32 ? found : false_alarms) += alarm;
      }
    EXPECT_GE(found, 137) << "of 144";
    EXPECT_LE(false_alarms, 80) << "of 7956: about 1 %";
  }
}

TEST(MapChange, SaysWhyMadHasNoResult) {
  test::DatedScenes scenes(20, 20);
  scenes.add("2020-05-01", {{"R", std::vector<double>(400, 0.2)}});
  scenes.add("2021-05-01", {{"R", std::vector<double>(400, 0.3)}});
  const Catalogue catalogue = scenes.scan_as("reflectance-tif");
  auto plan = plan_of(scenes, catalogue, 1, {"red"});
  plan.mad = true;
  Kept kept(scenes.grid());
  EXPECT_EQ(test::error_code([&] { map_change(plan, catalogue, indices(), cpu, kept, scenes.report); }),
            "MAD_SINGULAR");
  plan.mad = false;
  plan.difference = true;
  plan.names = {"swir1"};
  EXPECT_EQ(test::error_code([&] { map_change(plan, catalogue, indices(), cpu, kept, scenes.report); }), "NO_SCENES");
}

/// Radiance of April and May of three years and of April and May after: lit, dimmed, never lit, cloudy, brighter.
TEST(NightLightLoss, ComparesTheSameMonthsAndSaysWhereItCannot) {
  test::DatedScenes scenes(1, 4);
  for (int year = 2018; year <= 2021; ++year)
    for (int month = 3; month <= 5; ++month) {
      const bool recent = year == 2021;
      const double cloudy = recent ? -9999 : 10;
      if (month == 3 && recent) continue;
      const double other = month == 3 ? 500 : 0;  // of a month that does not compare
      scenes.add_value(std::to_string(year) + "-0" + std::to_string(month) + "-15",
                       {recent ? 4.0 : 10 + other, recent ? 0.1 : 0.3, cloudy, recent ? 15.0 : 10 + other});
    }
  const Catalogue catalogue = scenes.scan_as("value-tif", "radiance");
  NightLightPlan plan;
  plan.grid = scenes.grid();
  plan.before_from = {2018, 1, 1};
  plan.before_to = {2020, 12, 31};
  plan.after_from = {2021, 1, 1};
  plan.after_to = {2021, 12, 31};
  plan.min_nights = 2;
  Kept kept(scenes.grid());
  const auto summary = map_night_light_loss(plan, catalogue, cpu, kept, scenes.report);
  EXPECT_EQ(summary.reference, 6U) << "April and May of three years, not March";
  EXPECT_EQ(summary.recent, 2U);
  const auto& loss = kept.pieces.at("night 0");
  EXPECT_NEAR(loss[0], 60, 1e-4);
  EXPECT_TRUE(std::isnan(loss[1]));
  EXPECT_TRUE(std::isnan(loss[2]));
  EXPECT_NEAR(loss[3], -50, 1e-4);
  EXPECT_EQ(kept.pieces.at("gap"), (std::vector<float>{0, 1, 2, 0})) << "never lit is not the same as not seen";
  plan.after_from = {2021, 6, 1};
  EXPECT_EQ(test::error_code([&] { map_night_light_loss(plan, catalogue, cpu, kept, scenes.report); }), "NO_SCENES");
}

}  // namespace
}  // namespace fw
