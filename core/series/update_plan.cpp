#include "core/series/update_plan.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/scene/same_scene.h"

namespace fw {
namespace {

Period at(const SeriesPlan& plan, int number) { return {plan.cadence, number}; }

bool in_reference(const SeriesPlan& plan, Period p) {
  return reference_calendar(p, 1, plan.reference_from, plan.reference_to).in_reference[0] != 0;
}

bool compares(const SeriesPlan& plan) {
  return std::any_of(plan.indicators.begin(), plan.indicators.end(), [](const Indicator& i) { return i.compares(); });
}

void check_span(const SeriesPlan& plan, const RecordPlan& full, const StoredSpan& store) {
  if (plan.analysis_to < store.to)
    throw InputError("STATE_ORDER", "The configuration ends with " + label(plan.analysis_to) +
                                        ", the state already holds " + label(store.to) +
                                        ". Set 'to' to that period or a later one.");
  if (full.first != store.record_first || plan.analysis_from < store.from)
    throw InputError("STATE_RECORD", full.first != store.record_first
                                         ? "The record begins with " + label(full.first) + ", that of the state with " +
                                               label(store.record_first) + " (scenes before it came or went)."
                                         : "The analysis begins with " + label(plan.analysis_from) +
                                               ", that of the state with " + label(store.from) +
                                               " (earlier rows were never computed).");
}

}  // namespace

int look_back(const SeriesPlan& plan, const BaseSeries& series) {
  int most = 1;
  for (const auto& i : plan.indicators) {
    const int window = window_of(plan, i);
    const bool water = series.name == plan.water_index && series.composite == CompositeMethod::median;
    if (i.series == series.name || (i.series == "water" && water)) most = std::max(most, window);
    if (i.series == "built_up" && (water || series.name == "NDVI" || series.name == "NDBI"))
      most = std::max(most, window + window_periods(plan.built_up.window_dekads, plan.cadence) - 1);
  }
  return most;
}

Period keep_from(const SeriesPlan& plan, const BaseSeries& series) {
  return at(plan, plan.analysis_to.number - look_back(plan, series) - late_periods + 1);
}

UpdatePlan plan_update(const SeriesPlan& plan, const RecordPlan& full, const StoredSpan& store, const Catalogue& before,
                       const Catalogue& now) {
  check_span(plan, full, store);
  int longest = 1;
  for (const auto& b : full.base) longest = std::max(longest, look_back(plan, b));

  UpdatePlan update;
  update.new_periods = static_cast<size_t>(plan.analysis_to.number - store.to.number);
  std::vector<const Scene*> stale;
  int first_changed = store.to.number + 1;
  const auto counts = [&](const Scene& s) { return full.scenes.count(s.product) > 0; };
  for (const Scene* s : changed_scenes(before, now, counts)) {
    const Period p = period_of(s->time.date, plan.cadence);
    if (p < full.first || p > store.to) continue;
    for (int q = p.number; q < p.number + longest && compares(plan); ++q)
      if (in_reference(plan, at(plan, q)))
        throw InputError("STATE_REFERENCE", "Scene " + s->id + " of " + label(p) +
                                                " is new, replaced or gone and belongs to the reference, which the "
                                                "state holds only as statistics.");
    if (p.number <= store.to.number - late_periods) {
      if (p.number + longest - 1 < plan.analysis_from.number) continue;  // no period analysed looks back so far
      throw InputError("STATE_LATE", "Scene " + s->id + " of " + label(p) +
                                         " is new, replaced or gone and older than " + std::to_string(late_periods) +
                                         " periods; the state no longer holds what it needs.");
    }
    stale.push_back(s);
    first_changed = std::min(first_changed, p.number);
  }
  update.changed_scenes = stale.size();
  for (const auto& [product, periods] : full.scenes)
    for (int p = store.to.number + 1; p <= plan.analysis_to.number; ++p)
      update.new_scenes += periods[static_cast<size_t>(p - full.first.number)].size();
  if (update.new_scenes == 0 && stale.empty())
    throw InputError("NO_NEW_SCENES", update.new_periods == 0
                                          ? "No scene is new since the state was made and " + label(store.to) +
                                                " is already in it. For new reports alone run 'forewarn evidence', "
                                                "'risk' and 'publish' again."
                                          : "No scene is new since the state was made (" + label(plan.analysis_to) +
                                                " has none). Wait for scenes.");

  const int from = std::max(std::min(first_changed, store.to.number + 1), plan.analysis_from.number);
  for (int t = from; t <= plan.analysis_to.number && compares(plan); ++t)
    if (in_reference(plan, at(plan, t)))
      throw InputError("STATE_REFERENCE",
                       label(at(plan, t)) +
                           " lies inside the reference years: its own year has to be left out of the reference, which "
                           "statistics of the whole reference cannot give.");
  int first = std::min(from - longest + 1, first_changed);
  for (const auto& b : full.base) first = std::min(first, std::max(keep_from(plan, b).number, store.to.number + 1));
  first = std::max(first, full.first.number);

  update.plan = plan;
  update.plan.analysis_from = at(plan, from);
  update.record.first = at(plan, first);
  update.record.periods = plan.analysis_to.number - first + 1;
  update.record.base = full.base;
  update.record.missing = full.missing;
  update.record.unit_series = full.unit_series;
  update.record.stored = true;
  for (const auto& [product, periods] : full.scenes) {
    const auto begin = periods.begin() + (first - full.first.number);
    update.record.scenes[product].assign(begin, begin + update.record.periods);
    update.record.changed[product].resize(static_cast<size_t>(update.record.periods));
  }
  for (const Scene* s : stale)
    update.record.changed[s->product][static_cast<size_t>(period_of(s->time.date, plan.cadence).number - first)]
        .push_back(s);
  for (int t = from; t <= plan.analysis_to.number; ++t) update.record.targets.push_back(t - first);
  return update;
}

}  // namespace fw
