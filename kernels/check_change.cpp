#include <cmath>
#include <cstdlib>

#include "kernels/expect.h"
#include "kernels/ops_change.h"
#include "kernels/ops_texture.h"

namespace fw {
namespace {

void check_dates(const char* operation, const TwoDates& dates, size_t pixels) {
  expect(dates.bands >= 1 && dates.bands <= max_change_bands, operation, "bands outside 1..max_change_bands");
  for (int b = 0; b < dates.bands; ++b) expect_memory(pixels, operation, dates.before[b], dates.after[b]);
}

template <class Texture>
void check_texture(const char* operation, const Texture& op, int smallest_window) {
  expect(op.rows >= 0 && op.cols >= 0, operation, "rows or cols is negative");
  const GreyLevels& grey = op.grey;
  expect(std::isfinite(grey.low) && std::isfinite(grey.high) && grey.low < grey.high, operation,
         "low and high of the grey levels must be finite, low < high");
  expect(grey.levels >= 2 && grey.levels <= 256, operation, "levels outside 2..256");
  expect(op.window >= smallest_window && op.window <= max_texture_window && op.window % 2 == 1, operation,
         "window must be odd, 3 (PanTex 5)..max_texture_window");
  expect(op.min_share > 0.0f && op.min_share <= 1.0f, operation, "min_share outside 0..1, or 0");
}

}  // namespace

void check(const ChangeVector& op) {
  check_dates("ChangeVector", op.dates, op.pixels);
  const auto is_band = [&](int b) { return b >= 0 && b < op.dates.bands; };
  expect(is_band(op.x_band) && is_band(op.y_band), "ChangeVector", "x_band or y_band is not one of the bands");
  expect(op.x_band != op.y_band || op.dates.bands == 1, "ChangeVector", "x_band and y_band are the same");
}

void check(const Moments& op) {
  check_dates("Moments", op.dates, op.pixels);
  expect_memory(op.pixels, "Moments", op.partial);
}

void check(const MadVariates& op) {
  check_dates("MadVariates", op.dates, op.pixels);
  for (int k = 0; k < op.dates.bands; ++k) {
    expect(std::isfinite(op.mean_before[k]) && std::isfinite(op.mean_after[k]), "MadVariates", "a mean is not finite");
    expect(std::isfinite(op.variance[k]) && op.variance[k] >= 0.0, "MadVariates", "a variance is not finite or < 0");
    for (int b = 0; b < op.dates.bands; ++b)
      expect(std::isfinite(op.a[k][b]) && std::isfinite(op.b[k][b]), "MadVariates", "a coefficient is not finite");
  }
}

void check(const NightLightLoss& op) {
  expect(op.nights >= 0 && op.nights <= 65535, "NightLightLoss", "nights outside 0..65535");
  if (op.nights > 0) expect_memory(op.pixels, "NightLightLoss", op.radiance, op.role);
  expect(op.min_nights >= 1, "NightLightLoss", "min_nights must be >= 1");
  expect(std::isfinite(op.min_radiance) && op.min_radiance >= 0.0f, "NightLightLoss", "min_radiance must be >= 0");
}

void check(const GlcmTexture& op) {
  check_texture("GlcmTexture", op, 3);
  expect(op.offsets >= 1 && op.offsets <= max_texture_offsets, "GlcmTexture", "offsets outside 1..max_texture_offsets");
  for (int k = 0; k < op.offsets; ++k) {
    const int r = std::abs(op.row_step[k]), c = std::abs(op.col_step[k]);
    expect(r + c > 0 && r < op.window && c < op.window, "GlcmTexture", "an offset is 0 or as long as the window");
  }
  expect_memory(static_cast<size_t>(op.rows) * static_cast<size_t>(op.cols), "GlcmTexture", op.x);
}

void check(const PanTex& op) {
  check_texture("PanTex", op, 5);
  expect_memory(static_cast<size_t>(op.rows) * static_cast<size_t>(op.cols), "PanTex", op.x, op.out);
}

}  // namespace fw
