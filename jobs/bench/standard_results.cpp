#include "jobs/bench/standard_results.h"

#include <tbb/parallel_for.h>
#include <tbb/task_group.h>

#include <algorithm>
#include <cmath>
#include <mutex>

#include "jobs/bench/usage.h"

namespace fw {
namespace {

constexpr int months = 12;
constexpr double per_year = 12.0;

/// A raster, the block of it under way, band after band, and the block before it, which is being written.
template <class T>
struct Under {
  std::shared_ptr<BlockRaster> raster;
  std::vector<T> block, before;
  explicit operator bool() const { return raster != nullptr; }
  void start(std::shared_ptr<BlockRaster> made, T none) {
    raster = std::move(made);
    block.assign(side() * side() * bands(), none);
    before = block;
  }
  size_t side() const { return static_cast<size_t>(raster->spec().block_size); }
  size_t bands() const { return raster->spec().bands.size(); }
  T* band(size_t b) { return block.data() + b * side() * side(); }
  /// The block under way becomes the one before.
  void turn() { block.swap(before); }
};

struct Dates {
  std::vector<int32_t> month;
  std::vector<uint8_t> all;
  std::vector<double> years, terms;
  int monitor_from = 0;
  double centre = 0;
};

}  // namespace

void place_int16(const float* values, const Window& w, float scale, size_t side, size_t channels, int16_t* block) {
  const auto cols = static_cast<size_t>(w.cols);
  if (cols == side) return to_int16(values, w.pixels(), scale, block, channels);
  for (int r = 0; r < w.rows; ++r)
    to_int16(values + static_cast<size_t>(r) * cols, cols, scale, block + static_cast<size_t>(r) * side * channels,
             channels);
}

struct StandardResults::Impl {
  StandardJob job;
  size_t dates;
  Dates at;
  Under<int16_t> climate, anomaly;
  Under<float> line, trend, breaks;
  std::vector<BlockRaster::Bytes> bytes;
  std::mutex mutex;
  double encode = 0;

  void climatology(Backend& backend, const SeriesPart& part, size_t side);
  void least_squares(Backend& backend, const SeriesPart& part, size_t side);
  void mann_kendall(Backend& backend, const SeriesPart& part, size_t side);
  void monitor(Backend& backend, const SeriesPart& part, size_t side);

