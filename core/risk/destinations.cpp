#include "core/risk/destinations.h"

#include <algorithm>
#include <map>

#include "core/base/sphere.h"
#include "core/base/text.h"
#include "core/risk/flows.h"

namespace fw {
namespace {

constexpr const char* wording =
    "Shares of those who leave, by model, not how many leave; for planning, not an official activation";

void add_level(int level, const std::vector<FlowPlace>& places, double beta, std::string& out) {
  const FlowShares gravity = gravity_shares(places, beta), radiation = radiation_shares(places);
  for (size_t i = 0; i < places.size(); ++i)
    for (size_t j = 0; j < places.size(); ++j) {
      if (i == j || (gravity[i][j] < least_share && radiation[i][j] < least_share)) continue;
      const double km = sphere_distance_km(places[i].lat, places[i].lon, places[j].lat, places[j].lon);
      out += join({std::to_string(level), csv_text(places[i].pcode), csv_text(places[j].pcode), format_fixed(km, 1),
                   format_fixed(gravity[i][j], 4), format_fixed(radiation[i][j], 4), csv_text(wording)},
                  ",") +
             "\n";
    }
}

/// Gives units of unknown population that of the units beneath them, where all of these are known.
void add_up(std::vector<EvidenceUnit>& units) {
  std::map<std::string, std::optional<double>> beneath;
  std::stable_sort(units.begin(), units.end(), [](const auto& a, const auto& b) { return a.level > b.level; });
  for (EvidenceUnit& u : units) {
    const auto sum = beneath.find(u.pcode);
    if (!u.population && sum != beneath.end()) u.population = sum->second;
    const auto [above, first] = beneath.emplace(u.parent, u.population);
    if (first) continue;
    if (above->second && u.population)
      *above->second += *u.population;
    else
      above->second.reset();
  }
}

}  // namespace

std::string destinations_csv(std::vector<EvidenceUnit> units, double beta, RunReport& report) {
  add_up(units);
  std::stable_sort(units.begin(), units.end(), [](const auto& a, const auto& b) { return a.pcode < b.pcode; });
  std::map<int, std::vector<FlowPlace>> levels;
  std::map<int, size_t> unknown;
  for (const EvidenceUnit& u : units) {
    if (!(u.radius_km > 0)) continue;
    if (u.population == 0.0) {
      if (is_coarse_enough(u.level, 0))
        report.add({u.pcode, "risk", "POPULATION",
                    "0 people live here, by the tables of people: nobody leaves it or goes there. Leave the cell empty "
                    "where the number is not known.",
                    Verdict::noted});
      continue;
    }
    levels[u.level].push_back({u.pcode, u.lat, u.lon, u.population.value_or(0)});
    unknown[u.level] += !u.population;
  }
  std::string out;
  for (const auto& [level, places] : levels) {
    const std::string item = "admin level " + std::to_string(level);
    if (!is_coarse_enough(level, 0)) {
      report.add(
          {item, "risk", "FLOW_LEVEL", "Destinations of people are not shown below admin level 2.", Verdict::noted});
    } else if (unknown[level] > 0) {
      report.add({item, "risk", "POPULATION_UNKNOWN",
                  "The population of " + std::to_string(unknown[level]) + " of " + std::to_string(places.size()) +
                      " units is not known, so there are no shares of destinations. Give it in the table 'people' or "
                      "in a population table.",
                  Verdict::noted});
    } else if (places.size() >= 2) {
      add_level(level, places, beta, out);
    }
  }
  if (out.empty()) return out;
  return "level,from_pcode,to_pcode,distance_km,gravity_share,radiation_share,wording\n" + out;
}

}  // namespace fw
