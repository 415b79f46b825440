// Launches on the CPU: seasons and breaks.
#include "kernels/break_bodies.h"
#include "kernels/cpu_launch.h"
#include "kernels/harmonic_bodies.h"

namespace fw {

template void CpuDevice::for_fits(size_t, const HarmonicBody<1>&);
template void CpuDevice::for_fits(size_t, const HarmonicBody<2>&);
template void CpuDevice::for_fits(size_t, const HarmonicBody<3>&);
template void CpuDevice::for_fits(size_t, const BreakMonitorBody<1>&);
template void CpuDevice::for_fits(size_t, const BreakMonitorBody<2>&);
template void CpuDevice::for_fits(size_t, const BreakMonitorBody<3>&);

}  // namespace fw
