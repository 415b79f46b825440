// One scene in one window: who offers a series, and what becomes of DN, quality and undefined indices.
#include "core/series/scene_compute.h"

#include "tests/series/small_archive.h"

namespace fw {
namespace {

Scene reflectance(const std::vector<std::string>& roles) {
  Scene s;
  for (const auto& role : roles) {
    s.bands[role].scale = 0.0001;
    s.bands[role].offset = -0.1;
  }
  return s;
}

TEST(OfferOf, PrefersWhatTheProductDelivers) {
  const auto direct = offer_of(reflectance({"ndvi", "red", "nir"}), "NDVI");
  ASSERT_TRUE(direct);
  EXPECT_FALSE(direct->index);
  EXPECT_EQ(direct->role, "ndvi");
  const auto computed = offer_of(reflectance({"red", "nir"}), "NDVI");
  ASSERT_TRUE(computed && computed->index);
  EXPECT_EQ(*computed->index, IndexId::NDVI);
}

TEST(OfferOf, GivesNothingWhereABandIsMissing) {
  EXPECT_FALSE(offer_of(reflectance({"red"}), "NDVI"));
  EXPECT_FALSE(offer_of(reflectance({"red", "nir", "swir1"}), "MNDWI"));
  EXPECT_TRUE(offer_of(reflectance({"green", "swir1"}), "MNDWI"));
  EXPECT_FALSE(offer_of(reflectance({"red", "nir"}), "rain_mm"));
  EXPECT_TRUE(offer_of(reflectance({"rain_mm"}), "rain_mm"));
}

TEST(RolesOf, AreThoseThatTheSeriesNeedOnce) {
  EXPECT_EQ(roles_of({{IndexId::NDVI, ""}, {IndexId::NDBI, ""}, {{}, "rain_mm"}}),
            (std::vector<std::string>{"nir", "rain_mm", "red", "swir1"}));
}

struct Computed {
  std::vector<float> value;
  std::vector<MaskOutcome> outcome;
};
std::vector<Computed> compute(const Scene& scene, const SceneTile& tile, const std::vector<SceneSeries>& series) {
  const size_t n = tile.dn.begin()->second.size();
  const auto backend = make_backend({DeviceChoice::cpu, "test"});
  SceneCompute work(*backend, n);
  std::vector<Buffer<float>> value;
  std::vector<Buffer<uint8_t>> outcome;
  std::vector<float*> v;
  std::vector<uint8_t*> o;
  for (size_t k = 0; k < series.size(); ++k) {
    value.emplace_back(*backend, n);
    outcome.emplace_back(*backend, n);
    v.push_back(value.back().data());
    o.push_back(outcome.back().data());
  }
  work.run(scene, tile, series, v, o);
  std::vector<Computed> out;
  for (size_t k = 0; k < series.size(); ++k) {
    Computed c;
    c.value.resize(n);
    std::vector<uint8_t> outcomes(n);
    backend->download(c.value.data(), v[k], n * sizeof(float));
    backend->download(outcomes.data(), o[k], n);
    for (const uint8_t x : outcomes) c.outcome.push_back(static_cast<MaskOutcome>(x));
    out.push_back(std::move(c));
  }
  return out;
}

constexpr auto clear = MaskOutcome::clear, masked = MaskOutcome::masked, not_observed = MaskOutcome::not_observed;
using Outcomes = std::vector<MaskOutcome>;
const float nan = nan_f();

TEST(SceneCompute, ScalesMasksAndComputes) {
  Scene scene = reflectance({"red", "nir"});
  scene.qa_rules = {{0, 4, 0b1000, masked}, {0, 4, 0b0001, not_observed}};  // class 3 is cloud, class 0 nothing
  SceneTile tile;
  // Reflectance = DN / 10000 - 0.1: pixel 0 nir 0.4, red 0.1 -> 0.6.
  tile.dn["nir"] = {5000, 5000, 5000, nan, 5000, 1000};
  tile.dn["red"] = {2000, 2000, 2000, 2000, nan, 1000};
  tile.qa = {4, 3, 0, 4, 4, 4};
  const auto out = compute(scene, tile, {{IndexId::NDVI, ""}, {{}, "nir"}});
  EXPECT_NEAR(out[0].value[0], 0.6, 1e-6);
  for (const size_t i : {1, 2, 3, 4, 5}) EXPECT_TRUE(is_nan(out[0].value[i])) << i;
  EXPECT_EQ(out[0].outcome, (Outcomes{clear, masked, not_observed, not_observed, not_observed, masked}))
      << "cloud, nothing, fill of nir, fill of red, 0 / 0";
  EXPECT_EQ(out[1].outcome, (Outcomes{clear, masked, not_observed, not_observed, clear, clear}))
      << "fill of red is no matter to nir";
  EXPECT_NEAR(out[1].value[4], 0.4, 1e-6);
}

TEST(SceneCompute, OfOneIndexDoesNotTakeFromTheNextWhatItLacksItself) {
  const Scene scene = reflectance({"blue", "red", "nir", "swir1"});
  SceneTile tile;  // blue has no value (over-corrected haze), later red has none
  tile.dn = {{"blue", {nan, 1500}}, {"red", {2000, nan}}, {"nir", {5000, 5000}}, {"swir1", {3000, 3000}}};
  const auto out = compute(scene, tile, {{IndexId::EVI, ""}, {IndexId::NDVI, ""}, {IndexId::NDMI, ""}});
  EXPECT_EQ(out[0].outcome, (Outcomes{not_observed, not_observed}));
  EXPECT_EQ(out[1].outcome, (Outcomes{clear, not_observed})) << "NDVI needs no blue";
  EXPECT_NEAR(out[1].value[0], 0.6, 1e-6);
  EXPECT_EQ(out[2].outcome, (Outcomes{clear, clear})) << "NDMI needs no red";
  EXPECT_NEAR(out[2].value[1], (0.4 - 0.2) / (0.4 + 0.2), 1e-6);
}

TEST(SceneCompute, TakesAllPixelsWhereThereIsNoQuality) {
  SceneTile tile;
  tile.dn["ndvi"] = {0.25F, nan};
  Scene scene;
  scene.bands["ndvi"] = {};
  const auto out = compute(scene, tile, {{{}, "ndvi"}});
  EXPECT_EQ(out[0].value[0], 0.25F);
  EXPECT_EQ(out[0].outcome, (Outcomes{clear, not_observed}));
}

TEST(SceneCompute, DropsDnOutsideTheValidRange) {
  SceneTile tile;
  tile.dn["ndvi"] = {-2001, -2000, 10000, 10001};
  Scene scene;
  scene.bands["ndvi"].scale = 0.0001;
  scene.bands["ndvi"].valid_min = -2000;
  scene.bands["ndvi"].valid_max = 10000;
  const auto out = compute(scene, tile, {{{}, "ndvi"}});
  EXPECT_EQ(out[0].outcome, (Outcomes{not_observed, clear, clear, not_observed}));
  EXPECT_FLOAT_EQ(out[0].value[1], -0.2F);
  EXPECT_FLOAT_EQ(out[0].value[2], 1.0F);
}

TEST(SceneCompute, OfOneRunIsNotLeftOverInTheNext) {
  const auto backend = make_backend({DeviceChoice::cpu, "test"});
  SceneCompute work(*backend, 1);
  Buffer<float> value(*backend, 1);
  Buffer<uint8_t> outcome(*backend, 1);
  const Scene scene = reflectance({"red", "nir"});
  for (const float nir : {5000.0F, 3000.0F}) {
    SceneTile tile;
    tile.dn = {{"nir", {nir}}, {"red", {2000}}};
    work.run(scene, tile, {{IndexId::NDVI, ""}}, {value.data()}, {outcome.data()});
    float v = 0;
    backend->download(&v, value.data(), sizeof(v));
    const float rho = nir / 10000 - 0.1F;
    EXPECT_NEAR(v, (rho - 0.1F) / (rho + 0.1F), 1e-6);
  }
}

}  // namespace
}  // namespace fw
