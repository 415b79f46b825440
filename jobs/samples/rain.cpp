#include <array>
#include <string>

#include "core/base/text.h"
#include "jobs/samples/files.h"
#include "jobs/samples/noise.h"
#include "jobs/samples/raster_file.h"

namespace fw::samples {
namespace {

// mm per dekad of an ordinary year around 13.5 degrees north: one rainy season, about 560 mm.
constexpr std::array<double, 36> usual_mm = {0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  1, 2, 5, 8, 12, 18, 25, 32,
                                             42, 52, 62, 70, 72, 65, 52, 38, 26, 14, 6, 2, 0, 0, 0,  0,  0,  0};
constexpr int rain_rows = 9, rain_cols = 8;
constexpr double rain_cell = 0.05, rain_west = 2.80, rain_north = 13.75;
constexpr int cols_west_of_meridian = 4;
constexpr float no_data = -9999;

}  // namespace

void write_rain(const std::filesystem::path& folder, uint64_t seed, int year, int dekad) {
  const Noise noise(seed, 8);
  const uint64_t when = static_cast<uint64_t>(year) * 36 + static_cast<uint64_t>(dekad);
  const double weather = 0.75 + 0.5 * noise.unit(when, 1);
  std::vector<float> mm;
  for (int row = 0; row < rain_rows; ++row)
    for (int col = 0; col < rain_cols; ++col) {
      const double place = 0.95 + 0.1 * noise.unit(when, 2 + static_cast<uint64_t>(row * rain_cols + col));
      const double rain = usual_mm.at(static_cast<size_t>(dekad)) *
                          Truth::rain_factor(year, col < cols_west_of_meridian) * weather * place;
      mm.push_back(row == 0 && col == 0 ? no_data : static_cast<float>(rain));
    }
  RasterFile file;
  file.epsg = 4326;
  file.rows = rain_rows;
  file.cols = rain_cols;
  file.x0 = rain_west;
  file.y0 = rain_north;
  file.cell = rain_cell;
  const int month = dekad / 3 + 1;
  const std::string year_text = std::to_string(year), month_text = (month < 10 ? "0" : "") + std::to_string(month);
  const char* const days[] = {"01", "11", "21"};
  // Without a time in the file all dekads without rain would be the same bytes, and all but one of them copies.
  file.metadata = {{"TIFFTAG_DATETIME", year_text + ":" + month_text + ":" + days[dekad % 3] + " 00:00:00"}};
  const std::string name = "chirps-v2.0." + year_text + "." + month_text + "." + std::to_string(dekad % 3 + 1) + ".tif";
  write_raster(folder / name, file, mm);
}

}  // namespace fw::samples
