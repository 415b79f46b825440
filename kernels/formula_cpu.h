// Runs a compiled formula on the CPU: each step is a loop over a block of pixels that the compiler vectorises, so that
// choosing the step costs once per block, and registers stay in the cache nearest to the core.
#pragma once
#include "kernels/ops_formula.h"

namespace fw {

/// Pixels begin..end-1 of the operation. Threads may run different ranges at once.
void run_formula_block(const FormulaOp& op, size_t begin, size_t end);

}  // namespace fw
