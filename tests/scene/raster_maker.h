// Tiny GeoTIFFs made by tests (the program writes rasters only through core/output).
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/geo/grid.h"
#include "core/scene/catalogue.h"

namespace fw::test {

struct MadeBand {
  std::vector<double> values;  ///< row-major
  std::string description = {};
  std::optional<double> nodata = {};
  double scale = 0, offset = 0;  ///< declared in the file when scale is not 0
};
struct MadeRaster {
  Grid grid{"EPSG:32637", 500000, 1600000, 10, 10, 2, 2};
  std::string type = "Float32";
  std::vector<MadeBand> bands;
  std::map<std::string, std::string> metadata;
  bool south_up = false;                  ///< the same place, stored from south to north
  std::vector<std::string> options = {};  ///< of GDAL's GTiff driver, "KEY=VALUE"
};
void make_raster(const std::filesystem::path& file, const MadeRaster& raster);

/// The products of the source tree.
std::string products_dir();
/// Scans one input; rejections stay in the catalogue. No scene at all gives an empty catalogue with the rejections of
/// the report.
Catalogue scan_one(const std::filesystem::path& root, const ScanInput& input, const ScanRequest& rest = {});
/// "file: CODE" of each rejection, in order.
std::vector<std::string> codes(const Catalogue& catalogue);
/// What Backend computes, for one value.
double physical(const SceneBand& band, double dn);

}  // namespace fw::test
