#include "kernels/check_fits.h"
#include "kernels/expect.h"

namespace fw {
namespace {

template <class Real>
void check_index(const StandardizedIndex<Real>& op) {
  expect(op.times >= 0 && op.groups >= 1, "StandardizedIndex", "times must be >= 0 and groups >= 1");
  if (op.times > 0) expect_memory(op.pixels, "StandardizedIndex", op.x, op.out, op.group, op.in_calibration);
  expect(op.scale >= 1 && op.scale <= max_spi_scale, "StandardizedIndex", "scale outside 1..max_spi_scale");
  expect(op.min_years >= 4 && op.min_nonzero >= 2, "StandardizedIndex", "min_years must be >= 4 and min_nonzero >= 2");
  expect(op.max_zero_share >= 0.0 && op.max_zero_share < 1.0, "StandardizedIndex", "max_zero_share outside 0..1");
}

template <class Real>
void check_pet(const PotentialEvapotranspiration<Real>& op) {
  const char* name = "PotentialEvapotranspiration";
  expect(op.times >= 0, name, "times is negative");
  if (op.times == 0) return;
  expect_memory(op.pixels, name, op.t_mean, op.latitude, op.day_of_year, op.days, op.out);
  if (op.method == PetMethod::thornthwaite)
    expect_memory(op.pixels, name, op.group);
  else
    expect_memory(op.pixels, name, op.t_min, op.t_max);
}

}  // namespace

void check(const StandardizedIndex<float>& op) { check_index(op); }
void check(const StandardizedIndex<double>& op) { check_index(op); }
void check(const GammaOfPlace& op) {
  expect(op.times >= 0, "GammaOfPlace", "times is negative");
  expect(op.min_years >= 4 && op.min_nonzero >= 2, "GammaOfPlace", "min_years must be >= 4 and min_nonzero >= 2");
  expect(op.max_zero_share >= 0.0 && op.max_zero_share < 1.0, "GammaOfPlace", "max_zero_share outside 0..1");
  expect_memory(op.pixels, "GammaOfPlace", op.fit.shape, op.fit.spread, op.fit.p_zero);
  if (op.times > 0) expect_memory(op.pixels, "GammaOfPlace", op.x, op.group, op.in_calibration);
}
void check(const SpiOfPlace& op) {
  expect_memory(op.pixels, "SpiOfPlace", op.x, op.fit.shape, op.fit.spread, op.fit.p_zero, op.out, op.out_reason);
}
void check(const PotentialEvapotranspiration<float>& op) { check_pet(op); }
void check(const PotentialEvapotranspiration<double>& op) { check_pet(op); }

}  // namespace fw
