// One indicator's values at the targets, by one operation for pixels and for means of units.
#pragma once
#include "core/series/reference.h"

namespace fw {

struct Indicator;
struct SeriesPlan;
struct RecordPlan;

/// Measures a series at the targets of the reference.
/// series: after the indicator's window. out, reason_out: [target][pixel], memory of the backend.
/// SPI: at least min_years calibration sums and as many above 0, gamma by maximum likelihood, 0 by ZeroRule::center;
/// the target's own year is calibrated to, as everybody's SPI is; guarded where no rain is usual (guard_spi).
void measure(Backend& backend, const SeriesPlan& plan, const RecordPlan& record, const TargetReference& reference,
             const Indicator& indicator, const TileSeries& series, float* out, uint8_t* reason_out);

/// Bytes per pixel that `measure` takes beside its output.
size_t measure_bytes(const SeriesPlan& plan, const RecordPlan& record, const Indicator& indicator);

}  // namespace fw
