// What publishing a raster costs: written by blocks, finished, verified; no manifest.
// publish_bench FOLDER SIDE RASTERS THREADS [BANDS]: prints wall and CPU of finish_rasters(), size of one file, peak of
// memory.
#include <sys/resource.h>
#include <tbb/global_control.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <limits>

#include "core/output/publication.h"

namespace {

double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

/// A smooth field with noise; a fifth of it has no data.
std::vector<float> make_values(const fw::Window& w, uint32_t& state) {
  std::vector<float> values;
  for (int r = w.row; r < w.row + w.rows; ++r)
    for (int c = w.col; c < w.col + w.cols; ++c) {
      state = state * 1664525U + 1013904223U;
      const auto y = static_cast<float>(r), x = static_cast<float>(c);
      const float v = 0.3F + 0.4F * std::sin(0.01F * y) * std::cos(0.013F * x) +
                      0.02F * static_cast<float>(state >> 8) / 16777216.0F;
      values.push_back((r / 300 + c / 500) % 5 == 4 ? std::numeric_limits<float>::quiet_NaN() : v);
    }
  return values;
}

}  // namespace

int main(int count, char** words) {
  if (count < 5) return std::puts("usage: publish_bench FOLDER SIDE RASTERS THREADS [BANDS]"), 64;
  const int side = std::atoi(words[2]), rasters = std::atoi(words[3]), bands = count > 5 ? std::atoi(words[5]) : 1;
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism,
                                  static_cast<size_t>(std::atoi(words[4])));
  fw::RasterSpec spec;
  spec.title = spec.layer = spec.period = "bench";
  spec.grid = {"EPSG:32637", 500000, 4000000, 30, 30, side, side};
  spec.bands.assign(static_cast<size_t>(bands), {"value", "1"});
  spec.first_day = spec.last_day = "2024-05-21";
  fw::Publication publication({std::filesystem::path(words[1]) / "publish_bench", true});
  std::vector<std::shared_ptr<fw::RasterWriter>> writers;
  uint32_t state = 1;
  for (int k = 0; k < rasters; ++k) {
    spec.stem = "r" + std::to_string(k);
    writers.push_back(publication.raster(spec));
    for (const auto& w : fw::tiles(spec.grid, 256))
      for (int b = 1; b <= bands; ++b) writers.back()->write(b, w, make_values(w, state).data());
  }
  const double cpu = cpu_seconds();
  const auto start = std::chrono::steady_clock::now();
  publication.finish_rasters();
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  std::printf("wall %.3f s, CPU %.3f s, per raster %.1f ms of CPU, %ju bytes, peak %ld MiB\n", wall,
              cpu_seconds() - cpu, 1e3 * (cpu_seconds() - cpu) / rasters,
              static_cast<uintmax_t>(publication.files().back().bytes), used.ru_maxrss / 1024);
}
