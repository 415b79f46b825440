// Coordinate reference systems by their text, parsed once per thread. Internal to core/geo.
#pragma once
#include <memory>
#include <string>

class OGRSpatialReference;
class OGRCoordinateTransformation;

namespace fw {

/// Parsed CRS in longitude/latitude (traditional) axis order; null when the text is not one. Belongs to this thread.
std::shared_ptr<const OGRSpatialReference> parsed_crs(const std::string& text);
/// "EPSG:n" or "ESRI:n" where the CRS carries a code, else WKT2 on one line.
std::string crs_text(const OGRSpatialReference& crs);
bool is_geographic(const std::string& crs);
/// Length of one unit of a projected CRS, in metres.
double metres_per_unit(const std::string& crs);

/// Points from one CRS to another (x is longitude or easting). Belongs to this thread. Null when PROJ knows no way.
std::shared_ptr<OGRCoordinateTransformation> transformation(const std::string& from, const std::string& to);

/// Transforms n points in place; ok[i] is 0 and the point NaN where PROJ refuses or the result is not finite.
void transform_points(OGRCoordinateTransformation& by, int n, double* x, double* y, int* ok);

inline constexpr const char* wgs84_crs = "EPSG:4326";

}  // namespace fw
