// Distance on a sphere of radius 6371 km, in plain arithmetic: the same bits everywhere.
#pragma once
#include "kernels/special_functions.h"

namespace fw {

/// Great-circle distance in km. In: degrees. Source: haversine formula.
FW_HD double sphere_distance_km(double lat_a, double lon_a, double lat_b, double lon_b) {
  constexpr double radius_km = 6371.0, degree = 0.017453292519943295;
  const double up = sin_cos_exact((lat_b - lat_a) * degree / 2).sin,
               across = sin_cos_exact((lon_b - lon_a) * degree / 2).sin;
  const double h = up * up + sin_cos_exact(lat_a * degree).cos * sin_cos_exact(lat_b * degree).cos * across * across;
  return 2 * radius_km * atan2_exact(sqrt(h), sqrt(h < 1 ? 1 - h : 0.0));
}

}  // namespace fw
