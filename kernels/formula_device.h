// Formulas on a CUDA device.
#pragma once
#include <functional>

#include "kernels/device_api.h"
#include "kernels/ops_formula.h"

namespace fw {

/// Compiles the program by NVRTC, once per process and kind of device, and calls use(launch)./// False without NVRTC,
/// said once on stderr. Errors: DeviceError.
bool launch_formulas(const FormulaOp& op, int capability, const std::function<void(const Launch&)>& use);

}  // namespace fw
