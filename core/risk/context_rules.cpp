#include "core/risk/context_rules.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "core/base/text.h"
#include "core/evidence/observation_evidence.h"
#include "core/risk/conflict_exposure.h"
#include "core/risk/displacement_alert.h"
#include "core/risk/flows.h"

namespace fw {
namespace {

constexpr int alert_days = 1096 + 30 + 1;
constexpr double widths = 6;

/// Where units lie and what lies in what.
class Units {
 public:
  explicit Units(const std::vector<EvidenceUnit>& units) {
    for (const EvidenceUnit& u : units) of_[u.pcode] = &u;
  }
  const EvidenceUnit* find(const std::string& pcode) const {
    const auto at = of_.find(pcode);
    return at == of_.end() ? nullptr : at->second;
  }
  int level(const std::string& pcode) const {
    const EvidenceUnit* unit = find(pcode);
    return unit ? unit->level : -1;
  }
  /// The unit and those above it.
  std::vector<std::string> line(const std::string& pcode) const {
    std::vector<std::string> out = {pcode};
    for (const EvidenceUnit* u = find(pcode); u && !u->parent.empty() && out.size() < 8; u = find(u->parent))
      out.push_back(u->parent);
    return out;
  }

 private:
  std::map<std::string, const EvidenceUnit*> of_;
};

/// What one source counts in one way.
struct Record {
  std::vector<const MatchedObservation*> seen;
  std::set<std::string> in, at_or_above;  ///< units with an observation; these and the units above them
  int64_t first = 0, last = 0;            ///< days
  bool totals = false;

  bool watches(const Units& units, const std::string& pcode) const {
    if (at_or_above.contains(pcode)) return true;
    if (!totals) return false;
    const auto line = units.line(pcode);
    return std::any_of(line.begin(), line.end(), [&](const std::string& p) { return in.contains(p); });
  }
};

template <class Wanted>
std::vector<Record> records_of(const std::vector<MatchedObservation>& context, const Units& units, Wanted wanted) {
  using Key = std::tuple<std::string, bool, int>;              // source, totals, level of these
  using Event = std::tuple<std::string, std::string, size_t>;  // key and unit of an event; totals by number
  std::vector<const MatchedObservation*> list;
  for (const MatchedObservation& m : context) {
    const Observation& o = m.observation;
    const int64_t days = days_since_epoch(o.to) - days_since_epoch(o.from);
    if (o.outlook == Outlook::measured && days < longest_period_days && wanted(o)) list.push_back(&m);
  }
  list = told_once(list);
  std::map<Key, std::map<Event, const MatchedObservation*>> found;
  for (size_t n = 0; n < list.size(); ++n) {
    const Observation& o = list[n]->observation;
    const bool totals = o.site.empty();
    const std::string& pcode = list[n]->pcode;
    const auto [at, fresh] = found[{o.source, totals, totals ? units.level(pcode) : -1}].emplace(
        Event{o.site, pcode, totals ? n : 0}, list[n]);
    if (!fresh && o.value > at->second->observation.value) at->second = list[n];
  }
  std::vector<Record> out;
  for (const auto& [key, events] : found) {
    Record r;
    r.totals = std::get<1>(key);
    for (const auto& [event, m] : events) {
      const int64_t from = days_since_epoch(m->observation.from), to = days_since_epoch(m->observation.to);
      r.first = r.seen.empty() ? from : std::min(r.first, from);
      r.last = r.seen.empty() ? to : std::max(r.last, to);
      r.seen.push_back(m);
      r.in.insert(m->pcode);
      for (const std::string& above : units.line(m->pcode)) r.at_or_above.insert(above);
    }
    out.push_back(std::move(r));
  }
  return out;
}

bool has_flag(const Observation& o, const char* flag) {
  return std::find(o.flags.begin(), o.flags.end(), flag) != o.flags.end();
}

/// What a rule says of a row; NaN without words: not watched.
struct Said {
  double value = nan_d();
  std::string words;
};

class Exposure {
 public:
  Exposure(const std::vector<MatchedObservation>& context, const Units& units)
      : units_(units), records_(records_of(context, units, [](const Observation& o) {
          return o.dataset == Dataset::conflict && o.quantity == "fatalities";
        })) {}

  Said say(const RiskRow& row) {
    const EvidenceUnit* unit = units_.find(row.pcode);
    if (!unit || !(unit->radius_km > 0)) return {};
    if (row.pcode != pcode_) gather(*unit);
    const int64_t end = days_since_epoch(last_day(row.period)), begin = days_since_epoch(first_day(row.period));
    Said out;
    for (size_t r = 0; r < records_.size(); ++r) {
      const Record& record = records_[r];
      const bool covered = record.watches(units_, row.pcode) && record.last + longest_period_days >= begin &&
                           static_cast<double>(end - record.first) >= kernel_.half_life_days;
      std::vector<ConflictEvent> events = near_[r];
      for (ConflictEvent& e : events) e.age_days = static_cast<double>(end) - e.age_days;
      const double value = conflict_exposure(events, unit->lat, unit->lon, covered, kernel_);
      if (!std::isnan(value) && !(value <= out.value)) out.value = value;
    }
    if (!std::isnan(out.value))
      out.words = format_fixed(out.value, 2) + " (recent deaths in conflict within reach, by published records)";
    return out;
  }

