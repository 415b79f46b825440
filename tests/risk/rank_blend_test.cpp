#include "core/risk/rank_blend.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"

namespace fw {
namespace {

constexpr double nan = __builtin_nan("");
using Class = DroughtMonitorClass;

TEST(RankInRecord, IsMedianUnbiasedAndSharesTies) {
  EXPECT_DOUBLE_EQ(rank_in_record(1, {3, 1, 2}), (1 - 1.0 / 3) / (3 + 1.0 / 3));
  EXPECT_DOUBLE_EQ(rank_in_record(2, {3, 1, 2}), 0.5);
  EXPECT_DOUBLE_EQ(rank_in_record(5, {5, 5, 1, 9}), 0.5);
  EXPECT_TRUE(std::isnan(rank_in_record(nan, {1, 2})));
  EXPECT_DOUBLE_EQ(rank_in_record(2, {nan, 2, nan}), 0.5);
}
TEST(DroughtMonitor, ClassesHoldTheirUpperBound) {
  EXPECT_EQ(classify_rank(0.3001), Class::none);
  EXPECT_EQ(classify_rank(0.30), Class::d0);
  EXPECT_EQ(classify_rank(0.20), Class::d1);
  EXPECT_EQ(classify_rank(0.10), Class::d2);
  EXPECT_EQ(classify_rank(0.05), Class::d3);
  EXPECT_EQ(classify_rank(0.02), Class::d4);
  EXPECT_EQ(classify_rank(nan), Class::not_assessed);
  EXPECT_EQ(classify_spi(-0.49), Class::none);
  EXPECT_EQ(classify_spi(-0.5), Class::d0);
  EXPECT_EQ(classify_spi(-0.8), Class::d1);
  EXPECT_EQ(classify_spi(-1.3), Class::d2);
  EXPECT_EQ(classify_spi(-1.6), Class::d3);
  EXPECT_EQ(classify_spi(-2.0), Class::d4);
}

TEST(RankBlend, OfOneIndicatorIsItsRank) {
  const BlendComponent a{"a", 3, {4, 2, 9, 1}};
  for (size_t year = 0; year < 4; ++year)
    EXPECT_DOUBLE_EQ(blend_ranks({a}, year).rank, rank_in_record(a.record[year], a.record));
}
TEST(RankBlend, IsRankedAgainByHand) {
  const BlendComponent a{"a", 75, {1, 2, 3, 4}}, b{"b", 25, {40, 30, 20, 10}};
  // Order of the sums follows a, which weighs more: year 0 is lowest.
  EXPECT_DOUBLE_EQ(blend_ranks({a, b}, 0).rank, (1 - 1.0 / 3) / (4 + 1.0 / 3));
  EXPECT_DOUBLE_EQ(blend_ranks({a, b}, 3).rank, (4 - 1.0 / 3) / (4 + 1.0 / 3));
  // With equal weights the two cancel: all years are tied.
  for (size_t year = 0; year < 4; ++year)
    EXPECT_DOUBLE_EQ(blend_ranks({{"a", 1, a.record}, {"b", 1, b.record}}, year).rank, 0.5);
}
TEST(RankBlend, OnlyTheRatioOfWeightsCounts) {
  const std::vector<double> x{3, 1, 7, 2, 9}, y{5, 8, 1, 2, 4};
  for (size_t year = 0; year < 5; ++year)
    EXPECT_EQ(blend_ranks({{"x", 2, x}, {"y", 3, y}}, year).rank, blend_ranks({{"x", 20, x}, {"y", 30, y}}, year).rank);
}
TEST(RankBlend, AMissingIndicatorIsNamedAndTheOthersAreRankedAmongYearsThatHaveThem) {
  const BlendComponent a{"a", 3, {4, 2, nan, 1}}, b{"b", 1, {1, 2, 3, nan}};
  const Blend blend = blend_ranks({a, b}, 3);
  EXPECT_EQ(blend.missing, std::vector<std::string>{"b"});
  EXPECT_DOUBLE_EQ(blend.share, 0.75);
  EXPECT_DOUBLE_EQ(blend.rank, (1 - 1.0 / 3) / (3 + 1.0 / 3));
  EXPECT_TRUE(std::isnan(blend_ranks({a, b}, 2).rank)) << "only a quarter of the weight is there";
}
TEST(RankBlend, RefusesBadWeightsAndUnequalRecords) {
  const auto code = [](const std::vector<BlendComponent>& c) {
    try {
      blend_ranks(c, 0);
    } catch (const InputError& e) {
      return e.code();
    }
    return std::string();
  };
  EXPECT_EQ(code({{"a", -1, {1, 2}}}), "WEIGHTS");
  EXPECT_EQ(code({{"a", nan, {1, 2}}}), "WEIGHTS");
  EXPECT_EQ(code({{"a", 0, {1, 2}}, {"b", 0, {1, 2}}}), "WEIGHTS");
  EXPECT_EQ(code({{"a", 1, {1, 2}}, {"b", 1, {1, 2, 3}}}), "BLEND_RECORD");
}
TEST(RankBlend, WeightsOfTheNamedBlendsAddUpToOneHundred) {
  for (const NamedBlend& blend : ndmc_blends()) {
    double sum = 0;
    for (const auto& [indicator, weight] : blend.weights) sum += weight;
    EXPECT_EQ(sum, 100) << blend.name;
  }
}

}  // namespace
}  // namespace fw
