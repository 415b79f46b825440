// Stated phases out of published statistics.
#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/risk/food_model.h"

namespace fw {
namespace {

bool is_of(const std::string& item, const std::vector<std::string>& files) {
  return std::any_of(files.begin(), files.end(), [&](const std::string& file) {
    return item.starts_with(printable(file) + ":");  // as item_of names the line
  });
}

}  // namespace

std::vector<PhaseRow> phase_history_of(const std::vector<MatchedObservation>& observations,
                                       const std::vector<std::string>& files) {
  std::vector<PhaseRow> rows;
  for (const MatchedObservation& m : observations) {
    const Observation& o = m.observation;
    if (o.dataset != Dataset::phase || o.quantity != "phase" || o.outlook != Outlook::current || !is_of(m.item, files))
      continue;
    rows.push_back({m.pcode, o.source, PhaseKind::current, o.from, o.to, static_cast<int>(o.value), m.item});
  }
  if (rows.empty())
    throw InputError("FIT_HISTORY", join(files, ", ") +
                                        ": holds no current phase of a unit of the region (projections are not "
                                        "learnt from). Name a file of [[observations]] that does");
  return clean_phase_history(std::move(rows));
}

std::vector<MatchedObservation> without_other_phases(std::vector<MatchedObservation> observations,
                                                     const std::vector<std::string>& files) {
  std::erase_if(observations, [&](const MatchedObservation& m) {
    return m.observation.dataset == Dataset::phase && !is_of(m.item, files);
  });
  return observations;
}

}  // namespace fw
