// How the CPU runs a body over its pixels: split among threads, and compiled for several instruction sets of which one
// is chosen when the program runs. A lane never looks at another and nothing is contracted, so all give the same bits.
#pragma once
#include <memory>

#include "kernels/cpu_device.h"
#include "kernels/cpu_isa.h"
#include "kernels/lanes.h"

#ifdef FW_WITH_TBB
#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>
#endif

// `flatten`: everything a body calls becomes part of the clone, so nothing compiled for a wider set is shared with code
// that a narrower machine runs.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__) && \
    !defined(__SANITIZE_ADDRESS__)
#define FW_CPU_CLONES 1
#define FW_CLONE_V3 __attribute__((target("arch=x86-64-v3"), flatten, noinline))
#define FW_CLONE_V4 __attribute__((target("arch=x86-64-v4,prefer-vector-width=512"), flatten, noinline))
#endif

namespace fw {

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

/// What a clone does: `work(begin, end)` written once, called from a function of each instruction set.
template <class Work>
inline void run_plain(const Work& work, size_t begin, size_t end) {
  work(begin, end);
}
#ifdef FW_CPU_CLONES
template <class Work>
FW_CLONE_V3 void run_v3(const Work& work, size_t begin, size_t end) {
  work(begin, end);
}
template <class Work>
FW_CLONE_V4 void run_v4(const Work& work, size_t begin, size_t end) {
  work(begin, end);
}
#endif
/// wide: compiled for every instruction set; else for the one of the build alone.
template <bool wide, class Work>
void run_clone([[maybe_unused]] CpuIsa isa, const Work& work, size_t begin, size_t end) {
#ifdef FW_CPU_CLONES
  if constexpr (wide) {
    if (isa == CpuIsa::v4) return run_v4(work, begin, end);
    if (isa == CpuIsa::v3) return run_v3(work, begin, end);
  }
#endif
  run_plain(work, begin, end);
}

/// Bodies that stay with the build's own instruction set: one pixel at a time, so that wider registers gain nothing.
template <class Body>
constexpr bool is_wide() {
  if constexpr (requires { Body::lanes; })
    return Body::lanes > 1;
  else
    return true;
}

/// At least n numbers of the calling thread, not cleared; the next call may move them. On cache lines: a wide register
/// that lies across two of them is read twice.
template <class T>
T* scratch_of_thread(size_t n) {
  struct Release {
    void operator()(T* memory) const { CpuDevice::release(memory); }
  };
  thread_local std::unique_ptr<T, Release> memory;
  thread_local size_t room = 0;
  if (room < n) {
    memory.reset(static_cast<T*>(CpuDevice::allocate(n * sizeof(T))));
    room = n;
  }
  return memory.get();
}

template <class Body>
void CpuDevice::for_pixels(size_t n, const Body& shared) {
  const CpuIsa isa = cpu_isa();
  split(n, 16384, [&](size_t first, size_t last) {
    run_clone<is_wide<Body>()>(
        isa,
        [&](size_t begin, size_t end) {
          const Body body = shared;  // a copy no store can reach: its pointers stay in registers
          for (size_t i = begin; i < end; ++i) body.store(i, body.load(i));
        },
        first, last);
  });
}

template <class Body>
void CpuDevice::for_series(size_t n, const Body& shared) {
  constexpr size_t lanes = series_lanes;
  const CpuIsa isa = cpu_isa();
  split((n + lanes - 1) / lanes, 4, [&](size_t first, size_t last) {
    float* const work = scratch_of_thread<float>(shared.work_floats(series_lanes));
    run_clone<is_wide<Body>()>(
        isa,
        [=, &shared](size_t begin, size_t end) {
          const Body body = shared;
          for (size_t b = begin; b < end; ++b) body.template block<series_lanes>(b * lanes, work);
        },
        first, std::min(last, n / lanes));
    for (size_t i = std::max(first, n / lanes) * lanes; i < std::min(n, last * lanes); ++i)
      shared.template block<1>(i, work);
  });
}

template <class Body>
void CpuDevice::for_fits(size_t n, const Body& shared) {
  constexpr int lanes_at_once = fit_lanes_of<Body>();
  constexpr size_t lanes = lanes_at_once;
  const CpuIsa isa = cpu_isa();
  split((n + lanes - 1) / lanes, 1, [&](size_t first, size_t last) {
    double* const scratch = scratch_of_thread<double>(shared.scratch_per_pixel() * lanes);
    run_clone<is_wide<Body>()>(
        isa,
        [=, &shared](size_t begin, size_t end) {
          const Body body = shared;
          for (size_t b = begin; b < end; ++b)
            body.template block<lanes_at_once>(b * lanes, Scratch<lanes_at_once>{scratch, lanes});
        },
        first, std::min(last, n / lanes));
    for (size_t i = std::max(first, n / lanes) * lanes; i < std::min(n, last * lanes); ++i)
      shared.template block<1>(i, Scratch<1>{scratch, 1});
  });
}

}  // namespace fw
