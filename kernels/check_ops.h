// Preconditions of the operations, checked once at launch on sizes, parameters and null pointers (never on pixels).
#pragma once
#include "kernels/check_ccdc.h"
#include "kernels/check_fits.h"
#include "kernels/check_seasonal.h"
#include "kernels/check_trend.h"
#include "kernels/ops.h"
#include "kernels/ops_formula.h"

namespace fw {

/// Each throws std::logic_error naming the operation and what it broke.
void check(const ToPhysical& op);
void check(const QaMask& op);
void check(const ApplyMask& op);
void check(const SpectralIndex& op);
void check(const Composite& op);
void check(const Rolling& op);
void check(const Threshold& op);
void check(const BuiltUp& op);
void check(const Anomaly& op);
void check(const ReferenceOfPlace& op);
void check(const AnomalyOfPlace& op);
void check(const SeriesStats& op);
void check(const CombineFactors& op);
void check(const FormulaOp& op);

/// Sum of the weights, in order.
double total_weight(const CombineFactors& op);

}  // namespace fw
