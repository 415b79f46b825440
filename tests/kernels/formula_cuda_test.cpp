// The kernel that NVRTC makes of a program, looked at where there is no GPU: it compiles, and its arithmetic is the
// CPU's.
#include "kernels/formula_cuda.h"

#include <gtest/gtest.h>

#include "formula_ptx.h"

namespace fw {
namespace {

const std::vector<std::string> letters{"B", "G", "R", "N", "S1", "S2"};

TEST(FormulaCuda, WritesEveryStepAndReadsEachBandOnce) {
  const std::string source = formula_cuda_source(
      FormulaProgram::compile({{"a", "(N - R) / (N + R)", {}, {}}, {"b", "0.5 * (N - R)", {}, {}}}, letters));
  const auto times = [&](const std::string& part) {
    size_t count = 0;
    for (size_t at = source.find(part); at != std::string::npos; at = source.find(part, at + 1)) ++count;
    return count;
  };
  EXPECT_EQ(times("p.band["), 2u);
  EXPECT_EQ(times("p.out["), 2u);
  EXPECT_EQ(times("b1 - b0"), 1u) << source;
  EXPECT_EQ(times("divide_by_sum"), 1u);
  EXPECT_EQ(times("as_float(0x3f000000u)"), 1u);
}

TEST(FormulaCuda, CompilesEveryOperationToTheArithmeticOfTheCpu) {
  std::vector<FormulaSource> sources;
  for (const bool in_double : {false, true})
    for (const char* text : {"(N - R) / (N + R)", "N * R / (B * B)", "N ** 1.7 + R ** N", "exp(N) + log(R) + tanh(B)",
                             "sqrt(abs(-N)) + min(N, R) + max(G, B)", "-S1 ** 2 + S2"})
      sources.push_back({text, text, {}, {}, in_double});
  const std::string source = formula_cuda_source(FormulaProgram::compile(sources, letters));
  for (const int capability : {80, 90}) {
    const CompiledCuda ptx = compile_cuda(source, capability, CudaCode::ptx);
    if (!ptx.code) {
      if (ptx.why.find("cannot compile") == std::string::npos) GTEST_SKIP() << ptx.why;
      FAIL() << ptx.why;
    }
    test::expect_unfused_ieee(*ptx.code, 100);
    EXPECT_TRUE(compile_cuda(source, capability, CudaCode::binary).code.has_value());
  }
}

TEST(FormulaCuda, SaysWhyASourceDoesNotCompile) {
  const CompiledCuda broken = compile_cuda("this is not a kernel", 80, CudaCode::ptx);
  EXPECT_FALSE(broken.code.has_value());
  EXPECT_FALSE(broken.why.empty());
}

}  // namespace
}  // namespace fw
