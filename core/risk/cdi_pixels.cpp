#include "core/risk/cdi_pixels.h"

#include "core/base/error.h"

namespace fw {

std::vector<uint8_t> run_cdi(CdiVersion version, Period first, int dekads, const CdiPlanes& planes,
                             std::vector<CdiMemory>& memory, const std::function<void(int)>& after) {
  FW_EXPECT(first.cadence == Cadence::dekad, "the CDI is dekadal");
  const size_t pixels = memory.size();
  const int begin = first.number - planes.earlier;
  std::vector<uint8_t> codes(static_cast<size_t>(dekads) * pixels);
  for (int t = 0; t < dekads; ++t) {
    const Period now{Cadence::dekad, first.number + t};
    const CdiTiming timing = pair_cdi_inputs(now);
    const int rain = 3 * timing.rain.number + 2;  // the month's last dekad
    const auto at = [&](const std::vector<float>& plane, int dekad, size_t i) {
      return dekad < begin ? nan_f() : plane[static_cast<size_t>(dekad - begin) * pixels + i];
    };
    for (size_t i = 0; i < pixels; ++i)
      codes[static_cast<size_t>(t) * pixels + i] =
          step_cdi(version,
                   {at(planes.spi1, rain, i), at(planes.spi3, rain, i), at(planes.soil_z, timing.soil.number, i),
                    at(planes.green_z, now.number, i)},
                   memory[i]);
    if (after) after(t);
  }
  return codes;
}

}  // namespace fw
