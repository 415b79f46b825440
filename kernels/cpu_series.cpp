// Launches on the CPU: composites and statistics over series.
#include "kernels/anomaly_bodies.h"
#include "kernels/built_up_body.h"
#include "kernels/climatology_bodies.h"
#include "kernels/cpu_launch.h"
#include "kernels/phenology_bodies.h"
#include "kernels/risk_bodies.h"
#include "kernels/series_bodies.h"
#include "kernels/water_history_body.h"

namespace fw {

template void CpuDevice::for_series(size_t, const CompositeBody<0>&);
template void CpuDevice::for_series(size_t, const RollingBody&);
template void CpuDevice::for_series(size_t, const BuiltUpBody&);
template void CpuDevice::for_series(size_t, const SeriesStatsBody&);
template void CpuDevice::for_series(size_t, const AnomalyBody&);
template void CpuDevice::for_series(size_t, const ReferenceOfPlaceBody&);
template void CpuDevice::for_series(size_t, const AnomalyOfPlaceBody&);
template void CpuDevice::for_series(size_t, const CombineFactorsBody&);
template void CpuDevice::for_series(size_t, const ClimatologyBody&);
template void CpuDevice::for_series(size_t, const SeasonStateBody&);
template void CpuDevice::for_series(size_t, const RunLengthBody&);
template void CpuDevice::for_series(size_t, const WaterHistoryBody&);
template void CpuDevice::for_fits(size_t, const DetrendedAnomalyBody&);
template void CpuDevice::for_fits(size_t, const PhenologyBody&);

}  // namespace fw
