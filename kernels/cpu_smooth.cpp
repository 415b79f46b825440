// Launches on the CPU: smoothing.
#include "kernels/cpu_launch.h"
#include "kernels/smooth_bodies.h"
#include "kernels/whittaker_bodies.h"

namespace fw {

template void CpuDevice::for_fits(size_t, const WhittakerBody<float>&);
template void CpuDevice::for_fits(size_t, const WhittakerBody<double>&);
template void CpuDevice::for_fits(size_t, const SavitzkyGolayBody<float>&);
template void CpuDevice::for_fits(size_t, const SavitzkyGolayBody<double>&);

}  // namespace fw
