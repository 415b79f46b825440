#include "core/evidence/place_weight.h"

#include <algorithm>
#include <cmath>

namespace fw {
namespace {

constexpr double least_weight = 0.05;
constexpr int deepest_level = 10;

}  // namespace

double precision_weight(double unit_radius_km, double precision_km) {
  if (precision_km <= 0) return 1;
  return unit_radius_km * unit_radius_km / (unit_radius_km * unit_radius_km + precision_km * precision_km);
}

double distance_weight(double km_beyond, double reach_km) {
  if (!(reach_km > 0)) return 0;
  const double d = std::max(km_beyond, 0.0) / reach_km;
  return std::exp(-d * d / 2) / 2;
}

Places::Places(const std::vector<EvidenceUnit>& units, const std::map<std::string, double>& reach_km)
    : reach_km_(reach_km) {
  for (const EvidenceUnit& u : units) units_.emplace(u.pcode, u);
}

bool Places::holds(const EvidenceUnit& outer, const EvidenceUnit& inner) const {
  std::string above = inner.parent;
  for (int step = 0; step < deepest_level && !above.empty(); ++step) {
    if (above == outer.pcode) return true;
    const auto next = units_.find(above);
    above = next == units_.end() ? "" : next->second.parent;
  }
  return false;
}

std::vector<std::pair<std::string, double>> Places::spread(const Report& report) const {
  std::vector<std::pair<std::string, double>> out = {{report.pcode, 1.0}};
  const auto own = units_.find(report.pcode);
  if (own == units_.end()) return out;
  const EvidenceUnit& from = own->second;
  const auto reach = reach_km_.find(report.kind);
  // A point outside the unit that the report names says nothing of where it speaks from.
  const bool elsewhere = std::ranges::find(report.flags, "PCODE_MISMATCH") != report.flags.end();
  const double lat = elsewhere ? from.lat : report.lat.value_or(from.lat),
               lon = elsewhere ? from.lon : report.lon.value_or(from.lon);
  for (const auto& [pcode, unit] : units_) {
    if (pcode == report.pcode) continue;
    double weight = 0;
    if (unit.level > from.level && from.radius_km > 0 && holds(from, unit))
      weight = precision_weight(unit.radius_km, from.radius_km);
    else if (unit.level == from.level && reach != reach_km_.end() && unit.radius_km > 0)
      weight = distance_weight(distance_km(lat, lon, unit.lat, unit.lon) - unit.radius_km, reach->second);
    if (weight >= least_weight) out.emplace_back(pcode, weight);
  }
  return out;
}

}  // namespace fw
