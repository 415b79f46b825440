// What only several reports together can show: conflicting ids, replays, impossible journeys, bursts of strangers.
#pragma once
#include <cstddef>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "core/evidence/report.h"

namespace fw {

/// A report that passed judge_row.
struct Candidate {
  Report report;
  std::string file;
  size_t place = 0;         ///< line or number of feature
  std::string content;      ///< hash of everything but the id
  bool registered = false;  ///< or vouched for
  bool outside = false;     ///< its point lies in no unit of the region
  double weight = 0;  ///< of the reporter on the day of the report: 0 when unregistered, expired or of reliability F
  double organisation_weight = 0;
  char reliability = 'F';
  std::string why_unweighted;  ///< code where weight is 0
};

/// Registered or not, weights, and the content hash.
Candidate make_candidate(Report report, std::string file, size_t place, const Registry& registry);

/// ID_CONFLICT (same reporter and id, other content: all set aside) and DUPLICATE (same content, whatever the id: one
/// is left).
void check_identity(std::vector<Candidate>& candidates, EvidenceTable& counts, RunReport& report);

/// SPEED: two consecutive reports of one reporter farther apart than anybody travels in the time between. Both are set
/// aside, but where just one of them lies outside the region (a mistaken or borrowed position) only that one.
void check_speed(std::vector<Candidate>& candidates, EvidenceTable& counts, RunReport& report);

using CellKey = std::tuple<std::string, Period, std::string>;  ///< pcode, period, kind
/// CLUSTER_SUSPECT: ten or more unregistered reporters on one unit and kind within an hour, and more than twice as
/// many as registered ones (who crowd in as well where something has happened). Noted, not removed: they have no
/// weight. Out: the cells concerned.
std::set<CellKey> find_bursts(const std::vector<Candidate>& candidates, Cadence cadence, RunReport& report);

/// VOUCH_SPENT: reports of a vouched key beyond the number vouched for, counted from the first day of the vouching,
/// lose their weight.
void limit_vouched(std::vector<Candidate>& candidates, const Registry& registry, RunReport& report);

/// Great-circle distance on a sphere of the earth's mean radius, km. In: degrees.
double distance_km(double lat1, double lon1, double lat2, double lon2);

}  // namespace fw
