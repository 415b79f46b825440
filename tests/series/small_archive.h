// A tiny archive of scenes written by the test: GeoTIFF time stacks of NDVI, quality and rain, and two admin units.
#pragma once
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "core/series/pipeline.h"
#include "tests/support.h"

namespace fw::test {

/// Value of one pixel: year and month (1..12) of the scene, row and column of the grid.
using PixelValue = std::function<double(int year, int month, int r, int c)>;

/// 0.01 degrees from 38 E, 8 N.
Grid archive_grid(int rows, int cols);
/// The middle of unit A: the archive splits its grid into A (columns before `cols` / 2) and B.
AdminUnits archive_units(const std::filesystem::path& dir, const Grid& grid);

/// One band per month of the years, described by its date. day: of the month.
void write_stack(const std::filesystem::path& file, const Grid& grid, int from_year, int to_year, int day, bool bytes,
                 const PixelValue& value);
/// One file per month: <dir>/<stem>_YYYY-MM-05.tif.
void write_months(const std::filesystem::path& dir, const std::string& stem, const Grid& grid, int from_year,
                  int to_year, const PixelValue& value);

ScanInput ndvi_stack(const std::string& file, const std::string& mask = "");
ScanInput rain_stack(const std::string& file);
Catalogue scan_archive(const std::filesystem::path& dir, const std::vector<ScanInput>& inputs, RunReport& report);

/// A monthly plan over 2010..2015 that analyses 2015, with indicators of config/indicators.
SeriesPlan archive_plan(const Grid& grid, const std::vector<std::string>& indicators);

/// Keeps whole rasters; a pixel written twice or never is found by `complete`.
class KeepRasters : public IndicatorSink {
 public:
  explicit KeepRasters(const Grid& grid) : grid_(grid) {}
  void write(size_t indicator, size_t target, const Window& window, const float* value, const uint8_t* reason) override;
  bool complete(size_t indicators, size_t targets) const;
  float value(size_t indicator, size_t target, int r, int c) const {
    return rasters_.at({indicator, target}).value[index(r, c)];
  }
  Reason reason(size_t indicator, size_t target, int r, int c) const {
    return static_cast<Reason>(rasters_.at({indicator, target}).reason[index(r, c)]);
  }
  /// All bytes of all rasters.
  std::string bytes() const;

 private:
  size_t index(int r, int c) const {
    return static_cast<size_t>(r) * static_cast<size_t>(grid_.cols) + static_cast<size_t>(c);
  }
  struct Raster {
    std::vector<float> value;
    std::vector<uint8_t> reason, written;
  };
  Grid grid_;
  std::mutex mutex_;
  std::map<std::pair<size_t, size_t>, Raster> rasters_;
};

/// What a run gives.
struct RunResult {
  explicit RunResult(const Grid& grid) : rasters(grid) {}
  KeepRasters rasters;
  IndicatorTable table;
  RunReport report;
  PipelineSummary summary;
};
std::unique_ptr<RunResult> run_archive(const SeriesPlan& plan, const Catalogue& catalogue,
                                       const std::vector<AdminUnits>& levels,
                                       const ChosenDevice& device = {DeviceChoice::cpu, "test"});

/// A number in 0..1 that looks random and is the same everywhere.
double scatter(uint64_t a, uint64_t b = 0, uint64_t c = 0, uint64_t d = 0);

std::string config_folder();

/// Code of the fw::Error that `body` ends in; "" when it ends well.
template <class Body>
std::string error_code(const Body& body) {
  try {
    body();
    return "";
  } catch (const Error& e) {
    return e.code();
  }
}

}  // namespace fw::test
