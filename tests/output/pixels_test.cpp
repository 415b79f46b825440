#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <thread>

#include "core/output/band_statistics.h"
#include "core/output/staged_pixels.h"
#include "tests/output/rasters.h"

using namespace fw;
using namespace fw::test;

TEST(RoundMantissa, RoundsToNearestAndTiesToEven) {
  // One bit kept: representable near 1 are 1, 1.5, 2, 3.
  EXPECT_EQ(round_mantissa(1.2F, 1), 1.0F);
  EXPECT_EQ(round_mantissa(1.3F, 1), 1.5F);
  EXPECT_EQ(round_mantissa(1.25F, 1), 1.0F);  // tie: 1.0 has the even last bit
  EXPECT_EQ(round_mantissa(1.75F, 1), 2.0F);  // tie: 2.0 has the even last bit
  EXPECT_EQ(round_mantissa(-1.75F, 1), -2.0F);
}

TEST(RoundMantissa, KeepsEverythingAtTwentyThreeBits) {
  const float v = 0.1F;
  EXPECT_EQ(std::bit_cast<uint32_t>(round_mantissa(v, 23)), std::bit_cast<uint32_t>(v));
}

TEST(RoundMantissa, ErrorIsAtMostHalfOfTheLastKeptBit) {
  for (int i = 1; i < 20000; ++i) {
    const float v = static_cast<float>(i) * 0.00037F;
    EXPECT_LE(std::abs(round_mantissa(v, 12) - v), std::ldexp(std::abs(v), -13));
  }
}

TEST(RoundMantissa, HasOneNoDataOneZeroAndNeverInventsInfinity) {
  EXPECT_EQ(std::bit_cast<uint32_t>(round_mantissa(-nan_value, 12)), 0x7fc00000U);
  EXPECT_TRUE(std::isnan(round_mantissa(std::numeric_limits<float>::infinity(), 12)));
  EXPECT_FALSE(std::signbit(round_mantissa(-0.0F, 12)));
  EXPECT_TRUE(std::isfinite(round_mantissa(std::numeric_limits<float>::max(), 4)));
}

TEST(StagedPixels, ReadNoDataWhereNothingWasWritten) {
  TempDir dir;
  StagedPixels bytes(dir.path(), utm_grid(3, 4), 1, StagedPixels::Type::byte, 255);
  const uint8_t seven = 7;
  bytes.write(1, {1, 2, 1, 1}, &seven);
  std::vector<uint8_t> out(12);
  bytes.read(1, {0, 0, 3, 4}, out.data());
  for (size_t i = 0; i < out.size(); ++i) EXPECT_EQ(out[i], i == 6 ? 7 : 255);

  StagedPixels floats(dir.path(), utm_grid(2, 2), 2, StagedPixels::Type::float32, 0);
  const float v = 0;
  floats.write(2, {0, 1, 1, 1}, &v);
  std::vector<float> back(4);
  floats.read(2, {0, 0, 2, 2}, back.data());
  EXPECT_TRUE(std::isnan(back[0]) && std::isnan(back[2]) && std::isnan(back[3]));
  EXPECT_EQ(back[1], 0.0F);
  floats.read(1, {0, 0, 2, 2}, back.data());
  EXPECT_TRUE(std::isnan(back[1]));
}

TEST(StagedPixels, HoldWhatWasWrittenLastWhateverTheBlocksHeldBefore) {
  // Blocks of one value take no room until a part of them changes: windows at random, many of one value, some blocks.
  TempDir dir;
  const Grid grid = utm_grid(300, 520);
  StagedPixels bytes(dir.path(), grid, 1, StagedPixels::Type::byte, 255);
  StagedPixels floats(dir.path(), grid, 2, StagedPixels::Type::float32, 0);
  std::vector<uint8_t> wanted(grid.pixels(), 255), back(grid.pixels());
  uint32_t state = 7;
  const auto random = [&](int below) {
    state = state * 1664525U + 1013904223U;
    return static_cast<int>((state >> 8) % static_cast<uint32_t>(below));
  };
  for (int step = 0; step < 400; ++step) {
    Window w{random(300), random(520), 0, 0};
    w.rows = 1 + random(300 - w.row);
    w.cols = 1 + random(520 - w.col);
    if (random(3) == 0) w = {256 * random(2), 256 * random(3), 0, 0};
    if (w.rows == 0) w.rows = std::min(256, 300 - w.row), w.cols = std::min(256, 520 - w.col);
    const int one = random(4) == 0 ? 255 : random(3), kind = random(3);
    std::vector<uint8_t> values(w.pixels());
    std::vector<float> as_floats(w.pixels());
    for (size_t i = 0; i < values.size(); ++i) {
      values[i] = static_cast<uint8_t>(kind == 0 ? random(3) : one);
      as_floats[i] = values[i] == 255 ? nan_value : static_cast<float>(values[i]);
      const size_t r = static_cast<size_t>(w.row) + i / static_cast<size_t>(w.cols),
                   c = static_cast<size_t>(w.col) + i % static_cast<size_t>(w.cols);
      wanted[r * 520 + c] = values[i];
    }
    bytes.write(1, w, values.data());
    floats.write(2, w, as_floats.data());
    if (step % 20 != 19) continue;
    bytes.read(1, grid.whole(), back.data());
    ASSERT_TRUE(back == wanted) << step;
    std::vector<float> back_floats(grid.pixels());
    floats.read(2, grid.whole(), back_floats.data());
    for (size_t i = 0; i < wanted.size(); ++i)
      ASSERT_TRUE(wanted[i] == 255 ? std::isnan(back_floats[i]) : back_floats[i] == static_cast<float>(wanted[i]))
          << step << " " << i;
    floats.read(1, grid.whole(), back_floats.data());
    ASSERT_TRUE(std::isnan(back_floats[random(static_cast<int>(grid.pixels()))])) << "another band";
  }
}

