// Published places: fixed, near enough to be of use, far enough to protect.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "core/evidence/cross_check.h"
#include "core/evidence/displace.h"

namespace fw {
namespace {

const SecretBytes secret{std::string_view("0123456789abcdef0123456789abcdef")};
const auto anywhere = [](GeoPoint) { return true; };

TEST(Displace, ShowsOnePlaceForAThousandReleasesOfAReport) {
  std::set<std::pair<double, double>> places;
  for (int i = 0; i < 1000; ++i) {
    const auto at = displace(secret, {14.51234, 33.20876}, Settlement::rural, anywhere);
    places.insert({at->lat, at->lon});
  }
  EXPECT_EQ(places.size(), 1U);
}

TEST(Displace, ShowsOnePlaceForTheScatterOfAReceiverAtOneSpot) {
  std::set<std::pair<double, double>> places;
  for (int i = 0; i < 1000; ++i) {  // 30 m around the middle of a cell
    const auto at = displace(secret, {14.5125 + 0.0003 * std::sin(i), 33.2075 + 0.0003 * std::cos(3 * i)},
                             Settlement::rural, anywhere);
    places.insert({at->lat, at->lon});
  }
  EXPECT_EQ(places.size(), 1U);
}

TEST(Displace, KeepsTheDistancesOfTheProcedure) {
  for (const Settlement s : {Settlement::urban, Settlement::rural}) {
    int beyond = 0, far = 0, near = 0;
    double sum = 0;
    constexpr int n = 20000;
    for (int i = 0; i < n; ++i) {
      const GeoPoint exact{-30 + 0.0031 * i, 10 + 0.007 * (i % 977)};
      const GeoPoint at = *displace(secret, exact, s, anywhere);
      const double km = distance_km(exact.lat, exact.lon, at.lat, at.lon);
      sum += km;
      beyond += km > (s == Settlement::urban ? urban_km : far_km);
      far += km > rural_km;
      near += km < 0.3;
    }
    EXPECT_EQ(beyond, 0);
    if (s == Settlement::rural) {
      EXPECT_GT(far, n * 0.002);
      EXPECT_LT(far, n * 0.01);
    }
    EXPECT_GT(sum / n, s == Settlement::urban ? 0.7 : 2.0);
    EXPECT_LT(near, n * 0.2) << "the distance is uniform up to the limit, as in the procedure";
  }
}

TEST(Displace, CannotBeRepeatedWithoutTheSecret) {
  const SecretBytes other{std::string_view("1123456789abcdef0123456789abcdef")};
  int same = 0;
  for (int i = 0; i < 100; ++i)
    same += displace(secret, {1 + 0.1 * i, 2}, Settlement::rural, anywhere) ==
            displace(other, {1 + 0.1 * i, 2}, Settlement::rural, anywhere);
  EXPECT_EQ(same, 0);
}

TEST(Displace, StaysInTheUnitOrNamesNoPlace) {
  const auto east = [](GeoPoint p) { return p.lon > 33.2; };
  for (int i = 0; i < 200; ++i)
    EXPECT_GT(displace(secret, {14 + 0.01 * i, 33.201}, Settlement::rural, east)->lon, 33.2);
  EXPECT_FALSE(displace(secret, {14, 33}, Settlement::rural, [](GeoPoint) { return false; }));
}

TEST(SnapToGrid, GivesCellsOfAtLeastFiveKilometres) {
  for (const double lat : {0.01, 14.5, -33.3, 60.2, 85.0}) {
    std::set<double> rows, cols;
    for (int i = 0; i < 2000; ++i) rows.insert(snap_to_grid({lat + 0.0001 * i, 33}).lat);
    for (int i = 0; i < 4000; ++i) cols.insert(snap_to_grid({lat, 33 + 0.0005 * i}).lon);
    ASSERT_GT(rows.size(), 3U);
    ASSERT_GT(cols.size(), 2U);
    EXPECT_GE(distance_km(*rows.begin(), 33, *std::next(rows.begin()), 33), 4.99) << lat;
    const double at = snap_to_grid({lat, 33}).lat;
    EXPECT_GE(distance_km(at, *cols.begin(), at, *std::next(cols.begin())), 4.99) << lat;
    EXPECT_LE(distance_km(at, *cols.begin(), at, *std::next(cols.begin())), lat > 80 ? 8 : 6) << lat;
  }
}

}  // namespace
}  // namespace fw
