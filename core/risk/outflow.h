// Outflow of people: how probable is it that at least so many leave a unit within the horizon? The model is that of
// driver_model.h with two levels. Drivers: conflict exposure, drought, price stress, earlier displacement, all oriented
// so that more is worse. Source: choice of drivers Henningsen 2025, arXiv 2505.06249 (UNHCR); this project.
#pragma once
#include <cmath>
#include <string>
#include <vector>

#include "core/risk/driver_model.h"

namespace fw {

/// Level to learn from: 2 where at least `share` (0..1) of the people left, 1 where fewer did, 0 where the outflow is
/// not known or the population is not above 0.
inline int level_of_outflow(double left, double people, double share) {
  if (std::isnan(left) || !(people > 0)) return 0;
  return left >= share * people ? 2 : 1;
}
inline double outflow_probability(const Conditions& c) { return c.probability[0]; }
inline Interval90 outflow_interval(const Conditions& c) { return c.interval[0]; }

}  // namespace fw
