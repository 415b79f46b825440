// Histograms by block, Otsu's threshold and its acceptance.
#include "kernels/otsu.h"

#include "../gpu/every_op.h"
#include "on_each_backend.h"

namespace fw {
namespace {

constexpr size_t bins = histogram_bins;

class OtsuOps : public OnEachBackend {
 protected:
  std::vector<uint32_t> histograms(const Values& x, int rows, int cols, int block) {
    Buffer<float> in = up(x);
    const int blocks = blocks_along(rows, block) * blocks_along(cols, block);
    Buffer<uint32_t> counts = room<uint32_t>(static_cast<size_t>(blocks) * bins);
    backend().run(BlockHistograms{in.data(), rows, cols, block, -1.0f, 1.0f, counts.data()});
    return down(counts);
  }
  struct Out {
    Values threshold, separation, share;
    Codes status;
  };
  Out thresholds(const std::vector<uint32_t>& counts, int rows, int cols, int radius, uint32_t min_count = 1) {
    const size_t n = static_cast<size_t>(rows * cols);
    Buffer<uint32_t> in = up(counts);
    Buffer<float> threshold = room<float>(n), separation = room<float>(n), share = room<float>(n);
    Buffer<uint8_t> status = room<uint8_t>(n);
    OtsuThresholds op{};
    op.counts = in.data();
    op.block_rows = rows, op.block_cols = cols, op.radius = radius, op.min_count = min_count;
    op.low = -1.0f, op.high = 1.0f;
    op.threshold = threshold.data(), op.separation = separation.data(), op.share = share.data();
    op.status = status.data();
    backend().run(op);
    return {down(threshold), down(separation), down(share), down(status)};
  }
  static uint8_t is(OtsuStatus s) { return static_cast<uint8_t>(s); }
  static std::vector<uint32_t> one(std::initializer_list<std::pair<size_t, uint32_t>> filled) {
    std::vector<uint32_t> counts(bins, 0);
    for (const auto& [bin, n] : filled) counts[bin] = n;
    return counts;
  }
};
FW_ON_EACH_BACKEND(OtsuOps);

TEST_P(OtsuOps, ABinHoldsItsUpperEdgeAndTheFirstAlsoItsLower) {
  // Bins of width 1/128: -1 and -1 + 1/128 are in bin 0, the next float above in bin 1, 0 ends bin 127, 1 ends 255.
  const auto counts =
      histograms({-1.0f, -1.0f + 0x1p-7f, -0.992f, 0.0f, 1.0f, nan_v, 1.0001f, -inf_v, inf_v, -1.5f}, 1, 10, 10);
  EXPECT_EQ(counts[0], 2u);
  EXPECT_EQ(counts[1], 1u);
  EXPECT_EQ(counts[127], 1u);
  EXPECT_EQ(counts[255], 1u);
  EXPECT_EQ(std::count(counts.begin(), counts.end(), 0u), 252);
}

TEST_P(OtsuOps, EveryPixelIsCountedInItsOwnBlock) {
  // 21 x 19 in blocks of 8: 3 x 3 blocks, values tell the block.
  const int rows = 21, cols = 19, block = 8;
  Values x;
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < cols; ++c) x.push_back(-0.9f + 0.2f * static_cast<float>(r / block * 3 + c / block));
  const auto counts = histograms(x, rows, cols, block);
  for (int b = 0; b < 9; ++b) {
    const uint32_t expected = static_cast<uint32_t>((b / 3 == 2 ? 5 : 8) * (b % 3 == 2 ? 3 : 8));
    const int bin = histogram_bin(-0.9f + 0.2f * static_cast<float>(b), -1.0f, 1.0f);
    EXPECT_EQ(counts[static_cast<size_t>(b) * bins + static_cast<size_t>(bin)], expected) << "block " << b;
    uint32_t all = 0;
    for (size_t k = 0; k < bins; ++k) all += counts[static_cast<size_t>(b) * bins + k];
    EXPECT_EQ(all, expected) << "block " << b;
  }
}

TEST_P(OtsuOps, TwoBinsAreSplitBetweenThemWithAllVarianceExplained) {
  const Out out = thresholds(one({{110, 30}, {150, 10}}), 1, 1, 0);
  EXPECT_EQ(out.status[0], is(OtsuStatus::accepted));
  EXPECT_EQ(out.threshold[0], -1.0f + 111.0f / 128.0f);  // upper edge of the lower bin
  EXPECT_EQ(out.separation[0], inf_v);
  EXPECT_FLOAT_EQ(out.share[0], 1.0f);
}

TEST_P(OtsuOps, AThresholdOutsideTheLimitsIsHeldAndSaidSo) {
  const Out low = thresholds(one({{10, 20}, {90, 20}}), 1, 1, 0),
            high = thresholds(one({{200, 20}, {250, 20}}), 1, 1, 0);
  EXPECT_EQ(low.threshold[0], -0.2f);
  EXPECT_EQ(high.threshold[0], 0.3f);
  EXPECT_EQ(low.status[0], is(OtsuStatus::clamped));
  EXPECT_EQ(high.status[0], is(OtsuStatus::clamped));
}

TEST_P(OtsuOps, OneClassFallsBackToZero) {
  std::vector<uint32_t> wide(bins, 5), bell(bins, 0), noisy(bins, 0);
  sample::Random random(3);
  for (size_t b = 0; b < bins; ++b) {
    const double d = (static_cast<double>(b) - 128.0) / 20.0;
    bell[b] = static_cast<uint32_t>(1000.0 * std::exp(-0.5 * d * d));
  }
  for (int k = 0; k < 2000; ++k) {  // a sum of twelve uniform numbers is nearly normal
    double sum = 0.0;
    for (int q = 0; q < 12; ++q) sum += static_cast<double>(random.unit());
    ++noisy[static_cast<size_t>(128.0 + 15.0 * (sum - 6.0))];
  }
  // Uniform: D = sqrt(2) 128 / sqrt(2 * 128^2 / 12), eta 3/4. Halves of a normal curve: eta = 2 / pi, and with
  // m^2 = 2 / pi and v = 1 - 2 / pi, D = 2 m / sqrt(v). Both pass D > 2 and eta > 0.6: neither has a valley.
  const Out uniform = thresholds(wide, 1, 1, 0), normal = thresholds(bell, 1, 1, 0);
  EXPECT_NEAR(uniform.separation[0], std::sqrt(12.0), 0.01);
  EXPECT_NEAR(uniform.share[0], 0.75, 1e-4);
  EXPECT_NEAR(normal.share[0], 2.0 / M_PI, 0.01);
  EXPECT_NEAR(normal.separation[0], 2.0 * std::sqrt(2.0 / M_PI) / std::sqrt(1.0 - 2.0 / M_PI), 0.05);
  for (const Out& out : {uniform, normal, thresholds(noisy, 1, 1, 0)}) {
    EXPECT_EQ(out.status[0], is(OtsuStatus::not_bimodal));
    EXPECT_EQ(out.threshold[0], 0.0f);
  }
}

TEST_P(OtsuOps, TwoHumpsOfUnequalSizeAreAcceptedAndCloseOnesAreNot) {
  const auto humps = [](double apart, double share) {
    std::vector<uint32_t> counts(bins, 0);
    for (size_t b = 0; b < bins; ++b) {
      const double l = (static_cast<double>(b) - 115.0) / 8.0, w = (static_cast<double>(b) - 115.0 - apart) / 8.0;
      counts[b] =
          static_cast<uint32_t>(2000.0 * (std::exp(-0.5 * l * l) * (1.0 - share) + std::exp(-0.5 * w * w) * share));
    }
    return counts;
  };
  EXPECT_EQ(thresholds(humps(60, 0.5), 1, 1, 0).status[0], is(OtsuStatus::accepted));
  EXPECT_EQ(thresholds(humps(60, 0.05), 1, 1, 0).status[0], is(OtsuStatus::accepted));
  EXPECT_EQ(thresholds(humps(18, 0.5), 1, 1, 0).status[0], is(OtsuStatus::not_bimodal));
  EXPECT_EQ(thresholds(humps(60, 0.005), 1, 1, 0).status[0], is(OtsuStatus::not_bimodal));  // too little water to tell
}

TEST_P(OtsuOps, ConstantAndEmptyBlocksFallBackWithTheirOwnStatus) {
  const Out flat = thresholds(one({{200, 500}}), 1, 1, 0), empty = thresholds(one({}), 1, 1, 0);
  const Out few = thresholds(one({{100, 49}, {150, 50}}), 1, 1, 0, 100);
  EXPECT_EQ(flat.status[0], is(OtsuStatus::flat));
  EXPECT_EQ(empty.status[0], is(OtsuStatus::empty));
  EXPECT_EQ(few.status[0], is(OtsuStatus::empty));
  for (const Out& out : {flat, empty}) {
    EXPECT_EQ(out.threshold[0], 0.0f);
    EXPECT_TRUE(std::isnan(out.separation[0]));
    EXPECT_TRUE(std::isnan(out.share[0]));
  }
}

TEST_P(OtsuOps, ABlockUsesItsNeighboursWithinTheRadius) {
  // Land in the first block, water in the second, nothing in the third.
  std::vector<uint32_t> counts = one({{110, 50}});
  const auto water = one({{160, 50}}), nothing = one({});
  counts.insert(counts.end(), water.begin(), water.end());
  counts.insert(counts.end(), nothing.begin(), nothing.end());
  EXPECT_EQ(thresholds(counts, 1, 3, 0).status,
            (Codes{is(OtsuStatus::flat), is(OtsuStatus::flat), is(OtsuStatus::empty)}));
  const Out out = thresholds(counts, 1, 3, 1);
  EXPECT_EQ(out.status, (Codes{is(OtsuStatus::accepted), is(OtsuStatus::accepted), is(OtsuStatus::flat)}));
  EXPECT_EQ(out.threshold[0], -1.0f + 111.0f / 128.0f);
  EXPECT_EQ(thresholds(counts, 3, 1, 1).status, out.status);
}

TEST_P(OtsuOps, WaterIsAboveTheThresholdOfItsBlock) {
  const Values x{0.1f, 0.1f, 0.1f, nan_v, 0.25f, 0.2f};  // 2 x 3 in blocks of 2: two blocks
  Buffer<float> in = up(x), threshold = up(Values{0.0f, 0.2f}), out = room<float>(6);
  backend().run(ThresholdByBlock{in.data(), 2, 3, 2, threshold.data(), out.data()});
  expect_values(down(out), {1, 1, 0, nan_v, 1, 0});
}

TEST(OtsuHistogram, PartsMergedInAnyOrderAreTheWhole) {
  OtsuHistogram whole(-1.0f, 1.0f), left(-1.0f, 1.0f), right(-1.0f, 1.0f), other(-1.0f, 1.0f);
  for (int k = 0; k < 1000; ++k) {
    const float v = (k % 3 ? -0.3f : 0.5f) + 0.0003f * static_cast<float>(k % 100);
    whole.add(v);
    (k < 400 ? left : right).add(v);
  }
  other.merge(right);
  other.merge(left);
  const OtsuSplit a = whole.finish(), b = other.finish();
  EXPECT_EQ(a.bin, b.bin);
  EXPECT_EQ(a.separation, b.separation);
  EXPECT_EQ(a.share, b.share);
  EXPECT_EQ(OtsuHistogram(-1.0f, 1.0f).finish().bin, -1);
}

}  // namespace
}  // namespace fw
