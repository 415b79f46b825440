// Preconditions of the harmonic model and the break monitor. Each check throws std::logic_error naming the operation
// and what it broke.
#pragma once
#include "kernels/ops_break.h"
#include "kernels/ops_harmonic.h"

namespace fw {

void check(const HarmonicFit<float>& op);
void check(const HarmonicFit<double>& op);
void check(const BreakMonitor<float>& op);
void check(const BreakMonitor<double>& op);

}  // namespace fw
