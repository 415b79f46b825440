// What authorised analyses say about an area: IPC's 20 % rule, OCHA's rules on change. The populations are theirs; the
// program states no phase of its own. Not assessed is an answer, never "phase 1".
#pragma once
#include <array>
#include <cmath>
#include <optional>
#include <string>

#include "core/risk/answer.h"

namespace fw {

/// People (or percent) in phases 1 to 5 of the analysed population, from a published analysis.
using PhasePopulation = std::array<double, 5>;

/// Errors: InputError PHASE_POPULATION where a number is negative or infinite (NaN is missing, and allowed). `where`
/// names the row in the message.
void check_phase_population(const PhasePopulation& people, const std::string& where);
double analysed_people(const PhasePopulation& people);
/// Share 0..1 in `phase` or worse; NaN where nobody was analysed or a number is missing.
double share_in_phase(const PhasePopulation& people, int phase);

/// The highest phase with at least 20 % of the analysed people in it or worse. Nothing where the phases add up to 0 or
/// a number is missing: not assessed. Source: IPC Technical Manual 3.1, area classification.
std::optional<int> area_phase(const PhasePopulation& people);

/// May two analyses be compared? Their analysed populations differ by at most 10 % of the earlier one.
bool are_comparable(const PhasePopulation& now, const PhasePopulation& before);

/// HDX Signals: alert where anyone is in phase 5, or where 3+ reaches 20 % or 4+ reaches 5 % and that share grew since
/// the last comparable analysis. Unknown where there is nothing to compare with, or nothing was assessed.
Answer alerts_on_phases(const PhasePopulation& now, const std::optional<PhasePopulation>& before);

enum class RoseaLevel : int { not_assessed = -1, low = 0, medium = 1, high = 2, very_high = 3 };
struct Rosea {
  RoseaLevel level = RoseaLevel::not_assessed;
  bool changes_assessed = false;  ///< false: no comparable analysis; rules on change could not raise the level
};
/// OCHA ROSEA, by country. Very high: 4+ >= 500,000, or 3+ >= 25 % and 4+ up 3 percentage points or more; high: 4+ >=
/// 200,000, or 3+ >= 25 % and 3+ up 5 points or more; medium: 3+ >= 18 % or 4+ >= 50,000. In: numbers of people.
Rosea rosea_level(const PhasePopulation& now, const std::optional<PhasePopulation>& before);
/// Country level: the worse of the food-security and the agricultural one. Where one is not assessed, the other stands
/// unless it is "low": low alone is not assessed.
RoseaLevel worse_of(RoseaLevel a, RoseaLevel b);

}  // namespace fw
