// Launches on the CPU: standardised indices and composites of bands.
#include "kernels/band_composite_bodies.h"
#include "kernels/cpu_launch.h"
#include "kernels/spi_bodies.h"

namespace fw {

template void CpuDevice::for_fits(size_t, const StandardizedIndexBody<float>&);
template void CpuDevice::for_fits(size_t, const StandardizedIndexBody<double>&);
template void CpuDevice::for_fits(size_t, const GammaOfPlaceBody&);
template void CpuDevice::for_fits(size_t, const SpiOfPlaceBody&);
template void CpuDevice::for_fits(size_t, const PotentialEvapotranspirationBody<float>&);
template void CpuDevice::for_fits(size_t, const PotentialEvapotranspirationBody<double>&);
template void CpuDevice::for_fits(size_t, const BandCompositeBody&);

}  // namespace fw
