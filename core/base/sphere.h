// Distance on a sphere, in plain arithmetic: the same bits everywhere.
#pragma once
#include "kernels/special_functions.h"

namespace fw {

/// Radii of the sphere that stands for the earth, km: the round one of the reference calculations of flows and
/// exposure, and the mean radius of the ellipsoid (Moritz 2000, R1), on which reports are placed and displaced.
inline constexpr double round_radius_km = 6371.0, mean_radius_km = 6371.0088;

/// Great-circle distance in km. In: degrees. Source: haversine formula.
FW_HD double sphere_distance_km(double lat_a, double lon_a, double lat_b, double lon_b,
                                double radius_km = round_radius_km) {
  constexpr double degree = 0.017453292519943295;
  const double up = sin_cos_exact((lat_b - lat_a) * degree / 2).sin,
               across = sin_cos_exact((lon_b - lon_a) * degree / 2).sin;
  const double h = up * up + sin_cos_exact(lat_a * degree).cos * sin_cos_exact(lat_b * degree).cos * across * across;
  return 2 * radius_km * atan2_exact(sqrt(h), sqrt(h < 1 ? 1 - h : 0.0));
}

}  // namespace fw
