#include "tests/scene/raster_maker.h"

#include <gdal_priv.h>
#include <ogr_spatialref.h>

#include <stdexcept>

#include "core/base/text.h"

namespace fw::test {

void make_raster(const std::filesystem::path& file, const MadeRaster& r) {
  GDALAllRegister();
  std::filesystem::create_directories(file.parent_path());
  GDALDriver* driver = GetGDALDriverManager()->GetDriverByName("GTiff");
  const auto type = GDALGetDataTypeByName(r.type.c_str());
  CPLStringList options;
  for (const auto& o : r.options) options.AddString(o.c_str());
  GDALDataset* out =
      driver->Create(file.c_str(), r.grid.cols, r.grid.rows, static_cast<int>(r.bands.size()), type, options.List());
  if (!out) throw std::runtime_error("cannot make " + file.string());
  OGRSpatialReference crs;
  crs.SetFromUserInput(r.grid.crs.c_str());
  if (!r.grid.crs.empty()) out->SetSpatialRef(&crs);
  const double south = r.grid.y0 - r.grid.rows * r.grid.dy;
  double transform[6] = {
      r.grid.x0, r.grid.dx, 0, r.south_up ? south : r.grid.y0, 0, r.south_up ? r.grid.dy : -r.grid.dy};
  out->SetGeoTransform(transform);
  for (const auto& [key, value] : r.metadata) out->SetMetadataItem(key.c_str(), value.c_str());
  for (size_t b = 0; b < r.bands.size(); ++b) {
    GDALRasterBand* band = out->GetRasterBand(static_cast<int>(b + 1));
    const MadeBand& made = r.bands[b];
    if (!made.description.empty()) band->SetDescription(made.description.c_str());
    if (made.nodata) band->SetNoDataValue(*made.nodata);
    if (made.scale != 0) {
      band->SetScale(made.scale);
      band->SetOffset(made.offset);
    }
    for (int row = 0; row < r.grid.rows; ++row) {
      const int from = r.south_up ? r.grid.rows - 1 - row : row;
      std::vector<double> line(made.values.begin() + from * r.grid.cols,
                               made.values.begin() + (from + 1) * r.grid.cols);
      if (band->RasterIO(GF_Write, 0, row, r.grid.cols, 1, line.data(), r.grid.cols, 1, GDT_Float64, 0, 0, nullptr) !=
          CE_None)
        throw std::runtime_error("cannot write " + file.string());
    }
  }
  GDALClose(out);
}

std::string products_dir() { return std::string(FW_SOURCE_DIR) + "/config"; }

Catalogue scan_one(const std::filesystem::path& root, const ScanInput& input, const ScanRequest& rest) {
  ScanRequest request = rest;
  if (request.config_dir.empty()) request.config_dir = products_dir();
  request.root = root;
  request.inputs = {input};
  RunReport report;
  try {
    return scan(request, report);
  } catch (const InputError& e) {
    if (e.code() != "NO_SCENES") throw;
    Catalogue none;
    none.rejections = report.sorted();
    return none;
  }
}

std::vector<std::string> codes(const Catalogue& catalogue) {
  std::vector<std::string> out;
  for (const auto& r : catalogue.rejections) out.push_back(r.item + ": " + r.code);
  return out;
}

double physical(const SceneBand& band, double dn) { return dn * band.scale + band.offset; }

}  // namespace fw::test
