// Tables of classes beside a class raster: GDAL's .aux.xml (attribute table, category names) and the .vat.dbf of
// ArcGIS.
#pragma once
#include <array>
#include <cstdint>
#include <string>

#include "core/output/publication.h"

namespace fw {

/// `<stem>.tif.aux.xml`: raster attribute table (value, count, name, colour, meaning) and category names. counts:
/// pixels per value.
std::string class_aux_xml(const RasterSpec& spec, const std::array<uint64_t, 256>& counts);

/// `<stem>.tif.vat.dbf`: dBASE III with Value, Count, Label, Red, Green, Blue; text is UTF-8. The date in its header is
/// the last day of the period, not today.
std::string class_vat_dbf(const RasterSpec& spec, const std::array<uint64_t, 256>& counts);

}  // namespace fw
