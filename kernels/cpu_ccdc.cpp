// Launches on the CPU: segments of stable season.
#include "kernels/ccdc_bodies.h"
#include "kernels/cpu_launch.h"

namespace fw {

template void CpuDevice::for_fits(size_t, const CcdcBody&);

}  // namespace fw
