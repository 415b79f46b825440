// The gate before every alarm on vegetation: out of season is a class of its own, and so is not knowing the season.
// Seasons are static (Phenology of the mean year), never estimated anew from the year under judgement.
#pragma once
#include <cstdint>

#include "kernels/nodata.h"
#include "kernels/ops_phenology.h"

namespace fw {

/// The operation that finds the season in the curve of a mean year, outputs still null. In: thresholds: shares of the
/// amplitude `start`, `senescence`, `end`, and `min_amplitude`; curve [periods][pixels] on the backend.
template <class Thresholds>
Phenology find_season(const Thresholds& thresholds, const float* curve, int periods, size_t pixels) {
  Phenology op{};
  op.curve = curve;
  op.periods = periods;
  op.pixels = pixels;
  op.circular = true;
  op.start_fraction = static_cast<float>(thresholds.start);
  op.senescence_fraction = static_cast<float>(thresholds.senescence);
  op.end_fraction = static_cast<float>(thresholds.end);
  op.min_amplitude = static_cast<float>(thresholds.min_amplitude);
  return op;
}

/// Reason with which a value passes. In: season: of SeasonState (0 off, 1 growing, 2 senescent, season_unknown);
/// reason: of the value itself. Out: not_in_season off season; not_assessed where the season is not known, unless the
/// value is missing anyway; else the value's reason.
FW_HD Reason gate_by_season(uint8_t season, Reason reason) {
  if (season == 0) return Reason::not_in_season;
  if (season == season_unknown && reason == Reason::value) return Reason::not_assessed;
  return reason;
}

/// Class of a pixel behind the gate. In: alarm: its class; not_in_season, not_assessed: values of the scheme's own
/// classes. Out: one of the three.
FW_HD uint8_t gate_class(uint8_t season, Reason reason, uint8_t alarm, uint8_t not_in_season, uint8_t not_assessed) {
  const Reason gated = gate_by_season(season, reason);
  if (gated == Reason::not_in_season) return not_in_season;
  return gated == Reason::value ? alarm : not_assessed;
}

}  // namespace fw
