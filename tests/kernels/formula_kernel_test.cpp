// The text of the CUDA kernel, compiled by the host's compiler and run thread by thread: it computes what the CPU's
// executor computes, bit for bit. (Where there is a GPU the tests of formulas run there too.)
#include <gtest/gtest.h>

#include <cstring>

#include "../gpu/every_op.h"
#include "formula_samples.h"
#include "kernels/formula_math.h"

// What CUDA brings along.
#define __global__
#define __device__
#define __grid_constant__
#define __forceinline__ inline
#define __launch_bounds__(threads)
namespace {
struct Place {
  unsigned x;
};
Place blockIdx, threadIdx;
float __uint_as_float(unsigned bits) {
  float v;
  std::memcpy(&v, &bits, sizeof v);
  return v;
}
double __longlong_as_double(long long bits) {
  double v;
  std::memcpy(&v, &bits, sizeof v);
  return v;
}
}  // namespace
#include "formula_kernel.inc"

namespace fw {
namespace {

TEST(FormulaKernel, ComputesWhatTheCpuDoes) {
  const FormulaProgram program = sample::formula_samples();
  const sample::Inputs in = sample::make_inputs(5003, 1);
  Pointers arguments{};
  ASSERT_EQ(std::size(arguments.band), program.bands().size());
  ASSERT_EQ(std::size(arguments.out), program.outputs().size());
  std::vector<std::vector<float>> by_kernel(program.outputs().size(), std::vector<float>(in.pixels)),
      by_cpu = by_kernel;
  std::vector<float*> to;
  for (size_t b = 0; b < program.bands().size(); ++b) arguments.band[b] = in.band[b].data();
  for (size_t k = 0; k < by_kernel.size(); ++k) {
    arguments.out[k] = by_kernel[k].data();
    to.push_back(by_cpu[k].data());
  }
  arguments.pixels = in.pixels;
  for (blockIdx.x = 0; blockIdx.x < 20; ++blockIdx.x)  // 20 blocks of 256: more threads than pixels
    for (threadIdx.x = 0; threadIdx.x < 256; ++threadIdx.x) fw_formula(arguments);
  make_backend(choose_device(DeviceChoice::cpu))->run(FormulaOp{&program, arguments.band, to.data(), in.pixels});
  for (size_t k = 0; k < by_kernel.size(); ++k)
    for (size_t i = 0; i < in.pixels; ++i)
      ASSERT_EQ(std::memcmp(&by_kernel[k][i], &by_cpu[k][i], sizeof(float)), 0)
          << program.outputs()[k] << " pixel " << i << ": " << by_kernel[k][i] << ", " << by_cpu[k][i];
}

}  // namespace
}  // namespace fw
