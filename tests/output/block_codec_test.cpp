#include "core/output/block_codec.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>
#include <cstring>
#include <random>
#include <thread>

namespace fw {
namespace {

Bytes random_bytes(size_t n, unsigned kinds) {
  std::mt19937 random(static_cast<unsigned>(n) + kinds);
  Bytes bytes(n);
  for (auto& b : bytes) b = static_cast<unsigned char>(random() % kinds);
  return bytes;
}

/// A block of a smooth raster with noise in its last digits, after its predictor.
Bytes predicted_block() {
  std::mt19937 random(1);
  std::vector<float> samples(256 * 256);
  for (size_t i = 0; i < samples.size(); ++i)
    samples[i] = 0.5F + 0.3F * std::sin(static_cast<float>(i % 256) / 40) + static_cast<float>(random() % 1000) * 1e-5F;
  predict(samples.data(), 256, 256, 1);
  Bytes bytes(samples.size() * sizeof(float));
  std::memcpy(bytes.data(), samples.data(), bytes.size());
  return bytes;
}

/// One byte, few, blocks of numbers, of one value, of rows that repeat, of what cannot shrink.
std::vector<Bytes> blocks() {
  std::vector<Bytes> all = {{7}, {1, 2, 3}, Bytes(1 << 20), predicted_block()};
  for (const unsigned kinds : {2U, 7U, 256U})
    for (const size_t n : {size_t{65535}, size_t{65536}, size_t{300001}}) all.push_back(random_bytes(n, kinds));
  Bytes rows;
  for (int r = 0; r < 400; ++r) {
    const Bytes row = random_bytes(300 + static_cast<size_t>(r % 5), 6);
    rows.insert(rows.end(), row.begin(), row.end());
  }
  all.push_back(rows);
  return all;
}

Bytes deflated(const Bytes& block, Deflate how) {
  Bytes out;
  deflate(block.data(), block.size(), how, out);
  return out;
}

Bytes inflated(const Bytes& packed, size_t bytes) {
  Bytes out(bytes);
  uLongf got = bytes;
  EXPECT_EQ(uncompress(out.data(), &got, packed.data(), packed.size()), Z_OK);
  EXPECT_EQ(got, bytes);
  return out;
}

TEST(BlockCodec, ZlibInflatesWhatWasDeflated) {
  for (const Bytes& block : blocks())
    for (const Deflate how : {Deflate::fast, Deflate::small}) {
      const Bytes packed = deflated(block, how);
      EXPECT_EQ(inflated(packed, block.size()), block) << block.size();
      EXPECT_LE(packed.size(), block.size() + 11 + 5 * (block.size() / 65535 + 1)) << "what cannot shrink is stored";
    }
}

TEST(BlockCodec, AppendsToWhatIsThere) {
  Bytes out = {1, 2};
  const Bytes block = random_bytes(1000, 7);
  deflate(block.data(), block.size(), Deflate::fast, out);
  EXPECT_EQ(out[0], 1);
  EXPECT_EQ(out[1], 2);
  EXPECT_EQ(Bytes(out.begin() + 2, out.end()), deflated(block, Deflate::fast));
}

/// Leaves a number all over the stack below.
[[gnu::noinline]] void litter_stack(int with) {
  volatile int stack[1 << 16];
  for (auto& v : stack) v = with;
}

TEST(BlockCodec, BytesDoNotDependOnWhatLiesOnTheStack) {
  const Bytes block = predicted_block(), first = deflated(block, Deflate::fast);
  for (int with = -1; with <= 20; ++with) {
    litter_stack(with);
    EXPECT_EQ(deflated(block, Deflate::fast), first) << with;
    litter_stack(with << 16 | with);
    EXPECT_EQ(deflated(block, Deflate::fast), first) << with;
  }
}

TEST(BlockCodec, BytesDoNotDependOnWhatWasDeflatedBeforeNorOnTheThreadNorOnTheAddress) {
  const std::vector<Bytes> all = blocks();
  for (const Deflate how : {Deflate::fast, Deflate::small}) {
    std::vector<Bytes> first;
    for (const Bytes& block : all) first.push_back(deflated(block, how));
    for (size_t k = all.size(); k-- > 0;) {
      Bytes moved(all[k].size() + 3);
      std::memcpy(moved.data() + 3, all[k].data(), all[k].size());
      Bytes again, elsewhere;
      deflate(moved.data() + 3, all[k].size(), how, again);
      std::thread([&] { elsewhere = deflated(all[k], how); }).join();
      EXPECT_EQ(again, first[k]) << k;
      EXPECT_EQ(elsewhere, first[k]) << k;
    }
  }
}

TEST(BlockCodec, FastIsNearlyAsSmallForNumbers) {
  const Bytes block = predicted_block();
  const size_t fast = deflated(block, Deflate::fast).size(), small = deflated(block, Deflate::small).size();
  EXPECT_LT(static_cast<double>(fast), 1.15 * static_cast<double>(small));
}

}  // namespace
}  // namespace fw
