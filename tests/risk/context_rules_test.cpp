#include "core/risk/context_rules.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/risk/destinations.h"
#include "tests/risk/tables.h"

namespace fw::test {
namespace {

constexpr double degree_km = 6371.0 * 3.14159265358979323846 / 180;

/// A region R of two districts a degree of the equator apart, and a ward W inside A.
std::vector<EvidenceUnit> make_units() {
  const auto unit = [](const std::string& pcode, const std::string& parent, int level, double lon, double people) {
    EvidenceUnit u;
    u.pcode = pcode;
    u.parent = parent;
    u.level = level;
    u.lon = lon;
    u.radius_km = 20;
    u.population = people;
    return u;
  };
  return {unit("R", "", 1, 40.5, 400), unit("A", "R", 2, 40, 100), unit("B", "R", 2, 41, 300),
          unit("W", "A", 3, 40, 50)};
}

const Date end = last_day(now);
Date before(int days) { return date_from_days(days_since_epoch(end) - days); }

MatchedObservation deaths(const std::string& pcode, double value, int days_ago, const std::string& event) {
  MatchedObservation m;
  m.pcode = pcode;
  m.item = "f:" + event;
  m.observation.source = "acled";
  m.observation.dataset = Dataset::conflict;
  m.observation.quantity = "fatalities";
  m.observation.site = event;
  m.observation.value = value;
  m.observation.from = m.observation.to = before(days_ago);
  return m;
}
MatchedObservation fled(const std::string& pcode, double value, int days_ago, int days, const std::string& cause) {
  MatchedObservation m = deaths(pcode, value, days_ago, cause + std::to_string(days_ago));
  m.observation.source = "idmc";
  m.observation.dataset = Dataset::displacement;
  m.observation.quantity = "new_displacements";
  m.observation.detail = cause;
  m.observation.from = before(days_ago + days - 1);
  return m;
}

std::map<std::string, RiskRow> apply(const std::vector<MatchedObservation>& context) {
  RiskLayer layer = make_layer();
  for (const char* kind : {"conflict_exposure", "displaced_by_conflict", "displaced_by_disaster"}) {
    RiskRule rule;
    rule.id = rule.kind = rule.title = kind;
    layer.rules.push_back(rule);
  }
  RiskTable table;
  for (const EvidenceUnit& u : make_units()) {
    RiskRow row;
    row.pcode = u.pcode;
    row.level = u.level;
    row.period = now;
    table.rows.push_back(row);
  }
  apply_context_rules(layer, context, make_units(), table);
  std::map<std::string, RiskRow> out;
  for (const RiskRow& row : table.rows) out[row.pcode] = row;
  return out;
}
double exposure(const std::vector<MatchedObservation>& context, const std::string& pcode) {
  return rule_value(apply(context).at(pcode), "conflict_exposure");
}

TEST(ConflictExposureOfUnits, IsTheKernelAtTheMiddleOfTheUnit) {
  auto exact = deaths("A", 9, 90, "e1"), near = exact;
  exact.observation.lat = 0;
  exact.observation.lon = 40;
  const auto watch = deaths("A", 0, 5, "w");
  EXPECT_NEAR(exposure({exact, watch}, "A"), std::log(10.0) / 2, 1e-12);
  near.observation.lat = 0;
  near.observation.lon = 41;
  near.observation.flags = {"PLACE_NEAR"};
  const double at = degree_km / 75;
  EXPECT_NEAR(exposure({near, watch}, "A"), std::log(10.0) / 2 * std::exp(-at * at / 2) / 2.25, 1e-12);
}
TEST(ConflictExposureOfUnits, OfAnEventWithoutCoordinatesIsThatOfAVaguePlaceAtTheMiddle) {
  EXPECT_NEAR(exposure({deaths("A", 9, 90, "e1"), deaths("A", 0, 5, "w")}, "A"), std::log(10.0) / 2 / 9, 1e-12);
}
TEST(ConflictExposureOfUnits, IsUnknownWhereNobodyWatchesAndNeverZero) {
  const auto rows = apply({deaths("A", 0, 90, "e1"), deaths("A", 0, 5, "w")});
  EXPECT_EQ(rule_value(rows.at("A"), "conflict_exposure"), 0) << "a reported 0 is a number";
  EXPECT_EQ(rule_value(rows.at("R"), "conflict_exposure"), 0) << "who watches a district watches in its region";
  EXPECT_TRUE(std::isnan(rule_value(rows.at("B"), "conflict_exposure")));
  EXPECT_TRUE(says(rows.at("B"), "which is not none"));
  EXPECT_TRUE(says(rows.at("B"), "): conflict_exposure"));
  EXPECT_FALSE(says(rows.at("A"), "): conflict_exposure"));
  EXPECT_TRUE(std::isnan(exposure({}, "A")));
}
TEST(ConflictExposureOfUnits, NeedsARecordThatReachesThePeriodAndAHalfLifeBack) {
  const auto known = [](int begins, int ends) {
    return !std::isnan(exposure({deaths("A", 9, begins, "e1"), deaths("A", 1, ends, "e2")}, "A"));
  };
  EXPECT_TRUE(known(90, 5));
  EXPECT_FALSE(known(89, 5)) << "earlier deaths are not known";
  EXPECT_TRUE(known(200, 41)) << "31 days before 21 August";
  EXPECT_FALSE(known(200, 42));
}
TEST(ConflictExposureOfUnits, CountsAnEventOnceAndTheHigherOfTwoRecords) {
  const auto once = deaths("A", 9, 40, "e1"), watch = deaths("A", 0, 300, "e0");
  auto again = once;
  again.item = "g:1";
  const double alone = exposure({watch, once}, "A");
  EXPECT_EQ(exposure({watch, once, again}, "A"), alone);
  auto total = once, early = watch;  // the same source's totals
  for (MatchedObservation* m : {&total, &early}) m->observation.site.clear();
  EXPECT_EQ(exposure({watch, once, early, total}, "A"), alone);
  EXPECT_GT(exposure({watch, once, deaths("A", 1, 40, "e2")}, "A"), alone);
}
TEST(ConflictExposureOfUnits, TotalsOfARegionWatchItsDistrictsAndSingleEventsDoNot) {
  auto early = deaths("R", 0, 300, "e0"), late = deaths("R", 9, 40, "e1");
  EXPECT_TRUE(std::isnan(exposure({early, late}, "A")));
  for (MatchedObservation* m : {&early, &late}) m->observation.site.clear();
  EXPECT_GT(exposure({early, late}, "A"), 0);
}
TEST(ConflictExposureOfUnits, DoesNotKnowWhatComesAfterThePeriodNorWhatIsTooLong) {
  const auto watch = deaths("A", 0, 300, "e0");
  EXPECT_EQ(exposure({watch, deaths("A", 0, 5, "e2"), deaths("A", 500, -1, "e1")}, "A"), 0);
  auto year = deaths("A", 500, 10, "e1");
  year.observation.from = before(10 + 31);
  EXPECT_EQ(exposure({watch, deaths("A", 0, 5, "e2"), year}, "A"), 0);
}

/// 1,140 days in which 10 people a day flee from A, `now_per_day` in the last 30.
std::vector<MatchedObservation> three_years(const std::string& cause, double now_per_day) {
  std::vector<MatchedObservation> out = {fled("A", 30 * now_per_day, 0, 30, cause)};
  for (int ago = 30; ago < 1140; ago += 30) out.push_back(fled("A", 300, ago, 30, cause));
  return out;
}
double alert(const std::vector<MatchedObservation>& context, const std::string& pcode, const std::string& id) {
  return rule_value(apply(context).at(pcode), id);
}
TEST(DisplacedIn30Days, AlertsByTheMinimumOfTheCause) {
  EXPECT_EQ(alert(three_years("Conflict", 200), "A", "displaced_by_conflict"), 2);
  EXPECT_EQ(alert(three_years("Conflict", 4999.0 / 30), "A", "displaced_by_conflict"), 0);
  EXPECT_EQ(alert(three_years("Disaster: Flood", 200), "A", "displaced_by_disaster"), 0);
  EXPECT_EQ(alert(three_years("Disaster: Flood", 2000), "A", "displaced_by_disaster"), 2);
  EXPECT_TRUE(std::isnan(alert(three_years("Conflict", 200), "A", "displaced_by_disaster")));
  EXPECT_TRUE(says(apply(three_years("Conflict", 200)).at("A"), "high, at least 5000 people"));
}
TEST(DisplacedIn30Days, CountNobodyTwiceWhereTwoFilesOverlap) {
  auto context = three_years("Conflict", 100);  // 3,000 in 30 days, without ids
  for (MatchedObservation& m : context) m.observation.site.clear();
  auto again = context;
  for (MatchedObservation& m : again) m.item = "another file:1";
  context.insert(context.end(), again.begin(), again.end());
  EXPECT_EQ(alert(context, "A", "displaced_by_conflict"), 0) << "6,000 would be an alert";
}
TEST(DisplacedIn30Days, AShortRecordGivesMediumAndSaysWhatIsOpen) {
  auto context = three_years("Conflict", 200);
  context.resize(15);
  EXPECT_EQ(alert(context, "A", "displaced_by_conflict"), 1);
  EXPECT_TRUE(says(apply(context).at("A"), "of 1,096 days it is not known"));
  context.resize(5);
  EXPECT_TRUE(std::isnan(alert(context, "A", "displaced_by_conflict")));
}
TEST(DisplacedIn30Days, AddsUpInTheRegionAndIsNeverShownBelowDistricts) {
  const auto rows = apply(three_years("Conflict", 200));
  EXPECT_EQ(rule_value(rows.at("R"), "displaced_by_conflict"), 2);
  EXPECT_TRUE(std::isnan(rule_value(rows.at("B"), "displaced_by_conflict"))) << "nobody has reported on it";
  auto ward = three_years("Conflict", 200);
  for (auto& m : ward) m.pcode = "W";
  const auto fine = apply(ward);
  EXPECT_TRUE(std::isnan(rule_value(fine.at("W"), "displaced_by_conflict")));
  EXPECT_EQ(rule_value(fine.at("A"), "displaced_by_conflict"), 2);
}
TEST(DisplacedIn30Days, AFigureWhoseDaysAreNotOverIsNotKnownYet) {
  auto context = three_years("Conflict", 10);
  context.push_back(fled("A", 9000, -1, 10, "Conflict"));
  EXPECT_EQ(alert(context, "A", "displaced_by_conflict"), 0);
}

TEST(Destinations, StandSideBySideForDistrictsAndNoWards) {
  RunReport report;
  auto units = make_units();
  units.push_back(units[2]);
  units.back().pcode = "C";
  units.back().lon = 42;
  const std::string csv = destinations_csv(units, 1, report);
  // From A (100): B and C, 300 each, at one and two degrees. Gravity 1 : 1/2; radiation 1 / (100 · 400) : 1 / (400 ·
  // 700).
  EXPECT_NE(csv.find("\n2,A,B,111.2,0.6667,0.8750,"), std::string::npos) << csv;
  EXPECT_NE(csv.find("\n2,A,C,222.4,0.3333,0.1250,"), std::string::npos) << csv;
  EXPECT_EQ(csv.find("\n3,"), std::string::npos);
  EXPECT_NE(csv.find("not how many leave"), std::string::npos);
  ASSERT_EQ(report.sorted().size(), 1U);
  EXPECT_EQ(report.sorted()[0].code, "FLOW_LEVEL");
}
TEST(Destinations, TakeThePeopleOfARegionFromItsDistrictsWhereAllAreKnown) {
  auto units = make_units();
  units.pop_back();
  units[0].population.reset();
  auto other = units;
  for (EvidenceUnit& u : other) {
    u.pcode += "2";
    if (!u.parent.empty()) u.parent += "2";
    u.lon += 3;
    units.push_back(u);
  }
  RunReport report;
  EXPECT_NE(destinations_csv(units, 1, report).find("\n1,R,R2,333.6,1.0000,1.0000,"), std::string::npos);
  EXPECT_TRUE(report.empty());
  units.back().population.reset();
  EXPECT_EQ(destinations_csv(units, 1, report), "");
  EXPECT_EQ(report.sorted().size(), 2U) << "the district's level and the region's";
}
TEST(Destinations, AreLeftOutWhereAPopulationIsUnknown) {
  auto units = make_units();
  units.pop_back();
  units[1].population.reset();
  RunReport report;
  EXPECT_EQ(destinations_csv(units, 2, report), "");
  ASSERT_EQ(report.sorted().size(), 1U);
  EXPECT_EQ(report.sorted()[0].code, "POPULATION_UNKNOWN");
}
TEST(Destinations, LeaveOutUnitsInWhichNobodyLives) {
  RunReport report;
  auto units = make_units();
  units.pop_back();
  units.push_back(units[2]);
  units.back().pcode = "C";
  units.back().lon = 42;
  const std::string without = destinations_csv(units, 1, report);
  units.push_back(units[2]);
  units.back().pcode = "desert";
  units.back().lat = 1;
  units.back().population = 0;
  EXPECT_EQ(destinations_csv(units, 1, report), without);
  EXPECT_NE(without, "");
  ASSERT_EQ(report.sorted().size(), 1U);
  EXPECT_EQ(report.sorted()[0].code, "POPULATION");
  EXPECT_EQ(report.sorted()[0].item, "desert");
}

}  // namespace
}  // namespace fw::test
