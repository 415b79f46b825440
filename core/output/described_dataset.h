// What a raster says about itself, as GDAL sees it: the COG driver writes tags from it.
#pragma once
#include <gdal_priv.h>

#include <memory>
#include <vector>

#include "core/output/band_statistics.h"
#include "core/output/publication.h"

namespace fw {

/// A read-only GDAL dataset of one pixel without data, with everything that `spec` says: CRS, place, no-data, colours,
/// names, units, metadata. Include only from .cpp files of core/output. All references must outlive it.
/// Errors: OutputError WRITE_FAILED (a CRS that PROJ does not know).
std::unique_ptr<GDALDataset> make_described_dataset(const RasterSpec& spec,
                                                    const std::vector<BandStatistics>& statistics);

}  // namespace fw
