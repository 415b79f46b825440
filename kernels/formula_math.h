// What one step of a formula computes, in float or double: the same text for the CPU and for the kernel that NVRTC
// compiles. Anything without a value is NaN: a division by zero, a root or logarithm of nothing real, an overflow.
#pragma once
#include "kernels/arithmetic.h"

namespace fw::formula {

/// Denominators that are a band or a sum and smaller than this (in reflectance) carry only noise.
inline constexpr double smallest_sum = 1e-6;

template <class T>
FW_HD T nan_value() {
  return static_cast<T>(nan_f());
}
template <class T>
FW_HD T absolute(T v) {
  return v < T(0) ? -v : (v == T(0) ? T(0) : v);
}
FW_HD float root(float v) { return sqrtf(v); }
FW_HD double root(double v) { return sqrt(v); }

/// a / b where b is a band or a sum: NaN below smallest_sum.
template <class T>
FW_HD T divide_by_sum(T a, T b) {
  const T magnitude = b < T(0) ? -b : b;
  return magnitude < static_cast<T>(smallest_sum) ? nan_value<T>() : a / b;
}
/// a / b where b is a product, power or quotient, which may be small and exact: NaN at zero.
template <class T>
FW_HD T divide(T a, T b) {
  return b == T(0) ? nan_value<T>() : a / b;
}
/// NaN where either is; of two equal ones the first.
template <class T>
FW_HD T smaller(T a, T b) {
  return a != a ? a : (b != b || b < a ? b : a);
}
template <class T>
FW_HD T larger(T a, T b) {
  return a != a ? a : (b != b || b > a ? b : a);
}

/// x with its infinities made NaN, in T.
template <class T>
FW_HD T finite_in(double x) {
  const T v = static_cast<T>(x);
  return is_finite(v) ? v : nan_value<T>();
}
template <class T>
FW_HD T exponential(T x) {
  const double v = static_cast<double>(x);
  return v > 708.0 ? nan_value<T>() : finite_in<T>(exp_exact(v));
}
template <class T>
FW_HD T logarithm(T x) {
  return finite_in<T>(log_exact(static_cast<double>(x)));
}

/// tanh x = u / (u + 2), u = e^2|x| - 1. Below |x| = 0.17 u is exp_minus_one, or small results would lose
/// digits.
template <class T>
FW_HD T tangent(T x) {
  const double v = static_cast<double>(x), a = absolute(v), r = 2.0 * a;
  const double u = a < 0.17 ? exp_minus_one(r) : exp_exact(r) - 1.0;
  const double t = u / (u + 2.0);
  return x != x ? x : static_cast<T>(v < 0.0 ? -t : t);
}

/// x ** y as Python's float: 0 ** 0 is 1; a negative base needs a whole exponent, 0 a non-negative one, else NaN.
template <class T>
FW_HD T power(T x, T y) {
  const double base = static_cast<double>(x), exponent = static_cast<double>(y);
  const double size = absolute(base);
  const double half = exponent * 0.5;
  constexpr double to_integer = 6755399441055744.0;  // 1.5 * 2^52; beyond 2^51 a double is whole, beyond 2^53 even
  const bool huge = absolute(exponent) > 2251799813685248.0;
  const bool whole = huge || (exponent + to_integer) - to_integer == exponent;
  const bool odd = !huge && whole && (half + to_integer) - to_integer != half;
  const double log_result = exponent * log_exact(size > 0.0 ? size : 1.0);
  const double positive = log_result > 708.0 ? static_cast<double>(nan_f()) : exp_exact(log_result);
  double result = base < 0.0 ? (whole ? (odd ? -positive : positive) : static_cast<double>(nan_f())) : positive;
  if (base == 0.0) result = exponent > 0.0 ? 0.0 : static_cast<double>(nan_f());
  if (exponent == 0.0) result = 1.0;
  if (base != base || exponent != exponent) result = static_cast<double>(nan_f());
  return finite_in<T>(result);
}

}  // namespace fw::formula
