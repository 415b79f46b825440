// Writes the CUDA kernel of the sample formulas, so that the host's compiler can compile it into a test.
#include <cstdio>

#include "formula_samples.h"
#include "kernels/formula_cuda.h"

int main(int argc, char** argv) {
  std::FILE* file = argc == 2 ? std::fopen(argv[1], "w") : nullptr;
  if (!file) return 64;
  const std::string source = fw::formula_cuda_source(fw::sample::formula_samples());
  const bool written = std::fputs(source.c_str(), file) >= 0;
  return std::fclose(file) == 0 && written ? 0 : 74;
}
