#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "core/base/error.h"
#include "core/risk/conflict_exposure.h"
#include "core/risk/displacement_alert.h"
#include "core/risk/flows.h"
#include "core/risk/outflow.h"

namespace fw {
namespace {

constexpr double nan = __builtin_nan("");

TEST(SphereDistance, OfADegreeOfTheEquatorAndOfAQuarter) {
  EXPECT_NEAR(sphere_distance_km(0, 10, 0, 11), 6371 * std::numbers::pi / 180, 1e-9);
  EXPECT_NEAR(sphere_distance_km(0, 0, 90, 50), 6371 * std::numbers::pi / 2, 1e-9);
  EXPECT_NEAR(sphere_distance_km(10, 20, -10, -160), 6371 * std::numbers::pi, 1e-5);
  EXPECT_EQ(sphere_distance_km(5, 5, 5, 5), 0);
}

TEST(ConflictExposure, FallsByHalfInNinetyDaysAndWithDistance) {
  const ConflictEvent now{2, 45, 0, 9, 1}, old{2, 45, 90, 9, 1};
  EXPECT_NEAR(conflict_exposure({{now}}, 2, 45, true), std::log(10.0), 1e-12);
  EXPECT_NEAR(conflict_exposure({{old}}, 2, 45, true), std::log(10.0) / 2, 1e-12);
  double before = 1e9;
  for (double lat = 2; lat < 5; lat += 0.2) {
    const double here = conflict_exposure({{now}}, lat, 45, true);
    EXPECT_LT(here, before);
    before = here;
  }
}
TEST(ConflictExposure, AVagueEventSpreadsTheSameMassWider) {
  const ConflictEvent exact{2, 45, 0, 9, 1}, vague{2, 45, 0, 9, 3};
  EXPECT_NEAR(conflict_exposure({{vague}}, 2, 45, true), std::log(10.0) / 9, 1e-12);
  EXPECT_GT(conflict_exposure({{vague}}, 4, 45, true), conflict_exposure({{exact}}, 4, 45, true));
  double mass[2] = {0, 0};
  for (double lat = -10; lat <= 10; lat += 0.1)
    for (double lon = -10; lon <= 10; lon += 0.1) {
      const double area = std::cos(lat * std::numbers::pi / 180);
      mass[0] += area * conflict_exposure({{{0, 0, 0, 9, 1}}}, lat, lon, true);
      mass[1] += area * conflict_exposure({{{0, 0, 0, 9, 2}}}, lat, lon, true);
    }
  EXPECT_NEAR(mass[0] / mass[1], 1, 0.01);
}
TEST(ConflictExposure, WhereNobodyWatchesThereIsNoPeace) {
  EXPECT_EQ(conflict_exposure({}, 2, 45, true), 0);
  EXPECT_TRUE(std::isnan(conflict_exposure({}, 2, 45, false)));
}
TEST(ConflictExposure, WhatHappensAfterTheIssueDateIsNotKnown) {
  EXPECT_EQ(conflict_exposure({{{2, 45, -1, 500, 1}}}, 2, 45, true), 0);
}

std::vector<FlowPlace> towns() { return {{"A", 0, 0, 100}, {"B", 0, 1, 300}, {"C", 0, 2, 600}, {"D", 0, -4, 50}}; }
TEST(Flows, RowsAddUpToOneAndNobodyStays) {
  for (const FlowShares& shares : {gravity_shares(towns(), 0.9), radiation_shares(towns())})
    for (size_t i = 0; i < shares.size(); ++i) {
      double sum = 0;
      for (const double s : shares[i]) sum += s;
      EXPECT_NEAR(sum, 1, 1e-12);
      EXPECT_EQ(shares[i][i], 0);
    }
}
TEST(Flows, GravityByHand) {
  const FlowShares s = gravity_shares({{"A", 0, 0, 1}, {"B", 0, 1, 10}, {"C", 0, 2, 40}}, 2);
  EXPECT_NEAR(s[0][1], 0.5, 1e-9);  // 10 / 1 and 40 / 4
  EXPECT_NEAR(gravity_shares(towns(), 0)[0][1], 300.0 / 950, 1e-12);
}
TEST(Flows, RadiationByHand) {
  const FlowShares s = radiation_shares({{"A", 0, 0, 100}, {"B", 0, 1, 300}, {"C", 0, 2, 600}});
  const double b = 100.0 * 300 / (100 * 400), c = 100.0 * 600 / (400 * 1000);
  EXPECT_NEAR(s[0][1], b / 0.9, 1e-12);
  EXPECT_NEAR(s[0][2], c / 0.9, 1e-12);
}
TEST(Flows, OrderOfPlacesDoesNotMatterAlsoWithTies) {
  std::vector<FlowPlace> a{{"A", 0, 0, 10}, {"B", 0, 1, 20}, {"C", 0, -1, 30}};
  const FlowShares forward = radiation_shares(a);
  std::swap(a[1], a[2]);
  const FlowShares backward = radiation_shares(a);
  EXPECT_EQ(forward[0][1], backward[0][2]);
}
TEST(Flows, PlacesAtTheSameSpotAreFinite) {
  const FlowShares s = gravity_shares({{"A", 0, 0, 1}, {"B", 0, 0, 10}, {"C", 0, 2, 40}}, 1);
  EXPECT_TRUE(std::isfinite(s[0][1]));
}
TEST(Flows, PopulationsOfZeroAreRefusedByName) {
  for (const double people : {0.0, -5.0, nan}) {
    std::vector<FlowPlace> places = towns();
    places[2].people = people;
    try {
      radiation_shares(places);
      FAIL();
    } catch (const InputError& e) {
      EXPECT_EQ(e.code(), "POPULATION");
      EXPECT_NE(std::string(e.what()).find("of C "), std::string::npos);
    }
  }
}
TEST(Flows, AnUnknownOutflowMakesArrivalsALowerBound) {
  const FlowShares s = gravity_shares(towns(), 1);
  const double known[] = {100, 0, 0, 40}, part[] = {100, nan, 0, 40};
  EXPECT_TRUE(arrivals_of(s, known).complete);
  EXPECT_FALSE(arrivals_of(s, part).complete);
  EXPECT_NEAR(arrivals_of(s, part).people[1], 100 * s[0][1] + 40 * s[3][1], 1e-12);
}
TEST(Flows, AreNeverPublishedFinerThanLevelTwoOrFiveKilometres) {
  EXPECT_TRUE(is_coarse_enough(2, 0));
  EXPECT_FALSE(is_coarse_enough(3, 1e6));
  EXPECT_TRUE(is_coarse_enough(-1, 5000));
  EXPECT_FALSE(is_coarse_enough(-1, 4999));
}

/// `days` days of `usual`, the last 30 of `now`.
std::vector<double> daily(size_t days, double usual, double now) {
  std::vector<double> d(days, usual);
  for (size_t k = days - 30; k < days; ++k) d[k] = now;
  return d;
}
constexpr size_t year = 366 + 30, three_years = 1096 + 30;
TEST(ThirtyDays, TheGreatestOfAYearIsMediumAndOfThreeYearsHigh) {
  const ThirtyDays all = alert_thirty_days(daily(three_years, 10, 200), 5000);
  EXPECT_EQ(all.sum, 6000);
  EXPECT_EQ(all.medium, Answer::yes);
  EXPECT_EQ(all.high, Answer::yes);
  std::vector<double> once = daily(three_years, 10, 200);
  for (size_t k = 100; k < 130; ++k) once[k] = 900;
  EXPECT_EQ(alert_thirty_days(once, 5000).medium, Answer::yes);
  EXPECT_EQ(alert_thirty_days(once, 5000).high, Answer::no);
}
TEST(ThirtyDays, NeedTheMinimum) {
  EXPECT_EQ(alert_thirty_days(daily(three_years, 0, 4999.0 / 30), 5000).medium, Answer::no);
  EXPECT_EQ(alert_thirty_days(daily(three_years, 0, 5000.0 / 30 + 1e-9), 5000).medium, Answer::yes);
  EXPECT_EQ(alert_thirty_days(daily(three_years, 0, 200), disaster_displaced_minimum).medium, Answer::no);
}
TEST(ThirtyDays, AnEqualEarlierSumStillAlerts) {
  std::vector<double> d = daily(year + 40, 0, 200);
  for (size_t k = 40; k < 70; ++k) d[k] = 200;
  EXPECT_EQ(alert_thirty_days(d, 5000).medium, Answer::yes);
}
TEST(ThirtyDays, AShortRecordLeavesTheAnswerOpen) {
  EXPECT_EQ(alert_thirty_days(daily(year, 10, 200), 5000).medium, Answer::yes);
  EXPECT_EQ(alert_thirty_days(daily(year, 10, 200), 5000).high, Answer::unknown);
  EXPECT_EQ(alert_thirty_days(daily(year - 1, 10, 200), 5000).medium, Answer::unknown);
  EXPECT_EQ(alert_thirty_days(std::vector<double>(10, 1e6), 5000).medium, Answer::unknown);
}
TEST(ThirtyDays, DaysWithoutAReportAreNotDaysWithoutPeople) {
  std::vector<double> d = daily(three_years, 10, 150);
  d.back() = nan;
  const ThirtyDays open = alert_thirty_days(d, 5000);
  EXPECT_EQ(open.missing_days, 1);
  EXPECT_EQ(open.medium, Answer::unknown) << "4,350 reported, the minimum may have been reached";
  std::vector<double> sure = daily(three_years, 10, 300);
  sure[sure.size() - 20] = nan;
  EXPECT_EQ(alert_thirty_days(sure, 5000).medium, Answer::yes);
  std::vector<double> gaps = daily(three_years, 10, 300);
  for (size_t k = 600; k < 700; ++k) gaps[k] = nan;
  EXPECT_EQ(alert_thirty_days(gaps, 5000).high, Answer::yes) << "less than a tenth is missing";
  for (size_t k = 500; k < 600; ++k) gaps[k] = nan;
  EXPECT_EQ(alert_thirty_days(gaps, 5000).high, Answer::unknown);
}

TEST(Outflow, IsLearntFromSharesOfPeopleAndUnknownIsNotNone) {
  EXPECT_EQ(level_of_outflow(50, 1000, 0.05), 2);
  EXPECT_EQ(level_of_outflow(49, 1000, 0.05), 1);
  EXPECT_EQ(level_of_outflow(nan, 1000, 0.05), 0);
  EXPECT_EQ(level_of_outflow(50, 0, 0.05), 0);
  SplitMix random(3);
  std::vector<DriverSample> rows;
  for (int year_no = 2000; year_no < 2010; ++year_no)
    for (int u = 0; u < 20; ++u) {
      const double conflict = static_cast<double>(random.below(300)) / 100;
      const bool many = static_cast<double>(random.below(400)) < 100 * conflict;
      rows.push_back({"U" + std::to_string(u), year_no, {conflict}, level_of_outflow(many ? 90 : 10, 1000, 0.05)});
    }
  const DriverModel model = fit_driver_model(rows, {{"conflict"}, 1, 1, 100, 1, 0.5});
  const double calm[] = {0}, war[] = {3};
  const Conditions a = predict_conditions(model, calm), b = predict_conditions(model, war);
  EXPECT_LT(outflow_probability(a), 0.2);
  EXPECT_GT(outflow_probability(b), 0.6);
  EXPECT_LT(outflow_interval(b).low, outflow_probability(b));
  EXPECT_TRUE(std::isnan(a.probability[1])) << "there is no third level";
}

}  // namespace
}  // namespace fw
