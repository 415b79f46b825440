// Seasons and runs of series.
#pragma once
#include <cstddef>
#include <cstdint>

#include "kernels/ops.h"

namespace fw {

/// Start, senescence, peak and end of the season of a mean year, by thresholds of amplitude. curve: [period][pixel],
/// the long-term mean of every dekad or month (Climatology); seasons are static, never estimated anew from one year. On
/// each side of the peak (the greatest value, ties: the first) the base is the least value; level = base + fraction x
/// (peak - base). start: where the curve last rises through the level before the peak; senescence and end: where it
/// first falls below theirs after it; between periods linear. Numbers are periods from 0 (the first period's own time);
/// circular: the year is a ring, each side reaches half-way round, and start lies in 0..periods-1, the others after it
/// (end may be periods or more: next year). Not circular: the curve's ends are the season's.
/// NaN, not_assessed: a period without a value, amplitude on either side below min_amplitude (or 0), a peak at an end
/// of a curve that is not circular. not_observed: no value at all. Out: [pixel], each may be null. length = end -
/// start. Source: Jonsson & Eklundh 2004, Comput. Geosci. 30:833 (TIMESAT); senescence as in JRC's ASAP.
struct Phenology {
  const float* curve;
  int periods;  ///< 3..366
  size_t pixels;
  bool circular;
  float start_fraction, senescence_fraction, end_fraction;  ///< each > 0 and < 1; 0.2, 0.75, 0.2
  float min_amplitude;                                      ///< >= 0, of the curve
  float *start, *peak, *senescence, *end, *length;
  float *start_level, *end_level;
  uint8_t* reason;
};

/// Whether each time lies in the season: state 0 before or after (off season), 1 growing (start .. senescence), 2
/// senescent (senescence .. end), 255 where the season is not known. period: [time] 0..periods-1 of the mean year;
/// start, senescence, end: of Phenology. A period is in the season from ceil(start) to floor(end).
struct SeasonState {
  const float *start, *senescence, *end;
  const int32_t* period;
  int times, periods;
  size_t pixels;
  uint8_t* state;  ///< [time][pixel]
};
inline constexpr uint8_t season_unknown = 255;

enum class RunSide : uint8_t { below, above };

/// Runs of consecutive times with x below (or above) a threshold; strictly. run: [time][pixel], how many such times end
/// here, 1 for the first, 0 where the condition does not hold, NaN where x has no value. A time without a value ends a
/// run: what happened then is not known, and counting starts again at 1. reached: 1 where run >= needed, else 0; NaN as
/// run. longest [pixel]: the longest run (0 without one), NaN without a single value. Each output may be null.
struct RunLength {
  const float* x;
  int times;
  size_t pixels;
  RunSide side;
  float threshold;
  int needed;  ///< >= 1
  float *run, *reached;
  float* longest;
};

}  // namespace fw
