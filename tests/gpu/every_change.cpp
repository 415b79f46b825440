// The cases of water, texture and change between dates.
#include "every_op.h"
#include "kernels/canonical.h"

namespace fw::sample {
namespace {

/// The pixels as a raster of rows of 61 (the last, incomplete row is left out). Its results depend on neighbours.
constexpr int raster_cols = 61;
int raster_rows(const Inputs& in) { return static_cast<int>(in.pixels / raster_cols); }
size_t raster_pixels(const Inputs& in) { return in.pixels / raster_cols * raster_cols; }

BlockHistograms block_histograms(Memory& m, const Inputs& in) {
  const int rows = raster_rows(in), block = 20;
  const int blocks = blocks_along(rows, block) * blocks_along(raster_cols, block);
  return {m.in(in.band[1]),
          rows,
          raster_cols,
          block,
          -1.0f,
          1.0f,
          m.out<uint32_t>("counts", static_cast<size_t>(blocks) * histogram_bins)};
}
OtsuThresholds otsu_thresholds(Memory& m, const Inputs& in) {
  std::vector<uint32_t> counts(6 * 4 * histogram_bins);
  for (size_t i = 0; i < counts.size(); ++i)
    counts[i] = in.reason[i % in.reason.size()] * static_cast<uint32_t>(i % 211 * (i % 13));
  OtsuThresholds op{};
  op.counts = m.in(counts);
  op.block_rows = 6, op.block_cols = 4, op.radius = 1;
  op.low = -1.0f, op.high = 1.0f;
  op.threshold = m.out<float>("threshold", 24);
  op.separation = m.out<float>("separation", 24);
  op.share = m.out<float>("share", 24);
  op.status = m.out<uint8_t>("status", 24);
  return op;
}
ThresholdByBlock threshold_by_block(Memory& m, const Inputs& in) {
  const int rows = raster_rows(in), block = 20;
  std::vector<float> threshold;
  for (int k = 0; k < blocks_along(rows, block) * blocks_along(raster_cols, block); ++k)
    threshold.push_back(0.01f * static_cast<float>(k % 50));
  return {m.in(in.band[1]), rows, raster_cols, block, m.in(threshold), m.out<float>("out", raster_pixels(in))};
}
WaterTree water_tree(Memory& m, const Inputs& in) {
  WaterTree op{};
  op.blue = m.in(in.band[0]), op.green = m.in(in.band[1]), op.red = m.in(in.band[2]);
  op.nir = m.in(in.band[3]), op.swir1 = m.in(in.band[4]), op.swir2 = m.in(in.band[5]);
  Plane<uint8_t> quality(in.pixels);
  for (size_t i = 0; i < in.pixels; ++i) quality[i] = static_cast<uint8_t>(in.outcome[i] == 1 ? water_cloud : 0);
  op.quality = m.in(quality);
  op.pixels = in.pixels;
  op.scale = 3000.0;
  op.water = m.out<float>("water", in.pixels);
  op.flags = m.out<uint8_t>("flags", in.pixels);
  op.reason = m.out<uint8_t>("reason", in.pixels);
  return op;
}
WaterHistory water_history(Memory& m, const Inputs& in) {
  WaterHistory op{};
  op.water = m.in(in.x);
  op.month_reason = m.in(in.reason);
  op.months = in.times, op.pixels = in.pixels;
  op.first_month = 3, op.min_months = 6;
  op.epoch1_end = in.times / 2, op.epoch2_begin = in.times / 2, op.epoch2_end = in.times;
  op.occurrence = m.out<float>("occurrence", in.pixels);
  op.water_share = m.out<float>("water_share", in.pixels);
  op.recurrence = m.out<float>("recurrence", in.pixels);
  op.change = m.out<float>("change", in.pixels);
  op.change_code = m.out<uint8_t>("change_code", in.pixels);
  op.seasonality = m.out<uint8_t>("seasonality", in.pixels);
  op.transition = m.out<uint8_t>("transition", in.pixels);
  op.observed = m.out<uint16_t>("observed", in.pixels);
  op.reason = m.out<uint8_t>("reason", in.pixels);
  return op;
}
TwoDates two_dates(Memory& m, const Inputs& in) {
  TwoDates dates{};
  dates.bands = 3;
  for (int b = 0; b < 3; ++b) dates.before[b] = m.in(in.band[b]), dates.after[b] = m.in(in.band[b + 3]);
  return dates;
}
ChangeVector change_vector(Memory& m, const Inputs& in) {
  return {two_dates(m, in),
          in.pixels,
          0,
          1,
          m.out<float>("magnitude", in.pixels),
          m.out<float>("angle", in.pixels),
          m.out<uint8_t>("sector", in.pixels)};
}
Moments moments(Memory& m, const Inputs& in) {
  Plane<float> weight(in.x.begin(), in.x.begin() + static_cast<std::ptrdiff_t>(in.pixels));
  return {two_dates(m, in), m.in(weight), in.pixels,
          m.out<MomentSums>("sums", (in.pixels + moment_chunk - 1) / moment_chunk)};
}
MadVariates mad_variates(Memory& m, const Inputs& in) {
  MadVariates op{};
  op.dates = two_dates(m, in);
  op.pixels = in.pixels;
  for (int k = 0; k < 3; ++k) {
    op.mean_before[k] = 0.2 + 0.01 * k, op.mean_after[k] = 0.3 - 0.01 * k, op.variance[k] = k == 1 ? 0.0 : 0.5;
    for (int b = 0; b < 3; ++b) op.a[k][b] = 3.0 + k - b, op.b[k][b] = 2.0 - k + 0.5 * b;
    op.variate[k] = m.out<float>("variate " + std::to_string(k), in.pixels);
  }
  op.chi2 = m.out<float>("chi2", in.pixels);
  op.no_change = m.out<float>("no_change", in.pixels);
  return op;
}
NightLightLoss night_light_loss(Memory& m, const Inputs& in) {
  std::vector<uint8_t> role;
  for (int t = 0; t < in.times; ++t) role.push_back(static_cast<uint8_t>(t % 3));
  NightLightLoss op{};
  op.radiance = m.in(in.x), op.night_reason = m.in(in.reason), op.role = m.in(role);
  op.nights = in.times, op.pixels = in.pixels;
  op.min_nights = 4, op.min_radiance = 0.4f;
  op.loss = m.out<float>("loss", in.pixels);
  op.reference = m.out<float>("reference", in.pixels);
  op.recent = m.out<float>("recent", in.pixels);
  op.reference_nights = m.out<uint16_t>("reference nights", in.pixels);
  op.recent_nights = m.out<uint16_t>("recent nights", in.pixels);
  op.reason = m.out<uint8_t>("reason", in.pixels);
  return op;
}
GlcmTexture glcm_texture(Memory& m, const Inputs& in) {
  GlcmTexture op{};
  op.x = m.in(in.band[0]);
  op.rows = raster_rows(in), op.cols = raster_cols;
  op.grey = {0.0f, 0.5f, 32};
  op.window = 7;
  op.offsets = 2;
  op.row_step[0] = 0, op.col_step[0] = 1, op.row_step[1] = 1, op.col_step[1] = -1;
  op.min_share = 0.5f;
  for (int f = 0; f < texture_feature_count; ++f)
    op.out[f] = m.out<float>("feature " + std::to_string(f), raster_pixels(in));
  op.reason = m.out<uint8_t>("reason", raster_pixels(in));
  return op;
}
PanTex pantex(Memory& m, const Inputs& in) {
  return {m.in(in.band[0]),
          raster_rows(in),
          raster_cols,
          {0.0f, 0.5f, 64},
          9,
          0.5f,
          m.out<float>("out", raster_pixels(in)),
          m.out<uint8_t>("reason", raster_pixels(in))};
}

template <class MakeOp>
OpCase raster_case(std::string name, MakeOp make_op) {
  OpCase made = make_case(std::move(name), false, make_op);
  made.splits = false;
  return made;
}

}  // namespace

void add_changes(std::vector<OpCase>& cases) {
  cases.push_back(raster_case("BlockHistograms", block_histograms));
  cases.push_back(raster_case("OtsuThresholds", otsu_thresholds));
  cases.push_back(raster_case("ThresholdByBlock", threshold_by_block));
  cases.push_back(make_case("WaterTree", false, water_tree));
  cases.push_back(make_case("WaterHistory", true, water_history));
  cases.push_back(make_case("ChangeVector", false, change_vector));
  cases.push_back(raster_case("Moments", moments));
  cases.push_back(make_case("MadVariates", false, mad_variates));
  cases.push_back(make_case("NightLightLoss", true, night_light_loss));
  cases.push_back(raster_case("GlcmTexture", glcm_texture));
  cases.push_back(raster_case("PanTex", pantex));
}

}  // namespace fw::sample
