#include "core/geo/crs.h"

#include <cpl_conv.h>
#include <ogr_spatialref.h>

#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/geo/gdal_errors.h"
#include "core/geo/grid.h"

namespace fw {
namespace {

using Crs = std::shared_ptr<const OGRSpatialReference>;
using Transformation = std::shared_ptr<OGRCoordinateTransformation>;

/// One per thread: neither OGRSpatialReference nor a transformation may be shared between threads.
struct Cache {
  std::map<std::string, Crs> crs;
  std::map<std::pair<std::string, std::string>, Transformation> transformations;
  std::map<std::pair<std::string, std::string>, bool> same;
  // PROJ's own per-thread context must be older than this cache, so that it is destroyed after it.
  Cache() { OGRSpatialReference().importFromEPSG(4326); }
};
Cache& cache() {
  static thread_local Cache mine;
  return mine;
}

Crs parse(const std::string& text) {
  GdalErrors quiet;
  static const char* const limits[] = {"ALLOW_NETWORK_ACCESS=NO", "ALLOW_FILE_ACCESS=NO", nullptr};
  auto crs = std::make_shared<OGRSpatialReference>();
  if (crs->SetFromUserInput(text.c_str(), limits) != OGRERR_NONE) return nullptr;
  if (crs->IsCompound()) crs->StripVertical();
  crs->SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
  return crs;
}

bool starts_with(const std::string& text, std::string_view prefix) { return text.rfind(prefix, 0) == 0; }

bool is_code(const std::string& text) {
  for (std::string_view authority : {"EPSG:", "ESRI:"})
    if (starts_with(text, authority)) {
      const auto number = parse_integer(std::string_view(text).substr(authority.size()));
      return number && *number > 0;
    }
  return false;
}

bool is_crs_document(const std::string& text) {
  if (starts_with(text, "{")) return true;
  for (std::string_view word : {"GEOGCS[", "PROJCS[", "COMPD_CS[", "GEOGCRS[", "GEODCRS[", "PROJCRS[", "COMPOUNDCRS[",
                                "BOUNDCRS[", "GEODETICCRS[", "PROJECTEDCRS[", "GEOGRAPHICCRS["})
    if (starts_with(text, word)) return true;
  return false;
}

}  // namespace

Crs parsed_crs(const std::string& text) {
  auto& known = cache().crs;
  if (auto found = known.find(text); found != known.end()) return found->second;
  if (known.size() > 256) known.clear();
  return known[text] = is_code(text) || is_crs_document(text) ? parse(text) : nullptr;
}

std::string crs_text(const OGRSpatialReference& crs) {
  const char* authority = crs.GetAuthorityName(nullptr);
  const char* code = crs.GetAuthorityCode(nullptr);
  if (authority && code && (std::string(authority) == "EPSG" || std::string(authority) == "ESRI"))
    return std::string(authority) + ":" + code;
  char* wkt = nullptr;
  static const char* const options[] = {"FORMAT=WKT2_2019", "MULTILINE=NO", nullptr};
  GdalErrors quiet;
  crs.exportToWkt(&wkt, options);
  std::string text = wkt ? wkt : "";
  CPLFree(wkt);
  return text;
}

bool is_geographic(const std::string& crs) {
  const auto parsed = parsed_crs(crs);
  return parsed && parsed->IsGeographic();
}

double metres_per_unit(const std::string& crs) {
  const auto parsed = parsed_crs(crs);
  return parsed ? parsed->GetLinearUnits(nullptr) : 1.0;
}

Transformation transformation(const std::string& from, const std::string& to) {
  auto& known = cache().transformations;
  const std::pair key(from, to);
  if (auto found = known.find(key); found != known.end()) return found->second;
  if (known.size() > 256) known.clear();
  const auto a = parsed_crs(from), b = parsed_crs(to);
  GdalErrors quiet;
  Transformation made;
  if (a && b) made.reset(OGRCreateCoordinateTransformation(a.get(), b.get()));
  return known[key] = made;
}

void transform_points(OGRCoordinateTransformation& by, int n, double* x, double* y, int* ok) {
  GdalErrors quiet;
  by.Transform(n, x, y, nullptr, ok);
  for (int i = 0; i < n; ++i)
    if (!ok[i] || !std::isfinite(x[i]) || !std::isfinite(y[i])) {
      ok[i] = 0;
      x[i] = y[i] = std::numeric_limits<double>::quiet_NaN();
    }
}

bool same_crs(const std::string& a, const std::string& b) {
  if (a == b) return true;
  auto& known = cache().same;
  const std::pair key(a, b);
  if (auto found = known.find(key); found != known.end()) return found->second;
  if (known.size() > 256) known.clear();
  const auto left = parsed_crs(a), right = parsed_crs(b);
  static const char* const options[] = {"IGNORE_DATA_AXIS_TO_SRS_AXIS_MAPPING=YES",
                                        "CRITERION=EQUIVALENT_EXCEPT_AXIS_ORDER_GEOGCRS", nullptr};
  return known[key] = left && right && left->IsSame(right.get(), options);
}

std::string checked_crs(const std::string& text) {
  const std::string shown = printable(text, 80);
  if (!is_code(text) && !is_crs_document(text)) {
    if (text.find("://") != std::string::npos || text.find('/') != std::string::npos ||
        text.find('\\') != std::string::npos)
      throw ConfigError("CRS_SCHEME", "'" + shown + "' is a URL or a file, not a CRS. Write EPSG:n, ESRI:n or WKT.");
    throw ConfigError("CRS_INVALID", "'" + shown + "' is not a CRS. Write EPSG:n, ESRI:n or WKT.");
  }
  const auto parsed = parsed_crs(text);
  if (!parsed || !(parsed->IsGeographic() || parsed->IsProjected()))
    throw ConfigError("CRS_INVALID",
                      "'" + shown + "' is not a CRS that PROJ knows (geographic or projected). Check the code.");
  return crs_text(*parsed);
}

}  // namespace fw
