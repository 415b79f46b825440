// The CPU: allocate, copy, launch. Threads by oneTBB where it is built in, else the calling thread alone.
#include <algorithm>
#include <chrono>
#include <cstring>
#include <new>
#include <vector>

#include "kernels/backend_impl.h"
#include "kernels/backends.h"
#include "kernels/formula_cpu.h"

#ifdef FW_WITH_TBB
#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>
#endif

namespace fw {
namespace {

/// Calls range(begin, end) over 0..n-1, on several threads when there is more than `grain`.
template <class Range>
void split(size_t n, size_t grain, const Range& range) {
#ifdef FW_WITH_TBB
  if (n > grain) {
    // isolate: while it waits, the caller must not take up another tile of the pipeline it is part of
    tbb::this_task_arena::isolate([&] {
      tbb::parallel_for(tbb::blocked_range<size_t>(0, n, grain),
                        [&](const tbb::blocked_range<size_t>& r) { range(r.begin(), r.end()); });
    });
    return;
  }
#else
  (void)grain;
#endif
  range(size_t{0}, n);
}

struct CpuDevice {
  static constexpr bool is_device = false;
  static constexpr std::align_val_t alignment{64};
#ifdef FW_WITH_TBB
  static std::string name() { return "cpu (TBB)"; }
#else
  static std::string name() { return "cpu (serial)"; }
#endif

  static void* allocate(size_t bytes) { return ::operator new(std::max<size_t>(bytes, 64), alignment); }
  static void release(void* memory) noexcept { ::operator delete(memory, alignment); }
  static void upload(void* to, const void* from, size_t bytes) { copy(to, from, bytes); }
  static void download(void* to, const void* from, size_t bytes) { copy(to, from, bytes); }
  static void copy(void* to, const void* from, size_t bytes) {
    if (bytes > 0) std::memcpy(to, from, bytes);
  }
  static void fill(void* to, unsigned char byte, size_t bytes) {
    if (bytes > 0) std::memset(to, byte, bytes);
  }
  static void synchronize() {}
  static double time_ms(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  }

  template <class Body>
  static void for_pixels(size_t n, const Body& shared) {
    split(n, 16384, [&](size_t begin, size_t end) {
      const Body body = shared;  // a copy no store can reach: its pointers stay in registers
      for (size_t i = begin; i < end; ++i) body.store(i, body.load(i));
    });
  }

  static void run_formulas(const FormulaOp& op) {
    split(op.pixels, 16384, [&](size_t begin, size_t end) { run_formula_block(op, begin, end); });
  }

  template <class Body>
  static void for_series(size_t n, const Body& shared) {
    constexpr size_t lanes = series_lanes;
    split((n + lanes - 1) / lanes, 4, [&](size_t begin, size_t end) {
      const Body body = shared;
      thread_local std::vector<float> work;
      if (work.size() < body.work_floats(series_lanes)) work.resize(body.work_floats(series_lanes));
      for (size_t b = begin; b < end; ++b) {
        const size_t p = b * lanes;
        if (p + lanes <= n) {
          body.template block<series_lanes>(p, work.data());
        } else {
          for (size_t i = p; i < n; ++i) body.template block<1>(i, work.data());
        }
      }
    });
  }

  template <class Body>
  static void for_fits(size_t n, const Body& shared) {
    constexpr int lanes_at_once = fit_lanes_of<Body>();
    constexpr size_t lanes = lanes_at_once;
    split((n + lanes - 1) / lanes, 1, [&](size_t begin, size_t end) {
      const Body body = shared;
      const size_t needed = body.scratch_per_pixel() * lanes;
      thread_local std::vector<double> memory;
      if (memory.size() < needed) memory.resize(needed);
      for (size_t b = begin; b < end; ++b) {
        const size_t p = b * lanes;
        if (p + lanes <= n) {
          body.template block<lanes_at_once>(p, Scratch<lanes_at_once>{memory.data(), lanes});
        } else {
          for (size_t i = p; i < n; ++i) body.template block<1>(i, Scratch<1>{memory.data(), 1});
        }
      }
    });
  }
};

}  // namespace

std::unique_ptr<Backend> make_cpu_backend() { return std::make_unique<BackendImpl<CpuDevice>>(CpuDevice{}); }

}  // namespace fw
