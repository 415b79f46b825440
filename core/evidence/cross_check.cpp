#include "core/evidence/cross_check.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/sha256.h"
#include "core/base/sphere.h"
#include "core/base/text.h"

namespace fw {
namespace {

constexpr double fastest_km_per_h = 300;  // above it nobody on the ground reports at both ends
constexpr double shortest_journey_km = 20;
constexpr double day_h = 24;
constexpr int64_t burst_window_s = 3600;
constexpr size_t burst_reporters = 10;

/// Removes the marked candidates.
void remove(std::vector<Candidate>& candidates, const std::vector<bool>& marked) {
  size_t kept = 0;
  for (size_t i = 0; i < candidates.size(); ++i)
    if (!marked[i]) {
      if (kept != i) candidates[kept] = std::move(candidates[i]);
      ++kept;
    }
  candidates.erase(candidates.begin() + static_cast<std::ptrdiff_t>(kept), candidates.end());
}

bool too_fast(const Report& a, const Report& b) {
  const double distance = distance_km(*a.lat, *a.lon, *b.lat, *b.lon);
  if (distance < shortest_journey_km) return false;
  double hours = std::abs(static_cast<double>(seconds_since_epoch(a.time) - seconds_since_epoch(b.time))) / 3600;
  hours += (a.time.has_time ? 0 : day_h) + (b.time.has_time ? 0 : day_h);  // a day without a clock is any hour of it
  return distance > fastest_km_per_h * hours;
}

}  // namespace

void limit_vouched(std::vector<Candidate>& candidates, const Registry& registry, RunReport& report) {
  std::map<std::string, std::vector<Candidate*>> by_key;
  for (Candidate& c : candidates)
    if (c.weight > 0 && !registry.reporters.count(c.report.reporter)) by_key[c.report.reporter].push_back(&c);
  for (auto& [key, own] : by_key) {
    std::sort(own.begin(), own.end(), [](const Candidate* a, const Candidate* b) {
      return std::make_pair(seconds_since_epoch(a->report.time), a->content) <
             std::make_pair(seconds_since_epoch(b->report.time), b->content);
    });
    for (size_t i = static_cast<size_t>(registry.vouched.at(key).limit); i < own.size(); ++i) {
      own[i]->weight = 0;
      own[i]->why_unweighted = "VOUCH_SPENT";
      report.add({own[i]->report.item, "evidence", "VOUCH_SPENT",
                  "The reporter has sent more reports than were vouched for. Register the reporter, or vouch anew.",
                  Verdict::noted});
    }
  }
}

double distance_km(double lat1, double lon1, double lat2, double lon2) {
  return sphere_distance_km(lat1, lon1, lat2, lon2, mean_radius_km);
}

Candidate make_candidate(Report report, std::string file, size_t place, const Registry& registry) {
  Candidate c;
  c.file = std::move(file);
  c.place = place;
  const Standing standing = reporter_standing(registry, report.reporter, report.organisation, report.time.date);
  c.registered = standing.registered;
  c.weight = standing.weight;
  c.reliability = standing.reliability;
  c.why_unweighted = standing.why;
  c.organisation_weight = organisation_standing(registry, report.organisation, report.time.date).weight;
  Sha256 hash;
  const auto number = [](const std::optional<double>& v) { return v ? format_number(*v) : ""; };
  for (const std::string& part :
       {report.reporter, report.organisation, number(report.lat), number(report.lon), report.pcode,
        to_string(report.time), report.kind, format_number(report.severity), number(report.people), report.witness,
        report.text, std::string(name_of(report.sensitivity))})
    hash.add(std::to_string(part.size()) + ":").add(part);
  c.content = hash.finish();
  c.report = std::move(report);
  return c;
}

void check_identity(std::vector<Candidate>& candidates, EvidenceTable& counts, RunReport& report) {
  std::map<std::pair<std::string, std::string>, std::set<std::string>> contents;
  for (const Candidate& c : candidates)
    if (!c.report.id.empty()) contents[{c.report.reporter, c.report.id}].insert(c.content);
  std::vector<bool> marked(candidates.size());
  std::map<std::string, std::pair<size_t, size_t>> first;  // content → first candidate, copies
  for (size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& c = candidates[i];
    if (!c.report.id.empty() && contents[{c.report.reporter, c.report.id}].size() > 1) {
      marked[i] = true;
      ++counts.quarantined;
      report.add(
          {c.report.item, "evidence", "ID_CONFLICT",
           "report_id was used again with other content. All of them are set aside; ask the reporter which one holds.",
           Verdict::quarantined});
    } else if (const auto [at, added] = first.try_emplace(c.content, i, 0); !added) {
      marked[i] = true;
      ++counts.duplicates;
      ++at->second.second;
    }
  }
  for (const auto& [content, seen] : first)
    if (seen.second > 0)
      report.add({candidates[seen.first].report.item, "evidence", "DUPLICATE",
                  "Was sent " + std::to_string(seen.second + 1) + " times with the same content; it counts once.",
                  Verdict::noted});
  remove(candidates, marked);
}

void check_speed(std::vector<Candidate>& candidates, EvidenceTable& counts, RunReport& report) {
  std::map<std::string, std::vector<size_t>> journeys;
  for (size_t i = 0; i < candidates.size(); ++i)
    if (candidates[i].report.lat) journeys[candidates[i].report.reporter].push_back(i);
  std::vector<bool> marked(candidates.size());
  for (auto& [reporter, stops] : journeys) {
    std::sort(stops.begin(), stops.end(), [&](size_t a, size_t b) {
      const Candidate &x = candidates[a], &y = candidates[b];
      return std::make_pair(seconds_since_epoch(x.report.time), x.content) <
             std::make_pair(seconds_since_epoch(y.report.time), y.content);
    });
    for (size_t k = 1; k < stops.size(); ++k) {
      const Candidate &a = candidates[stops[k - 1]], &b = candidates[stops[k]];
      if (!too_fast(a.report, b.report)) continue;
      if (a.outside == b.outside || a.outside) marked[stops[k - 1]] = true;
      if (a.outside == b.outside || b.outside) marked[stops[k]] = true;
    }
  }
  for (size_t i = 0; i < candidates.size(); ++i)
    if (marked[i]) {
      ++counts.quarantined;
      report.add(
          {candidates[i].report.item, "evidence", "SPEED",
           "The reporter's previous or next report is farther away than anybody travels in the time between (over " +
               format_number(fastest_km_per_h) + " km/h).",
           Verdict::quarantined});
    }
  remove(candidates, marked);
}

std::set<CellKey> find_bursts(const std::vector<Candidate>& candidates, Cadence cadence, RunReport& report) {
  std::map<std::pair<std::string, std::string>, std::vector<const Candidate*>> places;
  for (const Candidate& c : candidates) places[{c.report.pcode, c.report.kind}].push_back(&c);
  std::set<CellKey> cells;
  for (auto& [place, all] : places) {
    const auto at = [](const Candidate* c) { return seconds_since_epoch(c->report.time); };
    std::stable_sort(all.begin(), all.end(), [&](auto* a, auto* b) { return at(a) < at(b); });
    std::map<std::string, size_t> strangers, known;  // reporters of the window, with their number of reports
    size_t most = 0, begin = 0, most_begin = 0;
    for (size_t end = 0; end < all.size(); ++end) {
      ++(all[end]->registered ? known : strangers)[all[end]->report.reporter];
      for (; at(all[end]) - at(all[begin]) > burst_window_s; ++begin) {
        auto& side = all[begin]->registered ? known : strangers;
        if (--side[all[begin]->report.reporter] == 0) side.erase(all[begin]->report.reporter);
      }
      if (strangers.size() < burst_reporters || strangers.size() <= 2 * known.size()) continue;
      cells.insert({place.first, period_of(all[end]->report.time.date, cadence), place.second});
      if (strangers.size() > most) most = strangers.size(), most_begin = begin;
    }
    if (most > 0)
      report.add({all[most_begin]->report.item, "evidence", "CLUSTER_SUSPECT",
                  std::to_string(most) + " unregistered reporters sent " + place.second + " reports from " +
                      place.first +
                      " within one hour (from this one on). They have no influence until they are vouched for.",
                  Verdict::noted});
  }
  return cells;
}

}  // namespace fw
