// Tables of classes beside a class raster: GDAL's .aux.xml (attribute table, category names) and the .vat.dbf of
// ArcGIS.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/output/band_statistics.h"
#include "core/output/publication.h"

namespace fw {

/// `<stem>.tif.aux.xml`: for each band a raster attribute table (value, count, name, colour, meaning); for a single
/// band category names too.
std::string class_aux_xml(const RasterSpec& spec, const std::vector<BandStatistics>& statistics);

/// `<stem>.tif.vat.dbf`: dBASE III with Value, Count, Label, Red, Green, Blue; text is UTF-8. The date in its header is
/// the last day of the period, not today.
std::string class_vat_dbf(const RasterSpec& spec, const std::array<uint64_t, 256>& counts);

}  // namespace fw
