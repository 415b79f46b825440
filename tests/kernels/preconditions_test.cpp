// Broken preconditions are the programmer's and stop at launch.
#include <stdexcept>

#include "kernels/check_ops.h"
#include "on_each_backend.h"

namespace fw {
namespace {

float f[4];
uint8_t u[4];
int32_t n[4];

template <class Op, class Break>
void expect_refused(Op op, Break break_it) {
  EXPECT_NO_THROW(check(op));
  break_it(op);
  EXPECT_THROW(check(op), std::logic_error);
}

TEST(Preconditions, MemoryMustBeGiven) {
  expect_refused(Threshold{f, f, 1, 0.0f}, [](Threshold& op) { op.out = nullptr; });
  expect_refused(ApplyMask{f, u, 1, MaskOutcome::masked}, [](ApplyMask& op) { op.outcome = nullptr; });
  expect_refused(SeriesStats{f, 1, 1, f, f, f, f, f}, [](SeriesStats& op) { op.x = nullptr; });
}

TEST(Preconditions, ToPhysicalNeedsAFiniteScaleAndLimitsThatAreNumbers) {
  const ToPhysical op{f, f, 1, 1.0, 0.0, nan_v, -inf_v, inf_v};
  expect_refused(op, [](ToPhysical& o) { o.scale = static_cast<double>(nan_v); });
  expect_refused(op, [](ToPhysical& o) { o.valid_min = nan_v; });
}

TEST(Preconditions, QaRulesStayInsideSixteenBits) {
  QaMask op{f, u, 1, {}, 1};
  op.rules[0] = {15, 1, 2, MaskOutcome::masked};
  expect_refused(op, [](QaMask& o) { o.rules[0].shift = 16; });
  expect_refused(op, [](QaMask& o) { o.rules[0].width = 6; });
  expect_refused(op, [](QaMask& o) { o.rules[0].width = 0; });
  expect_refused(op, [](QaMask& o) { o.rule_count = max_qa_rules + 1; });
}

TEST(Preconditions, AnIndexNeedsItsBands) {
  const SpectralIndex op{IndexId::NDVI, {nullptr, nullptr, f, f, nullptr, nullptr}, f, 1};
  expect_refused(op, [](SpectralIndex& o) { o.bands.nir = nullptr; });
  expect_refused(op, [](SpectralIndex& o) { o.index = IndexId::EVI; });
  expect_refused(op, [](SpectralIndex& o) { o.index = IndexId::count; });
}

TEST(Preconditions, PeriodsAndWindowsHaveLimits) {
  uint16_t valid[4];
  expect_refused(Composite{f, u, 2, 1, CompositeMethod::median, f, valid, u},
                 [](Composite& o) { o.scenes = max_scenes_per_period + 1; });
  const Rolling rolling{f, u, 4, 1, 3, 2, RollingMethod::sum, f, u};
  expect_refused(rolling, [](Rolling& o) { o.window = 0; });
  expect_refused(rolling, [](Rolling& o) { o.min_valid = 0; });
  expect_refused(rolling, [](Rolling& o) { o.min_valid = 4; });
  expect_refused(BuiltUp{f, f, u, 4, 1, 3, 2, 0, 0, 0, f, u}, [](BuiltUp& o) { o.window = max_window + 1; });
}

TEST(Preconditions, AnAnomalyNeedsReferenceYears) {
  const Anomaly op{f, u, 4, 1, n, n, u, n, 1, 1, 0.0f, {}, {}};
  expect_refused(op, [](Anomaly& o) { o.min_years = 0; });
  expect_refused(op, [](Anomaly& o) { o.target = nullptr; });
}

TEST(Preconditions, FactorsHaveRampsAndWeights) {
  CombineFactors op{};
  op.factors = 1;
  op.pixels = 1;
  op.factor[0] = op.score = f;
  op.one[0] = op.weight[0] = 1.0f;
  expect_refused(op, [](CombineFactors& o) { o.one[0] = o.zero[0]; });
  expect_refused(op, [](CombineFactors& o) { o.weight[0] = 0.0f; });
  expect_refused(op, [](CombineFactors& o) { o.weight[0] = -1.0f; });
  expect_refused(op, [](CombineFactors& o) { o.factors = 0; });
  expect_refused(op, [](CombineFactors& o) { o.factors = max_factors + 1; });
  expect_refused(op, [](CombineFactors& o) { o.slope = inf_v; });
}

class Launch : public OnEachBackend {};
FW_ON_EACH_BACKEND(Launch);

TEST_P(Launch, ChecksBeforeItRuns) {
  EXPECT_THROW(backend().run(Threshold{nullptr, nullptr, 5, 0.0f}), std::logic_error);
  EXPECT_THROW(backend().run(Rolling{f, u, 4, 1, 0, 0, RollingMethod::sum, f, u}), std::logic_error);
}

}  // namespace
}  // namespace fw
