// The standard jobs on a small stack, held to plain sums; one pass gives the bytes of the jobs it stands for.
#include "jobs/bench/standard_jobs.h"

#include <gtest/gtest.h>

#include <cmath>

#include "../geo/make_tif.h"
#include "../support.h"
#include "core/base/sha256.h"

namespace fw {
namespace {

constexpr int rows = 40, cols = 300, dates = 26;

double dn(int band, int row, int col, int date) {
  if ((row * 7 + col * 3 + date * 5) % 11 == 0) return 0;  // no-data in all bands
  return 500 + (row * 131 + col * 37 + date * date * 17 + band * 977) % 3000;
}

std::vector<std::filesystem::path> make_stack(const test::TempDir& dir) {
  for (int t = 0; t < dates; ++t) {
    test::TifSpec spec;
    spec.grid = {"EPSG:32636", 400000, 1500000, 20, 20, rows, cols};
    spec.type = GDT_UInt16;
    spec.bands = 4;
    spec.nodata = 0;
    spec.options = {"TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256", "COMPRESS=DEFLATE", "PREDICTOR=2"};
    spec.value = [t](int b, int r, int c) { return dn(b, r, c, t); };
    const std::string month = std::to_string(t % 12 + 1);
    test::make_tif(dir / ("S_" + std::to_string(2019 + t / 12) + (month.size() < 2 ? "0" : "") + month + ".tif"), spec);
  }
  return standard_scenes(dir.path());
}

float ndvi(int row, int col, int date) {
  const auto r = static_cast<float>(dn(1, row, col, date)), n = static_cast<float>(dn(2, row, col, date));
  return r > 0 && n > 0 ? (n - r) / (n + r) : std::nanf("");
}

std::vector<float> band_of(const std::filesystem::path& file, int band) {
  OpenRequest request;
  request.file = file;
  SceneFile scene = open_scene(request);
  std::vector<float> values(scene.info().grid.pixels());
  scene.read(band, scene.info().grid.whole(), values.data());
  return values;
}

TEST(StandardJobs, GiveTheIndicesClimatologyAndLineOfPlainSums) {
  const test::TempDir dir;
  const auto scenes = make_stack(dir);
  ASSERT_EQ(scenes.size(), static_cast<size_t>(dates));
  const StandardRun run = run_standard_job(standard_job("ABCD1"), scenes, dir / "all", {});
  EXPECT_EQ(run.pixels, static_cast<size_t>(rows * cols));
  EXPECT_EQ(run.dates, static_cast<size_t>(dates));
  const auto index = band_of(dir / "all" / "IDX_202003.tif", 1), mean = band_of(dir / "all" / "CLIM.tif", 1),
             spread = band_of(dir / "all" / "CLIM.tif", 2), vci = band_of(dir / "all" / "ANOM.tif", 1),
             slope = band_of(dir / "all" / "OLS.tif", 1);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < cols; ++c) {
      const auto i = static_cast<size_t>(r * cols + c);
      const float now = ndvi(r, c, 14);
      ASSERT_EQ(std::isnan(index[i]), std::isnan(now)) << r << " " << c;
      if (!std::isnan(now)) {
        ASSERT_EQ(index[i], std::nearbyint(now * 1e4F));
      }
      double n = 0, sum = 0, squares = 0;
      for (int t = 0; t < dates; t += 12)
        if (const float v = ndvi(r, c, t); !std::isnan(v)) n += 1, sum += v, squares += double{v} * v;
      ASSERT_EQ(std::isnan(mean[i]), n == 0);
      if (n > 0) {
        ASSERT_NEAR(mean[i], 1e4 * sum / n, 0.51);
        ASSERT_NEAR(spread[i], 1e4 * std::sqrt(std::max(0.0, squares / n - sum / n * (sum / n))), 0.51);
      }
      float low = 2, high = -2;
      for (int t = 1; t < dates; t += 12)
        if (const float v = ndvi(r, c, t); !std::isnan(v)) low = std::min(low, v), high = std::max(high, v);
      const float last = ndvi(r, c, dates - 1);
      if (!std::isnan(last) && high > low) {
        ASSERT_NEAR(vci[i], 1e4 * (last - low) / (high - low), 0.51);
      }
      double count = 0, st = 0, sy = 0, stt = 0, sty = 0;
      for (int t = 0; t < dates; ++t)
        if (const double v = ndvi(r, c, t); !std::isnan(v)) {
          const double years = t / 12.0;
          count += 1, st += years, sy += v, stt += years * years, sty += years * v;
        }
      ASSERT_NEAR(slope[i], (count * sty - st * sy) / (count * stt - st * st), 1e-6);
    }
}

TEST(StandardJobs, GiveTheSameBytesAloneTogetherAndWithAnyThreadsAndMemory) {
  const test::TempDir dir;
  const auto scenes = make_stack(dir);
  run_standard_job(standard_job("ABCD1"), scenes, dir / "all", {1, size_t{64} << 20});
  for (const char* name : {"A", "BC", "D1"})
    run_standard_job(standard_job(name), scenes, dir / name, {3, size_t{1} << 30});
  for (const auto& [job, file] : {std::pair("A", "IDX_201902.tif"), std::pair("BC", "CLIM.tif"),
                                  std::pair("BC", "ANOM.tif"), std::pair("D1", "OLS.tif")})
    EXPECT_EQ(sha256_of_file(dir / "all" / file), sha256_of_file(dir / job / file)) << file;
  EXPECT_TRUE(verify_publication(dir / "all").empty());
}

TEST(StandardJobs, TrendsAndBreaksHaveValuesWhereTheSeriesHas) {
  const test::TempDir dir;
  const auto scenes = make_stack(dir);
  run_standard_job(standard_job("D2"), scenes, dir / "d2", {});
  const auto s = band_of(dir / "d2" / "MK.tif", 1);
  for (int k : {0, 4711, rows * cols - 1}) {
    int wanted = 0;
    for (int a = 0; a < dates; ++a)
      for (int b = a + 1; b < dates; ++b) {
        const float x = ndvi(k / cols, k % cols, a), y = ndvi(k / cols, k % cols, b);
        if (!std::isnan(x) && !std::isnan(y)) wanted += (y > x) - (y < x);
      }
    EXPECT_EQ(s[static_cast<size_t>(k)], wanted) << k;
  }
}

TEST(StandardJobs, RefuseAFolderWithoutScenesAndAMixedStack) {
  const test::TempDir dir;
  EXPECT_THROW(standard_scenes(dir.path()), InputError);
  auto scenes = make_stack(dir);
  test::TifSpec other;
  other.type = GDT_UInt16;
  other.bands = 4;
  scenes.push_back(test::make_tif(dir / "S_209901.tif", other));
  try {
    run_standard_job(standard_job("A"), scenes, dir / "out", {});
    FAIL();
  } catch (const InputError& e) {
    EXPECT_EQ(e.code(), "STACK_MIXED");
  }
}

}  // namespace
}  // namespace fw
