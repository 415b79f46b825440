// The CDI of pixels over the dekads of a run: pairing of time, memory, missing inputs.
#include "core/risk/cdi_pixels.h"

#include "tests/support.h"

namespace fw {
namespace {

constexpr float fine = 0.5f, dry = -1.5f;
const float missing = nan_f();
const Period january{Cadence::dekad, 2020 * 36};  // dekad 1 of January

CdiPlanes planes(int dekads, float rain, float soil, float green) {
  const auto n = static_cast<size_t>(dekads);
  return {std::vector<float>(n, fine), std::vector<float>(n, rain), std::vector<float>(n, soil),
          std::vector<float>(n, green)};
}
std::vector<uint8_t> run(const CdiPlanes& p) {
  return run_cdi(CdiVersion::v2021, january, static_cast<int>(p.spi1.size()), 1, p);
}

TEST(CdiOfPixels, PairsSoilOfTheDekadBeforeAndRainOfACompleteMonth) {
  CdiPlanes p = planes(9, fine, fine, fine);
  p.spi3[5] = dry;  // three months to the end of February
  p.soil_z[5] = dry;
  const auto codes = run(p);
  EXPECT_EQ(codes[4], cdi_none);
  EXPECT_EQ(codes[5], cdi_watch) << "third dekad of February: rain of the same month, soil of the dekad before";
  EXPECT_EQ(codes[6], cdi_warning) << "first of March: rain of February, soil of its last dekad";
  EXPECT_EQ(codes[7], cdi_soil_recovery) << "second: rain of February still";
  EXPECT_EQ(codes[8], cdi_soil_recovery);
}

TEST(CdiOfPixels, IsNotAssessedBeforeTheInputsBegin) {
  const auto codes = run(planes(3, fine, fine, fine));
  EXPECT_EQ(codes[0], cdi_not_assessed);
  EXPECT_EQ(codes[1], cdi_not_assessed);
  EXPECT_EQ(codes[2], cdi_none);
}

TEST(CdiOfPixels, KeepsAnAlertInMemoryWhereInputsAreMissing) {
  CdiPlanes p = planes(12, dry, fine, dry);
  for (const size_t t : {6, 7}) p.green_z[t] = missing;
  p.spi3[8] = p.spi3[11] = fine;
  p.green_z[8] = p.green_z[9] = fine;
  const auto codes = run(p);
  EXPECT_EQ(codes[5], cdi_alert);
  EXPECT_EQ(codes[6], cdi_not_assessed);
  EXPECT_EQ(codes[7], cdi_not_assessed);
  EXPECT_EQ(codes[8], cdi_greenness_recovery) << "from the alert that was remembered";
}

TEST(CdiOfPixels, OnePixelDoesNotTouchAnother) {
  CdiPlanes both;
  const CdiPlanes a = planes(9, dry, fine, dry), b = planes(9, fine, fine, fine);
  const auto weave = [](const std::vector<float>& x, const std::vector<float>& y) {
    std::vector<float> out;
    for (size_t t = 0; t < x.size(); ++t) out.insert(out.end(), {x[t], y[t]});
    return out;
  };
  both = {weave(a.spi1, b.spi1), weave(a.spi3, b.spi3), weave(a.soil_z, b.soil_z), weave(a.green_z, b.green_z)};
  const auto codes = run_cdi(CdiVersion::v4, january, 9, 2, both);
  const auto alone_a = run_cdi(CdiVersion::v4, january, 9, 1, a), alone_b = run_cdi(CdiVersion::v4, january, 9, 1, b);
  for (size_t t = 0; t < 9; ++t) {
    EXPECT_EQ(codes[2 * t], alone_a[t]);
    EXPECT_EQ(codes[2 * t + 1], alone_b[t]);
  }
}

}  // namespace
}  // namespace fw
