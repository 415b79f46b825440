// Conflict exposure, gravity and radiation flows against ../shared/oracles/13_displacement_sdg_qa.json.
#include <nlohmann/json.hpp>

#include "core/risk/conflict_exposure.h"
#include "core/risk/flows.h"
#include "oracle.h"

namespace fw {
namespace {

using nlohmann::json;
constexpr const char* flows_file = "oracles/13_displacement_sdg_qa.json";

std::vector<FlowPlace> places_of(const json& flows) {
  std::vector<FlowPlace> places;
  for (size_t k = 0; k < flows.at("lat").size(); ++k)
    places.push_back({"P" + std::to_string(k), flows.at("lat")[k], flows.at("lon")[k], flows.at("pop")[k]});
  return places;
}

TEST(FlowsOracle, GravityAndRadiation) {
  FW_NEEDS_SHARED(file, flows_file);
  const json flows = json::parse(test::read_text(file)).at("flows");
  const std::vector<FlowPlace> places = places_of(flows);
  const FlowShares gravity = gravity_shares(places, flows.at("gravity_beta")), radiation = radiation_shares(places);
  oracle::Comparison seen("13_displacement_sdg_qa.json (distances, gravity, radiation)", 1e-12);
  for (size_t i = 0; i < places.size(); ++i) {
    const std::string row = "row " + std::to_string(i);
    for (size_t j = 0; j < places.size(); ++j)
      seen.compare(sphere_distance_km(places[i].lat, places[i].lon, places[j].lat, places[j].lon),
                   flows.at("dist_km_R6371")[i][j], "distance " + row);
    seen.compare_all(gravity[i], flows.at("gravity_p")[i], "gravity " + row);
    seen.compare_all(radiation[i], flows.at("radiation_p")[i], "radiation " + row);
    const double outflow = flows.at("outflow")[i];
    for (size_t j = 0; j < places.size(); ++j)
      seen.compare(outflow * gravity[i][j], flows.at("gravity_flow")[i][j], "flow " + row);
  }
}

TEST(FlowsOracle, ConflictExposure) {
  FW_NEEDS_SHARED(file, flows_file);
  const json root = json::parse(test::read_text(file));
  std::vector<ConflictEvent> events;
  for (const json& e : root.at("conflict_exposure").at("events"))
    events.push_back({e.at("lat"), e.at("lon"), e.at("days_ago"), e.at("fatalities"), e.at("precision")});
  oracle::Comparison seen("13_displacement_sdg_qa.json (conflict exposure)", 1e-12);
  const std::vector<FlowPlace> places = places_of(root.at("flows"));
  for (size_t k = 0; k < places.size(); ++k)
    seen.compare(conflict_exposure(events, places[k].lat, places[k].lon, true),
                 root.at("conflict_exposure").at("value_at_cities")[k], "place " + std::to_string(k));
}

}  // namespace
}  // namespace fw
