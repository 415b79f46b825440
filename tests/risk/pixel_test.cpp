#include <gtest/gtest.h>

#include "kernels/backend.h"
#include "tests/risk/tables.h"

namespace fw::test {
namespace {

TEST(PixelOperation, TakesTheRampsOfPixelsAndLeavesPointersEmpty) {
  RiskLayer layer = make_layer();
  layer.factors[1].unit_statistic = "fraction_beyond";
  layer.factors[1].unit_zero = 0.05;
  layer.factors[1].zero = -0.5;
  layer.factors[1].one = -2;
  const CombineFactors op = pixel_operation(layer);
  EXPECT_EQ(op.factors, 3);
  EXPECT_EQ(op.zero[1], -0.5F);
  EXPECT_EQ(op.one[1], -2.0F);
  EXPECT_EQ(op.weight[2], 0.2F);
  EXPECT_EQ(op.min_share, 0.5F);
  EXPECT_EQ(op.intercept, -3.0F);
  EXPECT_EQ(op.slope, 6.0F);
  EXPECT_EQ(op.factor[0], nullptr);
  EXPECT_EQ(op.score, nullptr);
}

TEST(PixelOperation, GivesTheScoreThatAUnitOfOnePixelGets) {
  const RiskLayer layer = make_layer();
  const float values[] = {0.8F, 0.35F, nan_f()};
  const auto backend = make_backend({DeviceChoice::cpu, ""});
  CombineFactors op = pixel_operation(layer);
  float score = -1, likelihood = -1;
  for (int k = 0; k < 3; ++k) op.factor[k] = &values[k];
  op.pixels = 1;
  op.score = &score;
  op.likelihood = &likelihood;
  backend->run(op);
  IndicatorTable table = make_table(0.8, 0.35, 0);
  table.rows[2] = make_row("c", 0, Reason::masked);
  const RiskRow unit = assess_one(layer, table);
  EXPECT_NEAR(score, unit.score, 1e-6);
  EXPECT_NEAR(likelihood, unit.likelihood, 1e-6);
}

TEST(PixelConfidence, GrowsWithShareAndYears) {
  EXPECT_FLOAT_EQ(pixel_confidence(1, 10), 0.5F);
  EXPECT_FLOAT_EQ(pixel_confidence(0.5F, 30), 0.375F);
  EXPECT_EQ(pixel_confidence(1, 0), 0);
  EXPECT_EQ(pixel_confidence(nan_f(), 30), 0);
  EXPECT_LT(pixel_confidence(1, 5), pixel_confidence(1, 6));
}

}  // namespace
}  // namespace fw::test
