// How far a report speaks for a unit, from where it comes and how exactly that is known.
#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/evidence/cross_check.h"

namespace fw {

/// r^2 / (r^2 + p^2): share of a report for a unit of radius r when its place is only known to a radius p (that of the
/// larger unit it names). 1 where p is 0; 0 where r is unknown.
double precision_weight(double unit_radius_km, double precision_km);
/// exp(-(d / reach)^2 / 2) / 2 for a report from d km beyond the edge of a unit: never more than half. 0 without reach.
double distance_weight(double km_beyond, double reach_km);

/// For which units a located report speaks.
class Places {
 public:
  Places(const std::vector<EvidenceUnit>& units, const std::map<std::string, double>& reach_km);
  /// The report's own unit with 1; the units inside it with their precision weight; neighbours of the same level within
  /// the reach of its kind with their distance weight. Weights below 0.05 are left out.
  std::vector<std::pair<std::string, double>> spread(const Report& report) const;

 private:
  bool holds(const EvidenceUnit& outer, const EvidenceUnit& inner) const;
  std::map<std::string, EvidenceUnit> units_;
  std::map<std::string, double> reach_km_;
};

}  // namespace fw
