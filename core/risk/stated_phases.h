// What others have stated of each unit: their phase, their people per phase, and what the rules of IPC (20 %), HDX
// Signals and OCHA ROSEA make of their numbers. A context table: nothing in it is this program's classification.
#pragma once
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/evidence/observation_account.h"
#include "core/risk/phase_rules.h"

namespace fw {

/// The newest statement of one source and outlook on one unit, or on the sum of the units of a level (pcode empty).
struct StatedPhase {
  std::string pcode, source;
  Outlook outlook = Outlook::current;
  Date from, to;
  int phase = 0;                                 ///< as stated; 0 where no phase was
  std::optional<PhasePopulation> people;         ///< where all five are stated
  std::optional<PhasePopulation> people_before;  ///< of the analysis before; for current only
  std::optional<Date> before_from;
  size_t units = 1;  ///< summed
};

/// In: day: of issue; what was made known later (issued, else the first day) is not there. Sums are over the units of
/// `finest` that a source has populations of in the same period. Errors: InputError PHASE_POPULATION.
std::vector<StatedPhase> stated_phases(const std::vector<MatchedObservation>& observations,
                                       const std::set<std::string>& finest, Date day);

/// phases_stated.csv, by p-code, source and outlook; the sums first, with an empty p-code.
std::string stated_phases_csv(const std::vector<StatedPhase>& rows);

}  // namespace fw
