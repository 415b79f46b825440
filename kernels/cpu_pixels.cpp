// Launches on the CPU: operations on single pixels.
#include "kernels/bodies.h"
#include "kernels/change_bodies.h"
#include "kernels/cpu_launch.h"
#include "kernels/indices.h"
#include "kernels/spi_bodies.h"
#include "kernels/water_bodies.h"

namespace fw {

template void CpuDevice::for_pixels(size_t, const ToPhysicalBody&);
template void CpuDevice::for_pixels(size_t, const QaMaskBody<0>&);
template void CpuDevice::for_pixels(size_t, const ApplyMaskBody&);
template void CpuDevice::for_pixels(size_t, const ThresholdBody&);
template void CpuDevice::for_pixels(size_t, const VegetationHealthBody&);
template void CpuDevice::for_pixels(size_t, const WaterTreeBody&);
template void CpuDevice::for_pixels(size_t, const ChangeVectorBody&);
template void CpuDevice::for_pixels(size_t, const MadVariatesBody&);
template void CpuDevice::for_pixels(size_t, const ListReferences<Anomaly>&);
template void CpuDevice::for_pixels(size_t, const ListReferences<DetrendedAnomaly>&);
template void CpuDevice::for_pixels(size_t, const ListGroupRows&);
template void CpuDevice::for_pixels(size_t, const ListPlaceRows&);
template void CpuDevice::for_pixels(size_t, const ListCalibration&);
template void CpuDevice::for_pixels(size_t, const ListPenalties&);

#define FW_INDEX(name) template void CpuDevice::for_pixels(size_t, const SpectralIndexBody<indices::name>&)
FW_INDEX(NDVI);
FW_INDEX(EVI);
FW_INDEX(EVI2);
FW_INDEX(SAVI);
FW_INDEX(MSAVI2);
FW_INDEX(NDMI);
FW_INDEX(NDWI);
FW_INDEX(MNDWI);
FW_INDEX(AWEIsh);
FW_INDEX(AWEInsh);
FW_INDEX(NDBI);
FW_INDEX(UI);
FW_INDEX(BSI);
FW_INDEX(NBR);
#undef FW_INDEX

void CpuDevice::run_formulas(const FormulaOp& op) {
  split(op.pixels, 16384, [&](size_t begin, size_t end) { run_formula_block(op, begin, end); });
}

}  // namespace fw
