// GeoTIFFs for tests, written by GDAL directly (the engine itself writes only through core/output).
#pragma once
#include <cpl_string.h>
#include <gdal_priv.h>
#include <ogr_spatialref.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/geo/open_scene.h"

namespace fw::test {

struct TifSpec {
  Grid grid{"EPSG:4326", 33, 15, 0.01, 0.01, 20, 30};
  GDALDataType type = GDT_Float32;
  int bands = 1;
  std::vector<std::string> options;  ///< creation options "KEY=VALUE"
  bool south_up = false;
  std::optional<double> nodata;
  std::function<double(int band, int row, int col)> value = [](int b, int r, int c) {
    return 1000.0 * b + 10.0 * r + c;
  };
  std::function<void(GDALDataset&)> also;  ///< last touches before it is closed
};

/// Row and column are those of the file, from its first row.
inline std::filesystem::path make_tif(const std::filesystem::path& file, const TifSpec& spec = {}) {
  prepare_gdal();
  CPLStringList options;
  for (const auto& o : spec.options) options.AddString(o.c_str());
  GDALDriver* driver = GetGDALDriverManager()->GetDriverByName("GTiff");
  GDALDataset* d = driver->Create(file.c_str(), spec.grid.cols, spec.grid.rows, spec.bands, spec.type, options.List());
  const Grid& g = spec.grid;
  double t[6] = {g.x0, g.dx, 0, g.y0, 0, -g.dy};
  if (spec.south_up) {
    t[3] = g.y0 - g.rows * g.dy;
    t[5] = g.dy;
  }
  d->SetGeoTransform(t);
  if (!g.crs.empty()) {
    OGRSpatialReference crs;
    crs.SetFromUserInput(g.crs.c_str());
    d->SetSpatialRef(&crs);
  }
  std::vector<double> line(static_cast<size_t>(g.cols));
  for (int b = 1; b <= spec.bands; ++b) {
    GDALRasterBand* band = d->GetRasterBand(b);
    if (spec.nodata) band->SetNoDataValue(*spec.nodata);
    for (int r = 0; r < g.rows; ++r) {
      for (int c = 0; c < g.cols; ++c) line[static_cast<size_t>(c)] = spec.value(b, r, c);
      if (band->RasterIO(GF_Write, 0, r, g.cols, 1, line.data(), g.cols, 1, GDT_Float64, 0, 0, nullptr) != CE_None)
        std::abort();
    }
  }
  if (spec.also) spec.also(*d);
  GDALClose(d);
  return file;
}

inline SceneFile open_file(const std::filesystem::path& file) {
  OpenRequest request;
  request.file = file;
  return open_scene(request);
}

/// Code of the InputError that opening (and reading band 1 whole) ends in; "" when it does not.
inline std::string outcome(const OpenRequest& request) {
  try {
    SceneFile scene = open_scene(request);
    std::vector<float> values(scene.info().grid.pixels());
    scene.read(1, scene.info().grid.whole(), values.data());
    return "";
  } catch (const InputError& e) {
    return e.code();
  }
}
inline std::string outcome(const std::filesystem::path& file) {
  OpenRequest request;
  request.file = file;
  return outcome(request);
}

inline bool has_flag(const RasterInfo& info, const std::string& flag) {
  return std::find(info.flags.begin(), info.flags.end(), flag) != info.flags.end();
}

inline std::vector<float> read_whole(SceneFile& scene, int band = 1) {
  std::vector<float> values(scene.info().grid.pixels());
  scene.read(band, scene.info().grid.whole(), values.data());
  return values;
}

}  // namespace fw::test
