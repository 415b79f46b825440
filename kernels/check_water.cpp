#include <cmath>

#include "kernels/expect.h"
#include "kernels/ops_water.h"

namespace fw {
namespace {

void check_raster(const char* operation, int rows, int cols, int block) {
  expect(rows >= 0 && cols >= 0, operation, "rows or cols is negative");
  expect(block >= 1 && block <= 65535, operation, "block outside 1..65535");
}
void check_range(const char* operation, float low, float high) {
  expect(std::isfinite(low) && std::isfinite(high) && low < high, operation, "low and high must be finite, low < high");
}
size_t cells(int rows, int cols) { return static_cast<size_t>(rows) * static_cast<size_t>(cols); }

}  // namespace

void check(const BlockHistograms& op) {
  check_raster("BlockHistograms", op.rows, op.cols, op.block);
  check_range("BlockHistograms", op.low, op.high);
  expect_memory(cells(op.rows, op.cols), "BlockHistograms", op.x, op.counts);
}

void check(const OtsuThresholds& op) {
  expect(op.block_rows >= 0 && op.block_cols >= 0, "OtsuThresholds", "a number of blocks is negative");
  expect(op.radius >= 0, "OtsuThresholds", "radius is negative");
  check_range("OtsuThresholds", op.low, op.high);
  check_range("OtsuThresholds", op.limit_low, op.limit_high);
  expect(op.fallback >= op.limit_low && op.fallback <= op.limit_high, "OtsuThresholds",
         "the fallback lies outside the limits");
  expect(op.min_separation >= 0.0f && op.min_share >= 0.0f && op.min_share <= 1.0f, "OtsuThresholds",
         "min_separation must be >= 0 and min_share 0..1");
  expect(op.max_valley > 0.0f && op.max_valley <= 1.0f, "OtsuThresholds", "max_valley outside 0..1, or 0");
  expect_memory(cells(op.block_rows, op.block_cols), "OtsuThresholds", op.counts, op.threshold);
}

void check(const ThresholdByBlock& op) {
  check_raster("ThresholdByBlock", op.rows, op.cols, op.block);
  expect_memory(cells(op.rows, op.cols), "ThresholdByBlock", op.x, op.threshold, op.out);
}

void check(const WaterTree& op) {
  expect_memory(op.pixels, "WaterTree", op.blue, op.green, op.red, op.nir, op.swir1, op.swir2);
  expect(std::isfinite(op.scale) && op.scale > 0.0, "WaterTree", "scale must be > 0");
}

void check(const WaterHistory& op) {
  expect(op.months >= 0 && op.months <= 65535, "WaterHistory", "months outside 0..65535");
  if (op.months > 0) expect_memory(op.pixels, "WaterHistory", op.water);
  expect(op.first_month >= 0 && op.first_month <= 11, "WaterHistory", "first_month outside 0..11");
  expect(op.min_months >= 1 && op.min_months <= 12, "WaterHistory", "min_months outside 1..12");
  const auto inside = [&](int begin, int end) { return begin >= 0 && begin <= end && end <= op.months; };
  expect(inside(op.epoch1_begin, op.epoch1_end) && inside(op.epoch2_begin, op.epoch2_end), "WaterHistory",
         "an epoch lies outside the months");
}

}  // namespace fw
