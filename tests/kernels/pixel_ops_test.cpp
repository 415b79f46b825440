// ToPhysical, QaMask, ApplyMask, Threshold.
#include "on_each_backend.h"

namespace fw {
namespace {

class PixelOps : public OnEachBackend {
 protected:
  Values to_physical(const Values& dn, ToPhysical op) {
    Buffer<float> in = up(dn), out = room<float>(dn.size());
    op.dn = in.data();
    op.out = out.data();
    op.pixels = dn.size();
    backend().run(op);
    return down(out);
  }
  Codes qa_mask(const Values& qa, const std::vector<QaRule>& rules) {
    Buffer<float> in = up(qa);
    Buffer<uint8_t> out = room<uint8_t>(qa.size());
    QaMask op{in.data(), out.data(), qa.size(), {}, static_cast<int>(rules.size())};
    std::copy(rules.begin(), rules.end(), op.rules);
    backend().run(op);
    return down(out);
  }
};
FW_ON_EACH_BACKEND(PixelOps);

constexpr uint8_t clear = 0, masked = 1, not_observed = 2;

TEST_P(PixelOps, LandsatReflectanceComesFromDn) {
  // 7273 * 0.0000275 - 0.2 = 0.0000075; 20000 -> 0.35; 43636 -> 0.99999
  const auto out = to_physical({0, 7272, 7273, 20000, 43636, 43637, nan_v},
                               {nullptr, nullptr, 0, 0.0000275, -0.2, 0.0f, 7273.0f, 43636.0f});
  expect_values(out, {nan_v, nan_v, 0.0000075f, 0.35f, 0.99999f, nan_v, nan_v}, 1e-7);
}

TEST_P(PixelOps, FillInsideTheRangeIsNoData) {
  const auto out = to_physical({-3000, 100, 0}, {nullptr, nullptr, 0, 0.0001, 0.0, 100.0f, -inf_v, inf_v});
  expect_values(out, {-0.3f, nan_v, 0.0f});
}

TEST_P(PixelOps, NoFillAndNoLimitsKeepEveryNumber) {
  const auto out = to_physical({-9999, 0, 65535}, {nullptr, nullptr, 0, 1.0, 0.0, nan_v, -inf_v, inf_v});
  expect_values(out, {-9999, 0, 65535});
}

TEST_P(PixelOps, AResultThatIsNotFiniteIsNoData) {
  const auto out = to_physical({inf_v, -inf_v, 3e38f, 1}, {nullptr, nullptr, 0, 10.0, 0.0, nan_v, -inf_v, inf_v});
  expect_values(out, {nan_v, nan_v, nan_v, 10});
}

TEST_P(PixelOps, ToPhysicalRoundsOnceFromDouble) {
  const auto out = to_physical({16777215}, {nullptr, nullptr, 0, 0.1, 0.7, nan_v, -inf_v, inf_v});
  expect_values(out, {static_cast<float>(16777215.0 * 0.1 + 0.7)});
}

TEST_P(PixelOps, ToPhysicalMayWriteOverItsInput) {
  Values dn(70);
  for (size_t i = 0; i < dn.size(); ++i) dn[i] = static_cast<float>(i);
  Buffer<float> memory = up(dn);
  backend().run(ToPhysical{memory.data(), memory.data(), dn.size(), 2.0, 1.0, 3.0f, -inf_v, inf_v});
  const auto out = down(memory);
  for (size_t i = 0; i < dn.size(); ++i) {
    if (i != 3) {
      EXPECT_EQ(out[i], 2.0f * static_cast<float>(i) + 1.0f);
    }
  }
  EXPECT_TRUE(std::isnan(out[3]));
}

TEST_P(PixelOps, SentinelSceneClassesMask) {
  // 0 no data, 3 cloud shadow, 8-10 cloud
  const std::vector<QaRule> rules{{0, 4, 1u << 0, MaskOutcome::not_observed},
                                  {0, 4, 1u << 3 | 1u << 8 | 1u << 9 | 1u << 10, MaskOutcome::masked}};
  const Values scl{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  EXPECT_EQ(qa_mask(scl, rules), (Codes{2, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1, 0}));
}

TEST_P(PixelOps, LandsatBitFieldsMask) {
  // QA_PIXEL: bit 0 fill, bit 3 cloud, bits 8-9 cloud confidence (3 high)
  const std::vector<QaRule> rules{
      {0, 1, 0b10, MaskOutcome::not_observed}, {3, 1, 0b10, MaskOutcome::masked}, {8, 2, 0b1000, MaskOutcome::masked}};
  EXPECT_EQ(qa_mask({21824, 1, 8, 9, 512, 768, 32768}, rules),
            (Codes{clear, not_observed, masked, not_observed, clear, masked, clear}));
}

TEST_P(PixelOps, TheWorstRuleWinsInAnyOrder) {
  const QaRule cloud{0, 1, 0b10, MaskOutcome::masked}, fill{1, 1, 0b10, MaskOutcome::not_observed};
  EXPECT_EQ(qa_mask({3}, {cloud, fill}), Codes{not_observed});
  EXPECT_EQ(qa_mask({3}, {fill, cloud}), Codes{not_observed});
  EXPECT_EQ(qa_mask({3}, {}), Codes{clear});
}

TEST_P(PixelOps, ASignedQualityBandIsTakenModulo65536) {
  // -32768 as Int16 is 32768 as UInt16: bit 15.
  const QaRule bit15{15, 1, 0b10, MaskOutcome::masked};
  EXPECT_EQ(qa_mask({-32768, -1, 32767, 65535, -65536}, {bit15}), (Codes{masked, masked, clear, masked, clear}));
}

TEST_P(PixelOps, AQualityValueThatIsNoIntegerOf16BitsIsNotObserved) {
  const QaRule never{0, 1, 0, MaskOutcome::masked};
  EXPECT_EQ(qa_mask({nan_v, inf_v, -inf_v, 65536, -70000, 3e38f, 0}, {never}),
            (Codes{not_observed, not_observed, not_observed, not_observed, not_observed, not_observed, clear}));
}

TEST_P(PixelOps, AFieldOfFiveBitsReachesValue31) {
  const QaRule rule{2, 5, 1u << 31, MaskOutcome::masked};
  EXPECT_EQ(qa_mask({124, 120, 252}, {rule}), (Codes{masked, clear, masked}));
}

TEST_P(PixelOps, ApplyMaskKeepsClearValuesAndMarksMissingOnes) {
  Buffer<float> value = up(Values{0.5f, 0.5f, 0.5f, nan_v, nan_v, nan_v});
  Buffer<uint8_t> outcome = up(Codes{clear, masked, not_observed, clear, masked, not_observed});
  backend().run(ApplyMask{value.data(), outcome.data(), 6, MaskOutcome::not_observed});
  expect_values(down(value), {0.5f, nan_v, nan_v, nan_v, nan_v, nan_v});
  EXPECT_EQ(down(outcome), (Codes{clear, masked, not_observed, not_observed, masked, not_observed}));
}

TEST_P(PixelOps, ApplyMaskMarksAFilteredValueMasked) {
  Buffer<float> value = up(Values{nan_v});
  Buffer<uint8_t> outcome = up(Codes{clear});
  backend().run(ApplyMask{value.data(), outcome.data(), 1, MaskOutcome::masked});
  EXPECT_EQ(down(outcome), Codes{masked});
}

TEST_P(PixelOps, ThresholdIsStrictAndKeepsNoData) {
  Buffer<float> x = up(Values{-0.1f, 0.0f, -0.0f, 1e-30f, 0.1f, nan_v, inf_v, -inf_v});
  Buffer<float> out = room<float>(8);
  backend().run(Threshold{x.data(), out.data(), 8, 0.0f});
  expect_values(down(out), {0, 0, 0, 1, 1, nan_v, 1, 0});
}

}  // namespace
}  // namespace fw
