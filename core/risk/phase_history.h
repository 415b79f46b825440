// Phases that authorised analyses have stated, as a history that a model may learn from: one row per area and period,
// current analyses and projections never mixed.
#pragma once
#include <string>
#include <vector>

#include "core/base/date.h"

namespace fw {

enum class PhaseKind : uint8_t { current, first_projection, second_projection };

struct PhaseRow {
  std::string pcode, source;  ///< source: "IPC", "FEWS NET", …: not one another's replacement
  PhaseKind kind = PhaseKind::current;
  Date from, to;      ///< of validity
  int phase = 0;      ///< 1..5; 0 not assessed
  std::string where;  ///< "phases.csv:12", for messages
};

/// Sorted by area and start; rows that say the same twice count once; rows that are not assessed stay (they are not
/// phase 1). Errors: InputError PHASE_DUPLICATE (two rows of one area and period disagree), PHASE_OVERLAP (periods of
/// one area overlap), PHASE_MIXED (projections among current analyses, or two sources), RANGE (phase outside 0..5, end
/// before start).
std::vector<PhaseRow> clean_phase_history(std::vector<PhaseRow> rows);

/// Phase of the last analysis of an area that was valid before or on `day` and had begun; 0 where there is none.
/// In: rows of clean_phase_history. `age_days`: days from its end to `day`, 0 while valid; -1 without one.
int last_stated_phase(const std::vector<PhaseRow>& rows, const std::string& pcode, Date day, int64_t& age_days);

}  // namespace fw
