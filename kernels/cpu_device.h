// The CPU as a device of BackendImpl: allocate, copy, launch. The launches are compiled by family in cpu_*.cpp, each
// for several instruction sets; an operation that no family names fails to link.
#pragma once
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <functional>
#include <new>
#include <string>

#include "kernels/formula_cpu.h"

namespace fw {

struct CpuDevice {
  static constexpr bool is_device = false;
  static constexpr std::align_val_t alignment{64};
  static std::string name();

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
  static void for_pixels(size_t n, const Body& shared);
  template <class Body>
  static void for_series(size_t n, const Body& shared);
  template <class Body>
  static void for_fits(size_t n, const Body& shared);
  static void run_formulas(const FormulaOp& op);
};

}  // namespace fw
