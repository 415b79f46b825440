#include "../gpu/every_op.h"
#include "on_each_backend.h"

namespace fw {
namespace {

constexpr uint8_t clear = 0, hidden = 1, unseen = 2;

class BandCompositeOp : public OnEachBackend {
 protected:
  struct Out {
    Values bands;
    int scene, valid;
    uint8_t flags, reason;
  };
  /// scenes[s] are the bands of a scene of one pixel.
  Out run(BandCompositeMethod method, const std::vector<Values>& scenes, const Codes& outcome, size_t bands = 2) {
    Values all;
    for (const Values& s : scenes) all.insert(all.end(), s.begin(), s.end());
    Buffer<float> in = up(all), out = room<float>(bands);
    Buffer<uint8_t> seen = up(outcome), flags = room<uint8_t>(1), reason = room<uint8_t>(1);
    Buffer<int16_t> scene = room<int16_t>(1);
    Buffer<uint16_t> valid = room<uint16_t>(1);
    backend().run(BandComposite{in.data(), seen.data(), static_cast<int>(scenes.size()), static_cast<int>(bands), 1,
                                method, out.data(), scene.data(), valid.data(), flags.data(), reason.data()});
    return {down(out), down(scene)[0], down(valid)[0], down(flags)[0], down(reason)[0]};
  }
};
FW_ON_EACH_BACKEND(BandCompositeOp);

TEST_P(BandCompositeOp, TheMedoidIsTheSceneInTheMiddle) {
  const auto out = run(BandCompositeMethod::medoid, {{0, 0}, {9, 9}, {1, 1}, {2, 1}}, {clear, clear, clear, clear});
  EXPECT_EQ(out.scene, 2);
  EXPECT_EQ(out.bands, (Values{1, 1}));
  EXPECT_EQ(out.valid, 4);
}

TEST_P(BandCompositeOp, OfEqualScenesTheEarliestIsTheMedoid) {
  EXPECT_EQ(run(BandCompositeMethod::medoid, {{5, 5}, {3, 4}, {3, 4}}, {hidden, clear, clear}).scene, 1);
  EXPECT_EQ(run(BandCompositeMethod::medoid, {{1, 1}, {2, 2}}, {clear, clear}).scene, 0);
}

TEST_P(BandCompositeOp, TheGeomedianOfASquareIsItsMiddleAndWithstandsAnOutlier) {
  const auto square = run(BandCompositeMethod::geomedian, {{0, 0}, {2, 0}, {0, 2}, {2, 2}}, Codes(4, clear));
  expect_values(square.bands, {1, 1}, 1e-6);
  // Three equal scenes and one far away: the point of the three (where the iteration meets a scene).
  const auto outlier = run(BandCompositeMethod::geomedian, {{1, 2}, {1, 2}, {1, 2}, {100, 100}}, Codes(4, clear));
  expect_values(outlier.bands, {1, 2}, 1e-6);
  // An obtuse triangle's is its blunt corner.
  expect_values(run(BandCompositeMethod::geomedian, {{-10, 0}, {0, 1}, {10, 0}}, Codes(3, clear)).bands, {0, 1}, 1e-4);
}

TEST_P(BandCompositeOp, FewerThanThreeScenesAreAveragedAndFlagged) {
  const auto out = run(BandCompositeMethod::geomedian, {{1, 2}, {3, 6}, {9, 9}}, {clear, clear, hidden});
  expect_values(out.bands, {2, 4});
  EXPECT_EQ(out.flags, flag_fallback);
  EXPECT_EQ(out.valid, 2);
}

TEST_P(BandCompositeOp, HundredsOfScenesHaveTheirMedoidAndGeomedian) {
  // On a line, evenly: the medoid and the geomedian are the middle one; a third is hidden, and far off.
  std::vector<Values> scenes;
  Codes outcome;
  for (int s = 0; s < 303; ++s) {
    const bool seen = s % 3 != 1;
    const float x = static_cast<float>(s / 3 * 2 + (s % 3 == 2 ? 1 : 0));
    scenes.push_back(seen ? Values{x, 2 * x} : Values{-1000, 5000});
    outcome.push_back(seen ? clear : hidden);
  }
  scenes.pop_back();  // the last of the line, so that its count is odd
  outcome.pop_back();
  const auto medoid = run(BandCompositeMethod::medoid, scenes, outcome);
  EXPECT_EQ(medoid.valid, 201);
  EXPECT_EQ(medoid.scene, 150);
  EXPECT_EQ(medoid.bands, (Values{100, 200}));
  expect_values(run(BandCompositeMethod::geomedian, scenes, outcome).bands, {100, 200}, 1e-4);
}

TEST_P(BandCompositeOp, SceneswithAMissingBandDoNotCount) {
  const auto out = run(BandCompositeMethod::medoid, {{nan_v, 1}, {1, inf_v}, {4, 5}}, {clear, clear, clear});
  EXPECT_EQ(out.valid, 1);
  EXPECT_EQ(out.scene, 2);
  EXPECT_EQ(out.bands, (Values{4, 5}));
}

TEST_P(BandCompositeOp, WithoutASceneSaysWhy) {
  for (const auto method : {BandCompositeMethod::medoid, BandCompositeMethod::geomedian}) {
    const auto cloudy = run(method, {{1, 1}, {2, 2}}, {unseen, hidden});
    expect_values(cloudy.bands, {nan_v, nan_v});
    EXPECT_EQ(cloudy.reason, code(Reason::masked));
    EXPECT_EQ(cloudy.scene, -1);
    EXPECT_EQ(run(method, {{1, 1}}, {unseen}).reason, code(Reason::not_observed));
    EXPECT_EQ(run(method, {}, {}).reason, code(Reason::not_observed));
  }
}

TEST_P(BandCompositeOp, TheGeomedianMovesWithItsScenesAndScales) {
  sample::Random random(17);
  for (int trial = 0; trial < 50; ++trial) {
    std::vector<Values> scenes, moved;
    const int n = 3 + random.below(12);
    for (int s = 0; s < n; ++s) {
      scenes.push_back({random.unit(), random.unit(), random.unit()});
      moved.push_back({scenes.back()[0] * 4 + 1, scenes.back()[1] * 4 + 1, scenes.back()[2] * 4 + 1});
    }
    const auto a = run(BandCompositeMethod::geomedian, scenes, Codes(scenes.size(), clear), 3);
    const auto b = run(BandCompositeMethod::geomedian, moved, Codes(scenes.size(), clear), 3);
    for (size_t k = 0; k < 3; ++k) EXPECT_NEAR(b.bands[k], 4 * a.bands[k] + 1, 1e-5) << trial;
  }
}

}  // namespace
}  // namespace fw
