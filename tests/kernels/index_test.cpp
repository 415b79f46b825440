#include <array>
#include <stdexcept>
#include <string>

#include "../gpu/every_op.h"
#include "on_each_backend.h"

namespace fw {
namespace {

/// Blue, green, red, nir, swir1, swir2 of some pixels.
using Bands = std::array<Values, 6>;

class SpectralIndices : public OnEachBackend {
 protected:
  Values index(IndexId id, const Bands& bands) {
    Buffer<float> b[6];
    for (size_t k = 0; k < 6; ++k) b[k] = up(bands[k]);
    Buffer<float> out = room<float>(bands[0].size());
    backend().run(SpectralIndex{
        id, {b[0].data(), b[1].data(), b[2].data(), b[3].data(), b[4].data(), b[5].data()}, out.data(), out.size()});
    return down(out);
  }
  float of_pixel(IndexId id, const std::array<float, 6>& p) {
    return index(id, {Values{p[0]}, Values{p[1]}, Values{p[2]}, Values{p[3]}, Values{p[4]}, Values{p[5]}})[0];
  }
};
FW_ON_EACH_BACKEND(SpectralIndices);

TEST_P(SpectralIndices, GiveTheHandComputedValues) {
  //                                  blue   green  red   nir   swir1 swir2
  const std::array<float, 6> crop = {0.04f, 0.08f, 0.1f, 0.4f, 0.2f, 0.1f};
  const double tolerance = 1e-6;
  EXPECT_NEAR(of_pixel(IndexId::NDVI, crop), 0.3 / 0.5, tolerance);
  EXPECT_NEAR(of_pixel(IndexId::EVI, crop), 0.75 / 1.7, tolerance);
  EXPECT_NEAR(of_pixel(IndexId::EVI2, crop), 0.75 / 1.64, tolerance);
  EXPECT_NEAR(of_pixel(IndexId::SAVI, crop), 0.45 / 1.0, tolerance);
  EXPECT_NEAR(of_pixel(IndexId::MSAVI2, crop), 0.5 * (1.8 - std::sqrt(3.24 - 2.4)), tolerance);
  EXPECT_NEAR(of_pixel(IndexId::NDMI, crop), 0.2 / 0.6, tolerance);
  EXPECT_NEAR(of_pixel(IndexId::NDWI, crop), -0.32 / 0.48, tolerance);
  EXPECT_NEAR(of_pixel(IndexId::MNDWI, crop), -0.12 / 0.28, tolerance);
  EXPECT_NEAR(of_pixel(IndexId::AWEIsh, crop), 0.04 + 0.2 - 0.9 - 0.025, tolerance);
  EXPECT_NEAR(of_pixel(IndexId::AWEInsh, crop), 4 * -0.12 - (0.1 + 0.275), tolerance);
  EXPECT_NEAR(of_pixel(IndexId::NDBI, crop), -0.2 / 0.6, tolerance);
  EXPECT_NEAR(of_pixel(IndexId::UI, crop), -0.3 / 0.5, tolerance);
  EXPECT_NEAR(of_pixel(IndexId::BSI, crop), (0.3 - 0.44) / 0.74, tolerance);
  EXPECT_NEAR(of_pixel(IndexId::NBR, crop), 0.3 / 0.5, tolerance);
}

TEST_P(SpectralIndices, AreNoDataWhereABandTheyUseIs) {
  for (int k = 0; k < static_cast<int>(IndexId::count); ++k) {
    const IndexId id = static_cast<IndexId>(k);
    for (unsigned b = 0; b < 6; ++b) {
      std::array<float, 6> p = {0.04f, 0.08f, 0.1f, 0.4f, 0.2f, 0.15f};
      p[b] = nan_v;
      const bool used = (index_info(id).band_mask >> b & 1u) != 0;
      EXPECT_EQ(std::isnan(of_pixel(id, p)), used) << index_info(id).name << " without band " << b;
    }
  }
}

TEST_P(SpectralIndices, ReadOnlyTheBandsTheyName) {
  Buffer<float> red = up(Values{0.1f}), nir = up(Values{0.4f}), out = room<float>(1);
  backend().run(
      SpectralIndex{IndexId::NDVI, {nullptr, nullptr, red.data(), nir.data(), nullptr, nullptr}, out.data(), 1});
  EXPECT_NEAR(down(out)[0], 0.6f, 1e-6f);
}

TEST_P(SpectralIndices, AreNoDataWhereTheDenominatorVanishes) {
  const Values red{0.0f, -0.0f, 0.3f, 4e-7f, 6e-7f, 1e-40f}, nir{0.0f, 0.0f, -0.3f, 4e-7f, 6e-7f, 1e-40f};
  const Values none(6, 0.1f);
  const auto ndvi = index(IndexId::NDVI, {none, none, red, nir, none, none});
  expect_values(ndvi, {nan_v, nan_v, nan_v, nan_v, 0.0f, nan_v});
}

TEST_P(SpectralIndices, AreNeverInfinite) {
  const Values huge{inf_v, -inf_v, 3e38f, 0.3f}, one{0.2f, 0.2f, 3e38f, inf_v};
  for (int k = 0; k < static_cast<int>(IndexId::count); ++k) {
    for (const float v : index(static_cast<IndexId>(k), {huge, one, huge, one, one, huge}))
      EXPECT_FALSE(std::isinf(v)) << index_info(static_cast<IndexId>(k)).name;
  }
}

TEST_P(SpectralIndices, Msavi2IsNoDataWhereItsRootIsNotReal) {
  // (2N + 1)^2 - 8 (N - R) with N = 0.5, R = -0.1: 4 - 4.8
  EXPECT_TRUE(std::isnan(of_pixel(IndexId::MSAVI2, {0, 0, -0.1f, 0.5f, 0, 0})));
}

TEST_P(SpectralIndices, RatiosDoNotChangeWhenAllBandsAreScaled) {
  const sample::Inputs in = sample::make_inputs(5000, 1);
  Bands bands, quarter;
  for (size_t k = 0; k < 6; ++k) {
    for (const float v : in.band[k]) {
      bands[k].push_back(std::abs(v) < 1.0f ? v + 0.05f : 0.05f);  // away from the smallest denominator
      quarter[k].push_back(bands[k].back() * 0.25f);               // exact
    }
  }
  for (const IndexId id : {IndexId::NDVI, IndexId::NDMI, IndexId::NDWI, IndexId::MNDWI, IndexId::NDBI, IndexId::UI,
                           IndexId::BSI, IndexId::NBR}) {
    const auto a = index(id, bands), b = index(id, quarter);
    for (size_t i = 0; i < a.size(); ++i)
      if (!std::isnan(b[i])) {
        ASSERT_EQ(a[i], b[i]) << index_info(id).name << " pixel " << i;
      }
  }
}

TEST_P(SpectralIndices, NdviRisesWithNirAndFallsWithRed) {
  float before = -2.0f;
  for (int k = 0; k <= 50; ++k) {
    const float ndvi = of_pixel(IndexId::NDVI, {0, 0, 0.1f, 0.02f * static_cast<float>(k) + 0.01f, 0, 0});
    EXPECT_GT(ndvi, before);
    before = ndvi;
  }
}

TEST(IndexCatalogue, NamesFindTheirIndex) {
  for (int k = 0; k < static_cast<int>(IndexId::count); ++k) {
    const IndexInfo& info = index_info(static_cast<IndexId>(k));
    EXPECT_EQ(index_by_name(info.name), static_cast<IndexId>(k)) << info.name;
    EXPECT_FALSE(info.title.empty() || info.formula.empty() || info.reference.empty()) << info.name;
  }
  EXPECT_EQ(index_by_name("AWEInsh"), IndexId::AWEInsh);
}

TEST(IndexCatalogue, BandsInTheFormulaAreThoseOfTheMask) {
  const std::string letters[] = {"B", "G", "R", "N", "S1", "S2"};
  for (int k = 0; k < static_cast<int>(IndexId::count); ++k) {
    const IndexInfo& info = index_info(static_cast<IndexId>(k));
    for (unsigned b = 0; b < 6; ++b) {
      const bool used = (info.band_mask >> b & 1u) != 0;
      EXPECT_EQ(info.formula.find(letters[b]) != std::string_view::npos, used) << info.name << " " << letters[b];
      EXPECT_EQ(info.bands.find(letters[b]) != std::string_view::npos, used) << info.name << " " << letters[b];
    }
  }
}

TEST(IndexCatalogue, AnUnknownNameListsTheKnownOnes) {
  try {
    index_by_name("ndvi");
    FAIL() << "no error";
  } catch (const std::out_of_range& e) {
    EXPECT_NE(std::string(e.what()).find("'ndvi'"), std::string::npos);
    EXPECT_NE(std::string(e.what()).find("NDVI, EVI, EVI2"), std::string::npos);
  }
  EXPECT_THROW(index_info(IndexId::count), std::out_of_range);
}

}  // namespace
}  // namespace fw
