#include "jobs/samples/scenes.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/base/text.h"
#include "jobs/samples/noise.h"
#include "jobs/samples/raster_file.h"

namespace fw::samples {
namespace {

using Spectrum = std::array<double, band_count>;
// Reflectances as bright sandy soils, green plants, mud and metal roofs, turbid water and drying mud have them in the
// Sahel.
constexpr Spectrum plants = {0.030, 0.060, 0.035, 0.420, 0.200, 0.100};
constexpr Spectrum soil = {0.110, 0.160, 0.220, 0.290, 0.330, 0.300};
constexpr Spectrum roof = {0.150, 0.180, 0.210, 0.250, 0.310, 0.290};
constexpr Spectrum water = {0.060, 0.070, 0.045, 0.025, 0.012, 0.008};
constexpr Spectrum mud = {0.100, 0.140, 0.180, 0.220, 0.190, 0.150};
constexpr Spectrum cloud = {0.620, 0.610, 0.600, 0.640, 0.450, 0.350};

/// Green cover: what is always there, and what the rains add at their height.
struct Growth {
  double always, season;
};
Growth growth_of(Cover cover) {
  switch (cover) {
    case Cover::crop:
      return {0.02, 0.75};
    case Cover::rangeland:
      return {0.05, 0.45};
    case Cover::bare:
      return {0.00, 0.30};
    case Cover::lake_bed:
      return {0.02, 0.23};
    case Cover::roofs:
      return {0.03, 0.04};
    case Cover::lake:
      break;
  }
  return {0, 0};
}
const Spectrum& ground_of(Cover cover) {
  return cover == Cover::lake ? water : cover == Cover::lake_bed ? mud : cover == Cover::roofs ? roof : soil;
}

// One rainy season, June to October; plants follow it by about three weeks.
constexpr std::array<double, 36> season = {0.03, 0.02, 0.01, 0,    0,    0,    0,    0,    0,    0,    0,    0,
                                           0,    0,    0.02, 0.05, 0.10, 0.18, 0.30, 0.45, 0.60, 0.75, 0.88, 0.97,
                                           1.00, 0.95, 0.85, 0.70, 0.50, 0.35, 0.22, 0.14, 0.09, 0.06, 0.05, 0.04};
constexpr std::array<double, 12> cloudiness = {0.04, 0.04, 0.05, 0.06, 0.08, 0.14, 0.18, 0.18, 0.14, 0.08, 0.05, 0.04};

struct YearDekad {
  int year, dekad;
};
constexpr std::array<YearDekad, 6> overcast = {
    {{2018, 34}, {2019, 19}, {2020, 25}, {2021, 17}, {2022, 20}, {2023, 16}}};

double cloud_cover(const Noise& noise, int year, int dekad) {
  for (const YearDekad& o : overcast)
    if (o.year == year && o.dekad == dekad) return 1;
  const double usual = cloudiness.at(static_cast<size_t>(dekad / 3));
  return usual * (0.3 + 1.4 * noise.unit(static_cast<uint64_t>(year), static_cast<uint64_t>(dekad)));
}

/// Height of the cloud field above its threshold, 0 where there is no cloud; the threshold leaves the asked share under
/// cloud.
std::vector<double> make_clouds(uint64_t seed, int year, int dekad) {
  const uint64_t scene = static_cast<uint64_t>(year) * 36 + static_cast<uint64_t>(dekad);
  const Noise noise(seed, 3);
  const double cover = cloud_cover(Noise(seed, 4), year, dekad);
  std::vector<double> field(pixels), sorted;
  for (int row = 0; row < rows; ++row)
    for (int col = 0; col < cols; ++col)
      field[static_cast<size_t>(row) * cols + static_cast<size_t>(col)] =
          0.7 * noise.field(row, col, 40, 2 * scene) + 0.3 * noise.field(row, col, 12, 2 * scene + 1);
  if (cover >= 1) {
    for (double& v : field) v += 1;
    return field;
  }
  sorted = field;
  const size_t clear = std::min(pixels - 1, static_cast<size_t>((1 - cover) * static_cast<double>(pixels)));
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(clear), sorted.end());
  for (double& v : field) v = std::max(0.0, v - sorted[clear]);
  return field;
}

constexpr double core_height = 0.06, edge_height = 0.02;
constexpr int shadow_rows = 4, shadow_cols = -3;  // the sun stands in the south-east in the morning

uint8_t class_of(Cover cover, double ndvi, double height, bool shadow) {
  if (height > core_height) return 9;
  if (height > edge_height) return 8;
  if (height > 0) return 10;
  if (shadow) return 3;
  return cover == Cover::lake ? 6 : ndvi > 0.3 ? 4 : 5;
}

}  // namespace

