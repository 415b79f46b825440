// What readers of phase tables share.
#pragma once
#include "core/evidence/observation_reader.h"

namespace fw {

/// 1..5 as an observation "phase" appended to out; nothing for an empty cell. FEWS NET's 66 (water), 88 (park) and 99
/// (no data) are no phases: nothing. Refusals: RANGE for any other number.
void add_phase(const ObservationRow& row, ObservationRow::Column c, Observation o, std::vector<Observation>* out);
/// People in a phase ("1".."5", "3+", "all") and, where given, their share of the people analysed (0..1).
void add_people(const ObservationRow& row, ObservationRow::Column people, ObservationRow::Column share,
                const std::string& phase, Observation o, std::vector<Observation>* out);

}  // namespace fw
