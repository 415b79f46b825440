// Continuous change detection: segments of a stable seasonal model per pixel, over several bands. Real: float for
// rasters; double where the input has more digits than a float. Computed in double. Every output may be null.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace fw {

/// What a scene shows at a pixel; the numbers of CFMask.
enum class PixelClass : uint8_t { clear = 0, water = 1, shadow = 2, snow = 3, cloud = 4, fill = 255 };

inline constexpr int ccdc_bands = 7;  ///< blue, green, red, nir, swir1, swir2, thermal
/// Of a segment and band: per day, then cos and sin of 1, 2 and 3 waves a year, then the intercept at day 0.
inline constexpr int ccdc_coefficients = 8;

/// A look ahead takes at most this many observations.
inline constexpr int ccdc_max_peek = 96;

/// Tables that all pixels share. In: days: ordinal numbers (any epoch; the reference counts from year 1), ascending,
/// whole, within 0..5e6; the same day may come again. Errors: std::logic_error.
std::vector<double> ccdc_tables(const std::vector<double>& days);

/// How a segment came to be. Below 10: the number of coefficients of a model between two breaks (4, 6 or 8); start,
/// end: what lies before the first or behind the last; few_clear, snow: one model for a record without enough clear
/// scenes.
enum class CurveQuality : uint8_t { start = 14, end = 24, few_clear = 44, snow = 54 };

struct CcdcSettings {
  int times = 0;
  size_t pixels = 0;
  const double* tables = nullptr;        ///< ccdc_tables, memory of the backend
  const uint8_t* pixel_class = nullptr;  ///< [time][pixel], PixelClass; anything else counts as not clear
  /// From x to the units of the thresholds: reflectance x 10000 and degrees Celsius x 100.
  double reflectance_scale = 10000.0, thermal_scale = 100.0, thermal_offset = -27315.0;
  int max_segments = 10;  ///< 1..64 kept of each pixel
  uint8_t* reason_out = nullptr;
};

/// Robust initialisation (Tmask), LASSO models with 4, 6 or 8 coefficients, a break where all of the next observations
/// (6, more where scenes are frequent) differ by more than chi-squared 0.99 of five bands allows.
/// x[band]: [time][pixel]; thermal may be null. An observation with a value that is not finite counts as fill; of the
/// same day the first usable one counts. A pixel with 12 usable observations or fewer has no segment: NaN,
/// not_assessed, masked (no observation clear) or not_observed (all fill). Out: segments [pixel]: how many there are,
/// which may be more than max_segments. start, end, change: [segment][pixel] days; change is the first day of what
/// differs, or the last day modelled where there is none. observations; probability: 1 of a break, else 0; quality:
/// number of coefficients, or CurveQuality; coefficient [segment][band][ccdc_coefficients][pixel], rmse and magnitude
/// [segment][band][pixel] in the units of the thresholds (magnitude: median of the absolute differences that made the
/// break). NaN behind the last segment. Source: Zhu & Woodcock 2014, Remote Sens. Environ. 144:152; Tmask: Zhu &
/// Woodcock 2014, Remote Sens. Environ. 152:217; as in USGS lcmap-pyccd 2018.10.17.
template <class Real>
struct Ccdc : CcdcSettings {
  const Real* x[ccdc_bands] = {};
  Real *segments = nullptr, *start = nullptr, *end = nullptr, *change = nullptr, *observations = nullptr;
  Real *probability = nullptr, *quality = nullptr;
  Real *coefficient = nullptr, *rmse = nullptr, *magnitude = nullptr;
};

}  // namespace fw
