#include "core/risk/phase_history.h"

#include <algorithm>
#include <tuple>

#include "core/base/error.h"

namespace fw {
namespace {

[[noreturn]] void refuse(const std::string& code, const PhaseRow& row, const std::string& what) {
  throw InputError(code, row.where + ": " + what);
}

}  // namespace

std::vector<PhaseRow> clean_phase_history(std::vector<PhaseRow> rows) {
  for (const PhaseRow& row : rows) {
    if (row.phase < 0 || row.phase > 5) refuse("RANGE", row, "a phase is 1 to 5, or 0 where not assessed. Correct it");
    if (row.to < row.from) refuse("RANGE", row, "the period ends before it starts. Correct the dates");
    if (row.kind != rows.front().kind)
      refuse("PHASE_MIXED", row, "current analyses and projections stand in one history. Give one kind");
    if (row.source != rows.front().source)
      refuse("PHASE_MIXED", row, "two sources stand in one history, which classify differently. Give one source");
  }
  const auto key = [](const PhaseRow& r) { return std::tie(r.pcode, r.from, r.to); };
  std::stable_sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  std::vector<PhaseRow> out;
  for (PhaseRow& row : rows) {
    if (!out.empty() && key(out.back()) == key(row)) {
      if (out.back().phase != row.phase)
        refuse("PHASE_DUPLICATE", row, "disagrees with " + out.back().where + " on the same area and period. Keep one");
      continue;
    }
    if (!out.empty() && out.back().pcode == row.pcode && row.from <= out.back().to)
      refuse("PHASE_OVERLAP", row, "its period overlaps with " + out.back().where + ". Keep one analysis per period");
    out.push_back(std::move(row));
  }
  return out;
}

int last_stated_phase(const std::vector<PhaseRow>& rows, const std::string& pcode, Date day, int64_t& age_days) {
  int phase = 0;
  age_days = -1;
  for (const PhaseRow& row : rows)
    if (row.pcode == pcode && row.from <= day && row.phase > 0) {
      phase = row.phase;
      age_days = row.to < day ? days_since_epoch(day) - days_since_epoch(row.to) : 0;
    }
  return phase;
}

}  // namespace fw
