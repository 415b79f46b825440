// GLCM features and PanTex: small windows by hand, no-data, edges, tiles.
#include "../gpu/every_op.h"
#include "on_each_backend.h"

namespace fw {
namespace {

class TextureOps : public OnEachBackend {
 protected:
  struct Out {
    std::vector<Values> feature;
    Codes reason;
  };
  Out glcm(const Values& x, int rows, int cols, int window, std::vector<std::pair<int, int>> offsets,
           float min_share = 0.5f, GreyLevels grey = {0.0f, 8.0f, 8}) {
    Buffer<float> in = up(x);
    std::vector<Buffer<float>> planes;
    Buffer<uint8_t> reason = room<uint8_t>(x.size());
    GlcmTexture op{};
    op.x = in.data();
    op.rows = rows, op.cols = cols, op.grey = grey, op.window = window, op.min_share = min_share;
    op.offsets = static_cast<int>(offsets.size());
    for (size_t k = 0; k < offsets.size(); ++k) op.row_step[k] = offsets[k].first, op.col_step[k] = offsets[k].second;
    for (int f = 0; f < texture_feature_count; ++f) {
      planes.push_back(room<float>(x.size()));
      op.out[f] = planes.back().data();
    }
    op.reason = reason.data();
    backend().run(op);
    Out out;
    for (const auto& p : planes) out.feature.push_back(down(p));
    out.reason = down(reason);
    return out;
  }
  Values pantex(const Values& x, int rows, int cols, int window, float min_share = 0.5f) {
    Buffer<float> in = up(x), out = room<float>(x.size());
    backend().run(PanTex{in.data(), rows, cols, {0.0f, 64.0f, 64}, window, min_share, out.data(), nullptr});
    return down(out);
  }
  static float feature(const Out& out, TextureFeature f, size_t pixel) {
    return out.feature[static_cast<size_t>(f)][pixel];
  }
};
FW_ON_EACH_BACKEND(TextureOps);

TEST_P(TextureOps, FeaturesOfAWindowByHand) {
  // Pairs to the right: 0-1 1-1 / 0-1 1-3 / 3-3 3-3. Once 1-1, once 1-3, twice 0-1, twice 3-3; N = 6.
  const Out out = glcm({0, 1, 1, 0, 1, 3, 3, 3, 3}, 3, 3, 3, {{0, 1}});
  const auto at = [&](TextureFeature f) { return static_cast<double>(feature(out, f, 4)); };
  EXPECT_NEAR(at(TextureFeature::contrast), (1 + 1 + 4) / 6.0, 1e-7);
  EXPECT_NEAR(at(TextureFeature::dissimilarity), (1 + 1 + 2) / 6.0, 1e-7);
  EXPECT_NEAR(at(TextureFeature::homogeneity), (3 * 1.0 + 2 * 0.5 + 0.2) / 6.0, 1e-7);
  // p: (0,1) = (1,0) = 1/6, (1,1) = 1/6, (1,3) = (3,1) = 1/12, (3,3) = 1/3
  const double moment = 3.0 / 36 + 2.0 / 144 + 1.0 / 9;
  EXPECT_NEAR(at(TextureFeature::asm_), moment, 1e-7);
  EXPECT_NEAR(at(TextureFeature::energy), std::sqrt(moment), 1e-7);
  EXPECT_NEAR(at(TextureFeature::entropy), 0.5 * std::log(6) + std::log(12) / 6 + std::log(3) / 3, 1e-6);
  // Both places of all pairs: 0 0 1 1 1 1 1 3 3 3 3 3
  const double mean = 20.0 / 12, variance = 50.0 / 12 - mean * mean;
  EXPECT_NEAR(at(TextureFeature::correlation), ((0 + 1 + 0 + 3 + 9 + 9) / 6.0 - mean * mean) / variance, 1e-6);
}

TEST_P(TextureOps, AFlatWindowHasNoContrastFullEnergyAndNoCorrelation) {
  const Out out = glcm(Values(9, 3.0f), 3, 3, 3, {{0, 1}, {1, 0}, {1, 1}, {1, -1}});
  EXPECT_EQ(feature(out, TextureFeature::contrast, 4), 0.0f);
  EXPECT_EQ(feature(out, TextureFeature::homogeneity, 4), 1.0f);
  EXPECT_EQ(feature(out, TextureFeature::asm_, 4), 1.0f);
  EXPECT_EQ(feature(out, TextureFeature::entropy, 4), 0.0f);
  EXPECT_TRUE(std::isnan(feature(out, TextureFeature::correlation, 4)));
  EXPECT_EQ(out.reason[4], code(Reason::value));
}

TEST_P(TextureOps, FeaturesAreAveragedOverTheOffsets) {
  const Values x{0, 1, 0, 2, 3, 7, 4, 4, 1};
  const Out right = glcm(x, 3, 3, 3, {{0, 1}}), below = glcm(x, 3, 3, 3, {{1, 0}}),
            both = glcm(x, 3, 3, 3, {{0, 1}, {1, 0}});
  for (size_t f = 0; f < texture_feature_count; ++f)
    EXPECT_NEAR(both.feature[f][4], 0.5 * (right.feature[f][4] + below.feature[f][4]), 1e-6) << f;
}

TEST_P(TextureOps, ADirectionAndItsOppositeAreTheSame) {
  const Values x{0, 1, 0, 2, 3, 7, 4, 4, 1};
  const Out a = glcm(x, 3, 3, 3, {{1, -1}}), b = glcm(x, 3, 3, 3, {{-1, 1}});
  for (size_t f = 0; f < texture_feature_count; ++f) EXPECT_EQ(a.feature[f][4], b.feature[f][4]);
}

TEST_P(TextureOps, EdgesMissingPixelsAndThinWindowsHaveTheirReason) {
  Values x(25, 2.0f);
  x[12] = nan_v;
  const Out out = glcm(x, 5, 5, 3, {{0, 1}}, 0.9f);
  EXPECT_EQ(out.reason[12], code(Reason::not_observed));
  EXPECT_EQ(out.reason[11], code(Reason::not_assessed));  // two of six pairs are missing
  EXPECT_EQ(out.reason[0], code(Reason::not_assessed));   // its window leaves the raster
  EXPECT_EQ(glcm(x, 5, 5, 3, {{0, 1}}, 0.5f).reason[11], code(Reason::value));
  for (size_t f = 0; f < texture_feature_count; ++f) {
    EXPECT_TRUE(std::isnan(out.feature[f][11]));
    EXPECT_TRUE(std::isnan(out.feature[f][12]));
  }
  const Out nothing = glcm(Values(25, nan_v), 5, 5, 3, {{0, 1}});
  EXPECT_EQ(nothing.reason, Codes(25, code(Reason::not_observed)));
  expect_values(glcm(Values(4, 1.0f), 2, 2, 3, {{0, 1}}).feature[0], Values(4, nan_v));  // smaller than the window
}

TEST_P(TextureOps, LevelsAreFixedAndValuesBeyondTheirEndsTakeTheEnds) {
  // Levels of width 2 from 0 to 16: -5, 0 and 1.9 are level 0; 15.9, 16 and 400 level 7.
  const Out out = glcm({-5, 0, 1.9f, 15.9f, 16, 400, 0, 0, 0}, 3, 3, 3, {{0, 1}}, 0.5f, {0.0f, 16.0f, 8});
  EXPECT_EQ(feature(out, TextureFeature::contrast, 4), 0.0f);
  const Out across = glcm({-5, 0, 1.9f, 15.9f, 16, 400, 0, 0, 0}, 3, 3, 3, {{1, 0}}, 0.5f, {0.0f, 16.0f, 8});
  EXPECT_EQ(feature(across, TextureFeature::contrast, 4), 49.0f);
}

TEST_P(TextureOps, PanTexIsHighAmongBuildingsAndLowAlongARoad) {
  constexpr int side = 40;
  Values town, road;
  sample::Random random(7);
  for (int r = 0; r < side; ++r)
    for (int c = 0; c < side; ++c) {
      town.push_back(random.below(3) == 0 ? 50.0f : 10.0f);
      road.push_back(c == 20 || c == 21 ? 50.0f : 10.0f);
    }
  const size_t middle = 20 * side + 20;
  EXPECT_GT(pantex(town, side, side, 9)[middle], 200.0f);
  EXPECT_EQ(pantex(road, side, side, 9)[middle], 0.0f);  // no contrast along it
}

TEST_P(TextureOps, ATileWithItsHaloGivesThePixelsOfTheWhole) {
  constexpr int rows = 53, cols = 71, half = 4;
  const sample::Inputs in = sample::make_inputs(rows * cols, 1);
  const Values& x = in.band[0];
  const Values whole = pantex(x, rows, cols, 9);
  const Out all = glcm(x, rows, cols, 9, {{0, 1}, {1, 1}}, 0.5f, {0.0f, 0.6f, 32});
  const int top = 11, left = 17, height = 20, width = 37;  // with the halo
  Values part;
  for (int r = 0; r < height; ++r)
    for (int c = 0; c < width; ++c) part.push_back(x[static_cast<size_t>((top + r) * cols + left + c)]);
  const Values tile = pantex(part, height, width, 9);
  const Out some = glcm(part, height, width, 9, {{0, 1}, {1, 1}}, 0.5f, {0.0f, 0.6f, 32});
  int compared = 0;
  for (int r = half; r < height - half; ++r)
    for (int c = half; c < width - half; ++c, ++compared) {
      const size_t here = static_cast<size_t>(r * width + c), there = static_cast<size_t>((top + r) * cols + left + c);
      ASSERT_EQ(std::memcmp(&tile[here], &whole[there], sizeof(float)), 0) << r << ", " << c;
      for (size_t f = 0; f < texture_feature_count; ++f)
        ASSERT_EQ(std::memcmp(&some.feature[f][here], &all.feature[f][there], sizeof(float)), 0) << f;
    }
  EXPECT_EQ(compared, 12 * 29);
}

}  // namespace
}  // namespace fw
