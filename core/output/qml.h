// QGIS styles: a layer opens with exactly the classes and colours it was made with.
#pragma once
#include <string>

#include "core/output/publication.h"

namespace fw {

/// Style beside a raster (same stem, .qml): class rasters list their classes and nothing else; continuous ones get a
/// fixed range.
std::string raster_qml(const RasterSpec& spec);

/// Style of admin units by the class value in `column`: every class of the scheme, and grey hatching for units with no
/// value.
std::string unit_qml(const ClassScheme& classes, const std::string& column);

/// "#rrggbb"
std::string html_colour(const ClassEntry& entry);

}  // namespace fw
