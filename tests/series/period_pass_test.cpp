// Composites made block by block are those of whole windows, whatever the memory.
#include "core/series/period_pass.h"

#include <gtest/gtest.h>

#include <cstring>
#include <mutex>

#include "tests/series/dated_scenes.h"
#include "tests/series/small_archive.h"

namespace fw {
namespace {

using test::cpu;
using test::indices;

/// `before` scenes of May 2020 and one of June, with masked pixels and gaps.
void add_scenes(test::DatedScenes& scenes, int before) {
  const size_t n = scenes.grid().pixels();
  for (int s = 0; s <= before; ++s) {
    std::map<std::string, std::vector<double>> bands;
    for (const char* letter : {"R", "N", "mask"}) {
      auto& values = bands[letter];
      for (size_t i = 0; i < n; ++i) {
        const double v = test::scatter(i, static_cast<uint64_t>(s), static_cast<uint64_t>(letter[0]));
        values.push_back(letter[0] == 'm' ? (v < 0.2 ? 1 : 0) : v < 0.1 ? -9999 : v);
      }
    }
    scenes.add(s == before ? "2020-06-01" : "2020-05-01_" + std::to_string(s), bands);
  }
}

std::vector<std::vector<const Scene*>> by_month(const Catalogue& catalogue) {
  std::vector<std::vector<const Scene*>> months(2);
  for (const auto& scene : catalogue.scenes) months[scene.time.date.month == 5 ? 0 : 1].push_back(&scene);
  return months;
}

TEST(CompositePeriods, AreThoseOfAWholeWindow) {
  test::DatedScenes scenes(70, 61);
  add_scenes(scenes, 75);
  const Catalogue catalogue = scenes.scan_as("reflectance-tif");
  ASSERT_EQ(catalogue.scenes.size(), 76U);
  const auto backend = make_backend(cpu);
  SceneReader files(catalogue, scenes.grid());
  for (const PeriodMethod method : {PeriodMethod::median, PeriodMethod::mean, PeriodMethod::max, PeriodMethod::medoid,
                                    PeriodMethod::geomedian, PeriodMethod::max_ndvi}) {
    std::vector<PeriodBands> periods;
    for (const auto& month : by_month(catalogue))
      periods.emplace_back(indices(), month, std::vector<std::string>{"red", "nir"}, method, "test", scenes.report);
    PeriodReader reader(*backend, files, scenes.report);
    const Window whole = scenes.grid().whole();
    for (const size_t memory : {size_t{1}, size_t{1} << 30}) {
      test::Pieces made(scenes.grid()), expected(scenes.grid());
      PeriodPass pass;
      pass.grid = scenes.grid();
      pass.memory_bytes = memory;
      pass.scratch_dir = scenes.folder();
      const auto put = [](test::Pieces& to, const Window& w, size_t p, const BandValues& v) {
        const std::string name = std::to_string(p);
        to.put(name + " red", w, v.value.data());
        to.put(name + " nir", w, v.value.data() + w.pixels());
        to.put(name + " valid", w, v.valid.data());
        to.put(name + " reason", w, v.reason.data());
        to.put(name + " flags", w, v.flags.data());
      };
      pass.take = [&](Backend&, const Window& w, std::vector<BandValues>& v) {
        for (size_t p = 0; p < v.size(); ++p) put(made, w, p, v[p]);
      };
      composite_periods(periods, catalogue, cpu, pass, scenes.report);
      for (size_t p = 0; p < periods.size(); ++p) put(expected, whole, p, reader.composite(periods[p], whole));
      EXPECT_EQ(made.bytes(), expected.bytes()) << static_cast<int>(method) << " in " << memory;
      const auto& valid = made.at("0 valid");
      EXPECT_GT(*std::max_element(valid.begin(), valid.end()), 50) << "all scenes of the month count";
    }
  }
  EXPECT_EQ(scenes.report.rejected(), 0U);
}

TEST(CompositePeriods, WithoutAnySceneNothingIsObserved) {
  test::DatedScenes scenes(3, 5);
  scenes.add("2020-05-01", {});
  const Catalogue catalogue = scenes.scan_as("reflectance-tif");
  std::vector<PeriodBands> periods;
  periods.emplace_back(indices(), std::vector<const Scene*>{&catalogue.scenes[0]}, std::vector<std::string>{"swir1"},
                       PeriodMethod::medoid, "test", scenes.report);
  EXPECT_EQ(periods[0].scenes(), 0U);
  size_t pixels = 0;
  PeriodPass pass;
  pass.grid = scenes.grid();
  pass.take = [&](Backend&, const Window& w, std::vector<BandValues>& v) {
    pixels += w.pixels();
    EXPECT_EQ(v[0].reason, std::vector<uint8_t>(w.pixels(), static_cast<uint8_t>(Reason::not_observed)));
  };
  composite_periods(periods, catalogue, cpu, pass, scenes.report);
  EXPECT_EQ(pixels, 15U);
}

}  // namespace
}  // namespace fw
