// Writes the GeoTIFFs of the sample region. They are inputs of a run: results go through core/output only.
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace fw::samples {

/// Grid and labels of a GeoTIFF with one band.
struct RasterFile {
  int epsg = 0, rows = 0, cols = 0;
  double x0 = 0, y0 = 0, cell = 1;
  std::string description;
  std::map<std::string, std::string> metadata;
};
/// The grid of the sample region, without labels.
RasterFile region_file();

/// Tiled, DEFLATE, values row-major. No no-data value is declared. Errors: OutputError WRITE_FAILED.
void write_raster(const std::filesystem::path& path, const RasterFile& file, const std::vector<uint8_t>& values);
void write_raster(const std::filesystem::path& path, const RasterFile& file, const std::vector<uint16_t>& values);
void write_raster(const std::filesystem::path& path, const RasterFile& file, const std::vector<float>& values);
/// Errors: OutputError WRITE_FAILED.
void write_text(const std::filesystem::path& path, const std::string& text);
void make_folder(const std::filesystem::path& path);

/// Pixel coordinates (row, column; the pixel's middle is at .5) of the region to longitude and latitude, rounded to
/// 1e-7 degrees.
std::vector<std::pair<double, double>> to_lonlat(const std::vector<std::pair<double, double>>& places);

}  // namespace fw::samples
