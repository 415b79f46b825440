// Broken preconditions are the programmer's and stop at launch.
#include "expect_refused.h"
#include "on_each_backend.h"

namespace fw {
namespace {

float f[4];
uint8_t u[4];
int32_t n[4];

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
  expect_refused(Composite{f, u, 2, 1, CompositeMethod::median, f, valid, u}, [](Composite& o) { o.scenes = -1; });
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

TEST(Preconditions, SmoothersHaveStrengthsAndOddWindows) {
  Whittaker<float> op{};
  op.x = op.out = f;
  op.times = 4;
  op.pixels = 1;
  op.lambda = 10.0;
  op.p = 0.5;
  op.min_valid = 5;
  using W = Whittaker<float>;
  for (const double lambda : {0.0, -1.0, static_cast<double>(inf_v), static_cast<double>(nan_v)})
    expect_refused(op, [&](W& o) { o.lambda = lambda; });
  expect_refused(op, [](W& o) { o.p = 1.0; });
  expect_refused(op, [](W& o) { o.robust = true; });
  expect_refused(op, [](W& o) { o.choice = LambdaChoice::v_curve, o.grid.count = 1; });
  expect_refused(op, [](W& o) { o.choice = LambdaChoice::v_curve, o.grid.step = 0.0; });
  expect_refused(op, [](W& o) { o.choice = LambdaChoice::gcv, o.p = 0.9; });
  expect_refused(op, [](W& o) { o.min_valid = 0; });
  const SavitzkyGolay<float> filter{f, u, 4, 1, 5, 2, 3, 3, f, u, u};
  for (const int window : {4, 6, 1, -3, max_smoothing_window + 2})
    expect_refused(filter, [&](SavitzkyGolay<float>& o) { o.window = window; });
  expect_refused(filter, [](SavitzkyGolay<float>& o) { o.order = 5; });
  expect_refused(filter, [](SavitzkyGolay<float>& o) { o.order = -1; });
}

TEST(Preconditions, StandardisedIndicesHaveScalesAndYears) {
  StandardizedIndex<float> op{
      f,   u, 4, 1, n,       u,       12,      3,      SpiDistribution::gamma_mle, ZeroRule::center, 10, 5,
      0.9, f, u, u, nullptr, nullptr, nullptr, nullptr};
  using S = StandardizedIndex<float>;
  expect_refused(op, [](S& o) { o.scale = 0; });
  expect_refused(op, [](S& o) { o.scale = max_spi_scale + 1; });
  expect_refused(op, [](S& o) { o.min_years = 3; });
  expect_refused(op, [](S& o) { o.max_zero_share = 1.0; });
  expect_refused(op, [](S& o) { o.group = nullptr; });
  double d[4];
  const GammaOfPlace fit{f, 4, 1, n, u, 0, 10, 5, 0.9, {d, d, d}};
  expect_refused(fit, [](GammaOfPlace& o) { o.min_years = 3; });
  expect_refused(fit, [](GammaOfPlace& o) { o.max_zero_share = 1.0; });
  expect_refused(fit, [](GammaOfPlace& o) { o.fit.spread = nullptr; });
  const SpiOfPlace of_place{f, u, 1, {d, d, d}, ZeroRule::center, true, f, u};
  expect_refused(of_place, [](SpiOfPlace& o) { o.fit.p_zero = nullptr; });
  expect_refused(of_place, [](SpiOfPlace& o) { o.out_reason = nullptr; });
  PotentialEvapotranspiration<float> pet{};
  pet.method = PetMethod::hargreaves;
  pet.t_mean = pet.t_min = pet.t_max = pet.latitude = pet.out = f;
  pet.times = 4;
  pet.pixels = 1;
  pet.day_of_year = pet.days = d;
  expect_refused(pet, [](PotentialEvapotranspiration<float>& o) { o.t_max = nullptr; });
  expect_refused(pet, [](PotentialEvapotranspiration<float>& o) { o.method = PetMethod::thornthwaite; });
}

TEST(Preconditions, ClimatologiesSeasonsAndRunsHaveLimits) {
  Climatology climatology{f, 4, 1, n, u, 1, 1, 1, {50.0}, 1, f, f, f, f, nullptr, {f}, u};
  expect_refused(climatology, [](Climatology& o) { o.percentile[0] = 101.0; });
  expect_refused(climatology, [](Climatology& o) { o.min_years = 0; });
  const DetrendedAnomaly detrended{f, u, 4, 1, n, n, u, n, 1, 5, 30, 0.0f, f, f, u};
  expect_refused(detrended, [](DetrendedAnomaly& o) { o.max_years = max_reference_years + 1; });
  expect_refused(VegetationHealth{f, f, u, u, 1, 0.5f, f, u}, [](VegetationHealth& o) { o.alpha = nan_v; });
  expect_refused(BandComposite{f, u, 2, 4, 1, BandCompositeMethod::medoid, f, nullptr, nullptr, u, u},
                 [](BandComposite& o) { o.bands = max_composite_bands + 1; });
  int16_t which[4];
  expect_refused(BandComposite{f, u, 2, 4, 1, BandCompositeMethod::medoid, f, which, nullptr, u, u},
                 [](BandComposite& o) { o.scenes = 32768; });
  const Phenology season{f, 36, 1, true, 0.2f, 0.75f, 0.2f, 0.0f, f, f, f, f, f, f, f, u};
  expect_refused(season, [](Phenology& o) { o.start_fraction = 0.0f; });
  expect_refused(season, [](Phenology& o) { o.senescence_fraction = 0.1f; });
  expect_refused(season, [](Phenology& o) { o.periods = 2; });
  expect_refused(RunLength{f, 4, 1, RunSide::below, -1.0f, 3, f, f, f}, [](RunLength& o) { o.needed = 0; });
  expect_refused(RunLength{f, 4, 1, RunSide::below, -1.0f, 3, f, f, f}, [](RunLength& o) { o.threshold = nan_v; });
}

class Launch : public OnEachBackend {};
FW_ON_EACH_BACKEND(Launch);

TEST_P(Launch, ChecksBeforeItRuns) {
  EXPECT_THROW(backend().run(Threshold{nullptr, nullptr, 5, 0.0f}), std::logic_error);
  EXPECT_THROW(backend().run(Rolling{f, u, 4, 1, 0, 0, RollingMethod::sum, f, u}), std::logic_error);
}

}  // namespace
}  // namespace fw
