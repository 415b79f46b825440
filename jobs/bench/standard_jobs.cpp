#include "jobs/bench/standard_jobs.h"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <optional>

#include "core/base/text.h"
#include "core/geo/open_scene.h"
#include "core/series/block_pass.h"
#include "jobs/bench/standard_results.h"
#include "jobs/bench/usage.h"
#include "kernels/backend.h"

namespace fw {
namespace fs = std::filesystem;
namespace {

enum Band { red = 1, nir = 2, green = 3, swir = 4 };

/// What a thread works with.
struct Worker {
  std::unique_ptr<Backend> backend = make_backend({DeviceChoice::cpu, "cpu: benchmark"});
  std::vector<float> index;
  std::vector<int16_t> block;
  BlockRaster::Bytes bytes;
  StandardRun took;
};

class Stopwatch {
 public:
  /// Thread-seconds since the last call.
  double lap() {
    const double now = thread_seconds(), passed = now - last_;
    last_ = now;
    return passed;
  }

 private:
  double last_ = thread_seconds();
};

class StandardPass {
 public:
  StandardPass(const StandardJob& job, const std::vector<fs::path>& files, Publication& publication,
               const StandardOptions& options)
      : job_(job), threads_(options.threads > 0 ? options.threads : tbb::info::default_concurrency()) {
    open_all(files);
    const RasterInfo& first = scenes_.front().info();
    plan_.grid = first.grid;
    const int block = std::clamp((std::max(first.block_cols, 256) + 15) / 16 * 16, 256, 1024);
    plan_.block_rows = plan_.block_cols = block;
    plan_.dates = files.size();
    plan_.keeps_series = job.has_series();
    plan_.series_bytes =
        series_budget(options.memory_bytes, static_cast<size_t>(block) * static_cast<size_t>(block), threads_);
    plan_.threads = threads_;
    plan_.scratch_dir = publication.scratch();
    BlockRasterSpec spec;
    spec.grid = first.grid;
    spec.block_size = block;
    if (job.a) {
      spec.bands = {"NDVI", "MNDWI", "NDBI"};
      spec.interleaved = true;
      for (const auto& file : files) {
        spec.stem = "IDX_" + file.stem().string().substr(2);
        dates_.push_back(publication.blocks(spec));
      }
    }
    if (job.has_series()) results_ = std::make_unique<StandardResults>(job, files.size(), spec, publication);
  }

  StandardRun run() {
    BlockWork work;
    work.visit_date = [&](size_t date, const Window& w, const std::vector<DateSeries>& series) {
      visit_date(date, w, series);
    };
    work.visit_part = [&](const SeriesPart& part) {
      Worker& worker = workers_.local();
      Stopwatch watch;
      results_->compute(*worker.backend, part, plan_.block_cols);
      worker.took.compute += watch.lap();
    };
    work.finish_block = [&](const Window& w) {
      if (results_) results_->finish_block(w.row / plan_.block_rows, w.col / plan_.block_cols);
    };
    run_block_pass(plan_, work);
    for (const auto& raster : dates_) raster->close();
    if (results_) results_->close();
    StandardRun sum;
    for (const auto& w : workers_) {
      sum.read += w.took.read;
      sum.compute += w.took.compute;
      sum.encode += w.took.encode;
    }
    if (results_) sum.encode += results_->encode_seconds();
    sum.pixels = plan_.grid.pixels();
    sum.dates = plan_.dates;
    return sum;
  }

 private:
  /// Opens the scenes in parallel; of several that cannot be had, the first is named.
  void open_all(const std::vector<fs::path>& files) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, static_cast<size_t>(threads_));
    std::vector<std::optional<SceneFile>> opened(files.size());
    std::vector<std::exception_ptr> failed(files.size());
    tbb::parallel_for(size_t{0}, files.size(), [&](size_t i) {
      try {
        OpenRequest request;
        request.file = fs::absolute(files[i]);
        request.hashed = false;
        opened[i].emplace(open_scene(request));
      } catch (...) {
        failed[i] = std::current_exception();
      }
    });
    for (size_t i = 0; i < files.size(); ++i) {
      if (failed[i]) std::rethrow_exception(failed[i]);
      scenes_.push_back(std::move(*opened[i]));
      const RasterInfo& info = scenes_.back().info();
      if (info.bands.size() != 4 || !(info.grid == scenes_.front().info().grid))
        throw InputError("STACK_MIXED",
                         printable(files[i].filename().string()) +
                             " has not four bands, or another grid than the first scene. Name a folder of "
                             "gen_workload.py.");
    }
  }

