// Formulas that use every operation, for what must be known when the tests are built.
#pragma once
#include <string>
#include <vector>

#include "kernels/backend.h"

namespace fw::sample {

inline const std::vector<std::string> formula_letters{"B", "G", "R", "N", "S1", "S2"};

inline FormulaProgram formula_samples() {
  std::vector<FormulaSource> sources;
  for (int k = 0; k < static_cast<int>(IndexId::count); ++k) {
    const IndexInfo& info = index_info(static_cast<IndexId>(k));
    sources.push_back({std::string(info.name), std::string(info.formula), {}, {}});
  }
  for (const bool in_double : {false, true})
    for (const char* text :
         {"(N - R) / (N + R)", "N * R / (B * G)", "N ** 1.7 + R ** N", "exp(-N) + log(R) + tanh(B)",
          "sqrt(abs(-N)) + min(N, R) + max(G, B)", "-S1 ** 2 + S2 ** -3 + G ** 0.5", "N", "0.1 + 0.2"})
      sources.push_back({text, text, {}, {}, in_double});
  return FormulaProgram::compile(sources, formula_letters);
}

}  // namespace fw::sample
