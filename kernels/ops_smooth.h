// Smoothing and gap filling of series. Real: float for rasters; double where the input has more digits than a float.
#pragma once
#include <cstddef>
#include <cstdint>

#include "kernels/series_flags.h"

namespace fw {

/// How strong the Whittaker smoother is. fixed: lambda as given; v_curve: the bend of the V-curve over a grid of
/// lambda; gcv: least generalised cross-validation score over the grid.
enum class LambdaChoice : uint8_t { fixed, v_curve, gcv };

/// Grid of log10 lambda: first, first + step, ...
struct LambdaGrid {
  double first = 0.0, step = 0.2;
  int count = 16;        ///< 2..64
  bool by_lag1 = false;  ///< S-range rule: `first` is -2 where the autocorrelation at lag 1 is above 0.5, else 0
};

/// Whittaker smoother of second order, in double: z minimises sum w (x - z)^2 + lambda sum (z[t] - 2 z[t-1] +
/// z[t-2])^2, w 0 where there is no value. Times are equally spaced. p: weight of values above the curve, 1 - p below
/// it (ten reweightings); 0.5 is symmetric and plain least squares; 0.9 follows the upper envelope. robust (gcv only,
/// symmetric): values far below the curve lose weight (bisquare 4.685, 1.4826 MAD, four rounds). A pixel has a curve
/// where it has at least max(min_valid, 5, times / 10) values; else NaN everywhere: not_assessed where x has a value,
/// the reason of x elsewhere. Between the first and the last value every time has a value; where x has none it is
/// flagged: filled in gaps of up to max_gap times, interpolated in longer ones. Before and after, at most
/// max_extrapolation times get a value, held within the pixel's least and greatest x and flagged extrapolated; beyond
/// that NaN with the reason of x. Values that are not finite count as none. A constant series is returned as it is.
/// Out: [time][pixel] out, out_reason, flags (SeriesFlag); [pixel] lambda (NaN where there is no curve or x is
/// constant), lag1 (autocorrelation at lag 1), valid, longest_gap (times without a value between two values). All but
/// out may be null. out may not alias x.
/// Source: Whittaker 1923; Eilers 2003, Anal. Chem. 75:3631; V-curve and S-range: Eilers, Pesendorfer & Bonifacio 2017,
/// doi 10.1109/Multi-Temp.2017.8076705; GCV: Garcia 2010, Comput. Stat. Data Anal. 54:1167.
template <class Real>
struct Whittaker {
  const Real* x;
  const uint8_t* reason;  ///< null, or `value` beside a NaN: not_observed
  int times;
  size_t pixels;
  LambdaChoice choice;
  double lambda;  ///< > 0, for fixed
  LambdaGrid grid;
  double p;  ///< 0 < p < 1
  bool robust;
  int min_valid, max_gap, max_extrapolation;
  Real* out;
  uint8_t *out_reason, *flags;
  float *lambda_out, *lag1;
  uint16_t *valid, *longest_gap;
};
inline constexpr int max_lambda_grid = 64;
inline constexpr int min_whittaker_values = 5;

/// Savitzky-Golay filter: every value becomes that of the least-squares polynomial of its window; in the first and last
/// half window that of the first and last whole window. Gaps are filled linearly first and flagged as in Whittaker.
/// Only between the first and the last value; a span shorter than the window, or fewer than min_valid values in it:
/// NaN, not_assessed (where x has no value: its reason). Values that are not finite count as none.
/// Source: Savitzky & Golay 1964, Anal. Chem. 36:1627; ends and weights by Gram polynomials: Gorry 1990, Anal. Chem.
/// 62:570.
template <class Real>
struct SavitzkyGolay {
  const Real* x;
  const uint8_t* reason;
  int times;
  size_t pixels;
  int window;  ///< odd, 3..71
  int order;   ///< 0..6, < window
  int min_valid, max_gap;
  Real* out;
  uint8_t *out_reason, *flags;
};
inline constexpr int max_smoothing_window = 71;

/// Fills weights[window][window]: row i holds the weights of the window's values for the value at place i.
void savitzky_golay_weights(int window, int order, double* weights);

}  // namespace fw
