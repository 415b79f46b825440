#include "core/risk/skill.h"

#include <limits>
#include <map>

#include "core/base/error.h"
#include "core/risk/event_scores.h"

namespace fw {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr size_t min_years = 5;

struct Tally {
  double rows = 0, events = 0;
};
/// For each row the share of events among rows of other years of the same group; group < 0 has none.
template <class GroupOf>
std::vector<double> frequency_elsewhere(std::span<const HindcastRow> rows, const GroupOf& group_of) {
  std::map<int, Tally> all;
  std::map<std::pair<int, int>, Tally> of_year;
  for (const HindcastRow& r : rows) {
    const int group = group_of(r);
    for (Tally* t : {&all[group], &of_year[{group, r.year}]}) t->rows += 1, t->events += r.event;
  }
  std::vector<double> out;
  for (const HindcastRow& r : rows) {
    const int group = group_of(r);
    const Tally &a = all[group], &y = of_year[{group, r.year}];
    out.push_back(group >= 0 && a.rows > y.rows ? (a.events - y.events) / (a.rows - y.rows) : nan);
  }
  return out;
}

/// One row with all three forecasts.
struct Compared {
  Verified forecast;
  double climatology, persistence;
  bool onset;
};
double skill_over(const std::vector<Compared>& rows, const std::vector<size_t>& at, double Compared::*reference,
                  bool onset) {
  double own = 0, other = 0;
  for (const size_t k : at) {
    const Compared& r = rows[k];
    if (onset && !r.onset) continue;
    const double event = r.forecast.event, a = r.forecast.forecast - event, b = r.*reference - event;
    own += a * a;
    other += b * b;
  }
  return other > 0 ? 1 - own / other : nan;
}
std::vector<Verified> forecasts_at(const std::vector<Compared>& rows, const std::vector<size_t>& at) {
  std::vector<Verified> out;
  for (const size_t k : at) out.push_back(rows[k].forecast);
  return out;
}

}  // namespace

std::vector<double> climatology_of(std::span<const HindcastRow> rows) {
  return frequency_elsewhere(rows, [](const HindcastRow&) { return 0; });
}
std::vector<double> persistence_of(std::span<const HindcastRow> rows) {
  return frequency_elsewhere(rows, [](const HindcastRow& r) { return r.before; });
}

Interval90 year_block_interval(const std::vector<int>& year, int draws, uint64_t seed,
                               const std::function<double(const std::vector<size_t>&)>& statistic) {
  const Blocks blocks = blocks_of(year);
  if (blocks.names.size() < min_years) return {};
  std::vector<std::vector<size_t>> members(blocks.names.size());
  for (size_t row = 0; row < year.size(); ++row) members[blocks.of_row[row]].push_back(row);
  SplitMix random(seed);
  std::vector<double> values;
  for (int draw = 0; draw < draws; ++draw) {
    std::vector<size_t> at;
    for (size_t k = 0; k < members.size(); ++k) {
      const auto& block = members[random.below(members.size())];
      at.insert(at.end(), block.begin(), block.end());
    }
    values.push_back(statistic(at));
  }
  return middle_90(std::move(values));
}

Skill measure_skill(std::span<const HindcastRow> rows, int draws, uint64_t seed) {
  const std::vector<double> climatology = climatology_of(rows), persistence = persistence_of(rows);
  std::vector<Compared> compared;
  std::vector<int> year;
  Skill out;
  for (size_t k = 0; k < rows.size(); ++k) {
    const HindcastRow& r = rows[k];
    if (r.forecast < 0 || r.forecast > 1)
      throw InputError("RANGE", "a forecast to verify is not a probability 0..1. Correct it");
    if (r.forecast != r.forecast || climatology[k] != climatology[k] || persistence[k] != persistence[k]) continue;
    compared.push_back({{r.forecast, r.event, r.year}, climatology[k], persistence[k], r.before == 0});
    year.push_back(r.year);
    out.onsets += r.before == 0 && r.event;
  }
  out.rows = compared.size();
  out.not_assessed = rows.size() - compared.size();
  out.years = blocks_of(year).names.size();
  std::vector<size_t> each(compared.size());
  for (size_t k = 0; k < each.size(); ++k) each[k] = k;
  const auto estimate = [&](const std::function<double(const std::vector<size_t>&)>& statistic) {
    return Estimate{statistic(each), year_block_interval(year, draws, seed, statistic)};
  };
  out.brier = estimate([&](const auto& at) { return brier_score(forecasts_at(compared, at)); });
  out.roc_area = estimate([&](const auto& at) { return roc_area(forecasts_at(compared, at)); });
  out.over_climatology =
      estimate([&](const auto& at) { return skill_over(compared, at, &Compared::climatology, false); });
  out.over_persistence =
      estimate([&](const auto& at) { return skill_over(compared, at, &Compared::persistence, false); });
  out.onset_over_climatology =
      estimate([&](const auto& at) { return skill_over(compared, at, &Compared::climatology, true); });
  return out;
}

}  // namespace fw
