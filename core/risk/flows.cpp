#include "core/risk/flows.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/base/sphere.h"

namespace fw {
namespace {

constexpr double nearest_km = 1;

void check(const std::vector<FlowPlace>& places) {
  FW_EXPECT(places.size() >= 2, "flows need two places or more");
  for (const FlowPlace& p : places) {
    if (!(p.people > 0 && std::isfinite(p.people)))
      throw InputError("POPULATION", "the population of " + p.pcode +
                                         " is 0, negative or missing (no flow can be "
                                         "computed from it). Give a number above 0, or leave the place out");
    if (!(std::abs(p.lat) <= 90 && std::abs(p.lon) <= 180))
      throw InputError("COORD_RANGE", "the position of " + p.pcode + " is not on Earth. Give degrees, latitude first");
  }
}
double distance(const FlowPlace& a, const FlowPlace& b) { return sphere_distance_km(a.lat, a.lon, b.lat, b.lon); }

}  // namespace

FlowShares gravity_shares(const std::vector<FlowPlace>& places, double beta) {
  check(places);
  FW_EXPECT(beta >= 0, "gravity: beta is 0 or more");
  FlowShares out;
  for (size_t i = 0; i < places.size(); ++i) {
    std::vector<double> row(places.size(), 0);
    double sum = 0;
    for (size_t j = 0; j < places.size(); ++j) {
      if (j == i) continue;
      row[j] = places[j].people * exp_exact(-beta * log_exact(std::max(nearest_km, distance(places[i], places[j]))));
      sum += row[j];
    }
    for (double& share : row) share /= sum;
    out.push_back(std::move(row));
  }
  return out;
}

FlowShares radiation_shares(const std::vector<FlowPlace>& places) {
  check(places);
  double all = 0;
  for (const FlowPlace& p : places) all += p.people;
  FlowShares out;
  for (size_t i = 0; i < places.size(); ++i) {
    std::vector<double> km(places.size()), row(places.size(), 0);
    for (size_t j = 0; j < places.size(); ++j) km[j] = distance(places[i], places[j]);
    const double m = places[i].people;
    double sum = 0;
    for (size_t j = 0; j < places.size(); ++j) {
      if (j == i) continue;
      double nearer = 0;
      for (size_t k = 0; k < places.size(); ++k)
        if (k != i && k != j && km[k] <= km[j]) nearer += places[k].people;
      row[j] = m * places[j].people / ((m + nearer) * (m + places[j].people + nearer)) / (1 - m / all);
      sum += row[j];
    }
    for (double& share : row) share /= sum;  // ties in distance, and rounding
    out.push_back(std::move(row));
  }
  return out;
}

Arrivals arrivals_of(const FlowShares& shares, std::span<const double> outflow) {
  FW_EXPECT(outflow.size() == shares.size() && !shares.empty(), "as many outflows as places");
  Arrivals out{std::vector<double>(shares.front().size(), 0), true};
  for (size_t i = 0; i < shares.size(); ++i) {
    if (std::isnan(outflow[i])) {
      out.complete = false;
      continue;
    }
    for (size_t j = 0; j < shares[i].size(); ++j) out.people[j] += outflow[i] * shares[i][j];
  }
  return out;
}

bool is_coarse_enough(int admin_level, double cell_size_m) {
  return admin_level >= 0 ? admin_level <= 2 : cell_size_m >= 5000;
}

}  // namespace fw
