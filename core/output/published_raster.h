// A raster as it lies in a published folder.
#pragma once
#include <vector>

#include "core/output/band_statistics.h"
#include "core/output/publication.h"

namespace fw {

struct PublishedRaster {
  RasterSpec spec;
  std::vector<FileRecord> files;           ///< the .tif first, then its companions
  std::vector<BandStatistics> statistics;  ///< one per band
};

}  // namespace fw
