// What a file is by its first bytes, before any library sees it. Internal to core/geo.
#pragma once
#include <filesystem>
#include <string>

namespace fw {

/// Kinds of content: GTiff, JP2OpenJPEG, HDF4, HDF5 (also netCDF-4), netCDF (classic), GeoJSON, GPKG, ESRI Shapefile;
/// "VRT", "PNG", "JPEG", "GRIB", "other raster": known, never opened; "" nothing known (HTML, gzip, empty…).
/// Errors: InputError INPUT_UNREADABLE.
std::string content_type(const std::filesystem::path& file);

}  // namespace fw
