#include "kernels/check_ccdc.h"

#include <cmath>

#include "kernels/expect.h"

namespace fw {
namespace {

template <class Real>
void check_ccdc(const Ccdc<Real>& op) {
  expect(op.times >= 0, "Ccdc", "times is negative");
  if (op.times > 0) expect_memory(op.pixels, "Ccdc", op.tables, op.pixel_class);
  for (int b = 0; b < ccdc_bands - 1 && op.times > 0; ++b) expect_memory(op.pixels, "Ccdc", op.x[b]);
  expect(op.max_segments >= 1 && op.max_segments <= 64, "Ccdc", "max_segments outside 1..64");
  for (const double v : {op.reflectance_scale, op.thermal_scale})
    expect(std::isfinite(v) && v > 0.0, "Ccdc", "a scale must be finite and > 0");
  expect(std::isfinite(op.thermal_offset), "Ccdc", "thermal_offset must be finite");
}

}  // namespace

void check(const Ccdc<float>& op) { check_ccdc(op); }
void check(const Ccdc<double>& op) { check_ccdc(op); }

}  // namespace fw
