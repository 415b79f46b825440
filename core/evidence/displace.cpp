#include "core/evidence/displace.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "core/base/sphere.h"

namespace fw {
namespace {

constexpr double rad = std::numbers::pi / 180, earth_km = mean_radius_km, km_per_degree = earth_km * rad;
constexpr double cell_degrees = 0.005;
constexpr int draws = 1000;

/// Uniform in [0, 1) from 13 hex digits.
double unit_of(const std::string& hex, size_t at) {
  return static_cast<double>(std::stoull(hex.substr(at, 13), nullptr, 16)) / static_cast<double>(1ULL << 52);
}

GeoPoint move(GeoPoint from, double bearing, double km) {
  const double d = km / earth_km, lat = from.lat * rad;
  const double to = std::asin(std::sin(lat) * std::cos(d) + std::cos(lat) * std::sin(d) * std::cos(bearing));
  const double turn =
      std::atan2(std::sin(bearing) * std::sin(d) * std::cos(lat), std::cos(d) - std::sin(lat) * std::sin(to));
  return {to / rad, std::remainder(from.lon + turn / rad, 360.0)};
}

/// What people can read off a place: about 10 m, the same digits on every machine.
double rounded(double degrees) { return std::round(degrees * 1e4) / 1e4; }

}  // namespace

std::optional<GeoPoint> displace(const SecretBytes& secret, GeoPoint exact, Settlement settlement,
                                 const std::function<bool(GeoPoint)>& inside) {
  const auto row = static_cast<long long>(std::floor(exact.lat / cell_degrees)),
             col = static_cast<long long>(std::floor(exact.lon / cell_degrees));
  const GeoPoint centre{(static_cast<double>(row) + 0.5) * cell_degrees,
                        (static_cast<double>(col) + 0.5) * cell_degrees};
  const double to_corner =
      cell_degrees * km_per_degree / std::numbers::sqrt2 + 0.02;  // the limit holds from the exact place
  for (int n = 0; n < draws; ++n) {
    const std::string hash =
        keyed_hash(secret, "displace\n" + std::to_string(row) + "," + std::to_string(col) + "," + std::to_string(n));
    const bool far = settlement == Settlement::rural && unit_of(hash, 32) < far_share;
    const double limit = settlement == Settlement::urban ? urban_km : far ? far_km : rural_km;
    GeoPoint shown = move(centre, 2 * std::numbers::pi * unit_of(hash, 0), unit_of(hash, 16) * (limit - to_corner));
    shown = {rounded(shown.lat), rounded(shown.lon)};
    if (std::abs(shown.lat) <= 90 && inside(shown)) return shown;
  }
  return {};
}

GeoPoint snap_to_grid(GeoPoint exact, double km) {
  const double step = km / km_per_degree * 1.0001;
  const double lat = std::clamp((std::floor(exact.lat / step) + 0.5) * step, -90.0, 90.0);
  const double edge = std::min(std::abs(lat) + step / 2, 89.9);  // the narrow side of the row
  const double count = std::max(1.0, std::floor(360 * std::cos(edge * rad) / step));
  const double width = 360 / count;
  return {rounded(lat), rounded((std::floor((exact.lon + 180) / width) + 0.5) * width - 180)};
}

}  // namespace fw
