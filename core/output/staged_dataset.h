// The pixels under construction as GDAL sees them: what the COG driver copies from.
#pragma once
#include <gdal_priv.h>

#include <memory>
#include <vector>

#include "core/output/band_statistics.h"
#include "core/output/publication.h"
#include "core/output/staged_pixels.h"

namespace fw {

class GdalWrite;

/// A read-only GDAL dataset over StagedPixels with everything that `spec` says: CRS, no-data, colours, names, units,
/// metadata. Include only from .cpp files of core/output. All references must outlive it.
std::unique_ptr<GDALDataset> make_staged_dataset(const StagedPixels& pixels, const RasterSpec& spec,
                                                 const std::vector<BandStatistics>& statistics, GdalWrite& write);

}  // namespace fw
