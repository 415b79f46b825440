#include "core/risk/cdi_pixels.h"

#include "core/base/error.h"

namespace fw {

std::vector<uint8_t> run_cdi(CdiVersion version, Period first, int dekads, size_t pixels, const CdiPlanes& planes) {
  FW_EXPECT(first.cadence == Cadence::dekad, "the CDI is dekadal");
  std::vector<CdiMemory> memory(pixels);
  std::vector<uint8_t> codes(static_cast<size_t>(dekads) * pixels);
  for (int t = 0; t < dekads; ++t) {
    const CdiTiming timing = pair_cdi_inputs({Cadence::dekad, first.number + t});
    const int soil = timing.soil.number - first.number;
    const int rain = 3 * timing.rain.number + 2 - first.number;  // the month's last dekad
    const auto at = [&](const std::vector<float>& plane, int dekad, size_t i) {
      return dekad < 0 ? nan_f() : plane[static_cast<size_t>(dekad) * pixels + i];
    };
    for (size_t i = 0; i < pixels; ++i)
      codes[static_cast<size_t>(t) * pixels + i] = step_cdi(
          version,
          {at(planes.spi1, rain, i), at(planes.spi3, rain, i), at(planes.soil_z, soil, i), at(planes.green_z, t, i)},
          memory[i]);
  }
  return codes;
}

}  // namespace fw
