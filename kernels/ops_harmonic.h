// Seasonal regressions of a series per pixel: the harmonic model, and monitoring for a break against it. Real: float
// for rasters; double where the input has more digits than a float. Computed in double. Every output may be null.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace fw {

inline constexpr int max_harmonics = 3;
/// Regressors per date: 1, time, then cos and sin of each harmonic.
constexpr int harmonic_terms_of(int harmonics) { return 2 + 2 * harmonics; }

/// Rows [time][harmonic_terms_of(harmonics)] 1, time less `centre` over `scale`, cos 2 pi k years, sin 2 pi k years for
/// k = 1..harmonics. In: years, finite; harmonics: 1..max_harmonics. Angles are taken modulo a year first.
std::vector<double> harmonic_terms(const std::vector<double>& years, const std::vector<double>& time, double centre,
                                   double scale, int harmonics);

struct HarmonicSettings {
  const uint8_t* reason = nullptr;  ///< [time][pixel] of x; null, or `value` beside a NaN: not_observed
  int times = 0;
  size_t pixels = 0;
  int harmonics = 1;                 ///< 1..max_harmonics
  const double* terms = nullptr;     ///< harmonic_terms, memory of the backend
  double centre = 0.0, scale = 1.0;  ///< as given to harmonic_terms
  int min_valid = 12;                ///< > harmonic_terms_of(harmonics)
  uint8_t* reason_out = nullptr;
};

/// Least squares x = b0 + b1 time + sum over k of (a_k cos 2 pi k years + c_k sin 2 pi k years).
/// Fewer than min_valid values, or dates that cannot tell the terms apart: NaN (count stays), not_assessed or the
/// reason of the series. A constant series: terms 0, sigma 0, r2 0, phase NaN. Out [pixel] each: coefficients and their
/// standard errors in the order of the terms, b0 at time 0; amplitude of each harmonic, and its phase, the angle
/// (radians, -pi..pi) of its greatest value: year fraction phase / (2 pi k); sigma: standard deviation of the residuals
/// (count less terms); r2: share of variance explained, 0..1; count.
template <class Real>
struct HarmonicFit : HarmonicSettings {
  const Real* x = nullptr;
  Real *coefficient[2 + 2 * max_harmonics] = {}, *error[2 + 2 * max_harmonics] = {};
  Real *amplitude[max_harmonics] = {}, *phase[max_harmonics] = {};
  Real *sigma = nullptr, *r2 = nullptr, *count = nullptr;
};

}  // namespace fw
