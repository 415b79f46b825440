#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "../gpu/every_op.h"
#include "kernels/series_stats.h"

namespace fw {
namespace {

StatsAccumulator of(const std::vector<double>& values) {
  StatsAccumulator a;
  for (const double v : values) a.add(v);
  return a;
}
void expect_near(const StatsResult& a, const StatsResult& b, double tolerance) {
  EXPECT_EQ(a.count, b.count);
  EXPECT_NEAR(a.mean, b.mean, tolerance * std::max(1.0, std::abs(b.mean)));
  EXPECT_NEAR(a.stddev, b.stddev, tolerance * std::max(1.0, b.stddev));
  EXPECT_EQ(a.min, b.min);
  EXPECT_EQ(a.max, b.max);
}
std::vector<double> random_values(size_t n, double offset) {
  sample::Random random(11);
  std::vector<double> values(n);
  for (double& v : values) v = offset + static_cast<double>(random.unit());
  return values;
}

TEST(StatsAccumulator, GivesTheHandComputedValues) {
  const StatsResult r = of({2, 4, 4, 4, 5, 5, 7, 9}).finish();  // squares about the mean sum to 32
  EXPECT_EQ(r.count, 8.0);
  EXPECT_DOUBLE_EQ(r.mean, 5.0);
  EXPECT_DOUBLE_EQ(r.stddev, std::sqrt(32.0 / 7.0));
  EXPECT_EQ(r.min, 2.0);
  EXPECT_EQ(r.max, 9.0);
}

TEST(StatsAccumulator, HasNoMeanWithoutValuesAndNoDeviationBelowTwo) {
  const StatsResult none = of({}).finish();
  EXPECT_EQ(none.count, 0.0);
  EXPECT_TRUE(std::isnan(none.mean) && std::isnan(none.stddev) && std::isnan(none.min) && std::isnan(none.max));
  const StatsResult one = of({-3.0}).finish();
  EXPECT_EQ(one.mean, -3.0);
  EXPECT_TRUE(std::isnan(one.stddev));
  EXPECT_EQ(one.min, -3.0);
  EXPECT_EQ(one.max, -3.0);
}

TEST(StatsAccumulator, SkipsNan) {
  const double nan = std::nan("");
  expect_near(of({nan, 1.0, nan, 3.0}).finish(), of({1.0, 3.0}).finish(), 0.0);
}

TEST(StatsAccumulator, AConstantSeriesHasNoSpread) { EXPECT_EQ(of({0.1, 0.1, 0.1, 0.1}).finish().stddev, 0.0); }

TEST(StatsAccumulator, KeepsSmallSpreadOnLargeValues) {
  const auto values = random_values(5000, 1e9);
  double mean = 0.0, squares = 0.0;
  for (const double v : values) mean += (v - 1e9) / 5000.0;
  for (const double v : values) squares += (v - 1e9 - mean) * (v - 1e9 - mean);
  EXPECT_NEAR(of(values).finish().stddev, std::sqrt(squares / 4999.0), 1e-8);
}

TEST(StatsAccumulator, MergingPartsEqualsOneStream) {
  const auto values = random_values(1000, -0.3);
  for (const size_t cut : {size_t{0}, size_t{1}, size_t{17}, size_t{500}, size_t{999}, size_t{1000}}) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(cut);
    StatsAccumulator a = of({values.begin(), middle});
    a.merge(of({middle, values.end()}));
    expect_near(a.finish(), of(values).finish(), 1e-12);
  }
}

TEST(StatsAccumulator, MergeOrderAndGroupingDoNotMatter) {
  const auto values = random_values(999, 5.0);
  const auto third = [&](int k) { return of({values.begin() + 333 * k, values.begin() + 333 * (k + 1)}); };
  StatsAccumulator left = third(0);
  left.merge(third(1));
  left.merge(third(2));
  StatsAccumulator pair = third(1);
  pair.merge(third(2));
  StatsAccumulator right = third(0);
  right.merge(pair);
  StatsAccumulator turned = third(2);
  turned.merge(third(0));
  turned.merge(third(1));
  expect_near(right.finish(), left.finish(), 1e-12);
  expect_near(turned.finish(), left.finish(), 1e-12);
}

}  // namespace
}  // namespace fw
