// Checks the kernels without a test framework: every operation whole and split on the CPU, CPU against CUDA bit by bit
// where a device is there, and the time of each against a copy on the same device in the same run.
// Usage: gpu_check [pixels] [--no-timing]
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "every_op.h"

namespace fw::sample {
namespace {

int passed = 0, failed = 0;

void report(bool ok, const std::string& what) {
  ok ? ++passed : ++failed;
  if (!ok) std::printf("FAILED: %s\n", what.c_str());
}

/// Distance between two floats in units in the last place; -0 and +0 differ by 0, NaN only from numbers.
int64_t ulps_apart(float a, float b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b) ? 0 : std::numeric_limits<int32_t>::max();
  const auto ordered = [](float v) {
    int32_t bits;
    std::memcpy(&bits, &v, sizeof bits);
    return bits < 0 ? -static_cast<int64_t>(bits & 0x7fffffff) : static_cast<int64_t>(bits);
  };
  return std::llabs(ordered(a) - ordered(b));
}

int64_t largest_ulps(const Result& a, const Result& b) {
  int64_t largest = 0;
  for (size_t i = 0; i < a.bytes.size(); i += sizeof(float)) {
    float x, y;
    std::memcpy(&x, &a.bytes[i], sizeof x);
    std::memcpy(&y, &b.bytes[i], sizeof y);
    largest = std::max(largest, ulps_apart(x, y));
  }
  return largest;
}

std::vector<Result> results_of(const OpCase& op, Backend& backend, const Inputs& in) {
  const Prepared prepared = op.prepare(backend, in);
  prepared.launch();
  return prepared.collect();
}

/// The pixels of `part` lie from pixel `begin` on in `whole`; the same bytes?
bool same_pixels(const Result& whole, const Result& part, size_t pixels, size_t begin, size_t count) {
  const size_t size = whole.element_bytes, rows = whole.bytes.size() / (pixels * size);
  for (size_t r = 0; r < rows; ++r)
    if (std::memcmp(&whole.bytes[(r * pixels + begin) * size], &part.bytes[r * count * size], count * size) != 0)
      return false;
  return true;
}

void check_splitting(Backend& cpu, const Inputs& in) {
  constexpr size_t part = 37;
  for (const OpCase& op : every_op()) {
    if (!op.splits) continue;
    const auto whole = results_of(op, cpu, in);
    for (const size_t begin : {size_t{0}, in.pixels / 2, in.pixels - part}) {
      const auto split = results_of(op, cpu, slice(in, begin, begin + part));
      for (size_t k = 0; k < whole.size(); ++k)
        report(same_pixels(whole[k], split[k], in.pixels, begin, part),
               op.name + " " + whole[k].name + ": split differs");
    }
  }
}

void compare(Backend& cpu, Backend& cuda, const Inputs& in) {
  std::printf("\n%-18s %12s %12s\n", "CPU against CUDA", "max ULP", "bytes differ");
  for (const OpCase& op : every_op()) {
    const auto a = results_of(op, cpu, in), b = results_of(op, cuda, in);
    int64_t ulps = 0;
    size_t different = 0;
    for (size_t k = 0; k < a.size(); ++k) {
      if (a[k].is_float) ulps = std::max(ulps, largest_ulps(a[k], b[k]));
      for (size_t i = 0; i < a[k].bytes.size(); ++i) different += a[k].bytes[i] != b[k].bytes[i];
      report(a[k].bytes == b[k].bytes, op.name + " " + a[k].name + ": CUDA differs from the CPU");
    }
    std::printf("%-18s %12lld %12zu\n", op.name.c_str(), static_cast<long long>(ulps), different);
  }
}

double median_ms(Backend& backend, int repeats, const std::function<void()>& work) {
  work();
  backend.synchronize();
  std::vector<double> ms;
  for (int k = 0; k < repeats; ++k) ms.push_back(backend.time_ms(work));
  std::nth_element(ms.begin(), ms.begin() + repeats / 2, ms.end());
  return ms[static_cast<size_t>(repeats / 2)];
}

/// Bytes read and written per second (in GB) by a copy on the backend itself.
double copy_gb_per_s(Backend& backend) {
  const size_t bytes = size_t{1} << 28;
  Buffer<unsigned char> from(backend, bytes), to(backend, bytes);
  backend.fill(from.data(), 1, bytes);
  backend.fill(to.data(), 2, bytes);
  const double ms = median_ms(backend, 9, [&] { backend.copy(to.data(), from.data(), bytes); });
  return 2.0 * static_cast<double>(bytes) / ms * 1e-6;
}

void time_operations(Backend& backend) {
  const bool device = backend.is_device();
  const Inputs pixels = make_inputs(size_t{1} << (device ? 24 : 21), 2);
  const Inputs series = make_inputs(size_t{1} << (device ? 21 : 16), 36);
  const double copy = copy_gb_per_s(backend);
  std::printf("\n%s: copy %.1f GB/s (read + written), measured in this run\n", backend.name().c_str(), copy);
  std::printf("%-18s %10s %10s %10s\n", "operation", "ms", "GB/s", "of copy");
  for (const OpCase& op : every_op()) {
    const Prepared prepared = op.prepare(backend, op.series ? series : pixels);
    const double ms = median_ms(backend, device ? 9 : 3, prepared.launch), rate = prepared.bytes / ms * 1e-6;
    std::printf("%-18s %10.3f %10.1f %9.0f%%\n", op.name.c_str(), ms, rate, 100.0 * rate / copy);
  }
}

int run(size_t pixels, bool timing) {
  const Inputs in = make_inputs(pixels, 36);
  const auto cpu = make_backend({DeviceChoice::cpu, "cpu: reference"});
  const ChosenDevice chosen = choose_device(DeviceChoice::automatic);
  std::printf("device: %s\n%zu pixels, %d periods\n", chosen.why.c_str(), in.pixels, in.times);
  check_splitting(*cpu, make_inputs(std::min<size_t>(pixels, 20011), 36));
  if (chosen.device == DeviceChoice::cuda) {
    const auto cuda = make_backend(chosen);
    compare(*cpu, *cuda, in);
    if (timing) time_operations(*cuda);
  } else {
    std::printf("no CUDA device: CPU against CUDA and the CUDA timing did not run\n");
  }
  if (timing) time_operations(*cpu);
  std::printf("\n%d passed, %d failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace fw::sample

int main(int argc, char** argv) {
  size_t pixels = 1'000'003;
  bool timing = true;
  for (int k = 1; k < argc; ++k) {
    if (std::string(argv[k]) == "--no-timing")
      timing = false;
    else
      pixels = std::strtoull(argv[k], nullptr, 10);
  }
  if (pixels < 64) {
    std::fprintf(stderr, "usage: gpu_check [pixels, at least 64] [--no-timing]\n");
    return 64;
  }
  try {
    return fw::sample::run(pixels, timing);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "gpu_check: %s\n", e.what());
    return 70;
  }
}
