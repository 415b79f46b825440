// Preconditions of the operations of ops_smooth.h, ops_spi.h, ops_climatology.h, ops_band_composite.h, ops_phenology.h.
#pragma once
#include "kernels/ops_band_composite.h"
#include "kernels/ops_climatology.h"
#include "kernels/ops_phenology.h"
#include "kernels/ops_smooth.h"
#include "kernels/ops_spi.h"

namespace fw {

/// Each throws std::logic_error naming the operation and what it broke.
void check(const Whittaker<float>& op);
void check(const Whittaker<double>& op);
void check(const SavitzkyGolay<float>& op);
void check(const SavitzkyGolay<double>& op);
void check(const StandardizedIndex<float>& op);
void check(const StandardizedIndex<double>& op);
void check(const GammaOfPlace& op);
void check(const SpiOfPlace& op);
void check(const PotentialEvapotranspiration<float>& op);
void check(const PotentialEvapotranspiration<double>& op);
void check(const Climatology& op);
void check(const DetrendedAnomaly& op);
void check(const VegetationHealth& op);
void check(const BandComposite& op);
void check(const Phenology& op);
void check(const SeasonState& op);
void check(const RunLength& op);

}  // namespace fw
