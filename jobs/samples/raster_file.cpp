#include "jobs/samples/raster_file.h"

#include <gdal_frmts.h>
#include <gdal_priv.h>
#include <ogr_spatialref.h>

#include <cmath>
#include <fstream>
#include <memory>

#include "core/base/error.h"
#include "jobs/samples/truth.h"

namespace fw::samples {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const std::string& why) {
  throw OutputError("WRITE_FAILED",
                    path.string() + " could not be written (" + why + "). Check the folder and the free space");
}

GDALDriver* geotiff() {
  GDALRegister_GTiff();
  return GetGDALDriverManager()->GetDriverByName("GTiff");
}

void write_any(const fs::path& path, const RasterFile& file, GDALDataType type, const char* predictor,
               const void* values) {
  GDALDriver* driver = geotiff();
  if (!driver) fail(path, "this GDAL has no GeoTIFF");
  CPLStringList options;
  for (const char* o : {"COMPRESS=DEFLATE", "ZLEVEL=6", "BIGTIFF=NO"}) options.AddString(o);
  options.SetNameValue("PREDICTOR", predictor);
  if (file.rows >= 64) {
    for (const char* o : {"TILED=YES", "BLOCKXSIZE=96", "BLOCKYSIZE=96"}) options.AddString(o);
  }
  const std::unique_ptr<GDALDataset> data(driver->Create(path.c_str(), file.cols, file.rows, 1, type, options.List()));
  if (!data) fail(path, CPLGetLastErrorMsg());
  double transform[6] = {file.x0, file.cell, 0, file.y0, 0, -file.cell};
  OGRSpatialReference crs;
  bool good = crs.importFromEPSG(file.epsg) == OGRERR_NONE;
  good &= data->SetGeoTransform(transform) == CE_None && data->SetSpatialRef(&crs) == CE_None;
  for (const auto& [key, value] : file.metadata) good &= data->SetMetadataItem(key.c_str(), value.c_str()) == CE_None;
  GDALRasterBand* band = data->GetRasterBand(1);
  if (!file.description.empty()) band->SetDescription(file.description.c_str());
  good &= band->RasterIO(GF_Write, 0, 0, file.cols, file.rows, const_cast<void*>(values), file.cols, file.rows, type, 0,
                         0, nullptr) == CE_None;
  CPLErrorReset();
  data->FlushCache(true);
  if (!good || CPLGetLastErrorType() >= CE_Failure) fail(path, CPLGetLastErrorMsg());
}

template <class T>
void check_size(const fs::path& path, const RasterFile& file, const std::vector<T>& values) {
  FW_EXPECT(values.size() == static_cast<size_t>(file.rows) * static_cast<size_t>(file.cols),
            path.string() + ": values do not fit the grid");
}

}  // namespace

RasterFile region_file() { return {epsg, rows, cols, x0, y0, cell_m, "", {}}; }

void write_raster(const fs::path& path, const RasterFile& file, const std::vector<uint8_t>& values) {
  check_size(path, file, values);
  write_any(path, file, GDT_Byte, "1", values.data());
}
void write_raster(const fs::path& path, const RasterFile& file, const std::vector<uint16_t>& values) {
  check_size(path, file, values);
  write_any(path, file, GDT_UInt16, "2", values.data());
}
void write_raster(const fs::path& path, const RasterFile& file, const std::vector<float>& values) {
  check_size(path, file, values);
  write_any(path, file, GDT_Float32, "1", values.data());
}

void write_text(const fs::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) fail(path, "the system refused");
}

void make_folder(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) fail(path, error.message());
}

std::vector<std::pair<double, double>> to_lonlat(const std::vector<std::pair<double, double>>& places) {
  OGRSpatialReference from, to;
  if (from.importFromEPSG(epsg) != OGRERR_NONE || to.importFromEPSG(4326) != OGRERR_NONE)
    throw OutputError(
        "WRITE_FAILED",
        "The coordinate systems of the sample region are not known (proj.db is missing). Install proj-data");
  for (OGRSpatialReference* crs : {&from, &to}) crs->SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
  const std::unique_ptr<OGRCoordinateTransformation> transform(OGRCreateCoordinateTransformation(&from, &to));
  std::vector<std::pair<double, double>> out;
  for (const auto& [row, col] : places) {
    double x = x0 + col * cell_m, y = y0 - row * cell_m;
    if (!transform || !transform->Transform(1, &x, &y))
      throw OutputError("WRITE_FAILED", "A corner of the sample region could not be projected");
    out.emplace_back(std::round(x * 1e7) / 1e7, std::round(y * 1e7) / 1e7);
  }
  return out;
}

}  // namespace fw::samples
