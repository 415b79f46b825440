// rasters.json: what a published folder holds, so that the next job can go on from it.
#pragma once
#include <string>
#include <vector>

#include "core/output/publication.h"

namespace fw {

/// All specs as JSON text; load_raster_index() gives them back equal.
std::string raster_index_json(const std::vector<RasterSpec>& specs);

}  // namespace fw
