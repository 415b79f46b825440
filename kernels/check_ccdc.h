// Preconditions of Ccdc: std::logic_error naming what is broken.
#pragma once
#include "kernels/ops_ccdc.h"

namespace fw {

void check(const Ccdc<float>& op);
void check(const Ccdc<double>& op);

}  // namespace fw
