// A device of BackendImpl that works through a DeviceQueue. Kernels says where the kernels lie:
//   Kernels::pixels<Body>(), series<Body>(), fits<Body>()   address of a kernel that takes KernelArgument<Body>
//   Kernels::formulas(op, capability, use)   calls use(Launch) and is true, or is false where formulas cannot run on
//   the device
#pragma once
#include <algorithm>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "kernels/device_error.h"
#include "kernels/device_queue.h"
#include "kernels/formula_cpu.h"
#include "kernels/ops.h"

namespace fw {

inline constexpr unsigned pixel_threads = 256, fit_threads = 128;  ///< per block
/// Loaded by a thread before the first store: many where a pixel is one number, so that enough bytes are in flight; one
/// where store() reads for itself.
template <class Body, class Loaded = decltype(std::declval<const Body&>().load(size_t{}))>
inline constexpr unsigned pixels_per_thread = std::is_same_v<Loaded, size_t>
                                                  ? 1
                                                  : (sizeof(Loaded) <= sizeof(float) ? 8 : 4);
inline constexpr size_t most_scratch_bytes = size_t{1} << 30;  ///< of one launch; more pixels take turns

/// The one argument of a kernel. scratch, threads: of for_fits, neighbouring threads own neighbouring columns.
template <class Body>
struct KernelArgument {
  Body body;
  size_t n;
  double* scratch;
  size_t threads;
};

/// Bytes between members, which hold anything, to 0: so that an operation of the tile program is the same bytes when it
/// comes again, and a graph. Every member must be named. (GCC 12's __builtin_clear_padding clears more than padding.)
template <class Op, class... Member>
void keep_members(Op& op, Member Op::*... member) {
  unsigned char clean[sizeof(Op)] = {};
  const auto keep = [&](const auto& m) {
    std::memcpy(clean + (reinterpret_cast<const unsigned char*>(&m) - reinterpret_cast<const unsigned char*>(&op)), &m,
                sizeof m);
  };
  (keep(op.*member), ...);
  std::memcpy(static_cast<void*>(&op), clean, sizeof op);
}
inline void clear_padding(Composite& o) {
  using C = Composite;
  keep_members(o, &C::value, &C::outcome, &C::scenes, &C::pixels, &C::method, &C::out, &C::valid, &C::reason);
}
inline void clear_padding(ApplyMask& o) {
  keep_members(o, &ApplyMask::value, &ApplyMask::outcome, &ApplyMask::pixels, &ApplyMask::nan_outcome);
}

template <class Kernels>
class QueueDevice {
 public:
  static constexpr bool is_device = true;
  explicit QueueDevice(std::shared_ptr<DeviceApi> api, QueueLimits limits = {})
      : api_(std::move(api)), queue_(std::make_unique<DeviceQueue>(*api_, limits)) {}

  std::string name() const { return api_->name(); }
  const DeviceQueue& queue() const { return *queue_; }
  void* allocate(size_t bytes) { return queue_->allocate(bytes); }
  void release(void* memory) noexcept { queue_->release(memory); }
  void upload(void* to, const void* from_host, size_t bytes) { queue_->upload(to, from_host, bytes); }
  void download(void* to_host, const void* from, size_t bytes) { queue_->download(to_host, from, bytes); }
  void copy(void* to, const void* from, size_t bytes) { queue_->copy(to, from, bytes); }
  void fill(void* to, unsigned char byte, size_t bytes) { queue_->fill(to, byte, bytes); }
  void synchronize() { queue_->synchronize(); }
  double time_ms(const std::function<void()>& work) { return queue_->time_ms(work); }

  template <class Body>
  void for_pixels(size_t n, const Body& body) {
    launch(Kernels::template pixels<Body>(), blocks(n, pixel_threads * pixels_per_thread<Body>), pixel_threads,
           KernelArgument<Body>{body, n, nullptr, 0});
  }
  template <class Body>
  void for_series(size_t n, const Body& body) {
    launch(Kernels::template series<Body>(), blocks(n, pixel_threads), pixel_threads,
           KernelArgument<Body>{body, n, nullptr, 0});
  }
  /// Where memory is short, fewer pixels at a time. None is needed by bodies that read in place.
  template <class Body>
  void for_fits(size_t n, const Body& body) {
    size_t per_pixel = 0;
    if constexpr (!requires { Body::reads_in_place; }) per_pixel = body.scratch_per_pixel();
    const size_t per_block = std::max<size_t>(1, per_pixel * sizeof(double) * fit_threads);
    size_t grid = std::clamp<size_t>(most_scratch_bytes / per_block, 1, blocks(n, fit_threads));
    void* scratch = nullptr;
    while (!scratch) try {
        scratch = queue_->allocate(grid * per_block);
      } catch (const DeviceMemoryError&) {
        if (grid == 1) throw;
        grid /= 2;
      }
    const std::unique_ptr<void, Release> held(scratch, {queue_.get()});
    launch(Kernels::template fits<Body>(), static_cast<unsigned>(grid), fit_threads,
           KernelArgument<Body>{body, n, static_cast<double*>(scratch), grid * fit_threads});
  }
  void run_formulas(const FormulaOp& op) {
    if (!Kernels::formulas(op, api_->capability(), [&](const Launch& l) { queue_->launch(l); }))
      run_formulas_on_host(op);
  }

 private:
  struct Release {
    DeviceQueue* queue;
    void operator()(void* memory) const noexcept { queue->release(memory); }
  };
  static unsigned blocks(size_t n, size_t per_block) { return static_cast<unsigned>((n + per_block - 1) / per_block); }
  template <class Body>
  void launch(const void* kernel, unsigned grid, unsigned threads, KernelArgument<Body> argument) {
    static_assert(std::is_trivially_copyable_v<Body> && alignof(KernelArgument<Body>) <= argument_alignment);
    if constexpr (requires { clear_padding(argument.body.op); }) clear_padding(argument.body.op);
    queue_->launch({kernel, grid, threads, &argument, sizeof argument});
  }
  /// Through host memory: slow, and right.
  void run_formulas_on_host(const FormulaOp& op) {
    const size_t bands = op.program->bands().size(), outputs = op.program->outputs().size();
    std::vector<float> memory((bands + outputs) * op.pixels);
    std::vector<const float*> band;
    std::vector<float*> out;
    for (size_t k = 0; k < bands + outputs; ++k) {
      float* const row = memory.data() + k * op.pixels;
      if (k < bands)
        queue_->download(row, op.band[k], op.pixels * sizeof(float)), band.push_back(row);
      else
        out.push_back(row);
    }
    run_formula_block({op.program, band.data(), out.data(), op.pixels}, 0, op.pixels);
    for (size_t k = 0; k < outputs; ++k) queue_->upload(op.out[k], out[k], op.pixels * sizeof(float));
  }

  std::shared_ptr<DeviceApi> api_;
  std::unique_ptr<DeviceQueue> queue_;
};

}  // namespace fw
