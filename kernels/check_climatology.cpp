#include "kernels/check_fits.h"
#include "kernels/expect.h"

namespace fw {

void check(const Climatology& op) {
  expect(op.times >= 0 && op.groups >= 1, "Climatology", "times must be >= 0 and groups >= 1");
  if (op.times > 0) expect_memory(op.pixels, "Climatology", op.x, op.group, op.in_reference);
  expect(op.min_years >= 1 && op.min_years_tails >= 1, "Climatology", "min_years must be >= 1");
  expect(op.percentiles >= 0 && op.percentiles <= max_percentiles, "Climatology", "percentiles outside 0..max");
  for (int k = 0; k < op.percentiles; ++k)
    expect(op.percentile[k] >= 0.0 && op.percentile[k] <= 100.0, "Climatology", "a percentile outside 0..100");
}

void check(const DetrendedAnomaly& op) {
  expect(op.times >= 0 && op.targets >= 0, "DetrendedAnomaly", "times or targets is negative");
  expect(op.min_years >= 1, "DetrendedAnomaly", "min_years must be >= 1");
  expect(op.max_years >= 3 && op.max_years <= max_reference_years, "DetrendedAnomaly",
         "max_years outside 3..max_reference_years");
  if (op.targets > 0)
    expect_memory(op.pixels, "DetrendedAnomaly", op.x, op.group, op.year, op.in_reference, op.target, op.z);
}

void check(const VegetationHealth& op) {
  expect_memory(op.pixels, "VegetationHealth", op.vci, op.tci, op.out);
  expect(op.alpha >= 0.0f && op.alpha <= 1.0f, "VegetationHealth", "alpha outside 0..1");
}

}  // namespace fw
