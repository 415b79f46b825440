// What is usual at a place and time of the year, and how far a value is from it.
#pragma once
#include <cstddef>
#include <cstdint>

#include "kernels/ops.h"

namespace fw {

inline constexpr int max_percentiles = 9;

/// Statistics of the reference rows of each calendar period (group): count, mean, standard deviation (ddof 1; NaN below
/// 2 values), minimum, maximum and percentiles. Percentiles are median-unbiased (type 8): the value at rank
/// (n + 1/3) p / 100 + 1/3, between neighbours linear, at the ends the least and the greatest value.
/// NaN, not_assessed, with fewer than min_years values (>= 1); percentiles below 10 and above 90 also with fewer than
/// min_years_tails. reason is that of the mean: value, not_assessed, or not_observed without a single value.
/// Out: [group][pixel]; percentile k as percentile_out[k]. All but x may be null. More than max_reference_years
/// reference rows in a group: not_assessed.
/// Source: Hyndman & Fan 1996, Am. Stat. 50:361, definition 8.
struct Climatology {
  const float* x;
  int times;
  size_t pixels;
  const int32_t* group;         ///< [time] 0..groups-1; outside: never used
  const uint8_t* in_reference;  ///< [time]
  int groups;
  int min_years, min_years_tails;
  double percentile[max_percentiles];  ///< 0..100
  int percentiles;
  float *mean, *stddev, *min, *max;
  uint16_t* count;
  float* percentile_out[max_percentiles];
  uint8_t* reason;
};

/// z of what is left after a trend: the residuals from the Theil-Sen line through the reference years of the same
/// calendar period, extended to the year of the target. z = (residual - mean of residuals) / their std (ddof 1),
/// clipped to +-6. References, reasons, min_years and std_floor as in Anomaly: the year of the target is never among
/// them; at least 3 reference values of different years. slope: per year, NaN where z is for lack of values. Publish
/// beside Statistic::z: the difference is the drift. Source: Sen 1968, J. Am. Stat. Assoc. 63:1379.
struct DetrendedAnomaly {
  const float* x;
  const uint8_t* reason;
  int times;
  size_t pixels;
  const int32_t *group, *year;
  const uint8_t* in_reference;
  const int32_t* target;
  int targets;
  int min_years;
  int max_years;  ///< 3..max_reference_years: room for reference rows per target; a target with more is not_assessed
  float std_floor;
  float* z;
  float* slope;         ///< may be null
  uint8_t* reason_out;  ///< may be null
};

/// Vegetation health: alpha VCI + (1 - alpha) TCI, 0..100. NaN where either is; reason then of vci, else of tci.
/// out may alias vci or tci. Source: Kogan 1995, Adv. Space Res. 15:91; alpha 0.5.
struct VegetationHealth {
  const float *vci, *tci;
  const uint8_t *vci_reason, *tci_reason;  ///< may be null: not_observed beside a NaN
  size_t pixels;
  float alpha;  ///< 0..1
  float* out;
  uint8_t* reason;  ///< may be null
};

}  // namespace fw
