// Which periods a new, late, replaced or removed scene touches, and which part of the record they look back on.
#pragma once
#include "core/series/plan.h"

namespace fw {

/// Periods before the last one in which a scene may still come late or be replaced; older ones need a full run.
inline constexpr int late_periods = 9;

/// Periods that the indicators look back from a target, the target included, through a base series: the trailing
/// window, for built-up its own window too.
int look_back(const SeriesPlan& plan, const BaseSeries& series);

/// First period of a base series that must be kept for the next update.
Period keep_from(const SeriesPlan& plan, const BaseSeries& series);

/// The periods a store was made with.
struct StoredSpan {
  Period record_first, from, to;
};

/// The work of an update.
struct UpdatePlan {
  SeriesPlan plan;            ///< analysis: the periods to compute (again); all later ones are computed too
  RecordPlan record;          ///< the part of the record they need; `changed` says what is stale
  size_t new_periods = 0;     ///< after those of the store
  size_t changed_scenes = 0;  ///< new, replaced or removed, in periods of the store
  size_t new_scenes = 0;      ///< in the new periods
};

/// plan, full: what a full run would do with `now`. before: the scenes that went into the store.
/// Errors: InputError NO_NEW_SCENES, STATE_ORDER (the plan ends before the store does), STATE_RECORD (the record begins
/// elsewhere, or the analysis before the store's), STATE_REFERENCE (a period to compute, or a changed scene, belongs to
/// the reference), STATE_LATE (older than late_periods).
UpdatePlan plan_update(const SeriesPlan& plan, const RecordPlan& full, const StoredSpan& store, const Catalogue& before,
                       const Catalogue& now);

}  // namespace fw