  /// Where the part begins in a block of `side` columns, whose windows have `cols`.
  static size_t place(const SeriesPart& part, size_t side) {
    return part.first / static_cast<size_t>(part.window.cols) * side;
  }
  static void copy_rows(const float* from, const Window& w, size_t side, float* to) {
    for (int r = 0; r < w.rows; ++r)
      std::copy_n(from + static_cast<size_t>(r) * static_cast<size_t>(w.cols), w.cols,
                  to + static_cast<size_t>(r) * side);
  }
  /// Compresses the bands of the block before in parallel, and writes them in order.
  template <class T>
  void write(Under<T>& under, int row, int col) {
    if (!under) return;
    const size_t pixels = under.side() * under.side();
    bytes.resize(std::max(bytes.size(), under.bands()));
    tbb::parallel_for(
        size_t{0}, under.bands(),
        [&](size_t b) {
          const double begin = thread_seconds();
          T* band = under.before.data() + b * pixels;
          under.raster->encode(band, bytes[b]);
          std::fill_n(band, pixels, std::is_same_v<T, float> ? static_cast<T>(nan_f()) : static_cast<T>(block_nodata));
          const std::lock_guard lock(mutex);
          encode += thread_seconds() - begin;
        },
        tbb::simple_partitioner());
    const double begin = thread_seconds();
    for (size_t b = 0; b < under.bands(); ++b) under.raster->append(row, col, static_cast<int>(b) + 1, bytes[b]);
    const std::lock_guard lock(mutex);
    encode += thread_seconds() - begin;
  }
  ~Impl() {
    if (!is_written) writing.cancel();
    try {
      writing.wait();
    } catch (...) {  // what went wrong is on its way already
    }
  }
  void wait() {
    writing.wait();
    is_written = true;
  }
  tbb::task_group writing;  ///< the block before
  bool is_written = true;
};

StandardResults::StandardResults(const StandardJob& job, size_t dates, BlockRasterSpec spec, Publication& publication)
    : impl_(std::make_unique<Impl>()) {
  Impl& i = *impl_;
  i.job = job;
  i.dates = dates;
  std::vector<double> numbers;
  for (size_t t = 0; t < dates; ++t) {
    i.at.month.push_back(static_cast<int32_t>(t % months));
    i.at.years.push_back(static_cast<double>(t) / per_year);
    numbers.push_back(static_cast<double>(t + 1));
  }
  i.at.all.assign(dates, 1);
  spec.interleaved = false;
  const auto make = [&](const char* stem, std::vector<std::string> bands, BlockRasterSpec::Type type) {
    spec.stem = stem;
    spec.bands = std::move(bands);
    spec.type = type;
    return publication.blocks(spec);
  };
  if (job.bc) {
    std::vector<std::string> bands;
    for (int m = 1; m <= months; ++m)
      for (const char* what : {"mean", "std", "min", "max"})
        bands.push_back(std::string(what) + " " + std::to_string(m));
    i.climate.start(make("CLIM", std::move(bands), BlockRasterSpec::Type::int16), block_nodata);
    i.anomaly.start(make("ANOM", {"VCI", "z"}, BlockRasterSpec::Type::int16), block_nodata);
  }
  if (job.d1) i.line.start(make("OLS", {"slope", "intercept", "r2"}, BlockRasterSpec::Type::float32), nan_f());
  if (job.d2) i.trend.start(make("MK", {"S", "Z", "Theil-Sen slope"}, BlockRasterSpec::Type::float32), nan_f());
  if (job.e) {
    i.at.monitor_from = static_cast<int>(dates * 3 / 5);
    i.at.centre = static_cast<double>(dates) / 2;
    std::vector<double> years;
    for (const double n : numbers) years.push_back(n / per_year);
    i.at.terms = harmonic_terms(years, numbers, i.at.centre, i.at.centre, 2);
    i.breaks.start(make("BREAK", {"breakpoint", "magnitude"}, BlockRasterSpec::Type::float32), nan_f());
  }
}
StandardResults::~StandardResults() = default;

void StandardResults::Impl::climatology(Backend& backend, const SeriesPart& part, size_t side) {
  const size_t n = part.window.pixels(), at_block = place(part, side);
  thread_local std::vector<float> mean, stddev, low, high, vci, z;
  thread_local std::vector<uint16_t> count;
  for (auto* v : {&mean, &stddev, &low, &high}) v->resize(n * months);
  count.resize(n * months);
  Climatology op{};
  op.x = part.series;
  op.times = static_cast<int>(dates);
  op.pixels = n;
  op.group = at.month.data();
  op.in_reference = at.all.data();
  op.groups = months;
  op.min_years = 1;
  op.min_years_tails = 1;
  op.mean = mean.data();
  op.stddev = stddev.data();
  op.min = low.data();
  op.max = high.data();
  op.count = count.data();
  backend.run(op);
  float of[129] = {};  // ddof 1 to ddof 0
  for (int k = 1; k <= 128; ++k) of[k] = static_cast<float>(std::sqrt((k - 1.0) / k));
  for (size_t i = 0; i < n * months; ++i)
    stddev[i] = count[i] == 1 ? 0.0F : stddev[i] * of[std::min<size_t>(count[i], 128)];
  for (size_t m = 0; m < months; ++m) {
    const std::vector<float>* planes[] = {&mean, &stddev, &low, &high};
    for (size_t b = 0; b < 4; ++b)
      place_int16(planes[b]->data() + m * n, part.window, 1e4F, side, 1, climate.band(4 * m + b) + at_block);
  }
  const size_t m = (dates - 1) % months * n;
  const float* last = part.series + (dates - 1) * n;
  vci.resize(n);
  z.resize(n);
  for (size_t i = 0; i < n; ++i) {
    const float range = high[m + i] - low[m + i], sd = stddev[m + i];
    vci[i] = range > 0 ? (last[i] - low[m + i]) / range : nan_f();
    z[i] = sd > 0 ? (last[i] - mean[m + i]) / sd : nan_f();
  }
  place_int16(vci.data(), part.window, 1e4F, side, 1, anomaly.band(0) + at_block);
  place_int16(z.data(), part.window, 1e3F, side, 1, anomaly.band(1) + at_block);
}

void StandardResults::Impl::least_squares(Backend& backend, const SeriesPart& part, size_t side) {
  const size_t n = part.window.pixels();
  thread_local std::vector<float> out;
  out.resize(3 * n);
  LinearTrend<float> op;
  op.x = part.series;
  op.t = at.years.data();
  op.times = static_cast<int>(dates);
  op.pixels = n;
  op.out[static_cast<int>(LineStatistic::slope)] = out.data();
  op.out[static_cast<int>(LineStatistic::intercept)] = out.data() + n;
  op.out[static_cast<int>(LineStatistic::r2)] = out.data() + 2 * n;
  backend.run(op);
  for (size_t b = 0; b < 3; ++b) copy_rows(out.data() + b * n, part.window, side, line.band(b) + place(part, side));
}

void StandardResults::Impl::mann_kendall(Backend& backend, const SeriesPart& part, size_t side) {
  const size_t n = part.window.pixels();
  thread_local std::vector<float> out;
  out.resize(3 * n);
  MannKendall<float> op;
  op.x = part.series;
  op.times = static_cast<int>(dates);
  op.pixels = n;
  op.out[static_cast<int>(TrendStatistic::s)] = out.data();
  op.out[static_cast<int>(TrendStatistic::z)] = out.data() + n;
  op.out[static_cast<int>(TrendStatistic::slope)] = out.data() + 2 * n;
  backend.run(op);
  for (size_t i = 2 * n; i < 3 * n; ++i) out[i] *= static_cast<float>(per_year);
  for (size_t b = 0; b < 3; ++b) copy_rows(out.data() + b * n, part.window, side, trend.band(b) + place(part, side));
}

void StandardResults::Impl::monitor(Backend& backend, const SeriesPart& part, size_t side) {
  const size_t n = part.window.pixels();
  thread_local std::vector<float> out;
  out.resize(2 * n);
  BreakMonitor<float> op;
  op.x = part.series;
  op.times = static_cast<int>(dates);
  op.pixels = n;
  op.harmonics = 2;
  op.terms = at.terms.data();
  op.centre = op.scale = at.centre;
  op.monitor_from = at.monitor_from;
  op.history = StableHistory::all;
  op.critical = mosum_critical_value(0.25, 10, 0.05);
  op.roc_critical = recursive_cusum_critical_value(0.05);
  op.breakpoint = out.data();
  op.magnitude = out.data() + n;
  backend.run(op);
  for (size_t b = 0; b < 2; ++b) copy_rows(out.data() + b * n, part.window, side, breaks.band(b) + place(part, side));
}

void StandardResults::compute(Backend& backend, const SeriesPart& part, int side) {
  const auto columns = static_cast<size_t>(side);
  if (impl_->job.bc) impl_->climatology(backend, part, columns);
  if (impl_->job.d1) impl_->least_squares(backend, part, columns);
  if (impl_->job.d2) impl_->mann_kendall(backend, part, columns);
  if (impl_->job.e) impl_->monitor(backend, part, columns);
}

void StandardResults::finish_block(int block_row, int block_col) {
  Impl& i = *impl_;
  i.wait();
  i.climate.turn();
  i.anomaly.turn();
  i.line.turn();
  i.trend.turn();
  i.breaks.turn();
  i.is_written = false;
  i.writing.run([&i, block_row, block_col] {
    i.write(i.climate, block_row, block_col);
    i.write(i.anomaly, block_row, block_col);
    i.write(i.line, block_row, block_col);
    i.write(i.trend, block_row, block_col);
    i.write(i.breaks, block_row, block_col);
  });
}

void StandardResults::close() {
  impl_->wait();
  for (const auto& raster :
       {impl_->climate.raster, impl_->anomaly.raster, impl_->line.raster, impl_->trend.raster, impl_->breaks.raster})
    if (raster) raster->close();
}

double StandardResults::encode_seconds() const { return impl_->encode; }

}  // namespace fw
