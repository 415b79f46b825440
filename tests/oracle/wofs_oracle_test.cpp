// The WOfS decision tree against ../shared/oracles/06_wofs.csv: 2,000 pixels, exactly, from digital numbers and through
// the scaling to reflectance that jobs use.
#include "oracle.h"

namespace fw {
namespace {

class WofsOracle : public OnEachBackend {
 protected:
  static std::vector<Values> bands(const std::map<std::string, std::vector<double>>& columns) {
    std::vector<Values> out;
    for (const char* name : {"B1_blue", "B2_green", "B3_red", "B4_nir", "B5_swir1", "B7_swir2"}) {
      out.emplace_back();
      for (const double v : columns.at(name)) out.back().push_back(static_cast<float>(v));
    }
    return out;
  }
  Codes classify(const std::vector<Values>& band, double scale) {
    std::vector<Buffer<float>> in;
    for (const Values& b : band) in.push_back(up(b));
    const size_t n = band[0].size();
    Buffer<uint8_t> flags = room<uint8_t>(n);
    WaterTree op{};
    op.blue = in[0].data(), op.green = in[1].data(), op.red = in[2].data();
    op.nir = in[3].data(), op.swir1 = in[4].data(), op.swir2 = in[5].data();
    op.pixels = n;
    op.scale = scale;
    op.flags = flags.data();
    backend().run(op);
    return down(flags);
  }
};
FW_ON_EACH_BACKEND(WofsOracle);

TEST_P(WofsOracle, EveryPixelHasTheClassOfTheReference) {
  FW_NEEDS_SHARED(file, "oracles/06_wofs.csv");
  const auto columns = oracle::read_columns(file);
  const auto numbers = bands(columns);
  oracle::Comparison seen("06_wofs.csv", 0.0);
  seen.compare_all(classify(numbers, 1.0), columns.at("wofs"), "digital numbers");
  std::vector<Values> reflectance;
  for (const Values& dn : numbers) {
    Buffer<float> in = up(dn), out = room<float>(dn.size());
    backend().run(ToPhysical{in.data(), out.data(), dn.size(), 1e-4, 0.0, nan_v, -inf_v, inf_v});
    reflectance.push_back(down(out));
  }
  seen.compare_all(classify(reflectance, 10000.0), columns.at("wofs"), "reflectance");
  EXPECT_EQ(std::count(columns.at("wofs").begin(), columns.at("wofs").end(), 128.0), 509);
}

}  // namespace
}  // namespace fw
