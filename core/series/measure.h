// One indicator's values at the targets, by one operation for pixels and for means of units.
#pragma once
#include <vector>

#include "core/series/reference.h"

namespace fw {

struct Indicator;
struct SeriesPlan;
struct RecordPlan;
struct PlaceValues;

/// Measures a series at the targets of the reference.
/// series: after the indicator's window. out, reason_out: [target][pixel], memory of the backend.
/// SPI: at least min_years calibration sums and as many above 0, gamma by maximum likelihood, 0 by ZeroRule::center;
/// the target's own year is calibrated to, as everybody's SPI is; guarded where no rain is usual (guard_spi).
void measure(Backend& backend, const SeriesPlan& plan, const RecordPlan& record, const TargetReference& reference,
             const Indicator& indicator, const TileSeries& series, float* out, uint8_t* reason_out);

/// What an SPI of the series is fitted with, of one place in the year: `values` has room for it.
void collect_gamma(Backend& backend, const SeriesPlan& plan, const TargetReference& reference, const TileSeries& series,
                   int place, PlaceValues& values);

/// SPI of one period by fits that were stored: the bits of `measure`. x, reason, out, reason_out: [pixel], memory of
/// the backend.
void standardize(Backend& backend, const float* x, const uint8_t* reason, const PlaceValues& values, size_t pixels,
                 float* out, uint8_t* reason_out);

/// The values of one place in the year in every reference year, where `values` has room for them.
void collect_years(Backend& backend, const SeriesPlan& plan, const RecordPlan& record, const TileSeries& series,
                   int place, PlaceValues& values);

/// Detrended z of one period by values that were stored: the bits of `measure` for a period outside the reference.
/// Pointers as in standardize.
void detrend(Backend& backend, const SeriesPlan& plan, const float* x, const uint8_t* reason, const PlaceValues& values,
             size_t pixels, Period period, float* out, uint8_t* reason_out);

/// Bytes per pixel that `measure` takes beside its output.
size_t measure_bytes(const SeriesPlan& plan, const RecordPlan& record, const Indicator& indicator);

}  // namespace fw
