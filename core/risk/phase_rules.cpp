#include "core/risk/phase_rules.h"

#include <limits>

#include "core/base/error.h"

namespace fw {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double people_from(const PhasePopulation& people, int phase) {
  double sum = 0;
  for (size_t k = static_cast<size_t>(phase) - 1; k < people.size(); ++k) sum += people[k];
  return sum;
}
/// Difference of shares in percentage points, rounded to 1e-9 so that a step of exactly 3 is 3.
double points_up(const PhasePopulation& now, const PhasePopulation& before, int phase) {
  return std::round((share_in_phase(now, phase) - share_in_phase(before, phase)) * 1e11) / 1e9;
}

}  // namespace

void check_phase_population(const PhasePopulation& people, const std::string& where) {
  for (const double n : people)
    if (n < 0 || std::isinf(n))
      throw InputError("PHASE_POPULATION", where +
                                               ": a population by phase is negative or infinite. Correct the row, or "
                                               "leave the cell empty where it is not known");
}

double analysed_people(const PhasePopulation& people) { return people_from(people, 1); }

double share_in_phase(const PhasePopulation& people, int phase) {
  FW_EXPECT(phase >= 1 && phase <= 5, "phases are 1..5");
  const double all = analysed_people(people);
  return all > 0 ? people_from(people, phase) / all : nan;
}

std::optional<int> area_phase(const PhasePopulation& people) {
  const double all = analysed_people(people);
  if (!(all > 0)) return std::nullopt;  // NaN too
  for (int phase = 5; phase > 1; --phase)
    if (people_from(people, phase) * 5 >= all) return phase;
  return 1;
}

bool are_comparable(const PhasePopulation& now, const PhasePopulation& before) {
  const double a = analysed_people(now), b = analysed_people(before);
  return a > 0 && b > 0 && std::abs(a - b) * 10 <= b;
}

Answer alerts_on_phases(const PhasePopulation& now, const std::optional<PhasePopulation>& before) {
  if (now[4] > 0) return Answer::yes;
  if (!(analysed_people(now) > 0)) return Answer::unknown;
  const bool many = people_from(now, 3) * 5 >= analysed_people(now),
             grave = people_from(now, 4) * 20 >= analysed_people(now);
  if (!many && !grave) return Answer::no;
  if (!before || !are_comparable(now, *before)) return Answer::unknown;
  return answer_of((many && points_up(now, *before, 3) > 0) || (grave && points_up(now, *before, 4) > 0));
}

Rosea rosea_level(const PhasePopulation& now, const std::optional<PhasePopulation>& before) {
  Rosea out;
  const double all = analysed_people(now);
  if (!(all > 0)) return out;
  out.changes_assessed = before && are_comparable(now, *before);
  const double grave = people_from(now, 4), many = people_from(now, 3);
  const double grave_up = out.changes_assessed ? points_up(now, *before, 4) : -1;
  const double many_up = out.changes_assessed ? points_up(now, *before, 3) : -1;
  const bool quarter = many * 4 >= all;
  if (grave >= 500'000 || (quarter && grave_up >= 3))
    out.level = RoseaLevel::very_high;
  else if (grave >= 200'000 || (quarter && many_up >= 5))
    out.level = RoseaLevel::high;
  else if (many * 100 >= all * 18 || grave >= 50'000)
    out.level = RoseaLevel::medium;
  else
    out.level = RoseaLevel::low;
  return out;
}

RoseaLevel worse_of(RoseaLevel a, RoseaLevel b) {
  const RoseaLevel worse = a > b ? a : b, other = a > b ? b : a;
  return other == RoseaLevel::not_assessed && worse == RoseaLevel::low ? RoseaLevel::not_assessed : worse;
}

}  // namespace fw
