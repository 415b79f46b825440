// The operation that evaluates compiled formulas on one tile; conventions of kernels/ops.h.
#pragma once
#include <cstddef>

#include "kernels/formula_program.h"

namespace fw {

/// out[k][i] = formula k of the program at pixel i; one pass over the bands for all formulas.
/// NaN where any band of that formula is NaN, a denominator that is a band or a sum is smaller than 1e-6 (any other
/// denominator: is 0), a base is negative under a fractional exponent, a root or logarithm has no real value, or the
/// result is not finite. The reason of such a NaN is `masked` (give the result to ApplyMask with nan_outcome masked);
/// a band's own NaN keeps the reason it has.
/// band: as program->bands(), `pixels` values each; out: as program->outputs(). out must not overlap band. The arrays
/// of pointers are host memory, what they point to is the backend's.
struct FormulaOp {
  const FormulaProgram* program;
  const float* const* band;
  float* const* out;
  size_t pixels;
};

}  // namespace fw
