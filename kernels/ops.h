// The operations a backend performs on one tile: plain structures of pointers, sizes and parameters.
// Pointers are memory of the backend that runs the operation (Backend::Buffer). Arrays of a series are
// [time][pixel] (time-major, row-major pixels); no-data is NaN in values, a Reason beside where stated.
// Input values are finite or NaN (ToPhysical and SpectralIndex give nothing else); an infinity is taken as a number.
// Outputs do not overlap inputs unless stated. Broken preconditions (sizes, null pointers, parameters):
// std::logic_error at launch.
#pragma once
#include <cstddef>
#include <cstdint>

#include "kernels/nodata.h"

namespace fw {

/// DN -> physical value: out = dn * scale + offset, NaN where dn is NaN, equals `fill`, lies outside
/// [valid_min, valid_max] (inclusive, in DN) or the result is not finite. Computed in double, rounded once to float.
/// `out` may alias `dn`.
struct ToPhysical {
  const float* dn;
  float* out;
  size_t pixels;
  double scale, offset;
  float fill;                  ///< NaN: no fill value
  float valid_min, valid_max;  ///< DN; -inf/+inf: no limit
};

/// What a rule of a quality band says about the scene at a pixel.
enum class MaskOutcome : uint8_t { clear = 0, masked = 1, not_observed = 2 };

/// One rule on a quality band: field = (value >> shift) & ((1 << width) - 1); fires when bit `field` of `values` is
/// set. Class bands (Sentinel-2 SCL) are shift 0; bit bands (Landsat QA_PIXEL) have one rule per field. width 1..5.
struct QaRule {
  uint8_t shift, width;  ///< shift 0..15
  uint32_t values;
  MaskOutcome outcome;
};
inline constexpr int max_qa_rules = 12;

/// Quality band -> MaskOutcome per pixel; the worst outcome of the rules that fire (not_observed > masked > clear).
/// qa holds integers 0..65535; -65536..-1 are taken modulo 65536 (a signed band). NaN and anything outside is
/// not_observed.
struct QaMask {
  const float* qa;
  uint8_t* outcome;
  size_t pixels;
  QaRule rules[max_qa_rules];
  int rule_count;
};

/// Sets value to NaN where outcome is not clear; where the value itself is NaN and outcome was clear, outcome becomes
/// `nan_outcome` (a scene's own fill is not_observed, a filtered value masked).
struct ApplyMask {
  float* value;
  uint8_t* outcome;
  size_t pixels;
  MaskOutcome nan_outcome;
};

/// Built-in spectral indices (surface reflectance 0..1). Formulas: kernels/indices.h.
enum class IndexId : uint8_t {
  NDVI,
  EVI,
  EVI2,
  SAVI,
  MSAVI2,
  NDMI,
  NDWI,
  MNDWI,
  AWEIsh,
  AWEInsh,
  NDBI,
  UI,
  BSI,
  NBR,
  count
};

/// Reflectance by role; a pointer may be null where the index does not use the band.
struct BandPointers {
  const float *blue, *green, *red, *nir, *swir1, *swir2;
};

/// out = index(bands); NaN where any band used is NaN, |denominator| < 1e-6, or the result is not finite.
struct SpectralIndex {
  IndexId index;
  BandPointers bands;
  float* out;
  size_t pixels;
};

enum class CompositeMethod : uint8_t { max, median, mean, sum, last };

/// Scenes of one period -> one value. value, outcome: [scene][pixel] in order of acquisition. A scene counts where its
/// outcome is clear and its value a number. Median of an even count is the mean of the two middle values; `last` is the
/// last scene that counts; mean and sum are in double in scene order. Out: composite [pixel] (NaN without a valid
/// scene); valid: how many counted (65535: or more); reason: value, or masked if any scene observed the pixel (outcome
/// clear or masked), else not_observed. valid and reason may be null.
struct Composite {
  const float* value;
  const uint8_t* outcome;
  int scenes;
  size_t pixels;
  CompositeMethod method;
  float* out;
  uint16_t* valid;
  uint8_t* reason;
};

enum class RollingMethod : uint8_t { sum, mean, max };

/// Trailing window over periods: out[t] = method(x[t-window+1 .. t]). NaN unless at least min_valid values of the
/// window are present and the window lies inside the record; a sum over fewer than `window` values is scaled by window
/// / count. reason: of x on input ([time][pixel]; null, or `value` beside a NaN: not_observed). out_reason (may be
/// null): value where out has one; else not_assessed for t < window - 1; else the reason of x[t] where x[t] is NaN;
/// else not_assessed (x[t] is there, the window has too few). Sums in double in time order, each window on its own:
/// nothing drifts along the record.
struct Rolling {
  const float* x;
  const uint8_t* reason;
  int times;
  size_t pixels;
  int window, min_valid;
  RollingMethod method;
  float* out;
  uint8_t* out_reason;
};

/// x > threshold ? 1 : 0, NaN kept. Water masks (MNDWI > 0).
struct Threshold {
  const float* x;
  float* out;
  size_t count;
  float threshold;
};

/// Built-up score in 0..1 per period from the trailing window's seasonal maximum of NDVI and median of NDBI (bare soil
/// greens up in the season, roofs do not): 1 / (1 + exp(-(a0 + a_ndbi * NDBI + a_ndvi * NDVImax))). ndvi, ndbi:
/// [time][pixel]. NaN unless both have min_valid (1..window) values in the window and the window (1..max_window) lies
/// inside the record. reason as in Rolling, where x[t] counts as NaN if ndvi[t] or ndbi[t] is.
struct BuiltUp {
  const float *ndvi, *ndbi;
  const uint8_t* reason;
  int times;
  size_t pixels;
  int window, min_valid;
  float a0, a_ndbi, a_ndvi;
  float* out;
  uint8_t* out_reason;
};
inline constexpr int max_window = 72;

enum class Statistic : uint8_t { value, difference, percent_of_median, z, vci, tci };
inline constexpr int statistic_count = 6;

/// Value against the reference years of the same dekad (or month) of the year, never including the year of the target
/// itself. The reference of target t: all s with group[s] == group[t], in_reference[s] != 0, year[s] != year[t], x[s] a
/// number.
///   value = x, whatever the reference;
///   difference = x - mean; percent_of_median = 100 x / median (NaN where median <= 0); z = (x - mean) / std (ddof 1),
///   clipped to
///   +-6, NaN where std < std_floor or std is 0; vci = 100 (x - min) / (max - min), NaN where max == min, clipped to
///   0..100; tci = 100 (max - x) / (max - min), the same of a temperature, where high is bad.
/// Fewer than min_years (>= 1) reference values, or a NaN named above: NaN, not_assessed. So is a target with more than
/// max_reference_years reference rows. x NaN: NaN, with the reason of x (null, or `value` beside a NaN: not_observed).
/// target: rows of x, 0..times-1. out[k] may be null for statistics not asked for; each is [target][pixel];
/// reason_out[k] likewise. Sums in double in time order: the result does not depend on tile or thread.
struct Anomaly {
  const float* x;
  const uint8_t* reason;
  int times;
  size_t pixels;
  const int32_t *group, *year;
  const uint8_t* in_reference;
  const int32_t* target;
  int targets;
  int min_years;
  float std_floor;
  float* out[statistic_count];
  uint8_t* reason_out[statistic_count];
};
inline constexpr int max_reference_years = 128;

/// What Anomaly needs to know of the reference values of one pixel and place in the year, [pixel]: their number, mean,
/// sum of squared differences from the mean, least, greatest, median (mean of the two middle ones). Doubles stay
/// doubles, so that an anomaly from stored statistics has the bits of one from the archive. What nobody needs is null.
struct PlaceStatistics {
  uint8_t* count;
  double *mean, *squares;
  float *low, *high;
  double* median;
};

/// The statistics of the reference values of one place in the year: rows s of x with group[s] == place and
/// in_reference[s] != 0. x: [time][pixel]. More than max_reference_years rows count as none, as in Anomaly. Where there
/// is no value, count is 0 and the others mean nothing. out.count may not be null, the others may.
struct ReferenceOfPlace {
  const float* x;
  int times;
  size_t pixels;
  const int32_t* group;
  const uint8_t* in_reference;
  int32_t place;
  PlaceStatistics out;
};

/// Anomaly of one period against statistics that ReferenceOfPlace gave: the bits of Anomaly for a target that is itself
/// no reference row. x, reason, out[k], reason_out[k]: [pixel]. Difference and z need `mean`, z also `squares`, vci and
/// tci `low` and `high`, percent_of_median `median`.
struct AnomalyOfPlace {
  const float* x;
  const uint8_t* reason;
  size_t pixels;
  PlaceStatistics reference;
  int min_years;
  float std_floor;
  float* out[statistic_count];
  uint8_t* reason_out[statistic_count];
};

/// Count, mean, standard deviation (ddof 1; NaN below 2 values), minimum, maximum of a series. Any output may be null.
struct SeriesStats {
  const float* x;
  int times;
  size_t pixels;
  float *count, *mean, *stddev, *min, *max;
};

inline constexpr int max_factors = 16;
/// How far below min_share a share may be and still do: 0.6 as a float is more than 3 of 5 equal weights.
inline constexpr double share_tolerance = 1e-6;

/// Weighted factors of a risk layer per pixel.
/// factor[k]: indicator [pixel]; ramp: membership 0 at `zero`, 1 at `one` (either order, not equal), linear between,
/// clipped to 0..1. weight >= 0, not all 0. score = sum(w m) / sum(w) over factors with a value; share = sum(w present)
/// / sum(w), 0..1. likelihood = 1 / (1 + exp(-(intercept + slope * score))). score and likelihood are NaN where share <
/// min_share (less share_tolerance) or no factor with weight is present. In double, in the order of the factors.
/// contribution[k] = w m / sum(w present) (adds up to score); NaN where the factor is missing or the score is NaN.
/// Any output but score may be null.
struct CombineFactors {
  const float* factor[max_factors];
  float zero[max_factors], one[max_factors], weight[max_factors];
  int factors;
  size_t pixels;
  float min_share, intercept, slope;
  float *score, *likelihood, *share;
  float* contribution[max_factors];
};

}  // namespace fw
