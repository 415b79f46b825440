// Small scenes of several dates, made as files and scanned like real ones.
#pragma once
#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "core/scene/catalogue.h"
#include "core/series/index_catalogue.h"
#include "kernels/backend.h"
#include "tests/scene/raster_maker.h"
#include "tests/support.h"

namespace fw::test {

inline const ChosenDevice cpu{DeviceChoice::cpu, "test"};
inline const IndexCatalogue& indices() {
  static const IndexCatalogue catalogue = IndexCatalogue::load(FW_SOURCE_DIR "/config");
  return catalogue;
}

class DatedScenes {
 public:
  explicit DatedScenes(int rows, int cols) { grid_.rows = rows, grid_.cols = cols; }
  const Grid& grid() const { return grid_; }
  const std::filesystem::path& folder() const { return dir_.path(); }

  /// A scene of the product reflectance-tif: letter (B, G, R, N, S1, S2, mask) → values; R and N are filled in.
  void add(const std::string& day, std::map<std::string, std::vector<double>> bands) {
    for (const char* needed : {"R", "N"})
      if (!bands.count(needed)) bands[needed] = std::vector<double>(grid_.pixels(), 0.1);
    MadeRaster raster;
    raster.grid = grid_;
    for (auto& [letter, values] : bands) raster.bands.push_back({std::move(values), letter, -9999});
    write(day, raster);
  }
  /// A scene of the product value-tif.
  void add_value(const std::string& day, std::vector<double> values) {
    MadeRaster raster;
    raster.grid = grid_;
    raster.bands = {{std::move(values), "", -9999}};
    write(day, raster);
  }
  Catalogue scan_as(const std::string& product, const std::string& role = "") {
    ScanRequest request;
    request.config_dir = std::string(FW_SOURCE_DIR) + "/config";
    request.root = dir_.path();
    request.inputs = {{product, files_}};
    if (!role.empty()) request.inputs[0].roles["value"] = role;
    return scan(request, report);
  }
  RunReport report;

 private:
  void write(const std::string& day, const MadeRaster& raster) {
    std::string name = "s_" + day + ".tif";
    name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
    make_raster(dir_ / name, raster);
    files_.push_back(name);
  }
  TempDir dir_;
  Grid grid_{"EPSG:32637", 500000, 1600000, 10, 10, 0, 0};
  std::vector<std::string> files_;
};

/// Rasters of any kind put together from their windows.
class Pieces {
 public:
  explicit Pieces(const Grid& grid) : grid_(grid) {}
  template <class T>
  void put(const std::string& name, const Window& w, const T* values) {
    const std::lock_guard lock(mutex_);
    auto& raster = rasters_[name];
    raster.resize(grid_.pixels(), -12345);
    for (int r = 0; r < w.rows; ++r)
      for (int c = 0; c < w.cols; ++c)
        raster[static_cast<size_t>(w.row + r) * static_cast<size_t>(grid_.cols) + static_cast<size_t>(w.col + c)] =
            static_cast<float>(values[static_cast<size_t>(r) * static_cast<size_t>(w.cols) + static_cast<size_t>(c)]);
  }
  const std::vector<float>& at(const std::string& name) const { return rasters_.at(name); }
  bool has(const std::string& name) const { return rasters_.count(name) > 0; }
  /// All bytes of all rasters.
  std::string bytes() const {
    std::string all;
    for (const auto& [name, values] : rasters_)
      all += name + std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
    return all;
  }

 private:
  Grid grid_;
  std::mutex mutex_;
  std::map<std::string, std::vector<float>> rasters_;
};

}  // namespace fw::test
