// Composites made block by block are those of whole windows, whatever the memory.
#include "core/series/period_pass.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <mutex>

#include "core/series/seen_value.h"
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

/// The composite of one window, scene by scene.
class PeriodReader {
 public:
  PeriodReader(Backend& backend, SceneReader& reader, RunReport& report)
      : backend_(backend), reader_(reader), report_(report) {}
  BandValues composite(const PeriodBands& period, const Window& window) {
    const size_t n = window.pixels();
    std::vector<float> series(period.places() * n);
    for (const auto& visit : period.visits(0)) {
      const SceneValues values = compute_values(backend_, reader_, *visit.scene, visit.plans.front(), window, report_);
      for (size_t b = 0; b < visit.places.size(); ++b)
        put_seen(values.value[b].data(), values.reason[b].data(), n, series.data() + visit.places[b] * n);
    }
    return period.composite(backend_, series.data(), n);
  }

 private:
  Backend& backend_;
  SceneReader& reader_;
  RunReport& report_;
};

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

TEST(CompositePeriods, OfAPartOfTheScenesGoThroughTheBlocksInWhichTheyAreStored) {
  test::DatedScenes scenes(1400, 90);
  std::vector<double> red;
  for (uint64_t i = 0; i < scenes.grid().pixels(); ++i) red.push_back(test::scatter(i, 0, 0));
  scenes.add("2020-05-01", {{"R", red}});
  const Catalogue catalogue = scenes.scan_as("reflectance-tif");
  const int block = SceneReader(catalogue, scenes.grid()).blocks_of(catalogue.scenes[0], {"red"}).rows, first = 200;
  ASSERT_GT(block, first);
  ASSERT_LT(block, 1400);
  PeriodPass pass;
  pass.grid = scenes.grid();
  pass.grid.y0 -= first * pass.grid.dy;
  pass.grid.rows -= first;
  std::vector<PeriodBands> periods;
  periods.emplace_back(indices(), std::vector<const Scene*>{&catalogue.scenes[0]}, std::vector<std::string>{"red"},
                       PeriodMethod::median, "test", scenes.report);
  std::atomic<size_t> right = 0;
  pass.take = [&](Backend&, const Window& w, std::vector<BandValues>& v) {
    EXPECT_TRUE(w.row >= block - first || w.row + w.rows <= block - first) << w.row << " " << w.rows;
    for (size_t i = 0; i < w.pixels(); ++i)
      right += v[0].value[i] == static_cast<float>(red[static_cast<size_t>(first + w.row) * 90 + i]);
  };
  composite_periods(periods, catalogue, cpu, pass, scenes.report);
  EXPECT_EQ(right, pass.grid.pixels());
}

TEST(CompositePeriods, OfPeriodsWithASceneInCommonTakeItsIndicesAtOnce) {
  test::DatedScenes scenes(7, 9);
  for (int day = 1; day < 4; ++day) {
    std::map<std::string, std::vector<double>> bands;
    for (const char* letter : {"R", "N", "G", "S1"})
      for (size_t i = 0; i < 63; ++i)
        bands[letter].push_back(test::scatter(i, static_cast<uint64_t>(day), static_cast<uint64_t>(letter[0])));
    if (day == 3) bands.erase("S1");
    scenes.add("2020-05-0" + std::to_string(day), bands);
  }
  const Catalogue catalogue = scenes.scan_as("reflectance-tif");
  std::vector<const Scene*> all;
  for (const auto& s : catalogue.scenes) all.push_back(&s);
  std::vector<PeriodBands> periods;
  periods.emplace_back(indices(), all, std::vector<std::string>{"NDVI"}, PeriodMethod::max, "test", scenes.report);
  periods.emplace_back(indices(), all, std::vector<std::string>{"NDBI", "MNDWI"}, PeriodMethod::median, "test",
                       scenes.report);
  ASSERT_EQ(periods[0].scenes(), 3U);
  ASSERT_EQ(periods[1].scenes(), 2U) << "one has no short-wave infrared";
  const auto backend = make_backend(cpu);
  SceneReader files(catalogue, scenes.grid());
  PeriodReader reader(*backend, files, scenes.report);
  PeriodPass pass;
  pass.grid = scenes.grid();
  test::Pieces made(scenes.grid()), expected(scenes.grid());
  const auto put = [](test::Pieces& to, const Window& w, size_t p, const BandValues& v) {
    for (size_t b = 0; b <= p; ++b)
      to.put(std::to_string(p) + " " + std::to_string(b), w, v.value.data() + b * w.pixels());
  };
  pass.take = [&](Backend&, const Window& w, std::vector<BandValues>& v) {
    for (size_t p = 0; p < 2; ++p) put(made, w, p, v[p]);
  };
  composite_periods(periods, catalogue, cpu, pass, scenes.report);
  const Window whole = scenes.grid().whole();
  for (size_t p = 0; p < 2; ++p) put(expected, whole, p, reader.composite(periods[p], whole));
  EXPECT_EQ(made.bytes(), expected.bytes());
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
