// Flags and no-data of the WOfS tree; its leaves are held by the oracle test.
#include "on_each_backend.h"

namespace fw {
namespace {

class WaterTreeOp : public OnEachBackend {
 protected:
  struct Out {
    Values water;
    Codes flags, reason;
  };
  /// bands: blue green red nir swir1 swir2 of each pixel, reflectance.
  Out run(const std::vector<std::array<float, 6>>& pixels, const Codes& quality) {
    std::vector<Buffer<float>> band;
    for (size_t b = 0; b < 6; ++b) {
      Values plane;
      for (const auto& p : pixels) plane.push_back(p[b]);
      band.push_back(up(plane));
    }
    const size_t n = pixels.size();
    Buffer<float> water = room<float>(n);
    Buffer<uint8_t> known = up(quality), flags = room<uint8_t>(n), reason = room<uint8_t>(n);
    backend().run(WaterTree{band[0].data(), band[1].data(), band[2].data(), band[3].data(), band[4].data(),
                            band[5].data(), quality.empty() ? nullptr : known.data(), n, 10000.0, water.data(),
                            flags.data(), reason.data()});
    return {down(water), down(flags), down(reason)};
  }
  static constexpr std::array<float, 6> lake{0.04f, 0.05f, 0.03f, 0.02f, 0.01f, 0.005f};
  static constexpr std::array<float, 6> savanna{0.06f, 0.08f, 0.10f, 0.25f, 0.28f, 0.20f};
};
FW_ON_EACH_BACKEND(WaterTreeOp);

TEST_P(WaterTreeOp, TellsALakeFromSavanna) {
  const Out out = run({lake, savanna}, {});
  expect_values(out.water, {1, 0});
  EXPECT_EQ(out.flags, (Codes{water_wet, 0}));
  EXPECT_EQ(out.reason, (Codes{code(Reason::value), code(Reason::value)}));
}

TEST_P(WaterTreeOp, FlaggedPixelsKeepWhatTheTreeSaysButHaveNoWater) {
  const Out out = run({lake, savanna, lake}, {water_cloud, water_low_sun | water_steep, water_no_data});
  expect_values(out.water, {nan_v, nan_v, nan_v});
  EXPECT_EQ(out.flags, (Codes{water_cloud | water_wet, water_low_sun | water_steep, water_no_data}));
  EXPECT_EQ(out.reason, (Codes{code(Reason::masked), code(Reason::masked), code(Reason::not_observed)}));
}

TEST_P(WaterTreeOp, AWetBitAmongTheInputFlagsIsNotBelieved) { expect_values(run({savanna}, {water_wet}).water, {0}); }

TEST_P(WaterTreeOp, MissingBandsAndDivisionsByZeroAreNoData) {
  auto no_red = lake, zero = lake, infinite = lake, no_blue = lake;
  no_red[2] = nan_v;
  no_blue[0] = nan_v;
  zero[1] = zero[4] = 0.0f;  // green + swir1
  infinite[5] = inf_v;
  const Out out = run({no_red, no_blue, zero, infinite}, {});
  for (size_t k = 0; k < 4; ++k) {
    EXPECT_TRUE(std::isnan(out.water[k])) << k;
    EXPECT_EQ(out.flags[k], water_no_data) << k;
    EXPECT_EQ(out.reason[k], code(Reason::not_observed)) << k;
  }
}

}  // namespace
}  // namespace fw
