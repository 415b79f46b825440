#include "tests/series/small_archive.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "tests/geo/make_tif.h"

namespace fw::test {
namespace {

std::string month_date(int year, int month, int day) { return to_string(Date{year, month, day}); }

std::string box_feature(const std::string& pcode, double west, double south, double east, double north) {
  const auto p = [](double x, double y) { return "[" + std::to_string(x) + "," + std::to_string(y) + "]"; };
  return R"({"type":"Feature","properties":{"PCODE":")" + pcode + R"(","NAME":"Unit )" + pcode +
         R"("},"geometry":{"type":"Polygon","coordinates":[[)" + p(west, south) + "," + p(east, south) + "," +
         p(east, north) + "," + p(west, north) + "," + p(west, south) + "]]}}";
}

}  // namespace

Grid archive_grid(int rows, int cols) { return {"EPSG:4326", 38, 8, 0.01, 0.01, rows, cols}; }

AdminUnits archive_units(const std::filesystem::path& dir, const Grid& g) {
  const double south = g.y0 - g.rows * g.dy, middle = g.x0 + g.cols / 2 * g.dx, east = g.x0 + g.cols * g.dx;
  write_text(dir / "units.geojson", R"({"type":"FeatureCollection","features":[)" +
                                        box_feature("A", g.x0, south, middle, g.y0) + "," +
                                        box_feature("B", middle, south, east, g.y0) + "]}");
  AdminUnits::Request request;
  request.file = dir / "units.geojson";
  request.root = dir;
  request.pcode_field = "PCODE";
  request.name_field = "NAME";
  request.level = 1;
  return AdminUnits::read(request);
}

void write_stack(const std::filesystem::path& file, const Grid& grid, int from_year, int to_year, int day, bool bytes,
                 const PixelValue& value) {
  TifSpec spec;
  spec.grid = grid;
  spec.type = bytes ? GDT_Byte : GDT_Float32;
  spec.bands = 12 * (to_year - from_year + 1);
  spec.options = {"INTERLEAVE=BAND"};
  spec.value = [&](int b, int r, int c) { return value(from_year + (b - 1) / 12, (b - 1) % 12 + 1, r, c); };
  spec.also = [&](GDALDataset& d) {
    for (int b = 1; b <= spec.bands; ++b)
      d.GetRasterBand(b)->SetDescription(month_date(from_year + (b - 1) / 12, (b - 1) % 12 + 1, day).c_str());
  };
  make_tif(file, spec);
}

void write_months(const std::filesystem::path& dir, const std::string& stem, const Grid& grid, int from_year,
                  int to_year, const PixelValue& value) {
  std::filesystem::create_directories(dir);
  for (int year = from_year; year <= to_year; ++year)
    for (int month = 1; month <= 12; ++month) {
      TifSpec spec;
      spec.grid = grid;
      spec.value = [&](int, int r, int c) { return value(year, month, r, c); };
      make_tif(dir / (stem + "_" + month_date(year, month, 5) + ".tif"), spec);
    }
}

ScanInput ndvi_stack(const std::string& file, const std::string& mask) {
  ScanInput input{"time-stack", {file}};
  input.roles["value"] = "ndvi";
  input.qa = mask;
  return input;
}
ScanInput rain_stack(const std::string& file) {
  ScanInput input{"time-stack", {file}};
  input.roles["value"] = "rain_mm";
  input.unit = "mm";
  return input;
}

Catalogue scan_archive(const std::filesystem::path& dir, const std::vector<ScanInput>& inputs, RunReport& report) {
  ScanRequest request;
  request.config_dir = config_folder();
  request.root = dir;
  request.inputs = inputs;
  return scan(request, report);
}

SeriesPlan archive_plan(const Grid& grid, const std::vector<std::string>& indicators) {
  SeriesPlan plan;
  plan.grid = grid;
  plan.cadence = Cadence::month;
  plan.analysis_from = *parse_period("2015-01");
  plan.analysis_to = *parse_period("2015-12");
  plan.reference_from = {2010, 1, 1};
  plan.reference_to = {2015, 12, 31};
  plan.min_years = 4;
  for (const auto& id : indicators) plan.indicators.push_back(load_indicator(config_folder(), id));
  plan.threads = 2;
  plan.scratch_dir = std::filesystem::temp_directory_path();
  return plan;
}

void KeepRasters::write(size_t indicator, size_t target, const Window& w, const float* value, const uint8_t* reason) {
  std::lock_guard lock(mutex_);
  Raster& raster = rasters_[{indicator, target}];
  raster.value.resize(grid_.pixels(), -12345);
  raster.reason.resize(grid_.pixels(), 99);
  raster.written.resize(grid_.pixels(), 0);
  for (int r = 0; r < w.rows; ++r)
    for (int c = 0; c < w.cols; ++c) {
      const size_t to = index(w.row + r, w.col + c);
      const size_t from = static_cast<size_t>(r) * static_cast<size_t>(w.cols) + static_cast<size_t>(c);
      raster.value[to] = value[from];
      raster.reason[to] = reason[from];
      ++raster.written[to];
    }
}

bool KeepRasters::complete(size_t indicators, size_t targets) const {
  return rasters_.size() == indicators * targets && std::all_of(rasters_.begin(), rasters_.end(), [](const auto& r) {
           return std::all_of(r.second.written.begin(), r.second.written.end(), [](uint8_t n) { return n == 1; });
         });
}

std::string KeepRasters::bytes() const {
  std::string all;
  for (const auto& [key, r] : rasters_) {
    all.append(reinterpret_cast<const char*>(r.value.data()), r.value.size() * sizeof(float));
    all.append(reinterpret_cast<const char*>(r.reason.data()), r.reason.size());
  }
  return all;
}

std::unique_ptr<RunResult> run_archive(const SeriesPlan& plan, const Catalogue& catalogue,
                                       const std::vector<AdminUnits>& levels, const ChosenDevice& device) {
  auto result = std::make_unique<RunResult>(plan.grid);
  result->table = run_pipeline(plan, catalogue, levels, device, result->rasters, result->report, result->summary);
  return result;
}

double scatter(uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
  uint64_t x = a * 0x9E3779B97F4A7C15ULL ^ (b + 1) * 0xC2B2AE3D27D4EB4FULL ^ (c + 2) * 0x165667B19E3779F9ULL ^
               (d + 3) * 0x27D4EB2F165667C5ULL;
  for (int i = 0; i < 3; ++i) x = (x ^ x >> 31) * 0xBF58476D1CE4E5B9ULL;
  return static_cast<double>(x >> 11) / 9007199254740992.0;
}

std::string config_folder() { return std::string(FW_SOURCE_DIR) + "/config"; }

}  // namespace fw::test