TEST(StagedPixels, KnowTheValueOfAWindowOnlyWhereAllItsBlocksHoldIt) {
  TempDir dir;
  StagedPixels pixels(dir.path(), utm_grid(300, 600), 1, StagedPixels::Type::float32, 0);
  ASSERT_TRUE(pixels.uniform<float>(1, {0, 0, 300, 600}));
  EXPECT_TRUE(std::isnan(*pixels.uniform<float>(1, {0, 0, 300, 600})));  // nothing was written
  pixels.fill(1, {0, 0, 256, 256}, 2.5F);
  const std::vector<float> same(size_t{256} * 256, 2.5F);
  pixels.write(1, {0, 256, 256, 256}, same.data());
  EXPECT_EQ(pixels.uniform<float>(1, {0, 0, 256, 512}), 2.5F);
  EXPECT_EQ(pixels.uniform<float>(1, {10, 250, 3, 30}), 2.5F);
  EXPECT_FALSE(pixels.uniform<float>(1, {0, 500, 10, 20}));  // reaches into a block without data
  const float other = 1;
  pixels.write(1, {7, 7, 1, 1}, &other);
  EXPECT_FALSE(pixels.uniform<float>(1, {0, 0, 2, 2}));
  EXPECT_EQ(pixels.uniform<float>(1, {0, 256, 2, 2}), 2.5F);
  pixels.fill(1, {5, 5, 4, 4}, 3.0F);  // a part of a block
  std::vector<float> out(36);
  pixels.read(1, {4, 4, 6, 6}, out.data());
  for (size_t i = 0; i < 36; ++i) {
    const size_t r = i / 6, c = i % 6;
    EXPECT_EQ(out[i], r >= 1 && r <= 4 && c >= 1 && c <= 4 ? 3.0F : 2.5F);
  }

  StagedPixels classes(dir.path(), utm_grid(300, 300), 1, StagedPixels::Type::byte, 255);
  EXPECT_EQ(classes.uniform<uint8_t>(1, {0, 0, 300, 300}), 255);
  classes.fill(1, {0, 0, 300, 300}, uint8_t{4});
  EXPECT_EQ(classes.uniform<uint8_t>(1, {0, 0, 300, 300}), 4);
}

TEST(StagedPixels, LeaveNoFileBehind) {
  TempDir dir;
  const StagedPixels pixels(dir.path(), utm_grid(3, 4), 1, StagedPixels::Type::byte, 255);
  EXPECT_TRUE(names_in(dir.path()).empty());
}

TEST(StagedPixels, RefuseAWindowOutsideTheRaster) {
  TempDir dir;
  StagedPixels pixels(dir.path(), utm_grid(3, 4), 1, StagedPixels::Type::byte, 255);
  std::vector<uint8_t> v(100);
  EXPECT_THROW(pixels.write(1, {0, 0, 3, 5}, v.data()), std::logic_error);
  EXPECT_THROW(pixels.write(1, {-1, 0, 1, 1}, v.data()), std::logic_error);
  EXPECT_THROW(pixels.write(2, {0, 0, 1, 1}, v.data()), std::logic_error);
}

TEST(BandStatistics, MatchAHandComputedTable) {
  TempDir dir;
  StagedPixels pixels(dir.path(), utm_grid(2, 3), 1, StagedPixels::Type::float32, 0);
  const float values[] = {2, 4, nan_value, 4, 4, 6};
  pixels.write(1, {0, 0, 2, 3}, values);
  const auto s = compute_statistics(pixels, 1);
  EXPECT_EQ(s.valid, 5U);
  EXPECT_EQ(s.pixels, 6U);
  EXPECT_EQ(s.min, 2);
  EXPECT_EQ(s.max, 6);
  EXPECT_DOUBLE_EQ(s.mean, 4);
  EXPECT_DOUBLE_EQ(s.std, std::sqrt(8.0 / 5));
}