 private:
  /// Events within reach of a unit; their day stands in age_days.
  void gather(const EvidenceUnit& unit) {
    pcode_ = unit.pcode;
    near_.assign(records_.size(), {});
    for (size_t r = 0; r < records_.size(); ++r)
      for (const MatchedObservation* m : records_[r].seen) {
        const Observation& o = m->observation;
        ConflictEvent e{0, 0, static_cast<double>(days_since_epoch(o.to)), o.value, 3};
        if (o.lat && o.lon) {
          e.lat = *o.lat;
          e.lon = *o.lon;
          e.precision = has_flag(o, "PLACE_COARSE") ? 3 : has_flag(o, "PLACE_NEAR") ? 2 : 1;
        } else {
          const EvidenceUnit* its = units_.find(m->pcode);
          if (!its || !(its->radius_km > 0)) continue;
          e.lat = its->lat;
          e.lon = its->lon;
        }
        if (sphere_distance_km(e.lat, e.lon, unit.lat, unit.lon) <=
            widths * widening_of(e.precision) * kernel_.radius_km)
          near_[r].push_back(e);
      }
  }

  const Units& units_;
  std::vector<Record> records_;
  ConflictKernel kernel_;
  std::string pcode_;
  std::vector<std::vector<ConflictEvent>> near_;
};

class Displaced {
 public:
  Displaced(const std::vector<MatchedObservation>& context, const Units& units, std::string cause, double minimum)
      : units_(units), minimum_(minimum), records_(records_of(context, units, [&cause](const Observation& o) {
          return o.dataset == Dataset::displacement && o.quantity == "new_displacements" &&
                 lower(o.detail).starts_with(cause);
        })) {}

  Said say(const RiskRow& row) const {
    Said out;
    if (!is_coarse_enough(row.level, 0)) return out;
    for (const Record& record : records_) {
      if (!record.watches(units_, row.pcode)) continue;
      const Said its = judge(alert_thirty_days(daily(record, row), minimum_));
      if (!std::isnan(its.value) && !(its.value <= out.value)) out = its;
    }
    return out;
  }

 private:
  std::vector<double> daily(const Record& record, const RiskRow& row) const {
    const int64_t end = days_since_epoch(last_day(row.period));
    const int64_t first = std::max(record.first, end - alert_days + 1);
    if (first > end) return {};
    std::vector<double> days(static_cast<size_t>(end - first + 1), 0);
    for (int64_t day = std::max(first, record.last + 1); day <= end; ++day)
      days[static_cast<size_t>(day - first)] = nan_d();
    for (const MatchedObservation* m : record.seen) {
      const Observation& o = m->observation;
      const int64_t from = days_since_epoch(o.from), to = days_since_epoch(o.to);
      if (to > end || to < first) continue;  // not known yet, or too long ago
      const auto line = units_.line(m->pcode);
      if (std::find(line.begin(), line.end(), row.pcode) == line.end()) continue;
      for (int64_t day = std::max(from, first); day <= to; ++day)
        days[static_cast<size_t>(day - first)] += o.value / static_cast<double>(to - from + 1);
    }
    return days;
  }

  Said judge(const ThirtyDays& alert) const {
    const std::string at_least = "at least " + format_fixed(minimum_, 0) + " people and the most in ";
    if (alert.high == Answer::yes) return {2, "high, " + at_least + "1,096 days"};
    if (alert.medium == Answer::yes)
      return {1, "medium, " + at_least + "366 days" +
                     (alert.high == Answer::unknown ? "; of 1,096 days it is not known" : "")};
    if (alert.medium == Answer::no) return {0, "no alert"};
    return {};
  }

  const Units& units_;
  double minimum_;
  std::vector<Record> records_;
};

constexpr const char *exposure_kind = "conflict_exposure", *by_conflict_kind = "displaced_by_conflict",
                     *by_disaster_kind = "displaced_by_disaster";

}  // namespace

bool rests_on_context(const RiskRule& rule) {
  return rule.kind == exposure_kind || rule.kind == by_conflict_kind || rule.kind == by_disaster_kind;
}

void apply_context_rules(const RiskLayer& layer, const std::vector<MatchedObservation>& context,
                         const std::vector<EvidenceUnit>& units, RiskTable& risk) {
  if (std::none_of(layer.rules.begin(), layer.rules.end(), rests_on_context)) return;
  const Units known(units);
  Exposure exposure(context, known);
  const Displaced by_conflict(context, known, "conflict", conflict_displaced_minimum),
      by_disaster(context, known, "disaster", disaster_displaced_minimum);
  for (RiskRow& row : risk.rows) {
    std::vector<std::string> unwatched;
    for (const RiskRule& rule : layer.rules) {
      if (!rests_on_context(rule)) continue;
      const Said said = rule.kind == exposure_kind      ? exposure.say(row)
                        : rule.kind == by_conflict_kind ? by_conflict.say(row)
                                                        : by_disaster.say(row);
      row.rules.push_back({rule.id, said.value});
      if (said.words.empty())
        unwatched.push_back(rule.title);
      else
        row.reasons.push_back(rule.title + ": " + said.words);
    }
    if (!unwatched.empty())
      row.reasons.push_back("Not known, which is not none (no published record watches this unit and period): " +
                            join(unwatched, ", "));
  }
}

}  // namespace fw