  void visit_date(size_t date, const Window& w, const std::vector<DateSeries>& series) {
    Worker& worker = workers_.local();
    Stopwatch watch;
    const auto side = static_cast<size_t>(plan_.block_cols);
    if (job_.a && (w.rows < plan_.block_rows || w.cols < plan_.block_cols))
      worker.block.assign(side * side * 3, block_nodata);
    else if (job_.a)
      worker.block.resize(side * side * 3);
    const std::vector<int> numbers = job_.a ? std::vector<int>{red, nir, green, swir} : std::vector<int>{red, nir};
    // Strips take microseconds, which the thread's clock would make longer: it is divided by wall time.
    const double begin = wall_seconds();
    double computing = 0;
    scenes_[date].visit_strips(numbers, w, [&](int row, int rows, const std::vector<const float*>& band) {
      const double strip = wall_seconds();
      visit_strip(worker, row, rows, w.cols, band, series);
      computing += wall_seconds() - strip;
    });
    const double part = computing / std::max(wall_seconds() - begin, 1e-9), took = watch.lap();
    worker.took.compute += part * took;
    worker.took.read += (1 - part) * took;
    if (!job_.a) return;
    dates_[date]->encode(worker.block.data(), worker.bytes);
    dates_[date]->append(w.row / plan_.block_rows, w.col / plan_.block_cols, 1, worker.bytes);
    worker.took.encode += watch.lap();
  }

  /// NDVI into the series, indices into the block of the date.
  void visit_strip(Worker& worker, int row, int rows, int cols, const std::vector<const float*>& band,
                   const std::vector<DateSeries>& series) {
    BandPointers bands{};
    bands.red = band[0];
    bands.nir = band[1];
    const Window strip{row, 0, rows, cols};
    worker.index.resize(strip.pixels());
    if (!series.empty()) {
      worker.backend->run(SpectralIndex{IndexId::NDVI, bands, worker.index.data(), strip.pixels()});
      series.front().put(row, rows, worker.index.data());
    }
    if (!job_.a) return;
    bands.green = band[2];
    bands.swir1 = band[3];
    const auto side = static_cast<size_t>(plan_.block_cols);
    int16_t* to = worker.block.data() + static_cast<size_t>(row) * side * 3;
    for (const IndexId id : {IndexId::NDVI, IndexId::MNDWI, IndexId::NDBI}) {
      if (id != IndexId::NDVI || series.empty())
        worker.backend->run(SpectralIndex{id, bands, worker.index.data(), strip.pixels()});
      place_int16(worker.index.data(), strip, 1e4F, side, 3, to++);
    }
  }

  const StandardJob job_;
  int threads_;
  std::vector<SceneFile> scenes_;
  BlockPassPlan plan_;
  std::vector<std::shared_ptr<BlockRaster>> dates_;
  std::unique_ptr<StandardResults> results_;
  tbb::enumerable_thread_specific<Worker> workers_;
};

}  // namespace

StandardJob standard_job(const std::string& name) {
  if (name == "A") return {name, true};
  if (name == "BC") return {name, false, true};
  if (name == "D1") return {name, false, false, true};
  if (name == "D2") return {name, false, false, false, true};
  if (name == "E") return {name, false, false, false, false, true};
  FW_EXPECT(name == "ABCD1", "'" + name + "' is no standard job");
  return {name, true, true, true};
}

std::vector<fs::path> standard_scenes(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.size() > 6 && name.rfind("S_", 0) == 0 && entry.path().extension() == ".tif")
      files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  if (files.empty())
    throw InputError("NO_SCENES", printable(folder.string(), 300) +
                                      " holds no scene S_YYYYMM.tif. Make a workload with gen_workload.py first.");
  return files;
}

StandardRun run_standard_job(const StandardJob& job, const std::vector<fs::path>& scenes, const fs::path& out,
                             const StandardOptions& options) {
  reset_peak_memory();
  const double wall = wall_seconds(), cpu = cpu_seconds();
  Publication publication({out, true});
  StandardRun run;
  {
    StandardPass pass(job, scenes, publication, options);
    run = pass.run();
  }
  run.wall = wall_seconds() - wall;
  run.cpu = cpu_seconds() - cpu;
  run.peak_bytes = peak_memory();
  const double written = wall_seconds();
  ManifestInfo manifest;
  manifest.job = "bench standard";
  manifest.parameters = {{"job", job.name}};
  publication.finish(manifest);
  run.publish = wall_seconds() - written;
  for (const auto& file : publication.files()) run.bytes_out += file.bytes;
  return run;
}

}  // namespace fw
