// Where a report is shown to others: never where it was made.
#pragma once
#include <functional>
#include <optional>

#include "core/evidence/secret_bytes.h"

namespace fw {

struct GeoPoint {
  double lat = 0, lon = 0;  ///< degrees
  bool operator==(const GeoPoint&) const = default;
};
enum class Settlement { urban, rural };

/// Longest displacements, km: towns, countryside, and one rural place in a hundred.
/// Source: Burgert et al. (2013), Geographic displacement procedure, DHS Spatial Analysis Reports 7.
inline constexpr double urban_km = 2, rural_km = 5, far_km = 10, far_share = 0.01;

/// A place at a random bearing and distance (uniform up to the limit) that lies `inside`, drawn from the secret and the
/// place alone: everything reported within the same 0.005 degrees is shown at one place, however often and by
/// whomever, so repetition cannot average the displacement out.
/// Out: nothing where 1,000 draws lie outside (a unit too small for it): name the unit only.
std::optional<GeoPoint> displace(const SecretBytes& secret, GeoPoint exact, Settlement settlement,
                                 const std::function<bool(GeoPoint)>& inside);

/// Centre of the cell of a fixed grid whose cells are at least `km` high and wide at the latitude of the point.
GeoPoint snap_to_grid(GeoPoint exact, double km = 5);

}  // namespace fw
