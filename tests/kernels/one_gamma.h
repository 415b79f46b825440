// Functions of gamma distributions that the kernels compute for several pixels at once, of one number.
#pragma once
#include "kernels/spi_fits.h"

namespace fw::test {

/// ln a less the digamma function of a, and the trigamma function of a.
struct DigammaOf {
  double log_minus_digamma, trigamma;
};
inline DigammaOf digamma_of_one(double a) {
  const double of[1] = {a};
  double value[1], slope[1];
  digamma_of<1>(of, value, slope);
  return {value[0], slope[0]};
}
inline double log_minus_digamma(double a) { return digamma_of_one(a).log_minus_digamma; }
inline double trigamma(double a) { return digamma_of_one(a).trigamma; }

inline double gamma_shape(double s, bool by_thom) {
  const double of[1] = {s};
  double a[1];
  gamma_shapes<1>(of, by_thom, a);
  return a[0];
}

}  // namespace fw::test
