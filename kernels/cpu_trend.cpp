// Launches on the CPU: trends.
#include "kernels/cpu_launch.h"
#include "kernels/line_bodies.h"
#include "kernels/trend_bodies.h"

namespace fw {

template void CpuDevice::for_fits(size_t, const MannKendallBody&);
template void CpuDevice::for_fits(size_t, const LinearTrendBody&);

}  // namespace fw
