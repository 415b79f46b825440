// How published statistics become evidence: per unit and period, through ramps that are data (config/evidence).
#pragma once
#include <string>
#include <vector>

#include "core/evidence/observation_account.h"
#include "core/evidence/report.h"

namespace fw {

enum class RampStatistic : uint8_t { sum, largest, increase, decrease, over_usual };

struct Ramp {
  std::string dataset, quantity, kind;
  RampStatistic statistic = RampStatistic::sum;
  double zero = 0, one = 1;  ///< of the statistic; in between linear, beyond cut
  double per_people = 0;     ///< 0: the number itself; else times this over the unit's people
  int max_gap_days = 92;     ///< between two counts that are compared
};
/// Errors: ConfigError UNKNOWN_KIND, VALUE, RANGE, unknown keys.
std::vector<Ramp> load_ramps(const std::string& file);

/// Observations longer than this, in days, are not about a period: a year's total says nothing of a dekad.
inline constexpr int longest_period_days = 31;

/// The observations without what overlapping files say again: of an event (source, quantity, unit, site, days) the
/// greatest figure, and of figures without a site no more that are alike than the file has that holds most of them.
std::vector<const MatchedObservation*> told_once(const std::vector<const MatchedObservation*>& list);

/// What a source says of a unit, period and kind, as a report of that organisation: severity 0..5 through the worst of
/// its ramps, time the last day observed. Only measured observations count; where people are needed and not known the
/// ramp is silent. The result does not depend on the order of the observations. Sources that the registry does not know
/// are noted (SOURCE_UNKNOWN) and left out.
std::vector<Report> statistics_as_reports(const std::vector<MatchedObservation>& observations,
                                          const std::vector<Ramp>& ramps, Cadence cadence, const Registry& registry,
                                          RunReport& report);

}  // namespace fw
