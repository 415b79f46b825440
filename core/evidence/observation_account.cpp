#include "core/evidence/observation_account.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/text.h"

namespace fw {
namespace {

std::string percent(double share) { return format_fixed(100 * share, 1) + " %"; }

std::vector<std::pair<std::string, std::pair<size_t, std::string>>> by_frequency(const MatchCount& match) {
  std::vector<std::pair<std::string, std::pair<size_t, std::string>>> list(match.unmatched.begin(),
                                                                           match.unmatched.end());
  std::stable_sort(list.begin(), list.end(),
                   [](const auto& a, const auto& b) { return a.second.first > b.second.first; });
  return list;
}

}  // namespace

FileAccount account_for(const std::string& name, std::string bytes, const ObservationInput& input,
                        const PcodeMatcher* matcher, std::vector<MatchedObservation>* matched, RunReport& report) {
  FileAccount a;
  a.file = name;
  ObservationSet set;
  try {
    set = read_observations(name, std::move(bytes), input, report);
  } catch (const InputError& e) {
    a.refused = e.code();
    a.why = e.what();
    report.add({name, "evidence", e.code(), e.what(), Verdict::refused});
    return a;
  }
  a.format = set.format;
  a.rows = set.rows;
  a.used = set.used;
  a.empty = set.empty;
  a.refused_rows = set.refused;
  a.set_aside = set.set_aside;
  a.observations = set.observations.size();
  a.matched = matcher != nullptr;
  for (Observation& o : set.observations) {
    auto& q = a.quantities[{name_of(o.dataset), o.quantity, name_of(o.outlook)}];
    if (q.observations++ == 0) {
      q.from = o.from;
      q.to = o.to;
    }
    q.from = std::min(q.from, o.from);
    q.to = std::max(q.to, o.to);
    if (!matcher) continue;
    const Match m = matcher->match(o);
    a.match.add(m, o);
    if (matched && !m.pcode.empty()) {
      const std::string item = item_of(name, o.line, false);
      matched->push_back({std::move(o), m.pcode, item});
    }
  }
  return a;
}

std::string accounts_json(const std::vector<FileAccount>& accounts) {
  using Json = nlohmann::ordered_json;
  Json files = Json::array();
  for (const FileAccount& a : accounts) {
    Json f = {{"file", a.file}, {"format", a.format}};
    if (!a.refused.empty()) {
      f["refused"] = {{"code", a.refused}, {"why", a.why}};
      files.push_back(std::move(f));
      continue;
    }
    f.update({{"rows", a.rows},
              {"used", a.used},
              {"empty", a.empty},
              {"refused_rows", a.refused_rows},
              {"set_aside", a.set_aside},
              {"observations", a.observations}});
    f["quantities"] = Json::array();
    for (const auto& [key, q] : a.quantities)
      f["quantities"].push_back({{"dataset", std::get<0>(key)},
                                 {"quantity", std::get<1>(key)},
                                 {"outlook", std::get<2>(key)},
                                 {"observations", q.observations},
                                 {"from", to_string(q.from)},
                                 {"to", to_string(q.to)}});
    if (a.matched) {
      const MatchCount& m = a.match;
      Json match = {{"by_code", m.code},    {"by_name", m.name},        {"by_alias", m.alias}, {"by_point", m.point},
                    {"coarser", m.coarser}, {"elsewhere", m.elsewhere}, {"unmatched", m.none}};
      match["rate"] = m.rate() ? Json(*m.rate()) : Json();
      match["unmatched_places"] = Json::array();
      for (const auto& [place, why] : by_frequency(m))
        match["unmatched_places"].push_back({{"place", place}, {"observations", why.first}, {"why", why.second}});
      f["match"] = std::move(match);
    }
    files.push_back(std::move(f));
  }
  return files.dump(2);
}

std::string accounts_text(const std::vector<FileAccount>& accounts) {
  constexpr size_t most_places = 12;
  std::string out;
  for (const FileAccount& a : accounts) {
    if (!a.refused.empty()) {
      out += a.file + ": refused: " + a.refused + ": " + a.why + "\n";
      continue;
    }
    out += a.file + ": " + a.format + ", " + std::to_string(a.rows) + " rows: " + std::to_string(a.used) + " used, " +
           std::to_string(a.empty) + " without a value, " + std::to_string(a.refused_rows) + " refused, " +
           std::to_string(a.set_aside) + " set aside; " + std::to_string(a.observations) + " observations\n";
    for (const auto& [key, q] : a.quantities)
      out += "    " + std::get<0>(key) + " " + std::get<1>(key) + " " + std::get<2>(key) + ": " +
             std::to_string(q.observations) + ", " + to_string(q.from) + " to " + to_string(q.to) + "\n";
    if (!a.matched) continue;
    const MatchCount& m = a.match;
    out += "    matched " + std::to_string(m.matched()) + " of " + std::to_string(m.matched() + m.none) +
           (m.rate() ? " (" + percent(*m.rate()) + ")" : "") + ": by code " + std::to_string(m.code) + ", name " +
           std::to_string(m.name) + ", alias " + std::to_string(m.alias) + ", point " + std::to_string(m.point) +
           "; country totals " + std::to_string(m.coarser) + ", other countries " + std::to_string(m.elsewhere) + "\n";
    size_t n = 0;
    for (const auto& [place, why] : by_frequency(m)) {
      if (++n > most_places) break;
      out += "      unmatched: " + place + " (" + std::to_string(why.first) + "): " + why.second + "\n";
    }
    if (m.unmatched.size() > most_places)
      out += "      and " + std::to_string(m.unmatched.size() - most_places) + " more places (all with --json)\n";
  }
  return out;
}

}  // namespace fw
