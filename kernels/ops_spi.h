// Standardised precipitation (SPI) and precipitation-evapotranspiration indices (SPEI), potential evapotranspiration.
// Real: float for rasters; double where the input has more digits than a float.
#pragma once
#include <cstddef>
#include <cstdint>

#include "kernels/series_flags.h"

namespace fw {

/// What is fitted to the sums of one calendar period. gamma_mle: gamma by maximum likelihood; gamma_thom: Thom's
/// approximation of it; log_logistic: generalised log-logistic by unbiased probability-weighted moments (for SPEI).
enum class SpiDistribution : uint8_t { gamma_mle, gamma_thom, log_logistic };

/// Probability given to a sum of 0 when a share p0 of the calibration sums is 0. center: p0 / 2, the middle of the
/// steps that zeros share; upper: p0, but never above 1/2, so that no rain is never "wet".
enum class ZeroRule : uint8_t { center, upper };

/// SPI or SPEI of every time: x is summed over `scale` times, and the sum is compared with those of the same calendar
/// period (group) in the calibration window.
///   gamma: H = p0 + (1 - p0) P(shape, sum / scale), 0 by the zero rule; log_logistic: H = F(sum); out = quantile of
///   the standard normal at H, clipped to +-3.09 and then flagged clipped: no record supports more.
/// x: mm per period; for the gamma distributions >= 0 (a negative value counts as none); what is not finite counts as
/// none. NaN unless all `scale` times up to t have a value: not_assessed for t < scale - 1 and where x[t] has a value,
/// else the reason of x[t].
/// not_assessed also: fewer than min_years calibration sums in the group; fewer than min_nonzero above 0 or p0 >
/// max_zero_share (gamma); all of them equal or nearly so (shape above 1e4).
/// The parameters of a group need no refitting: shape, spread (gamma: b; log_logistic: alpha), location (gamma: 0) and
/// p_zero are written as [group][pixel] where asked for, NaN without a fit. log_logistic: shape is kappa = -tau3.
/// Source: McKee, Doesken & Kleist 1993; Thom 1958, Mon. Weather Rev. 86:117; Stagge et al. 2015, Int. J. Climatol.
/// 35:4027 (center); Vicente-Serrano, Begueria & Lopez-Moreno 2010, J. Climate 23:1696 (SPEI).
template <class Real>
struct StandardizedIndex {
  const Real* x;
  const uint8_t* reason;  ///< null, or `value` beside a NaN: not_observed
  int times;
  size_t pixels;
  const int32_t* group;           ///< [time] 0..groups-1: month or dekad of the year; outside: never assessed
  const uint8_t* in_calibration;  ///< [time] not 0: the sum that ends there is fitted to
  int groups;                     ///< 12, 36
  int scale;                      ///< 1..72 times summed
  SpiDistribution distribution;
  ZeroRule zero_rule;
  int min_years;          ///< >= 4 calibration sums per group
  int min_nonzero;        ///< >= 2 of them above 0
  double max_zero_share;  ///< 0..1; 0.9
  Real* out;
  uint8_t *out_reason, *flags;                 ///< may be null
  double *shape, *spread, *location, *p_zero;  ///< may be null
};
/// What an SPI is computed from: a gamma distribution per pixel, NaN where none was fitted.
struct GammaPlanes {
  double *shape, *spread, *p_zero;
};
/// Gamma distribution by maximum likelihood of the calibration rows of one place in the year (group): the bits of
/// StandardizedIndex with scale 1. fit: [pixel].
struct GammaOfPlace {
  const float* x;
  int times;
  size_t pixels;
  const int32_t* group;
  const uint8_t* in_calibration;
  int32_t place;
  int min_years, min_nonzero;  ///< and max_zero_share: as in StandardizedIndex
  double max_zero_share;
  GammaPlanes fit;
};
/// SPI of one period by such a fit: the bits of StandardizedIndex, its reason, too. guarded: guard_spi (spi_guard.h)
/// takes back what may not be said where it did not rain. x, reason (may be null), out, out_reason: [pixel].
struct SpiOfPlace {
  const float* x;
  const uint8_t* reason;
  size_t pixels;
  GammaPlanes fit;
  ZeroRule zero_rule;
  bool guarded;
  float* out;
  uint8_t* out_reason;
};
inline constexpr int max_spi_scale = 72;
inline constexpr double spi_limit = 3.09;
inline constexpr double max_gamma_shape = 1e4;

enum class PetMethod : uint8_t { thornthwaite, hargreaves };

/// Potential evapotranspiration in mm per period.
///   thornthwaite (monthly): 16 (daylight hours / 12) (days / 30) (10 T / I)^a, 0 where T <= 0; the heat index I sums
///   (T/5)^1.514 over the mean temperatures of the calendar months (those <= 0 count 0); needs all `groups` = 12 of
///   them; hargreaves: 0.0023 (0.408 Ra) (T + 17.8) sqrt(Tmax - Tmin) days, at least 0; Tmax < Tmin gives no value.
/// t_mean, t_min, t_max: degrees C [time][pixel] (t_min and t_max for hargreaves only); latitude: degrees north
/// [pixel], -90..90. NaN where an input is missing or not finite: reason of t_mean there, else not_observed; where the
/// heat index cannot be had: not_assessed. Source: Thornthwaite 1948, Geogr. Rev. 38:55; Hargreaves & Samani 1985;
/// daylight and Ra: Allen et al. 1998, FAO-56, eq. 21-25, 34, 52.
template <class Real>
struct PotentialEvapotranspiration {
  PetMethod method;
  const Real *t_mean, *t_min, *t_max;
  const uint8_t* reason;
  const Real* latitude;
  int times;
  size_t pixels;
  const int32_t* group;              ///< [time] 0..11, for thornthwaite
  const double *day_of_year, *days;  ///< [time] middle of the period (1..366) and its length in days
  Real* out;
  uint8_t* out_reason;
};

}  // namespace fw
