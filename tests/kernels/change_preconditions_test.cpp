// Broken preconditions of the operations on water, texture and change stop at launch.
#include "expect_refused.h"
#include "kernels/moments.h"
#include "on_each_backend.h"

namespace fw {
namespace {

float f[4];
uint8_t u[4];
uint32_t n[4];

TEST(ChangePreconditions, BlocksAndThresholds) {
  const BlockHistograms histograms{f, 1, 1, 1, -1.0f, 1.0f, n};
  expect_refused(histograms, [](BlockHistograms& o) { o.block = 0; });
  expect_refused(histograms, [](BlockHistograms& o) { o.high = -1.0f; });
  expect_refused(histograms, [](BlockHistograms& o) { o.counts = nullptr; });
  OtsuThresholds otsu{};
  otsu.counts = n, otsu.threshold = f, otsu.block_rows = otsu.block_cols = 1, otsu.low = -1.0f, otsu.high = 1.0f;
  expect_refused(otsu, [](OtsuThresholds& o) { o.radius = -1; });
  expect_refused(otsu, [](OtsuThresholds& o) { o.fallback = 0.5f; });
  expect_refused(otsu, [](OtsuThresholds& o) { o.min_share = 1.5f; });
  expect_refused(otsu, [](OtsuThresholds& o) { o.max_valley = 0.0f; });
  expect_refused(ThresholdByBlock{f, 1, 1, 1, f, f}, [](ThresholdByBlock& o) { o.threshold = nullptr; });
}

TEST(ChangePreconditions, WaterTreeAndHistory) {
  WaterTree tree{};
  tree.blue = tree.green = tree.red = tree.nir = tree.swir1 = tree.swir2 = f;
  tree.pixels = 1;
  expect_refused(tree, [](WaterTree& o) { o.swir2 = nullptr; });
  expect_refused(tree, [](WaterTree& o) { o.scale = 0.0; });
  WaterHistory history{};
  history.water = f, history.months = 2, history.pixels = 1, history.min_months = 1;
  history.epoch1_end = history.epoch2_begin = 1, history.epoch2_end = 2;
  expect_refused(history, [](WaterHistory& o) { o.first_month = 12; });
  expect_refused(history, [](WaterHistory& o) { o.min_months = 0; });
  expect_refused(history, [](WaterHistory& o) { o.epoch2_end = 3; });
  expect_refused(history, [](WaterHistory& o) { o.epoch1_begin = 2; });
}

TEST(ChangePreconditions, TwoDates) {
  ChangeVector vector{};
  vector.dates.bands = 2, vector.pixels = 1, vector.y_band = 1;
  for (int b = 0; b < 2; ++b) vector.dates.before[b] = vector.dates.after[b] = f;
  expect_refused(vector, [](ChangeVector& o) { o.dates.bands = max_change_bands + 1; });
  expect_refused(vector, [](ChangeVector& o) { o.dates.after[1] = nullptr; });
  expect_refused(vector, [](ChangeVector& o) { o.y_band = 2; });
  expect_refused(vector, [](ChangeVector& o) { o.y_band = 0; });
  MomentSums sums;
  expect_refused(Moments{vector.dates, nullptr, 1, &sums}, [](Moments& o) { o.partial = nullptr; });
  MadVariates mad{};
  mad.dates = vector.dates, mad.pixels = 1;
  expect_refused(mad, [](MadVariates& o) { o.variance[1] = -1.0; });
  expect_refused(mad, [](MadVariates& o) { o.a[1][1] = static_cast<double>(inf_v); });
}

TEST(ChangePreconditions, NightLightAndTexture) {
  NightLightLoss night{};
  night.radiance = f, night.role = u, night.nights = night.pixels = 1;
  expect_refused(night, [](NightLightLoss& o) { o.role = nullptr; });
  expect_refused(night, [](NightLightLoss& o) { o.min_nights = 0; });
  expect_refused(night, [](NightLightLoss& o) { o.min_radiance = nan_v; });
  const PanTex pantex{f, 1, 1, {0.0f, 1.0f, 32}, 9, 0.5f, f, u};
  expect_refused(pantex, [](PanTex& o) { o.window = 8; });
  expect_refused(pantex, [](PanTex& o) { o.window = 3; });
  expect_refused(pantex, [](PanTex& o) { o.window = max_texture_window + 2; });
  expect_refused(pantex, [](PanTex& o) { o.grey.levels = 1; });
  expect_refused(pantex, [](PanTex& o) { o.grey.high = 0.0f; });
  expect_refused(pantex, [](PanTex& o) { o.min_share = 0.0f; });
  GlcmTexture glcm{};
  glcm.x = f, glcm.rows = glcm.cols = 1, glcm.grey = {0.0f, 1.0f, 32}, glcm.window = 3, glcm.min_share = 0.5f;
  glcm.offsets = 1, glcm.col_step[0] = 1;
  expect_refused(glcm, [](GlcmTexture& o) { o.window = 4; });
  expect_refused(glcm, [](GlcmTexture& o) { o.col_step[0] = 0; });
  expect_refused(glcm, [](GlcmTexture& o) { o.col_step[0] = -3; });
  expect_refused(glcm, [](GlcmTexture& o) { o.offsets = max_texture_offsets + 1; });
}

}  // namespace
}  // namespace fw
