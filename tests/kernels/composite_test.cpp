#include <cmath>
#include <cstring>

#include "../gpu/every_op.h"
#include "kernels/lanes.h"
#include "on_each_backend.h"

namespace fw {
namespace {

struct Composited {
  Values value;
  std::vector<uint16_t> valid;
  Codes reason;
};

class CompositeOp : public OnEachBackend {
 protected:
  /// value, outcome: [scene][pixel]
  Composited run(CompositeMethod method, const Values& value, const Codes& outcome, int scenes) {
    const size_t pixels = scenes > 0 ? value.size() / static_cast<size_t>(scenes) : 1;
    Buffer<float> v = up(value), out = room<float>(pixels);
    Buffer<uint8_t> o = up(outcome), reason = room<uint8_t>(pixels);
    Buffer<uint16_t> valid = room<uint16_t>(pixels);
    backend().run(Composite{v.data(), o.data(), scenes, pixels, method, out.data(), valid.data(), reason.data()});
    return {down(out), down(valid), down(reason)};
  }
  /// One pixel, every scene clear.
  float of(CompositeMethod method, const Values& values) {
    return run(method, values, Codes(values.size(), 0), static_cast<int>(values.size())).value[0];
  }
};
FW_ON_EACH_BACKEND(CompositeOp);

constexpr CompositeMethod every_method[] = {CompositeMethod::max, CompositeMethod::median, CompositeMethod::mean,
                                            CompositeMethod::sum, CompositeMethod::last};

TEST_P(CompositeOp, EachMethodGivesTheHandComputedValue) {
  const Values v{0.5f, 0.25f, 1.0f, 0.75f};
  EXPECT_EQ(of(CompositeMethod::max, v), 1.0f);
  EXPECT_EQ(of(CompositeMethod::median, v), 0.625f);
  EXPECT_EQ(of(CompositeMethod::mean, v), 0.625f);
  EXPECT_EQ(of(CompositeMethod::sum, v), 2.5f);
  EXPECT_EQ(of(CompositeMethod::last, v), 0.75f);
}

TEST_P(CompositeOp, MedianOfAnOddCountIsTheMiddleValue) {
  EXPECT_EQ(of(CompositeMethod::median, {9, 1, 5}), 5.0f);
  EXPECT_EQ(of(CompositeMethod::median, {9, 1, nan_v, 5}), 5.0f);
  EXPECT_EQ(of(CompositeMethod::median, {2, 2, 2, 1, 3}), 2.0f);
}

TEST_P(CompositeOp, MedianOfOneSceneIsTheScene) {
  Values value;
  Codes outcome;
  for (int i = 0; i < 40; ++i) value.push_back(0.1f * static_cast<float>(i - 20)), outcome.push_back(i % 3);
  value[18] = nan_v;
  value[21] = -0.0f;
  const auto out = run(CompositeMethod::median, value, outcome, 1);
  for (size_t i = 0; i < value.size(); ++i) {
    const bool counts = outcome[i] == 0 && value[i] == value[i];
    EXPECT_EQ(out.valid[i], counts ? 1 : 0);
    EXPECT_EQ(out.reason[i], counts ? 0 : outcome[i] == 2 ? 1 : 2) << i;  // a value, not observed, masked
    if (counts) {
      EXPECT_EQ(out.value[i], value[i]);
    } else {
      EXPECT_NE(out.value[i], out.value[i]);
    }
  }
  EXPECT_FALSE(std::signbit(out.value[21]));
}

TEST_P(CompositeOp, OnlyClearScenesCount) {
  // Pixel 0: the first and the third scene count; pixel 1: the second only.
  const Values value{1, 10, 100, 20, 3, nan_v};
  const Codes outcome{0, 1, 1, 0, 0, 0};
  const auto sum = run(CompositeMethod::sum, value, outcome, 3);
  EXPECT_EQ(sum.value, (Values{4, 20}));
  EXPECT_EQ(sum.valid, (std::vector<uint16_t>{2, 1}));
  EXPECT_EQ(run(CompositeMethod::last, value, outcome, 3).value, (Values{3, 20}));
  EXPECT_EQ(run(CompositeMethod::max, value, outcome, 3).value, (Values{3, 20}));
}

TEST_P(CompositeOp, TheReasonSaysWhetherAnySceneSawThePixel) {
  // Pixels: a value; all masked; not observed at all; masked once, not observed once; clear but NaN.
  const Values value{1, nan_v, nan_v, nan_v, nan_v, 2, nan_v, nan_v, nan_v, nan_v};
  const Codes outcome{0, 1, 2, 1, 0, 0, 1, 2, 2, 2};
  for (const CompositeMethod method : every_method) {
    const auto out = run(method, value, outcome, 2);
    EXPECT_EQ(out.reason, (Codes{code(Reason::value), code(Reason::masked), code(Reason::not_observed),
                                 code(Reason::masked), code(Reason::masked)}));
    EXPECT_EQ(out.valid, (std::vector<uint16_t>{2, 0, 0, 0, 0}));
    EXPECT_FALSE(std::isnan(out.value[0]));
    for (size_t i = 1; i < 5; ++i) EXPECT_TRUE(std::isnan(out.value[i])) << i;
  }
}

TEST_P(CompositeOp, WithoutScenesNothingIsObserved) {
  const auto out = run(CompositeMethod::median, {}, {}, 0);
  EXPECT_TRUE(std::isnan(out.value[0]));
  EXPECT_EQ(out.valid[0], 0);
  EXPECT_EQ(out.reason[0], code(Reason::not_observed));
}

TEST_P(CompositeOp, ASingleSceneIsItsOwnComposite) {
  for (const CompositeMethod method : every_method) EXPECT_EQ(of(method, {-0.125f}), -0.125f);
}

TEST_P(CompositeOp, NegativeValuesHaveAMaximum) { EXPECT_EQ(of(CompositeMethod::max, {-3, -1, -2}), -1.0f); }

/// Pixels of so many scenes, with gaps of both kinds, ties, negative numbers and zeros of both signs; the last pixels
/// fill no block of lanes.
struct ManyScenes {
  static constexpr size_t pixels = series_lanes + 5;
  int scenes;
  Values value;
  Codes outcome;
  explicit ManyScenes(int n) : scenes(n) {
    sample::Random random(static_cast<uint64_t>(n));
    for (size_t i = 0; i < static_cast<size_t>(n) * pixels; ++i) {
      const bool coarse = random.below(3) == 0;
      float v = coarse ? static_cast<float>(random.below(5) - 2) * 0.25f : 2 * random.unit() - 1;
      if (v == 0 && random.below(2) == 0) v = -0.0f;
      if (random.below(12) == 0) v = nan_v;
      value.push_back(i % pixels == 3 ? 0.5f : v);
      outcome.push_back(static_cast<uint8_t>(random.below(5) < 4 ? 0 : 1 + random.below(2)));
    }
    for (int s = 0; s < n; ++s) {
      outcome[at(s, 0)] = code(MaskOutcome::masked);
      outcome[at(s, 1)] = code(s == n / 2 ? MaskOutcome::clear : MaskOutcome::not_observed);
      outcome[at(s, 2)] = code(MaskOutcome::clear), value[at(s, 2)] = s % 2 == 0 ? -0.0f : 0.0f;
      outcome[at(s, pixels - 1)] = code(MaskOutcome::clear), value[at(s, pixels - 1)] = static_cast<float>(s * 37 % n);
    }
  }
  size_t at(int scene, size_t pixel) const { return static_cast<size_t>(scene) * pixels + pixel; }
  Values counting(size_t pixel) const {
    Values v;
    for (int s = 0; s < scenes; ++s)
      if (outcome[at(s, pixel)] == 0 && !std::isnan(value[at(s, pixel)])) v.push_back(value[at(s, pixel)]);
    return v;
  }
  /// The scenes in another order.
  ManyScenes turned(int by) const {
    ManyScenes other = *this;
    for (int s = 0; s < scenes; ++s)
      for (size_t p = 0; p < pixels; ++p) {
        other.value[at((s + by) % scenes, p)] = value[at(s, p)];
        other.outcome[at((s + by) % scenes, p)] = outcome[at(s, p)];
      }
    return other;
  }
};

TEST_P(CompositeOp, AnyNumberOfScenesHasTheMedianOfAPlainSort) {
  for (const int scenes : {63, 64, 65, 66, 200, 1001}) {
    const ManyScenes in(scenes);
    const auto out = run(CompositeMethod::median, in.value, in.outcome, scenes);
    for (size_t p = 0; p < in.pixels; ++p) {
      Values v = in.counting(p);
      std::sort(v.begin(), v.end());
      const size_t n = v.size();
      EXPECT_EQ(out.valid[p], n);
      if (n == 0)
        EXPECT_TRUE(std::isnan(out.value[p])) << scenes << " scenes, pixel " << p;
      else
        EXPECT_EQ(out.value[p], static_cast<float>((static_cast<double>(v[(n - 1) / 2]) + v[n / 2]) / 2))
            << scenes << " scenes, pixel " << p;
    }
    EXPECT_EQ(out.reason[0], code(Reason::masked));
    EXPECT_EQ(out.valid[1], std::isnan(in.value[in.at(scenes / 2, 1)]) ? 0 : 1);
  }
}

TEST_P(CompositeOp, TheMedianOfManyScenesHasTheSameBitsInAnyOrderAndInAnyBlock) {
  const ManyScenes in(200);
  const auto once = run(CompositeMethod::median, in.value, in.outcome, 200);
  for (const int by : {1, 77, 199}) {
    const ManyScenes other = in.turned(by);
    const auto again = run(CompositeMethod::median, other.value, other.outcome, 200);
    EXPECT_EQ(std::memcmp(once.value.data(), again.value.data(), once.value.size() * sizeof(float)), 0) << by;
  }
  for (size_t p = 0; p < in.pixels; ++p) {  // alone, no pixel fills a block of lanes
    Values value;
    Codes outcome;
    for (int s = 0; s < 200; ++s) value.push_back(in.value[in.at(s, p)]), outcome.push_back(in.outcome[in.at(s, p)]);
    const auto alone = run(CompositeMethod::median, value, outcome, 200);
    EXPECT_EQ(std::memcmp(&once.value[p], &alone.value[0], sizeof(float)), 0) << p;
  }
}

TEST_P(CompositeOp, ManyScenesAccumulateAsFewDo) {
  const ManyScenes in(200);
  const auto highest = run(CompositeMethod::max, in.value, in.outcome, 200),
             sum = run(CompositeMethod::sum, in.value, in.outcome, 200),
             mean = run(CompositeMethod::mean, in.value, in.outcome, 200),
             last = run(CompositeMethod::last, in.value, in.outcome, 200);
  for (size_t p = 2; p < in.pixels; ++p) {
    const Values v = in.counting(p);
    double total = 0;
    for (const float x : v) total += static_cast<double>(x);
    EXPECT_EQ(highest.value[p], *std::max_element(v.begin(), v.end()));
    EXPECT_EQ(sum.value[p], static_cast<float>(total));
    EXPECT_EQ(mean.value[p], static_cast<float>(total / static_cast<double>(v.size())));
    EXPECT_EQ(last.value[p], v.back());
  }
}

TEST_P(CompositeOp, CountAndReasonMayBeLeftOut) {
  Buffer<float> v = up(Values{1, 2}), out = room<float>(1);
  Buffer<uint8_t> o = up(Codes{0, 0});
  backend().run(Composite{v.data(), o.data(), 2, 1, CompositeMethod::mean, out.data(), nullptr, nullptr});
  EXPECT_EQ(down(out), Values{1.5f});
}

TEST_P(CompositeOp, OrderMattersOnlyForLast) {
  const Values v{0.1f, 0.7f, 0.3f, 0.9f, 0.5f}, turned(v.rbegin(), v.rend());
  for (const CompositeMethod method : {CompositeMethod::max, CompositeMethod::median})
    EXPECT_EQ(of(method, v), of(method, turned));
  EXPECT_EQ(of(CompositeMethod::last, turned), 0.1f);
}

}  // namespace
}  // namespace fw
