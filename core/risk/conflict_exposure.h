// How much recent conflict bears on a place: a kernel over events. Event data may not be passed on under some licences:
// publish the field, never the events.
// Source: kernel of this project; event coding as in ACLED (geo-precision 1 exact, 2 near, 3 region).
#pragma once
#include <span>

#include "core/base/sphere.h"

namespace fw {

struct ConflictEvent {
  double lat, lon;    ///< degrees
  double age_days;    ///< before the issue date; an event after it (negative) was not known and does not count
  double fatalities;  ///< >= 0
  int precision;      ///< 1, 2, 3; anything else is taken as 3
};
struct ConflictKernel {
  double radius_km = 50;  ///< h of an exactly located event; 1.5 and 3 times as wide for precision 2 and 3
  double half_life_days = 90;
};

/// How many times wider than an exactly located event one of this precision spreads.
FW_HD double widening_of(int precision) { return precision == 1 ? 1.0 : (precision == 2 ? 1.5 : 3.0); }

/// ln(1 + fatalities) exp(-d^2 / (2 h_p^2)) (h / h_p)^2 2^(-age / half-life): a vaguer place spreads the same mass
/// wider. An event without a reported death adds 0. NaN where a number of the event is missing.
FW_HD double expose_to(const ConflictEvent& e, double lat, double lon, const ConflictKernel& kernel) {
  if (e.age_days < 0.0) return 0.0;
  const double wider = widening_of(e.precision);
  const double at = sphere_distance_km(e.lat, e.lon, lat, lon) / (kernel.radius_km * wider);
  constexpr double ln_2 = 0.69314718055994530942;
  return log_exact(1.0 + e.fatalities) * exp_exact(-0.5 * at * at - ln_2 * e.age_days / kernel.half_life_days) /
         (wider * wider);
}

/// Sum over events. In: covered: do the events come from a source that watches this place and period? No event where
/// nobody watches is not peace. Out: >= 0; NaN where not covered.
inline double conflict_exposure(std::span<const ConflictEvent> events, double lat, double lon, bool covered,
                                const ConflictKernel& kernel = {}) {
  if (!covered) return nan_d();
  double sum = 0;
  for (const ConflictEvent& e : events) sum += expose_to(e, lat, lon, kernel);
  return sum;
}

}  // namespace fw
