#include "core/risk/stated_phases.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "core/base/text.h"

namespace fw {
namespace {

struct Statement {
  Date to;
  int phase = 0;
  PhasePopulation people{};
  std::set<int> stated, disputed;  ///< phases with a number of people; with two
  std::optional<Date> issued;
};
using Place = std::tuple<std::string, std::string, Outlook>;  // p-code, source, outlook
using Statements = std::map<Place, std::map<Date, Statement>>;

std::optional<int> phase_of_detail(const std::string& detail) {
  if (detail.size() != 1 || detail[0] < '1' || detail[0] > '5') return {};
  return detail[0] - '0';
}
std::optional<PhasePopulation> people_of(const Statement& s) {
  return s.stated.size() == 5 && s.disputed.empty() ? std::optional(s.people) : std::nullopt;
}

Statements gather(const std::vector<MatchedObservation>& observations, Date day) {
  Statements out;
  for (const MatchedObservation& m : observations) {
    const Observation& o = m.observation;
    if (o.dataset != Dataset::phase || day < o.issued.value_or(o.from)) continue;
    const auto number = phase_of_detail(o.detail);
    if (o.quantity != "phase" && !(o.quantity == "people_in_phase" && number)) continue;
    Statement& s = out[{m.pcode, o.source, o.outlook}][o.from];
    if (o.issued < s.issued) continue;
    if (s.issued < o.issued) s = {};  // an analysis of the same days that was made known later
    s.issued = o.issued;
    s.to = std::max(s.to, o.to);
    if (o.quantity == "phase") {
      s.phase = static_cast<int>(o.value);
    } else {
      double& people = s.people[static_cast<size_t>(*number) - 1];
      if (!s.stated.insert(*number).second && people != o.value) s.disputed.insert(*number);
      people = o.value;
    }
  }
  return out;
}

StatedPhase newest(const Place& place, const std::map<Date, Statement>& by_date) {
  StatedPhase out;
  std::tie(out.pcode, out.source, out.outlook) = place;
  auto at = by_date.rbegin();
  out.from = at->first;
  out.to = at->second.to;
  out.phase = at->second.phase;
  out.people = people_of(at->second);
  if (out.people) check_phase_population(*out.people, out.pcode + ", " + to_string(out.from));
  if (out.outlook == Outlook::current)
    if (++at; at != by_date.rend()) {
      out.people_before = people_of(at->second);
      out.before_from = at->first;
    }
  return out;
}

/// Adds a unit's people to the sum of its source, outlook and period.
void add_to_sum(std::map<std::tuple<std::string, Outlook, Date>, StatedPhase>& sums, const StatedPhase& row) {
  StatedPhase& sum = sums[{row.source, row.outlook, row.from}];
  if (!sum.people) {
    sum = row;
    sum.pcode.clear();
    sum.phase = 0;
    return;
  }
  ++sum.units;
  for (size_t k = 0; k < 5; ++k) (*sum.people)[k] += (*row.people)[k];
  if (sum.before_from != row.before_from || !row.people_before) sum.people_before.reset();
  if (sum.people_before)
    for (size_t k = 0; k < 5; ++k) (*sum.people_before)[k] += (*row.people_before)[k];
}

std::string word(Answer a) { return a == Answer::yes ? "yes" : (a == Answer::no ? "no" : "unknown"); }
std::string word(RoseaLevel level) {
  switch (level) {
    case RoseaLevel::not_assessed:
      return "not assessed";
    case RoseaLevel::low:
      return "low";
    case RoseaLevel::medium:
      return "medium";
    case RoseaLevel::high:
      return "high";
    case RoseaLevel::very_high:
      return "very high";
  }
  return "";
}

}  // namespace

std::vector<StatedPhase> stated_phases(const std::vector<MatchedObservation>& observations,
                                       const std::set<std::string>& finest, Date day) {
  std::vector<StatedPhase> rows, out;
  for (const auto& [place, by_date] : gather(observations, day)) rows.push_back(newest(place, by_date));
  std::map<std::tuple<std::string, Outlook, Date>, StatedPhase> sums;
  for (const StatedPhase& row : rows)
    if (row.people && finest.contains(row.pcode)) add_to_sum(sums, row);
  for (auto& [key, sum] : sums) out.push_back(std::move(sum));
  out.insert(out.end(), rows.begin(), rows.end());
  return out;
}

std::string stated_phases_csv(const std::vector<StatedPhase>& rows) {
  std::string out =
      "pcode,units,stated_by,outlook,from,to,phase_stated,people_1,people_2,people_3,people_4,people_5,analysed,"
      "share_3_or_worse,share_4_or_worse,phase_by_20_percent,compared_with,signals_alert,rosea_level\n";
  for (const StatedPhase& r : rows) {
    std::vector<std::string> cells = {csv_text(r.pcode),
                                      std::to_string(r.units),
                                      csv_text(r.source),
                                      name_of(r.outlook),
                                      to_string(r.from),
                                      to_string(r.to),
                                      r.phase > 0 ? std::to_string(r.phase) : ""};
    for (size_t k = 0; k < 5; ++k) cells.push_back(r.people ? format_number((*r.people)[k]) : "");
    if (r.people) {
      const bool current = r.outlook == Outlook::current;
      const auto area = area_phase(*r.people);
      cells.push_back(format_number(analysed_people(*r.people)));
      cells.push_back(format_number(share_in_phase(*r.people, 3)));
      cells.push_back(format_number(share_in_phase(*r.people, 4)));
      cells.push_back(area ? std::to_string(*area) : "not assessed");
      cells.push_back(current && r.people_before && r.before_from ? to_string(*r.before_from) : "");
      cells.push_back(current ? word(alerts_on_phases(*r.people, r.people_before)) : "");
      // ROSEA's rule is for countries: it is given for the sums alone.
      cells.push_back(current && r.pcode.empty() ? word(rosea_level(*r.people, r.people_before).level) : "");
    } else {
      cells.insert(cells.end(), {"", "", "", "not assessed", "", "", ""});
    }
    out += join(cells, ",") + "\n";
  }
  return out;
}

}  // namespace fw