TEST(BandStatistics, AreExactWhereTheMeanIsFarAboveTheSpread) {
  TempDir dir;
  const Grid grid = utm_grid(300, 517);
  StagedPixels pixels(dir.path(), grid, 1, StagedPixels::Type::float32, 0);
  std::vector<float> values;
  for (size_t i = 0; i < grid.pixels(); ++i)
    values.push_back(i % 7 == 3 ? nan_value : 1e6F + static_cast<float>(i * 2654435761U % 1000) / 16);
  pixels.write(1, grid.whole(), values.data());
  long double n = 0, sum = 0, squares = 0;
  float low = 2e6F, high = 0;
  for (const float v : values)
    if (!std::isnan(v)) n += 1, sum += v, low = std::min(low, v), high = std::max(high, v);
  for (const float v : values)
    if (!std::isnan(v)) squares += (v - sum / n) * (v - sum / n);
  const auto s = compute_statistics(pixels, 1);
  EXPECT_EQ(s.valid, static_cast<uint64_t>(n));
  EXPECT_EQ(s.min, static_cast<double>(low));
  EXPECT_EQ(s.max, static_cast<double>(high));
  EXPECT_NEAR(s.mean, static_cast<double>(sum / n), 1e-9);
  EXPECT_NEAR(s.std, static_cast<double>(std::sqrt(squares / n)), 1e-12);
}

TEST(BandStatistics, OfAPartSkipWhatIsNoData) {
  const std::vector<float> none(40, nan_value);
  EXPECT_EQ(moments_of(none.data(), none.size()).n, 0);
  Moments all;
  all.merge(moments_of(none.data(), none.size()));
  const float values[] = {nan_value, -3, 5};
  all.merge(moments_of(values, 3));
  EXPECT_EQ(all.n, 2);
  EXPECT_EQ(all.mean, 1);
  EXPECT_EQ(all.m2, 32);
  EXPECT_EQ(all.min, -3);
  EXPECT_EQ(all.max, 5);
}

TEST(BandStatistics, OfOneValueAreThoseOfItsPixels) {
  const float infinite = std::numeric_limits<float>::infinity();
  for (const float v : {0.0F, -0.0F, 1.1F, -3.4e38F, 1e-45F, nan_value, infinite})
    for (const size_t n : {size_t{1}, size_t{17}, size_t{65535}, size_t{65536}}) {
      const Moments one = moments_of(v, n), all = moments_of(std::vector<float>(n, v).data(), n);
      EXPECT_EQ(one.n, all.n);
      const auto bits = [](const Moments& m) {
        return std::vector{std::bit_cast<uint64_t>(m.mean), std::bit_cast<uint64_t>(m.m2),
                           uint64_t{std::bit_cast<uint32_t>(m.min)}, uint64_t{std::bit_cast<uint32_t>(m.max)}};
      };
      EXPECT_EQ(bits(one), bits(all)) << v << ", " << n;
    }
}

TEST(StagedPixels, RoundAsRoundMantissaDoes) {
  TempDir dir;
  const Grid grid = utm_grid(1, 4096);
  StagedPixels pixels(dir.path(), grid, 1, StagedPixels::Type::float32, 0);
  std::vector<float> values, back(grid.pixels());
  for (uint32_t i = 0; i < grid.pixels(); ++i) values.push_back(std::bit_cast<float>(i * 2654435761U + (i << 20)));
  for (const int bits : {1, 12, 22, 23}) {
    pixels.write_rounded(1, grid.whole(), values.data(), bits);
    pixels.read(1, grid.whole(), back.data());
    for (size_t i = 0; i < back.size(); ++i) {
      EXPECT_EQ(std::bit_cast<uint32_t>(back[i]), std::bit_cast<uint32_t>(round_mantissa(values[i], bits)));
      if (bits == 23 && std::isfinite(values[i])) {
        EXPECT_EQ(back[i], values[i]);
      }
    }
  }
}

TEST(BandStatistics, SayOnlyTheValidShareWhenNothingIsValid) {
  TempDir dir;
  const StagedPixels pixels(dir.path(), utm_grid(2, 3), 1, StagedPixels::Type::float32, 0);
  const auto items = compute_statistics(pixels, 1).metadata();
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0].first, "STATISTICS_VALID_PERCENT");
  EXPECT_EQ(items[0].second, "0");
}

TEST(BandStatistics, CountEveryClassAndNoData) {
  TempDir dir;
  StagedPixels pixels(dir.path(), utm_grid(2, 3), 1, StagedPixels::Type::byte, 255);
  const uint8_t values[] = {1, 1, 0, 255, 9, 1};
  pixels.write(1, {0, 0, 2, 3}, values);
  const auto s = compute_statistics(pixels, 1);
  EXPECT_EQ(s.counts[1], 3U);
  EXPECT_EQ(s.counts[0], 1U);
  EXPECT_EQ(s.counts[9], 1U);
  EXPECT_EQ(s.counts[255], 1U);
  EXPECT_EQ(s.valid, 5U);
}
