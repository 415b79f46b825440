#include "core/evidence/observation_evidence.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "core/base/config.h"
#include "core/base/text.h"
#include "core/evidence/context_table.h"

namespace fw {
namespace {

constexpr int years_before = 5, years_needed = 3;

RampStatistic read_statistic(const ConfigNode& node) {
  const std::string name = node.text("statistic");
  const std::pair<const char*, RampStatistic> known[] = {{"sum", RampStatistic::sum},
                                                         {"largest", RampStatistic::largest},
                                                         {"increase", RampStatistic::increase},
                                                         {"decrease", RampStatistic::decrease},
                                                         {"over_usual", RampStatistic::over_usual}};
  for (const auto& [word, statistic] : known)
    if (name == word) return statistic;
  node.fail("statistic", "VALUE", "must be sum, largest, increase, decrease or over_usual.");
}

/// A unit in a period as one source sees it through one ramp.
struct Cell {
  double value = 0;
  Date last;
  std::string item;
};
using CellKey = std::pair<std::string, Period>;  ///< pcode, period
using Cells = std::map<CellKey, Cell>;

struct Point {
  Date day;
  double value;
  std::string pcode, item;
  auto operator<=>(const Point&) const = default;
};
/// Observations of one thing at one place.
using Series = std::map<std::vector<std::string>, std::vector<Point>>;

void enlarge(Cells& cells, const CellKey& key, double value, Date last, const std::string& item, bool add) {
  const auto [at, fresh] = cells.emplace(key, Cell{value, last, item});
  if (fresh) return;
  Cell& c = at->second;
  c.value = add ? c.value + value : std::max(c.value, value);
  c.last = std::max(c.last, last);
  c.item = std::min(c.item, item);
}

Series series_of(const std::vector<const MatchedObservation*>& list) {
  Series series;
  for (const MatchedObservation* m : list) {
    const Observation& o = m->observation;
    series[{m->pcode, o.site, o.detail, o.unit}].push_back({o.to, o.value, m->pcode, m->item});
  }
  for (auto& [key, points] : series) std::sort(points.begin(), points.end());
  return series;
}

Cells totals(const std::vector<const MatchedObservation*>& list, Cadence cadence, bool add) {
  // Sorted, so that floating sums do not depend on the order of files.
  std::vector<std::tuple<CellKey, Date, double, std::string>> sorted;
  for (const MatchedObservation* m : told_once(list)) {
    const Observation& o = m->observation;
    if (days_since_epoch(o.to) - days_since_epoch(o.from) >= longest_period_days) continue;
    sorted.emplace_back(CellKey{m->pcode, period_of(o.to, cadence)}, o.to, o.value, m->item);
  }
  std::sort(sorted.begin(), sorted.end());
  Cells cells;
  for (const auto& [key, day, value, item] : sorted) enlarge(cells, key, value, day, item, add);
  return cells;
}

/// Changes between neighbours in time, upwards (sign 1) or downwards (-1); a count that did not move that way is a 0.
Cells changes(const std::vector<const MatchedObservation*>& list, Cadence cadence, int max_gap_days, double sign) {
  Cells cells;
  for (const auto& [key, points] : series_of(list)) {
    for (size_t i = 1; i < points.size(); ++i) {
      const int64_t gap = days_since_epoch(points[i].day) - days_since_epoch(points[i - 1].day);
      if (gap <= 0 || gap > max_gap_days) continue;
      const double change = std::max(0.0, sign * (points[i].value - points[i - 1].value));
      enlarge(cells, {points[i].pcode, period_of(points[i].day, cadence)}, change, points[i].day, points[i].item, true);
    }
  }
  return cells;
}

/// Share above the same calendar month of the years before, per series; the median of a unit's series.
Cells over_usual(const std::vector<const MatchedObservation*>& list, Cadence cadence) {
  struct Excess {
    double value;
    Date day;
    std::string item;
    auto operator<=>(const Excess&) const = default;
  };
  std::map<CellKey, std::vector<Excess>> found;
  for (const auto& [key, points] : series_of(list)) {
    std::map<std::pair<int, int>, std::pair<double, int>> months;  // year, month → sum, count
    for (const Point& p : points) {
      auto& m = months[{p.day.year, p.day.month}];
      m.first += p.value;
      ++m.second;
    }
    for (const Point& p : points) {
      double usual = 0;
      int years = 0;
      for (int back = 1; back <= years_before; ++back) {
        const auto m = months.find({p.day.year - back, p.day.month});
        if (m == months.end()) continue;
        usual += m->second.first / m->second.second;
        ++years;
      }
      if (years < years_needed || !(usual > 0)) continue;
      found[{p.pcode, period_of(p.day, cadence)}].push_back({p.value / (usual / years) - 1, p.day, p.item});
    }
  }
  Cells cells;
  for (auto& [key, list_of] : found) {
    std::sort(list_of.begin(), list_of.end());
    const size_t n = list_of.size();
    const double median = n % 2 ? list_of[n / 2].value : (list_of[n / 2 - 1].value + list_of[n / 2].value) / 2;
    for (const Excess& e : list_of) enlarge(cells, key, median, e.day, e.item, false);
  }
  return cells;
}

/// Counted already, with others.
bool is_part(const Observation& o) { return std::find(o.flags.begin(), o.flags.end(), "PART") != o.flags.end(); }

Cells compute(const Ramp& ramp, const std::vector<const MatchedObservation*>& list, Cadence cadence) {
  switch (ramp.statistic) {
    case RampStatistic::sum:
      return totals(list, cadence, true);
    case RampStatistic::largest:
      return totals(list, cadence, false);
    case RampStatistic::increase:
      return changes(list, cadence, ramp.max_gap_days, 1);
    case RampStatistic::decrease:
      return changes(list, cadence, ramp.max_gap_days, -1);
    case RampStatistic::over_usual:
      return over_usual(list, cadence);
  }
  return {};
}

}  // namespace

std::vector<const MatchedObservation*> told_once(const std::vector<const MatchedObservation*>& list) {
  using Series = std::tuple<std::string, std::string, std::string>;  // source, quantity, unit of the map
  using Event = std::tuple<Series, std::string, Date, Date>;
  using Figure = std::tuple<Series, std::string, std::string, Date, Date, double>;
  std::map<Event, const MatchedObservation*> events;
  std::map<Figure, std::map<std::string, std::vector<const MatchedObservation*>>> figures;
  for (const MatchedObservation* m : list) {
    const Observation& o = m->observation;
    const Series series{o.source, o.quantity, m->pcode};
    if (o.site.empty()) {
      figures[{series, o.detail, o.unit, o.from, o.to, o.value}][m->item.substr(0, m->item.rfind(':'))].push_back(m);
      continue;
    }
    const auto [at, fresh] = events.emplace(Event{series, o.site, o.from, o.to}, m);
    if (!fresh && std::tie(at->second->observation.value, m->item) < std::tie(o.value, at->second->item))
      at->second = m;
  }
  std::vector<const MatchedObservation*> out;
  for (const auto& [event, m] : events) out.push_back(m);
  for (const auto& [figure, files] : figures) {
    const auto most = std::max_element(files.begin(), files.end(),
                                       [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
    out.insert(out.end(), most->second.begin(), most->second.end());
  }
  return out;
}

std::vector<Ramp> load_ramps(const std::string& file) {
  const ConfigNode root = ConfigNode::load(file);
  std::vector<Ramp> ramps;
  for (const ConfigNode& node : root.list("ramp")) {
    Ramp r;
    r.dataset = node.text("dataset");
    r.quantity = node.text("quantity");
    r.kind = node.text("kind");
    expect_kind(node, "kind", r.kind);
    r.statistic = read_statistic(node);
    r.zero = node.number("zero", -1e12, 1e12);
    r.one = node.number("one", -1e12, 1e12);
    if (r.zero == r.one) node.fail("one", "RANGE", "is the same as zero: nothing lies between.");
    r.per_people = node.number("per_people", 0, 1e9, 0);
    r.max_gap_days = static_cast<int>(node.integer("max_gap_days", 1, 3660, r.max_gap_days));
    node.done();
    ramps.push_back(std::move(r));
  }
  root.done();
  return ramps;
}

std::vector<Report> statistics_as_reports(const std::vector<MatchedObservation>& observations,
                                          const std::vector<Ramp>& ramps, Cadence cadence, const Registry& registry,
                                          RunReport& report) {
  const UnitPeople people(observations);
  std::set<std::string> strangers;
  std::map<std::tuple<std::string, std::string, Period, std::string>, Report> reports;  // source, pcode, period, kind
  for (const Ramp& ramp : ramps) {
    std::map<std::string, std::vector<const MatchedObservation*>> by_source;
    for (const MatchedObservation& m : observations)
      if (m.observation.outlook == Outlook::measured && name_of(m.observation.dataset) == ramp.dataset &&
          m.observation.quantity == ramp.quantity && !is_part(m.observation))
        by_source[m.observation.source].push_back(&m);
    for (const auto& [source, list] : by_source) {
      if (!registry.organisations.count(source)) {
        strangers.insert(source);
        continue;
      }
      for (const auto& [key, cell] : compute(ramp, list, cadence)) {
        double value = cell.value;
        if (ramp.per_people > 0) {
          const auto n = people.at(key.first, cell.last.year);
          if (!n) continue;
          value *= ramp.per_people / *n;
        }
        const double share = std::clamp((value - ramp.zero) / (ramp.one - ramp.zero), 0.0, 1.0);
        Report r;
        r.item = cell.item;
        r.organisation = source;
        r.reporter = "statistic:" + source;
        r.pcode = key.first;
        r.time.date = cell.last;
        r.kind = ramp.kind;
        r.severity = 5 * share;
        r.sensitivity = Sensitivity::low;
        r.owner = source;
        const auto [at, fresh] = reports.emplace(std::tuple{source, key.first, key.second, ramp.kind}, r);
        if (!fresh && r.severity > at->second.severity) at->second = r;
      }
    }
  }
  for (const std::string& source : strangers)
    report.add({source.empty() ? "(no source)" : printable(source, 60), "evidence", "SOURCE_UNKNOWN",
                "The registry has no organisation of this key, so its statistics have no weight. Register it, or name "
                "another with "
                "source = \"...\" in the column map.",
                Verdict::noted});
  std::vector<Report> list;
  for (auto& [key, r] : reports) list.push_back(std::move(r));
  return list;
}

}  // namespace fw
