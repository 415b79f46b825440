#include <cmath>

#include "kernels/check_fits.h"
#include "kernels/expect.h"

namespace fw {

void check(const BandComposite& op) {
  expect(op.scenes >= 0, "BandComposite", "scenes is negative");
  expect(!op.scene || op.scenes <= 32767, "BandComposite", "more scenes than `scene` can name");
  expect(op.bands >= 1 && op.bands <= max_composite_bands, "BandComposite", "bands outside 1..max_composite_bands");
  expect_memory(op.pixels, "BandComposite", op.out);
  if (op.scenes > 0) expect_memory(op.pixels, "BandComposite", op.value, op.outcome);
}

void check(const Phenology& op) {
  expect(op.periods >= 3 && op.periods <= 366, "Phenology", "periods outside 3..366");
  expect_memory(op.pixels, "Phenology", op.curve);
  for (const float f : {op.start_fraction, op.senescence_fraction, op.end_fraction})
    expect(f > 0.0f && f < 1.0f, "Phenology", "a fraction of amplitude must be above 0 and below 1");
  expect(op.senescence_fraction >= op.end_fraction, "Phenology",
         "senescence comes before the end: its fraction is too small");
  expect(op.min_amplitude >= 0.0f, "Phenology", "min_amplitude is negative");
}

void check(const SeasonState& op) {
  expect(op.times >= 0 && op.periods >= 3, "SeasonState", "times must be >= 0 and periods >= 3");
  if (op.times > 0) expect_memory(op.pixels, "SeasonState", op.start, op.senescence, op.end, op.period, op.state);
}

void check(const RunLength& op) {
  expect(op.times >= 0 && op.needed >= 1, "RunLength", "times must be >= 0 and needed >= 1");
  expect(!std::isnan(op.threshold), "RunLength", "the threshold is NaN");
  if (op.times > 0) expect_memory(op.pixels, "RunLength", op.x);
}

}  // namespace fw
