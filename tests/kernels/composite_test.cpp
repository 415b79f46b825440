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

TEST_P(CompositeOp, TheFullNumberOfScenesHasAMedian) {
  Values v;
  for (int k = 0; k < max_scenes_per_period; ++k) v.push_back(static_cast<float>((k * 37) % max_scenes_per_period));
  EXPECT_EQ(of(CompositeMethod::median, v), 31.5f);
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
