// Functions of mathematics in plain arithmetic: the same bits on every compiler, instruction set and device, where
// those of C libraries differ. Bounds of their errors are held by tests/kernels/special_functions_test.cpp.
#pragma once
#include "kernels/arithmetic.h"

namespace fw {

FW_HD double nan_d() { return static_cast<double>(nan_f()); }
FW_HD double infinity_d() { return static_cast<double>(__builtin_inff()); }
FW_HD double absolute(double v) { return v < 0.0 ? -v : v; }
inline constexpr double pi_d = 3.14159265358979323846;

/// Sine and cosine of x in radians, |x| <= 1e5 (beyond: NaN). Out: absolute error below 3e-16 for |x| <= 100.
struct SinCos {
  double sin, cos;
};
FW_HD SinCos sin_cos_exact(double x) {
  constexpr double half_pi_1 = 1.57079632673412561417e+00;  // 33 significant bits
  constexpr double half_pi_2 = 6.07710050630396597660e-11;  // the next 33
  constexpr double half_pi_3 = 2.02226624879595063154e-21;
  if (!(absolute(x) <= 1e5)) return {nan_d(), nan_d()};
  const double k = static_cast<double>(static_cast<int64_t>(x * (2.0 / pi_d) + (x < 0.0 ? -0.5 : 0.5)));
  const double r = ((x - k * half_pi_1) - k * half_pi_2) - k * half_pi_3, z = r * r;
  double s = -1.0 / 1307674368000.0, c = 1.0 / 20922789888000.0;
  c = c * z - 1.0 / 87178291200.0;
  s = s * z + 1.0 / 6227020800.0, c = c * z + 1.0 / 479001600.0;
  s = s * z - 1.0 / 39916800.0, c = c * z - 1.0 / 3628800.0;
  s = s * z + 1.0 / 362880.0, c = c * z + 1.0 / 40320.0;
  s = s * z - 1.0 / 5040.0, c = c * z - 1.0 / 720.0;
  s = s * z + 1.0 / 120.0, c = c * z + 1.0 / 24.0;
  s = s * z - 1.0 / 6.0;
  const double sine = r + r * (z * s), cosine = (1.0 - 0.5 * z) + z * z * c;
  switch (static_cast<int64_t>(k) & 3) {
    case 0:
      return {sine, cosine};
    case 1:
      return {cosine, -sine};
    case 2:
      return {-sine, -cosine};
    default:
      return {-cosine, sine};
  }
}

/// Arc tangent in radians. Two halvings of the angle, then the Taylor series. Out: absolute error below 4e-16.
FW_HD double atan_exact(double x) {
  const double a = absolute(x);
  const double small = a > 1.0 ? 1.0 / a : a;  // 0..1
  const double half = small / (1.0 + sqrt(1.0 + small * small));
  const double r = half / (1.0 + sqrt(1.0 + half * half)), z = r * r;  // 0..tan(pi/16)
  double q = 0.0;
  for (int k = 11; k >= 1; --k) q = (1.0 / (2.0 * k + 1.0) - q) * z;
  const double angle = 4.0 * (r - r * q);
  const double whole = a > 1.0 ? 0.5 * pi_d - angle : angle;
  return x < 0.0 ? -whole : (x == x ? whole : x);
}

/// Angle of the point (x, y) in radians, -pi..pi; 0 of the origin. Absolute error below 1e-15.
FW_HD double atan2_exact(double y, double x) {
  if (x == 0.0) return y > 0.0 ? 0.5 * pi_d : (y < 0.0 ? -0.5 * pi_d : (y == y && x == x ? 0.0 : nan_d()));
  const double angle = atan_exact(y / x);
  return x > 0.0 ? angle : (y < 0.0 ? angle - pi_d : angle + pi_d);
}

/// Arc cosine in radians; x is clipped to -1..1 (rounding of a cosine); NaN stays NaN. Absolute error below 1e-15.
FW_HD double acos_exact(double x) {
  const double c = clip(x, -1.0, 1.0);
  if (c == -1.0) return pi_d;
  return 2.0 * atan_exact(sqrt((1.0 - c) / (1.0 + c)));
}

}  // namespace fw
