// Change between two dates or two periods: change vectors, MAD variates, loss of night light.
#pragma once
#include <cstddef>
#include <cstdint>

namespace fw {

inline constexpr int max_change_bands = 8;

/// The bands of two dates, each [pixel].
struct TwoDates {
  const float* before[max_change_bands];
  const float* after[max_change_bands];
  int bands;  ///< 1..max_change_bands
};

/// Change vector after - before. magnitude: its length, in units of the bands; angle: of the change in the bands x_band
/// and y_band, radians -pi..pi, 0 along x_band; NaN where neither changes; sector: bit b is set where band b rises. NaN
/// (sector 0) where any band of either date is NaN or the magnitude is not finite. Any output may be null.
/// Source: Malila 1980, Change vector analysis, LARS Symposia 385.
struct ChangeVector {
  TwoDates dates;
  size_t pixels;
  int x_band, y_band;  ///< 0..bands-1; equal only with one band
  float *magnitude, *angle;
  uint8_t* sector;
};

inline constexpr int max_moment_variables = 2 * max_change_bands;
/// Pixels that one partial sum holds; the parts are merged in order, so the result does not depend on threads.
inline constexpr size_t moment_chunk = 4096;

/// Weighted sums of all bands of two dates over the pixels, for covariances: see MomentSums in moments.h. Pixels with a
/// NaN in any band, or a weight that is not above 0, do not count. partial: one MomentSums per moment_chunk pixels;
/// add them up in order.
class MomentSums;
struct Moments {
  TwoDates dates;
  const float* weight;  ///< [pixel], may be null: all 1
  size_t pixels;
  MomentSums* partial;  ///< [ceil(pixels / moment_chunk)], memory of the backend
};

/// MAD variates of each pixel: sum_b a[k][b] (before[b] - mean_before[b]) - b[k][b] (after[b] - mean_after[b]).
/// chi2: sum of squares divided by their variances over the variates in use, 0 or more; no_change: probability of a
/// chi2 as large where nothing changed (0..1), the weight of the next round of IR-MAD. A variate with variance below
/// the smallest_mad_variance (the dates do not differ along it) is left out of chi2; where all are, chi2 is 0 and
/// no_change 1. NaN where any band of either date is. Any output may be null. The sign of a variate has no meaning.
/// Source: Nielsen 2007, IEEE Trans. Image Process. 16:463, eq. 4-9.
struct MadVariates {
  TwoDates dates;
  double mean_before[max_change_bands], mean_after[max_change_bands];
  double a[max_change_bands][max_change_bands], b[max_change_bands][max_change_bands];
  double variance[max_change_bands];
  size_t pixels;
  float* variate[max_change_bands];
  float *chi2, *no_change;
};
inline constexpr double smallest_mad_variance = 1e-10;

/// What a night counts for.
enum class NightRole : uint8_t { unused = 0, reference = 1, recent = 2 };

/// Loss of night light: 1 - median(recent nights) / median(reference nights), at most 1, below 0 where it got brighter.
/// Reference nights are those of the same months of earlier years. radiance: [night][pixel], nW cm-2 sr-1. A pixel has
/// a loss where both kinds have at least min_nights values and the median of the reference is above min_radiance (a
/// place that was never lit has no loss: camps mostly are not); else NaN, not_assessed or the reason of the series.
/// The medians have values wherever the nights do. Any output may be null.
struct NightLightLoss {
  const float* radiance;
  const uint8_t* night_reason;  ///< [night][pixel], may be null
  const uint8_t* role;          ///< [night], NightRole, memory of the backend
  int nights;
  size_t pixels;
  int min_nights = 10;
  float min_radiance = 1.0f;
  float *loss, *reference, *recent;
  uint16_t *reference_nights, *recent_nights;
  uint8_t* reason;
};

void check(const ChangeVector& op);
void check(const Moments& op);
void check(const MadVariates& op);
void check(const NightLightLoss& op);

}  // namespace fw
