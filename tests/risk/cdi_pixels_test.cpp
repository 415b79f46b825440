// The CDI of pixels over the dekads of a run: pairing of time, memory, missing inputs.
#include "core/risk/cdi_pixels.h"

#include <algorithm>
#include <random>

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
std::vector<uint8_t> run(const CdiPlanes& p, CdiVersion version = CdiVersion::v2021, size_t pixels = 1) {
  std::vector<CdiMemory> memory(pixels);
  return run_cdi(version, january, static_cast<int>(p.spi1.size() / pixels), p, memory);
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
  const auto codes = run(both, CdiVersion::v4, 2);
  const auto alone_a = run(a, CdiVersion::v4), alone_b = run(b, CdiVersion::v4);
  for (size_t t = 0; t < 9; ++t) {
    EXPECT_EQ(codes[2 * t], alone_a[t]);
    EXPECT_EQ(codes[2 * t + 1], alone_b[t]);
  }
}

TEST(CdiOfPixels, GoesOnFromAnyDekadAsIfItHadNotStopped) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal(-0.8f, 1);
  const int dekads = 40, pixels = 50;
  CdiPlanes all;
  for (auto* plane : {&all.spi1, &all.spi3, &all.soil_z, &all.green_z})
    for (int k = 0; k < dekads * pixels; ++k) plane->push_back(random() % 10 == 0 ? missing : normal(random));
  for (const CdiVersion version : {CdiVersion::v2021, CdiVersion::v4}) {
    const auto whole = run(all, version, pixels);
    for (int stop = 1; stop < dekads; ++stop) {
      const auto part = [&](int from, int to) {
        const auto cut = [&](const std::vector<float>& p) {
          return std::vector<float>(p.begin() + from * pixels, p.begin() + to * pixels);
        };
        return CdiPlanes{cut(all.spi1), cut(all.spi3), cut(all.soil_z), cut(all.green_z)};
      };
      std::vector<CdiMemory> memory(pixels);
      int steps = 0;
      auto codes = run_cdi(version, january, stop, part(0, stop), memory, [&](int t) { EXPECT_EQ(t, steps++); });
      EXPECT_EQ(steps, stop);
      CdiPlanes rest = part(std::max(0, stop - cdi_reach), dekads);
      rest.earlier = std::min(stop, cdi_reach);
      const auto more = run_cdi(version, {Cadence::dekad, january.number + stop}, dekads - stop, rest, memory);
      codes.insert(codes.end(), more.begin(), more.end());
      EXPECT_EQ(codes, whole) << "stopped after " << stop;
    }
  }
}

}  // namespace
}  // namespace fw
