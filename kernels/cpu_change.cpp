// Launches on the CPU: water, texture and change.
#include "kernels/change_bodies.h"
#include "kernels/cpu_launch.h"
#include "kernels/texture_bodies.h"
#include "kernels/water_bodies.h"

namespace fw {

template void CpuDevice::for_pixels(size_t, const AddStripsBody&);
template void CpuDevice::for_pixels(size_t, const OtsuThresholdsBody&);
template void CpuDevice::for_pixels(size_t, const ThresholdByBlockBody&);
template void CpuDevice::for_pixels(size_t, const GreyLevelsBody&);
template void CpuDevice::for_pixels(size_t, const ListEntropies&);
template void CpuDevice::for_series(size_t, const PanTexBody&);
template void CpuDevice::for_series(size_t, const GlcmTextureBody&);
template void CpuDevice::for_fits(size_t, const StripHistogramsBody&);
template void CpuDevice::for_fits(size_t, const MomentsBody&);
template void CpuDevice::for_fits(size_t, const NightLightLossBody&);

}  // namespace fw
