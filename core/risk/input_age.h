// How old the newest input of a risk row is.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "core/risk/risk.h"

namespace fw {

/// Acquisitions behind one indicator.
struct IndicatorDays {
  std::vector<Date> days;  ///< ascending
  int window = 1;          ///< periods up to and with the row's that a value rests on
};
struct InputDays {
  std::map<std::string, IndicatorDays> indicators;  ///< by id
  Date as_of;                                       ///< analysis date, from which the ages in evidence rows count
};

/// Sets input_age_days: days from the newest input to the last day of the row's period. Inputs are the acquisitions in
/// the window of every factor that has a membership in the row (of the region: over this unit the newest may have been
/// masked, then the age is a lower bound), and the newest report of every kind that counts. NaN where there is none.
void set_input_age(const InputDays& inputs, const EvidenceTable& evidence, RiskTable& table);

}  // namespace fw
