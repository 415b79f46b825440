// The backend on a FakeApi: the same BackendImpl and QueueDevice as CUDA's, with kernels compiled for the host.
#include <algorithm>

#include "fake_device.h"
#include "kernels/backend_impl.h"
#include "kernels/devices.h"
#include "kernels/queue_device.h"

namespace fw::test {
namespace {

template <class Body>
void run_pixels(const void* argument, unsigned blocks, unsigned threads) {
  const auto& a = *static_cast<const KernelArgument<Body>*>(argument);
  const size_t reached = size_t{blocks} * threads * pixels_per_thread<Body>;
  for (size_t i = 0; i < std::min(a.n, reached); ++i) a.body.store(i, a.body.load(i));
}
template <class Body>
void run_series(const void* argument, unsigned blocks, unsigned threads) {
  const auto& a = *static_cast<const KernelArgument<Body>*>(argument);
  for (size_t p = 0; p < std::min(a.n, size_t{blocks} * threads); ++p) a.body.template block<1>(p, nullptr);
}
template <class Body>
void run_fits(const void* argument, unsigned blocks, unsigned threads) {
  const auto& a = *static_cast<const KernelArgument<Body>*>(argument);
  const size_t all = size_t{blocks} * threads;
  for (size_t p = 0; p < a.n; ++p) a.body.template block<1>(p, Scratch<1>{a.scratch + p % all, a.threads});
}

constexpr size_t most_formula_planes = 48;
struct FormulaArgument {
  const FormulaProgram* program;
  const float* band[most_formula_planes];
  float* out[most_formula_planes];
  size_t pixels;
};
void run_formulas(const void* argument, unsigned, unsigned) {
  const auto& a = *static_cast<const FormulaArgument*>(argument);
  run_formula_block({a.program, a.band, a.out, a.pixels}, 0, a.pixels);
}

struct HostKernels {
  template <class Body>
  static const void* pixels() {
    return reinterpret_cast<const void*>(&run_pixels<Body>);
  }
  template <class Body>
  static const void* series() {
    return reinterpret_cast<const void*>(&run_series<Body>);
  }
  template <class Body>
  static const void* fits() {
    return reinterpret_cast<const void*>(&run_fits<Body>);
  }
  static bool formulas(const FormulaOp& op, int capability, const std::function<void(const Launch&)>& use) {
    const size_t bands = op.program->bands().size(), outputs = op.program->outputs().size();
    if (capability == 0 || bands > most_formula_planes || outputs > most_formula_planes) return false;
    FormulaArgument argument{op.program, {}, {}, op.pixels};
    std::copy_n(op.band, bands, argument.band);
    std::copy_n(op.out, outputs, argument.out);
    use({reinterpret_cast<const void*>(&run_formulas), 1, 1, &argument, sizeof argument});
    return true;
  }
};

}  // namespace

std::unique_ptr<Backend> make_fake_backend(std::shared_ptr<DeviceApi> api, QueueLimits limits) {
  using Device = QueueDevice<HostKernels>;
  return std::make_unique<BackendImpl<Device>>(Device(std::move(api), limits));
}

ChosenDevice choose_fakes(const std::vector<std::shared_ptr<FakeApi>>& fakes, QueueLimits limits) {
  auto devices = std::make_shared<Devices>(
      std::vector<std::shared_ptr<DeviceApi>>(fakes.begin(), fakes.end()),
      [limits](std::shared_ptr<DeviceApi> api) { return make_fake_backend(std::move(api), limits); });
  return {DeviceChoice::cuda, "cuda: " + devices->describe() + ", asked for", devices};
}

}  // namespace fw::test