Date scene_day(int year, int dekad) { return {year, dekad / 3 + 1, 5 + 10 * (dekad % 3)}; }
const char* baseline_of(Date day) { return day < Date{2022, 1, 25} ? "03.01" : "04.00"; }
int offset_of(Date day) { return day < Date{2022, 1, 25} ? 0 : -1000; }

SceneArrays make_scene(const Truth& truth, uint64_t seed, int year, int dekad) {
  SceneArrays out;
  for (auto& band : out.dn) band.assign(pixels, 0);
  out.scl.assign(pixels, 0);
  const int lift = -offset_of(scene_day(year, dekad));
  const uint64_t scene = static_cast<uint64_t>(year) * 36 + static_cast<uint64_t>(dekad);
  const Noise grain(seed, 5), texture(seed, 6);
  const double haze = 1 + 0.01 * Noise(seed, 7).normal(scene);
  const std::vector<double> height = make_clouds(seed, year, dekad);
  const double green_now = season.at(static_cast<size_t>(dekad));
  for (int row = 0; row < first_unseen_row; ++row)
    for (int col = 0; col < cols; ++col) {
      const size_t p = static_cast<size_t>(row) * cols + static_cast<size_t>(col);
      const Cover cover = truth.cover(p, year, dekad);
      const Growth growth = growth_of(cover);
      const double green = std::clamp(growth.always + growth.season * green_now * truth.vigour(p, year), 0.0, 0.95);
      const double bright = cover == Cover::lake ? 1 : 0.94 + 0.12 * texture.field(row, col, 10);
      const int from_row = row + shadow_rows, from_col = col + shadow_cols;
      const bool shadow = height[p] <= 0 && from_row < rows && from_col >= 0 &&
                          height[static_cast<size_t>(from_row) * cols + static_cast<size_t>(from_col)] > edge_height;
      const double opacity = height[p] <= 0 ? 0 : std::min(1.0, 0.15 + height[p] * 14);
      Spectrum seen;
      for (size_t b = 0; b < band_count; ++b) {
        double v = (ground_of(cover)[b] * (1 - green) * bright + plants[b] * green) * haze;
        if (shadow) v *= 0.5;
        v = v * (1 - opacity) + cloud[b] * opacity;
        seen[b] = v * (1 + 0.012 * grain.normal(scene * band_count + b, p));
        out.dn[b][p] = static_cast<uint16_t>(std::clamp(std::lround(seen[b] * 10000) + lift, 1L, 65535L));
      }
      out.scl[p] = class_of(cover, (seen[nir] - seen[red]) / (seen[nir] + seen[red]), height[p], shadow);
    }
  return out;
}

void write_scene(const std::filesystem::path& folder, const SceneArrays& scene, Date day) {
  std::string date = to_string(day);
  date.erase(std::remove(date.begin(), date.end(), '-'), date.end());
  const std::filesystem::path place = folder / ("S2_" + date);
  make_folder(place);
  RasterFile file = region_file();
  const std::string stem = "T31PXX_" + date + "T102031_";
  for (size_t b = 0; b < band_count; ++b) {
    file.metadata = {{"PROCESSING_BASELINE", baseline_of(day)}, {"QUANTIFICATION_VALUE", "10000"}};
    if (offset_of(day) != 0) file.metadata["BOA_ADD_OFFSET"] = std::to_string(offset_of(day));
    file.description = band_names[b];
    write_raster(place / (stem + band_names[b] + ".tif"), file, scene.dn[b]);
  }
  file.metadata = {{"PROCESSING_BASELINE", baseline_of(day)}};
  file.description = "SCL";
  write_raster(place / (stem + "SCL.tif"), file, scene.scl);
}

}  // namespace fw::samples
