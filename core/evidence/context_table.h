// What was matched of published statistics, as a table (context.csv) and back, and what it says of the people of a
// unit.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/evidence/observation_account.h"

namespace fw {

/// Everything that was matched, sorted by its cells. The places of an observation are not in it: its unit is. `lat` and
/// `lon` stand only where the source gave both. Single events may be under a licence that forbids passing them on: the
/// table is for the steps of a run and is not published.
std::string context_csv(const std::vector<MatchedObservation>& observations);
/// Reads what context_csv wrote. Errors: InputError TABLE_INVALID, CSV_SYNTAX, ENCODING.
std::vector<MatchedObservation> load_context(const std::string& file);

/// People of units by published population tables.
class UnitPeople {
 public:
  explicit UnitPeople(const std::vector<MatchedObservation>& observations);
  /// Of the last year that is not after `year`, else of the first year there is; > 0, nothing where unknown.
  std::optional<double> at(const std::string& pcode, int year) const;

 private:
  std::map<std::string, std::map<int, double>> of_;
};

}  // namespace fw
