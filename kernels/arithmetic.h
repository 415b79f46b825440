// Scalar arithmetic shared by the bodies. Only + - * / sqrt, comparisons and exact conversions: the same bits on every
// compiler, instruction set and device (built without contraction and without fast-math).
#pragma once
#include <cmath>
#include <cstdint>
#include <cstring>

#include "kernels/hd.h"
#include "kernels/nodata.h"

namespace fw {

FW_HD bool is_finite(float v) { return v - v == 0.0f; }
FW_HD bool is_finite(double v) { return v - v == 0.0; }
/// Rounds once to float; a NaN gets the one NaN the engine writes, so that results compare byte by byte.
FW_HD float to_float(double v) { return v == v ? static_cast<float>(v) : nan_f(); }
FW_HD float finite_or_nan(float v) { return is_finite(v) ? v : nan_f(); }
FW_HD double clip(double v, double low, double high) { return v < low ? low : (v > high ? high : v); }

/// e^r - 1 for |r| <= ln 2 / 2: the Taylor polynomial of degree 13.
FW_HD double exp_minus_one(double r) {
  double q = 1.0 / 6227020800.0;
  q = q * r + 1.0 / 479001600.0;
  q = q * r + 1.0 / 39916800.0;
  q = q * r + 1.0 / 3628800.0;
  q = q * r + 1.0 / 362880.0;
  q = q * r + 1.0 / 40320.0;
  q = q * r + 1.0 / 5040.0;
  q = q * r + 1.0 / 720.0;
  q = q * r + 1.0 / 120.0;
  q = q * r + 1.0 / 24.0;
  q = q * r + 1.0 / 6.0;
  q = q * r + 0.5;
  return r + (r * r) * q;
}

/// e^x by range reduction x = k ln 2 + r, |r| <= ln 2 / 2, and exp_minus_one(r).
/// Our own because std::exp differs between C libraries and from CUDA's. x is clipped to -708..708; NaN stays NaN.
/// Out: relative error below 2.3e-16 (1 ULP; tests/kernels/arithmetic_test.cpp).
/// Source: Cody & Waite 1980, Software Manual for the Elementary Functions, ch. 6 (range reduction).
FW_HD double exp_exact(double x) {
  constexpr double log2_e = 1.4426950408889634074;
  constexpr double ln2_high = 6.93147180369123816490e-01;  // 32 significant bits: k * ln2_high is exact
  constexpr double ln2_low = 1.90821492927058770002e-10;
  constexpr double to_integer = 6755399441055744.0;  // 1.5 * 2^52: adding it rounds to the nearest integer
  const double a = clip(x, -708.0, 708.0);
  const double shifted = (a == a ? a : 0.0) * log2_e + to_integer;  // its low bits are k
  const double k = shifted - to_integer;
  const double r = ((a == a ? a : 0.0) - k * ln2_high) - k * ln2_low;
  const double e_r = 1.0 + exp_minus_one(r);
  uint64_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  bits = (bits + 1023u) << 52;  // 2^k, -1022 <= k <= 1022
  double two_k;
  memcpy(&two_k, &bits, sizeof two_k);
  const double result = e_r * two_k;
  return a == a ? result : a;
}

/// x = 2^power rest, sqrt(1/2) <= rest < sqrt(2), of a number above 0 and below infinity.
struct PowerOfTwo {
  double power, rest;
};
FW_HD PowerOfTwo split_power(double x) {
  const bool tiny = x < 0x1p-1022;  // denormals are scaled up first
  const double scaled = tiny ? x * 0x1p54 : x;
  uint64_t bits;
  memcpy(&bits, &scaled, sizeof bits);
  // The bits of sqrt(1/2) are subtracted, so that the exponent that is left steps there.
  const uint64_t steps = bits - 0x3fe6a09e667f3bcdull;
  const int64_t exponent = static_cast<int64_t>(steps) >> 52;
  bits -= static_cast<uint64_t>(exponent) << 52;
  double rest;
  memcpy(&rest, &bits, sizeof rest);
  const uint64_t shifted = 0x4338000000000000ull + static_cast<uint64_t>(exponent);  // of 1.5 * 2^52 + exponent
  double power;
  memcpy(&power, &shifted, sizeof power);
  return {power - 6755399441055744.0 - (tiny ? 54.0 : 0.0), rest};
}

/// Natural logarithm: x = 2^k m with sqrt(1/2) <= m < sqrt(2), and the series of 2 atanh((m - 1) / (m + 1)).
/// 0 gives -infinity, +infinity itself, negative numbers and NaN give NaN. Our own for the reason of exp_exact.
/// Out: relative error below 2.3e-16 (1 ULP; tests/kernels/arithmetic_test.cpp).
/// Source: Cody & Waite 1980, Software Manual for the Elementary Functions, ch. 5 (range reduction).
FW_HD double log_exact(double x) {
  constexpr double ln2_high = 6.93147180369123816490e-01;
  constexpr double ln2_low = 1.90821492927058770002e-10;
  const PowerOfTwo p = split_power(x);
  const double k = p.power, m = p.rest;
  const double f = m - 1.0;
  const double s = f / (2.0 + f), z = s * s;
  double q = 1.0 / 23.0;
  q = q * z + 1.0 / 21.0;
  q = q * z + 1.0 / 19.0;
  q = q * z + 1.0 / 17.0;
  q = q * z + 1.0 / 15.0;
  q = q * z + 1.0 / 13.0;
  q = q * z + 1.0 / 11.0;
  q = q * z + 1.0 / 9.0;
  q = q * z + 1.0 / 7.0;
  q = q * z + 1.0 / 5.0;
  q = q * z + 1.0 / 3.0;
  q = 2.0 * (q * z);  // log(1 + f) = 2 s + s q; with h = f^2 / 2 it is f - (h - s (h + q)), which rounds once
  const double h = 0.5 * f * f;
  const double result = k * ln2_high - ((h - (s * (h + q) + k * ln2_low)) - f);
  if (x > 0.0) return is_finite(x) ? result : x;
  return x == 0.0 ? -static_cast<double>(__builtin_inf()) : static_cast<double>(__builtin_nan(""));
}

/// 1 / (1 + e^-x), 0..1.
FW_HD double logistic(double x) { return 1.0 / (1.0 + exp_exact(-x)); }

}  // namespace fw
