// The built-in indices against ../shared/oracles/01_spectral_*: values of an independent evaluator in double.
#include "../oracle/oracle.h"

namespace fw {
namespace {

class IndexOracle : public OnEachBackend {};
FW_ON_EACH_BACKEND(IndexOracle);

struct Expected {
  IndexId id;
  const char *file, *column;
};
constexpr const char* v0 = "oracles/01_spectral_expected_v0.csv";
constexpr const char* corrected = "oracles/01_spectral_corrected.csv";
// The catalogue's AWEInsh is wrong and its one L = 1 is EVI's, not SAVI's: those come from the corrected values.
constexpr Expected expected_columns[] = {{IndexId::NDVI, v0, "NDVI"},
                                         {IndexId::EVI, v0, "EVI"},
                                         {IndexId::EVI2, corrected, "EVI2_jiang"},
                                         {IndexId::SAVI, corrected, "SAVI_L0.5"},
                                         {IndexId::MSAVI2, corrected, "MSAVI2_qi"},
                                         {IndexId::NDMI, v0, "NDMI"},
                                         {IndexId::NDWI, v0, "NDWI"},
                                         {IndexId::MNDWI, corrected, "MNDWI"},
                                         {IndexId::AWEIsh, v0, "AWEIsh"},
                                         {IndexId::AWEInsh, corrected, "AWEInsh_feyisa"},
                                         {IndexId::NDBI, corrected, "NDBI"},
                                         {IndexId::UI, corrected, "UI"},
                                         {IndexId::BSI, v0, "BI"},
                                         {IndexId::NBR, v0, "NBR"}};

TEST_P(IndexOracle, GivesTheReferenceValues) {
  FW_NEEDS_SHARED(inputs_file, "oracles/01_spectral_inputs.csv");
  const auto inputs = oracle::read_columns(inputs_file);
  Buffer<float> bands[6];
  const char* letters[] = {"B", "G", "R", "N", "S1", "S2"};
  for (size_t b = 0; b < 6; ++b) {
    const auto& column = inputs.at(letters[b]);
    bands[b] = up(Values(column.begin(), column.end()));
  }
  const size_t pixels = bands[0].size();
  ASSERT_EQ(pixels, 64u);
  for (const Expected& e : expected_columns) {
    const auto column = oracle::read_columns(test::shared_dir() / e.file).at(e.column);
    Buffer<float> out = room<float>(pixels);
    backend().run(SpectralIndex{
        e.id,
        {bands[0].data(), bands[1].data(), bands[2].data(), bands[3].data(), bands[4].data(), bands[5].data()},
        out.data(),
        pixels});
    SCOPED_TRACE(e.column);
    const Values got = down(out);
    for (size_t i = 0; i < pixels; ++i) {
      if (std::isnan(column[i])) {
        EXPECT_TRUE(std::isnan(got[i])) << "pixel " << i << " is " << got[i] << ", expected no-data";
        continue;
      }
      // EVI's denominator passes through 0 on these random pixels, and then shows the rounding of the inputs to float.
      const double evi = inputs.at("N")[i] + 6.0 * inputs.at("R")[i] - 7.5 * inputs.at("B")[i] + 1.0;
      const double magnified = e.id == IndexId::EVI ? std::max(1.0, 1.0 / std::abs(evi)) : 1.0;
      EXPECT_NEAR(got[i], column[i], 1e-6 * magnified * std::max(1.0, std::abs(column[i]))) << "pixel " << i;
    }
  }
}

}  // namespace
}  // namespace fw
