// Preconditions of the trend operations. Each check throws std::logic_error naming the operation and what it broke.
#pragma once
#include "kernels/ops_trend.h"

namespace fw {

void check(const MannKendall<float>& op);
void check(const MannKendall<double>& op);
void check(const LinearTrend<float>& op);
void check(const LinearTrend<double>& op);

}  // namespace fw
