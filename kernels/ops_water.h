// Water: local Otsu thresholds, the WOfS decision tree, and what a monthly record says of a pixel's water.
#pragma once
#include <cstddef>
#include <cstdint>

namespace fw {

inline constexpr int histogram_bins = 256;

/// Counts the values of each block of a raster in 256 bins of equal width over (low, high]; a value of `low` is in the
/// first bin, values outside and NaN are in none. x: [rows][cols]; blocks start at row 0, column 0, the last ones may
/// be smaller. counts: [block row][block col][256]. A bin holds its upper edge, so that "x > edge" is "in a later bin".
struct BlockHistograms {
  const float* x;
  int rows, cols;
  int block;        ///< rows and columns of a block, 1..65535
  float low, high;  ///< MNDWI and AWEI: -1, 1
  uint32_t* counts;
};

/// How a threshold came about. The numbers are written into rasters: never renumber.
enum class OtsuStatus : uint8_t {
  accepted = 0,     ///< Otsu's threshold
  clamped = 1,      ///< Otsu's threshold lay outside the limits; it is the limit
  not_bimodal = 2,  ///< fallback: the two classes are not distinct (Ashman's D or eta too small, or no valley)
  flat = 3,         ///< fallback: all values in one bin
  empty = 4,        ///< fallback: fewer values than min_count
};

/// Otsu's threshold per block: the upper edge of the bin that splits the values with the largest variance between the
/// two classes (the first of equal ones). A block uses its own values and those of blocks up to `radius` away. It is
/// accepted where Ashman's D = sqrt(2) |m1 - m0| / sqrt(v0 + v1) > min_separation, eta = variance between / variance of
/// all > min_share, and the histogram (moving mean of 9 bins) has a valley of at most max_valley of the lower peak
/// between the classes; else it is `fallback`. The valley is there because the halves of one normal hump pass the other
/// two: D 2.65, eta 0.64. separation (infinity where each class is one bin) and share are NaN
/// without two classes. Any output but threshold may be null.
/// Source: Otsu 1979, IEEE Trans. SMC 9:62; Ashman, Bird & Zepf 1994, Astron. J. 108:2348.
struct OtsuThresholds {
  const uint32_t* counts;  ///< [block_rows][block_cols][256]
  int block_rows, block_cols;
  int radius;       ///< >= 0
  float low, high;  ///< as in BlockHistograms
  float min_separation = 2.0f, min_share = 0.6f, max_valley = 0.8f, limit_low = -0.2f, limit_high = 0.3f,
        fallback = 0.0f;
  uint32_t min_count = 100;
  float* threshold;
  float *separation, *share;
  uint8_t* status;  ///< OtsuStatus
};

/// x > the threshold of its block ? 1 : 0; NaN kept. [rows][cols].
struct ThresholdByBlock {
  const float* x;
  int rows, cols, block;
  const float* threshold;  ///< [block row][block col], not NaN
  float* out;
};

/// Bits of a WOfS observation; 0 is dry, 128 is water, anything else is not to be used.
enum WaterFlag : uint8_t {
  water_no_data = 1,
  water_not_contiguous = 2,
  water_low_sun = 4,
  water_terrain_shadow = 8,
  water_steep = 16,
  water_cloud_shadow = 32,
  water_cloud = 64,
  water_wet = 128
};

/// WOfS decision tree on Landsat-like surface reflectance. Bands times `scale` are the reflectance x 10000 that the
/// tree was grown on. flags: the bits of `quality` (may be null: 0), water_no_data where a band is NaN or a ratio
/// divides by 0 (then never water_wet), water_wet where the tree says water. water: 1 where flags is 128, 0 where it is
/// 0, else NaN. reason: value, not_observed where no_data, else masked. Any output may be null. Source: Mueller et al.
/// 2016, Remote Sens. Environ. 174:341 (tree and flags).
struct WaterTree {
  const float *blue, *green, *red, *nir, *swir1, *swir2;
  const uint8_t* quality;
  size_t pixels;
  double scale = 10000.0;
  float* water;
  uint8_t *flags, *reason;
};

/// Change of water from the first to the last judged year. The numbers are written into rasters: never renumber.
enum class WaterTransition : uint8_t {
  none = 0,  ///< no water in any judged year
  permanent = 1,
  new_permanent = 2,
  lost_permanent = 3,
  seasonal = 4,
  new_seasonal = 5,
  lost_seasonal = 6,
  seasonal_to_permanent = 7,
  permanent_to_seasonal = 8,
  ephemeral_permanent = 9,  ///< none in the first and last judged year, permanent in one between
  ephemeral_seasonal = 10,
  not_assessed = 255  ///< fewer than two judged years
};

/// Codes of WaterHistory::change_code beside 0..200 (100 + change in per cent points, 100: no change).
inline constexpr uint8_t change_not_water = 253;  ///< no water in either epoch
inline constexpr uint8_t change_no_pairs = 254;   ///< observed, but no calendar month in both epochs
inline constexpr uint8_t change_no_data = 255;    ///< not observed in one epoch or both

/// What a monthly water record says. water: [month][pixel], above 0.5 is water, NaN not observed. A year (January to
/// December) is judged where at least min_months of its months are observed; it is permanent where all of these are
/// water, seasonal where some are.
///   occurrence   0..100 %: mean over the calendar months of the share of their observations that are water, so that
///                months seen more often weigh no more
///   water_share  0..100 %: share of all observations that are water
///   recurrence   0..100 %: judged years with water of all judged years
///   change       -100..100 per cent points: mean over the calendar months observed in both epochs of the share in
///                epoch 2 less that in epoch 1; change_code: the same as a code
///   seasonality  0..12: months with water in the last judged year (255: no judged year)
///   transition   WaterTransition
///   observed     months observed
/// NaN where nothing is observed (recurrence: no judged year; change: as change_code says). reason: of occurrence.
/// Any output may be null. months 0: everything is no-data.
/// Source: Pekel et al. 2016, Nature 540:418; JRC Global Surface Water, data users guide v2.
struct WaterHistory {
  const float* water;
  const uint8_t* month_reason;  ///< [month][pixel], may be null
  int months;
  size_t pixels;
  int first_month;               ///< calendar month of row 0, 0 (January) .. 11
  int epoch1_begin, epoch1_end;  ///< rows [begin, end), inside 0..months
  int epoch2_begin, epoch2_end;
  int min_months;  ///< 1..12
  float *occurrence, *water_share, *recurrence, *change;
  uint8_t *change_code, *seasonality, *transition;
  uint16_t* observed;
  uint8_t* reason;
};

void check(const BlockHistograms& op);
void check(const OtsuThresholds& op);
void check(const ThresholdByBlock& op);
void check(const WaterTree& op);
void check(const WaterHistory& op);

/// Number of blocks along a side of `cells`.
constexpr int blocks_along(int cells, int block) { return (cells + block - 1) / block; }

}  // namespace fw
