// The pipeline on devices that are slow, short of memory or lost: the bytes of the CPU, and a note of what happened.
#include <algorithm>

#include "tests/kernels/fake_device.h"
#include "tests/series/small_archive.h"

namespace fw {
namespace {

using test::FakeApi;
using test::FakeBehaviour;

const Grid grid = test::archive_grid(40, 70);

struct Archive {
  test::TempDir dir;
  Catalogue catalogue;
  std::vector<AdminUnits> units;
  Archive() {
    test::write_stack(dir / "ndvi.tif", grid, 2013, 2015, 5, false, [](int y, int m, int r, int c) {
      return test::scatter(1, static_cast<uint64_t>(12 * y + m), static_cast<uint64_t>(r), static_cast<uint64_t>(c));
    });
    test::write_stack(dir / "mask.tif", grid, 2013, 2015, 5, true, [](int y, int m, int r, int c) {
      return test::scatter(2, static_cast<uint64_t>(12 * y + m), static_cast<uint64_t>(r), static_cast<uint64_t>(c)) <
             0.2;
    });
    test::write_stack(dir / "rain.tif", grid, 2013, 2015, 1, false, [](int y, int m, int r, int c) {
      return 90 *
             test::scatter(3, static_cast<uint64_t>(12 * y + m), static_cast<uint64_t>(r), static_cast<uint64_t>(c));
    });
    RunReport report;
    catalogue = test::scan_archive(dir.path(), {test::ndvi_stack("ndvi.tif", "mask.tif"), test::rain_stack("rain.tif")},
                                   report);
    units = {test::archive_units(dir.path(), grid)};
  }
};
const Archive& archive() {
  static const Archive a;
  return a;
}

SeriesPlan plan_with(int threads, int tile_size) {
  SeriesPlan plan = test::archive_plan(grid, {"ndvi_z", "rain3_z", "ndvi_diff", "ndvi"});
  plan.analysis_from = *parse_period("2015-11");
  plan.min_years = 2;
  plan.tile_size = tile_size;
  plan.threads = threads;
  plan.indicators[2].clean_up = true;
  return plan;
}

struct Found {
  std::string rasters, table;
  std::vector<Rejection> notes;
  bool operator==(const Found& o) const { return rasters == o.rasters && table == o.table; }
};
Found run_on(const ChosenDevice& device, int threads = 1, int tile_size = 64) {
  const SeriesPlan plan = plan_with(threads, tile_size);
  const auto result = test::run_archive(plan, archive().catalogue, archive().units, device);
  EXPECT_TRUE(result->rasters.complete(plan.indicators.size(), 2)) << "a pixel was written twice or never";
  EXPECT_EQ(result->report.rejected(), 0u);
  return {result->rasters.bytes(), indicator_csv(result->table, false), result->report.sorted()};
}
const Found& on_cpu() {
  static const Found found = run_on({DeviceChoice::cpu, "test"});
  return found;
}

constexpr QueueLimits small{16384, 16384, 1 << 20, 64, 4096};

std::shared_ptr<FakeApi> fake(FakeBehaviour behaviour = {}) { return std::make_shared<FakeApi>(std::move(behaviour)); }

void expect_clean(const FakeApi& api, const std::string& where) {
  EXPECT_EQ(api.problems(), std::vector<std::string>{}) << where;
  EXPECT_EQ(api.alive(), 0u) << where;
}
std::vector<std::string> codes_of(const Found& found) {
  std::vector<std::string> codes;
  for (const Rejection& r : found.notes) {
    EXPECT_EQ(r.stage, "device") << r.detail;
    codes.push_back(r.code);
  }
  return codes;
}

TEST(PipelineDevices, GiveTheBytesOfTheCpu) {
  for (const int threads : {1, 3})
    for (uint64_t seed = 0; seed < 3; ++seed) {
      const auto api = fake({.seed = seed});
      const Found found = run_on(test::choose_fakes({api}, small), threads, 8);
      EXPECT_TRUE(found == on_cpu()) << threads << " threads, seed " << seed;
      EXPECT_TRUE(found.notes.empty());
      expect_clean(*api, "");
      EXPECT_GT(api->replays(), 5u) << "the program of a tile repeats";
    }
}

TEST(PipelineDevices, BringResultsDownOncePerTile) {
  const auto api = fake();
  run_on(test::choose_fakes({api}, small));
  const auto history = api->history();
  // Two tiles of 4 indicators and 2 dates (64 x 40 and 6 x 40 pixels, 5 bytes), the series of three averages of units
  // (36 months of 4 bytes), in parts of 16 KiB.
  size_t expected = 0;
  const size_t part = small.download_bytes;
  for (const size_t pixels : {size_t{64} * 40, size_t{6} * 40})
    expected += (4 * 2 * 5 * pixels + part - 1) / part + 2 * ((36 * 4 * pixels + part - 1) / part);
  EXPECT_EQ(static_cast<size_t>(std::count(history.begin(), history.end(), "from_device")), expected);
}

TEST(PipelineDevices, ComputeAgainElsewhereWhatALostDeviceDid) {
  const auto whole = fake();
  run_on(test::choose_fakes({whole}, small));
  for (int k = 0; k < 25; ++k) {
    const long call = whole->calls() * k / 25;
    const auto api = fake({.lost_at_call = call});
    const Found found = run_on(test::choose_fakes({api}, small), 1 + k % 2);
    EXPECT_TRUE(found == on_cpu()) << "lost at call " << call;
    // One note, or a second of a worker that found out while it was made.
    const auto codes = codes_of(found);
    EXPECT_FALSE(codes.empty()) << "lost at call " << call;
    for (const std::string& code : codes) EXPECT_EQ(code, "GPU_FAILED") << "lost at call " << call;
    expect_clean(*api, "lost at call " + std::to_string(call));
  }
}

TEST(PipelineDevices, GoOnWithTheOthersWhenOneOfThemIsLost) {
  for (size_t count = 2; count <= 4; ++count) {
    std::vector<std::shared_ptr<FakeApi>> fakes;
    for (size_t k = 0; k < count; ++k)
      fakes.push_back(fake({.name = "cuda:" + std::to_string(k) + " (Fake)", .lost_at_call = k == 0 ? 200 : -1}));
    const Found found = run_on(test::choose_fakes(fakes, small));
    EXPECT_TRUE(found == on_cpu());
    ASSERT_EQ(codes_of(found), std::vector<std::string>{"GPU_FAILED"});
    EXPECT_EQ(found.notes[0].item, "cuda:0 (Fake)");
    EXPECT_GT(fakes[1]->calls(), 500) << "the next device took over";
    for (const auto& api : fakes) expect_clean(*api, api->name());
  }
}

TEST(PipelineDevices, ComputeInPartsWhereMemoryIsShort) {
  const auto whole = fake();
  run_on(test::choose_fakes({whole}, small));
  const auto api = fake({.memory_bytes = whole->peak_bytes() * 3 / 4});
  const Found found = run_on(test::choose_fakes({api}, small));
  EXPECT_TRUE(found == on_cpu());
  ASSERT_EQ(codes_of(found), std::vector<std::string>{"GPU_MEMORY"});
  EXPECT_NE(found.notes[0].detail.find("in parts"), std::string::npos) << found.notes[0].detail;
  expect_clean(*api, "");
}

TEST(PipelineDevices, LeaveToTheCpuWhatNoPartFits) {
  const auto api = fake({.memory_bytes = 100'000});
  const Found found = run_on(test::choose_fakes({api}, small));
  EXPECT_TRUE(found == on_cpu());
  const auto codes = codes_of(found);
  EXPECT_EQ(codes, (std::vector<std::string>{"GPU_MEMORY", "GPU_MEMORY"})) << "first in parts, then on the CPU";
  expect_clean(*api, "");
}

TEST(PipelineDevices, SurviveAShortageAtAnyAllocation) {
  const auto whole = fake();
  run_on(test::choose_fakes({whole}, small));
  for (long n = 0; n < whole->allocations(); n += 1 + whole->allocations() / 25) {
    const auto api = fake({.short_at = {n, n + 1, n + 2}});
    EXPECT_TRUE(run_on(test::choose_fakes({api}, small)) == on_cpu()) << "short at allocation " << n;
    expect_clean(*api, "short at allocation " + std::to_string(n));
  }
}

}  // namespace
}  // namespace fw
