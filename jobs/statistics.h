// The published statistics of a run, matched with its units.
#pragma once
#include <vector>

#include "core/evidence/observation_account.h"
#include "jobs/run_context.h"

namespace fw {

/// Reads every [[observations]] of the configuration; what could not be used goes to the run's report.
std::vector<MatchedObservation> match_statistics(RunContext& context, std::vector<FileAccount>* accounts);

}  // namespace fw
