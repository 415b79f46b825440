// Times on a CUDA device, as Markdown: every operation against a copy measured in the same run, the operations that
// docs/performance.md has targets for, and the program of a tile from host to host, alone and by several workers.
// Usage: gpu_times. Exit code 77 without a device: nothing is measured.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

#include "every_op.h"
namespace fw::sample {
namespace {

using Clock = std::chrono::steady_clock;

double median(std::vector<double> v) {
  std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2), v.end());
  return v[v.size() / 2];
}
double median_ms(Backend& backend, int repeats, const std::function<void()>& work) {
  work();
  backend.synchronize();
  std::vector<double> ms;
  for (int k = 0; k < repeats; ++k) ms.push_back(backend.time_ms(work));
  return median(ms);
}
double wall_ms(const std::function<void()>& work) {
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double copy_gb_per_s(Backend& backend) {
  const size_t bytes = size_t{1} << 30;
  Buffer<unsigned char> from(backend, bytes), to(backend, bytes);
  backend.fill(from.data(), 1, bytes);
  return 2e-6 * static_cast<double>(bytes) /
         median_ms(backend, 9, [&] { backend.copy(to.data(), from.data(), bytes); });
}

void time_operations(Backend& device, double copy) {
  const Inputs pixels = make_inputs(size_t{1} << 24, 2), series = make_inputs(size_t{1} << 21, 36);
  std::printf("\n| operation | ms | GB/s | of copy |\n|---|---|---|---|\n");
  for (const OpCase& op : every_op()) {
    const Prepared prepared = op.prepare(device, op.series ? series : pixels);
    const double ms = median_ms(device, 9, prepared.launch), rate = prepared.bytes / ms * 1e-6;
    std::printf("| %s | %.3f | %.0f | %.0f %% |\n", op.name.c_str(), ms, rate, 100 * rate / copy);
    std::fflush(stdout);
  }
}

/// 60 dates, 19 % missing, a season and noise.
std::vector<float> archive(size_t pixels, size_t dates) {
  std::vector<float> x(pixels * dates);
  const unsigned workers = std::max(1u, std::thread::hardware_concurrency());
  std::vector<std::thread> threads;
  for (unsigned w = 0; w < workers; ++w)
    threads.emplace_back([&, w] {
      for (size_t t = w; t < dates; t += workers) {
        Random random(77 + t);
        const float season = 0.2f * static_cast<float>(std::sin(6.283185307 * static_cast<double>(t) / 12.0));
        for (size_t i = 0; i < pixels; ++i)
          x[t * pixels + i] = random.below(100) < 19 ? std::nanf("") : 0.4f + season + 0.1f * random.unit();
      }
    });
  for (auto& t : threads) t.join();
  return x;
}

struct Target {
  const char* name;
  double most_ms;
};
void row(const Target& target, double ms) {
  std::printf("| %s | %.2f | %.0f | %s |\n", target.name, ms, target.most_ms, ms <= target.most_ms ? "yes" : "no");
}

void time_targets(Backend& device) {
  const size_t pixels = size_t{2048} * 2048, dates = 60;
  const std::vector<float> host = archive(pixels, dates);
  Buffer<float> x(device, host.size()), out(device, 8 * pixels);
  Buffer<uint8_t> reason(device, pixels);
  device.upload(x.data(), host.data(), host.size() * sizeof(float));
  std::printf("\n4.2 Mpx x 60 dates, 19 %% missing\n\n| operation | ms | target ms | kept |\n|---|---|---|---|\n");
  MannKendall<float> trend{};
  trend.x = x.data();
  trend.times = static_cast<int>(dates);
  trend.pixels = pixels;
  trend.period = 1;
  for (int k = 0; k < trend_statistic_count && k < 8; ++k) trend.out[k] = out.at(static_cast<size_t>(k) * pixels);
  trend.reason_out = reason.data();
  row({"D2: Mann-Kendall with Theil-Sen", 20}, median_ms(device, 5, [&] { device.run(trend); }));
  std::vector<double> years, number;
  for (size_t t = 0; t < dates; ++t)
    years.push_back(2018 + static_cast<double>(t) / 12), number.push_back(1.0 + static_cast<double>(t));
  const auto terms = harmonic_terms(years, number, 30.0, 30.0, 1);
  Buffer<double> on_device(device, terms.size());
  device.upload(on_device.data(), terms.data(), terms.size() * sizeof(double));
  BreakMonitor<float> breaks{};
  breaks.x = x.data();
  breaks.times = static_cast<int>(dates);
  breaks.pixels = pixels;
  breaks.harmonics = 1;
  breaks.centre = breaks.scale = 30;
  breaks.terms = on_device.data();
  breaks.monitor_from = 40;
  breaks.history = StableHistory::all;
  breaks.critical = mosum_critical_value(0.25, 10, 0.05);
  breaks.breakpoint = out.at(0);
  breaks.magnitude = out.at(pixels);
  breaks.reason_out = reason.data();
  row({"break monitor, MOSUM, one harmonic", 10}, median_ms(device, 5, [&] { device.run(breaks); }));
}

/// Smoothing in double on the device against the CPU backend (one core where built without oneTBB).
void time_whittaker(Backend& device, Backend& cpu) {
  const auto cases = every_op();
  const auto op =
      std::find_if(cases.begin(), cases.end(), [](const OpCase& c) { return c.name == "Whittaker double"; });
  const size_t many = size_t{1} << 21, few = size_t{1} << 14;
  const Prepared on_device = op->prepare(device, make_inputs(many, 36)),
                 on_cpu = op->prepare(cpu, make_inputs(few, 36));
  const double device_us = 1e3 * median_ms(device, 5, on_device.launch) / static_cast<double>(many),
               cpu_us = 1e3 * median_ms(cpu, 5, on_cpu.launch) / static_cast<double>(few);
  std::printf("\nWhittaker in double, 36 dates: %.4f us per pixel, %s %.3f us: %.0f x (target 50 x one core)\n",
              device_us, cpu.name().c_str(), cpu_us, cpu_us / device_us);
}

/// The program of a tile: dates of red, near infrared and quality up, mask, NDVI, statistics over time, down.
class Tile {
 public:
  Tile(Backend& backend, size_t pixels, size_t dates)
      : b_(backend),
        n_(pixels),
        dates_(dates),
        dn_(3 * pixels, 1000.0f),
        back_(3 * pixels),
        band_(backend, 2 * pixels),
        qa_(backend, pixels),
        series_(backend, dates * pixels),
        out_(backend, 3 * pixels),
        outcome_(backend, pixels) {}
  void upload() {
    for (size_t t = 0; t < dates_; ++t) up();
  }
  void compute() {
    for (size_t t = 0; t < dates_; ++t) index(t);
    statistics();
  }
  void download() { b_.download(back_.data(), out_.data(), back_.size() * sizeof(float)); }
  void all() {
    for (size_t t = 0; t < dates_; ++t) up(), index(t);
    statistics();
    download();
  }

 private:
  void up() {
    b_.upload(qa_.data(), dn_.data(), n_ * sizeof(float));
    b_.upload(band_.at(0), dn_.data() + n_, n_ * sizeof(float));
    b_.upload(band_.at(n_), dn_.data() + 2 * n_, n_ * sizeof(float));
  }
  void index(size_t t) {
    QaMask mask{qa_.data(), outcome_.data(), n_, {}, 1};
    mask.rules[0] = {0, 1, 0b10, MaskOutcome::masked};
    b_.run(mask);
    for (const size_t k : {size_t{0}, n_}) {
      b_.run(ToPhysical{band_.at(k), band_.at(k), n_, 1e-4, 0.0, std::nanf(""), -1.0f, 2.0f});
      b_.run(ApplyMask{band_.at(k), outcome_.data(), n_, MaskOutcome::not_observed});
    }
    BandPointers bands{};
    bands.red = band_.at(0), bands.nir = band_.at(n_);
    b_.run(SpectralIndex{index_by_name("NDVI"), bands, series_.at(t * n_), n_});
  }
  void statistics() {
    b_.run(SeriesStats{series_.data(), static_cast<int>(dates_), n_, nullptr, out_.at(0), out_.at(n_), out_.at(2 * n_),
                       nullptr});
  }
  Backend& b_;
  size_t n_, dates_;
  std::vector<float> dn_, back_;
  Buffer<float> band_, qa_, series_, out_;
  Buffer<uint8_t> outcome_;
};

void time_tiles(const ChosenDevice& device) {
  const size_t pixels = size_t{512} * 512, dates = 60, tiles = 8;
  double parts[3] = {};
  {
    const auto backend = make_backend(device);
    Tile tile(*backend, pixels, dates);
    const std::function<void()> work[] = {[&] { tile.upload(); }, [&] { tile.compute(); }, [&] { tile.download(); }};
    for (int k = 0; k < 3; ++k) {
      std::vector<double> ms;
      for (int r = 0; r < 6; ++r)
        ms.push_back(wall_ms([&] {
          work[k]();
          backend->synchronize();
        }));
      parts[k] = median(ms);
    }
  }
  std::printf(
      "\nProgram of a tile (512 x 512, 60 dates of three bands): upload %.1f ms, compute %.1f ms, download %.1f ms "
      "alone\n\n"
      "| workers | ms per tile | over the slowest part |\n|---|---|---|\n",
      parts[0], parts[1], parts[2]);
  for (const size_t workers : {1, 2, 4, 8}) {
    std::vector<std::unique_ptr<Backend>> backends;
    std::vector<std::unique_ptr<Tile>> of;
    for (size_t w = 0; w < workers; ++w) {
      backends.push_back(make_backend(device));
      of.push_back(std::make_unique<Tile>(*backends[w], pixels, dates));
      of[w]->all();
      of[w]->all();
    }
    const double ms = wall_ms([&] {
                        std::vector<std::thread> threads;
                        for (auto& tile : of)
                          threads.emplace_back([&] {
                            for (size_t k = 0; k < tiles; ++k) tile->all();
                          });
                        for (auto& t : threads) t.join();
                      }) /
                      static_cast<double>(workers * tiles);
    std::printf("| %zu | %.2f | %.2f (target 1.2) |\n", workers, ms, ms / *std::max_element(parts, parts + 3));
  }
}

int run() {
  const ChosenDevice chosen = choose_device(DeviceChoice::automatic);
  if (chosen.device != DeviceChoice::cuda) {
    std::printf("Nothing measured: %s\n", chosen.why.c_str());
    return 77;
  }
  const auto device = make_backend(chosen), cpu = make_backend({DeviceChoice::cpu, "cpu: for comparison"});
  const double copy = copy_gb_per_s(*device);
  std::printf("%s, copy on the device %.0f GB/s (read and written)\n", device->name().c_str(), copy);
  time_targets(*device);
  time_whittaker(*device, *cpu);
  time_tiles(chosen);
  time_operations(*device, copy);
  return 0;
}

}  // namespace
}  // namespace fw::sample

int main() {
  try {
    return fw::sample::run();
  } catch (const std::exception& e) {
    std::fprintf(stderr, "gpu_times: %s\n", e.what());
    return 70;
  }
}
