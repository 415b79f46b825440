#include "core/evidence/aggregate.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/evidence/belief.h"
#include "core/evidence/clusters.h"
#include "core/evidence/credibility.h"
#include "core/evidence/log_odds.h"
#include "core/evidence/middle.h"
#include "core/evidence/place_weight.h"

namespace fw {
namespace {

constexpr double scale_top = 5;
constexpr double conflict_difference = 0.5;
constexpr double rounding = 1e-9;  // results are multiples of it: what the last bits of a mean are is nobody's evidence
constexpr int64_t day_s = 86400;

int64_t at(const Candidate* c) { return seconds_since_epoch(c->report.time); }
double fraction(double v) { return std::clamp(std::round(v * 1e9) / 1e9, 0.0, 1.0); }

/// The latest report of each reporter from the unit itself, else from around it, by reporter key.
std::vector<Share> latest_of_each(const std::vector<Share>& all) {
  std::map<std::string, Share> latest;
  const auto rank = [](const Share& s) {
    return std::make_tuple(s.place == 1, at(s.candidate), s.place, s.candidate->report.severity, s.candidate->content);
  };
  for (const Share& s : all) {
    Share& best = latest[s.candidate->report.reporter];
    if (!best.candidate || rank(best) < rank(s)) best = s;
  }
  std::vector<Share> out;
  for (const auto& [reporter, s] : latest) out.push_back(s);
  return out;
}

/// One observation: the reports of its best organisation.
struct Voice {
  std::string organisation;
  double value = 0;   ///< 0..1
  double weight = 0;  ///< of its best report
  double worth = 0;   ///< the same before it aged
  double organisation_weight = 0, place = 0;
  char reliability = 'F';
  int reports = 0;
  std::set<std::string> people;  ///< its reporters, as privacy counts them: a published figure hides nobody
  int64_t newest = 0;
};

Voice make_voice(const std::vector<Share>& cluster, double half_life_days, int64_t newest) {
  Voice voice;
  const Candidate& best = *cluster.front().candidate;
  voice.organisation = best.report.organisation;
  voice.organisation_weight = best.organisation_weight;
  voice.reliability = best.reliability;
  double sum = 0, weights = 0;
  for (const Share& s : cluster) {
    if (s.candidate->report.organisation != voice.organisation) continue;
    const double days = static_cast<double>(newest - at(s.candidate)) / static_cast<double>(day_s);
    const double weight = s.candidate->weight * s.place * (half_life_days > 0 ? std::exp2(-days / half_life_days) : 1);
    sum += weight * s.candidate->report.severity / scale_top;
    weights += weight;
    voice.weight = std::max(voice.weight, weight);
    voice.worth = std::max(voice.worth, s.candidate->weight * s.place);
    voice.place = std::max(voice.place, s.place);
    voice.newest = std::max(voice.newest, at(s.candidate));
    if (!is_statistic(s.candidate->report)) voice.people.insert(s.candidate->report.reporter);
    voice.reliability = std::min(voice.reliability, s.candidate->reliability);
    ++voice.reports;
  }
  voice.value = sum / weights;
  return voice;
}

/// What the voices of one organisation say together.
struct Opinion {
  double value = 0, weight = 0;  ///< 0..1
};

std::vector<double> say_of(const std::vector<const Voice*>& voices) {
  std::vector<double> weights, worth;
  for (const Voice* v : voices) {
    weights.push_back(v->weight);
    worth.push_back(v->worth);
  }
  return share_say(weights, worth);
}

double value_of(const std::vector<const Voice*>& voices) {
  const std::vector<double> say = say_of(voices);
  std::vector<Weighed> heard;
  for (size_t i = 0; i < voices.size(); ++i)
    if (say[i] > 0) heard.push_back({voices[i]->value, say[i]});
  return middle_fifth(std::move(heard));
}

Opinion form_opinion(const std::vector<const Voice*>& voices, double rho) {
  double best = 0, limit = 0;
  for (const Voice* v : voices) {
    best = std::max(best, v->weight);
    limit = std::max(limit, v->organisation_weight * v->place);
  }
  const double n = static_cast<double>(voices.size());
  return {value_of(voices), std::min(1 - std::pow(1 - best, n / dependence_of(n, rho)), std::max(limit, best))};
}

void weigh_organisations(const std::vector<Opinion>& opinions, EvidenceRow& row) {
  double sum = 0, weights = 0, doubt = 1, spread = 0, low = 1, high = 0;
  Belief joint = vacuous(2);
  for (const Opinion& o : opinions) {
    sum += o.weight * o.value;
    weights += o.weight;
    doubt *= 1 - o.weight;
    low = std::min(low, o.value);
    high = std::max(high, o.value);
    joint = combine_conjunctive(joint, state(o.value, o.weight));
  }
  for (const Opinion& o : opinions) spread += o.weight * (o.value - sum / weights) * (o.value - sum / weights);
  row.weight = fraction(1 - doubt);
  row.low = fraction(low);
  row.high = fraction(high);
  row.disagreement = std::min(fraction(std::sqrt(spread / weights)), 0.5);
  row.conflict = fraction(joint.mass[0]);
  if (high - low > conflict_difference + rounding) row.flags.emplace_back("CONFLICT");
  if (row.conflict > contested_conflict) row.flags.emplace_back("CONTESTED_SOURCES");
  if (opinions.size() == 1) row.flags.emplace_back("SINGLE_SOURCE");
}

Support support_of(const std::vector<const Voice*>& voices, const std::vector<Share>& shares) {
  std::set<std::string> reporters, organisations;
  for (const Voice* v : voices) {
    reporters.insert(v->people.begin(), v->people.end());
    if (!v->people.empty()) organisations.insert(v->organisation);
  }
  const auto reports = std::count_if(shares.begin(), shares.end(),
                                     [&](const Share& s) { return reporters.count(s.candidate->report.reporter) > 0; });
  return {static_cast<int>(reports), static_cast<int>(reporters.size()), static_cast<int>(organisations.size())};
}

EvidenceRow make_row(const CellKey& key, const std::vector<Share>& shares, const EvidenceRequest& request,
                     EvidenceTable& table, RunReport& report) {
  EvidenceRow row;
  std::tie(row.pcode, row.period, row.kind) = key;
  row.sensitivity = Sensitivity::low;
  for (const Share& s : shares) row.sensitivity = std::max(row.sensitivity, s.candidate->report.sensitivity);
  const std::vector<Share> latest = latest_of_each(shares);
  int64_t newest = at(latest.front().candidate);
  for (const Share& s : latest) newest = std::max(newest, at(s.candidate));
  const auto half_life = request.registry.half_life_days.find(row.kind);
  std::vector<Voice> voices;
  for (const auto& cluster : find_clusters(latest, report))
    voices.push_back(
        make_voice(cluster, half_life == request.registry.half_life_days.end() ? 0 : half_life->second, newest));
  std::map<std::string, std::vector<const Voice*>> organisations;
  std::vector<const Voice*> all;
  std::vector<Statement> statements;
  bool coarse = true;
  row.reliability = 'F';
  for (const Voice& v : voices) {
    organisations[v.organisation].push_back(&v);
    all.push_back(&v);
    statements.push_back({v.organisation, v.value});
    coarse &= v.place < 1;
    row.reliability = std::min(row.reliability, v.reliability);
  }
  row.value = fraction(value_of(all));
  std::vector<Opinion> opinions;
  for (const auto& [organisation, own] : organisations)
    opinions.push_back(form_opinion(own, request.registry.organisation_dependence));
  weigh_organisations(opinions, row);
  const std::vector<int> grades = judge_credibility(statements);
  row.credibility = *std::min_element(grades.begin(), grades.end());
  for (size_t i = 0; i < voices.size(); ++i)
    if (voices[i].place == 1)  // a report is graded where it was made
      table.grades[voices[i].reliability + std::to_string(grades[i])] += static_cast<size_t>(voices[i].reports);
  const Support told = support_of(all, shares);
  row.reports = told.reports;
  row.reporters = told.reporters;
  row.organisations = told.organisations;
  const std::vector<double> say = say_of(all);
  std::vector<const Voice*> heard;
  for (size_t i = 0; i < all.size(); ++i)
    if (say[i] > 0) heard.push_back(all[i]);
  if (heard.size() < all.size()) row.heard = support_of(heard, shares);
  row.clusters = static_cast<int>(voices.size());
  row.age_days = static_cast<double>(std::max<int64_t>(0, seconds_since_epoch(request.as_of) - newest) / day_s);
  if (coarse) row.flags.emplace_back("COARSE_PLACE");
  return row;
}

}  // namespace

void aggregate(const std::vector<Candidate>& candidates, const EvidenceRequest& request,
               const std::set<CellKey>& bursts, EvidenceTable& table, RunReport& report) {
  const Places places(request.units, request.registry.reach_km);
  std::map<CellKey, std::vector<Share>> cells;
  for (const Candidate& c : candidates) {
    if (c.weight <= 0) continue;
    for (const auto& [pcode, place] : places.spread(c.report))
      cells[{pcode, period_of(c.report.time.date, request.cadence), c.report.kind}].push_back({&c, place});
  }
  for (const auto& [key, shares] : cells) {
    EvidenceRow row = make_row(key, shares, request, table, report);
    if (bursts.count(key)) row.flags.emplace_back("CLUSTER_SUSPECT");
    std::sort(row.flags.begin(), row.flags.end());
    table.rows.push_back(std::move(row));
  }
}

}  // namespace fw
