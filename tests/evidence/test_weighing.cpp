// The parts of a report's weight, each by itself: credibility, middle of the voices, place, likeness of texts.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "core/evidence/credibility.h"
#include "core/evidence/middle.h"
#include "core/evidence/place_weight.h"
#include "core/evidence/text_likeness.h"

namespace fw::test {
namespace {

TEST(Credibility, FollowsWhatOtherOrganisationsSay) {
  using Grades = std::vector<int>;
  EXPECT_EQ(judge_credibility({{"a", 0.8}}), Grades({6})) << "nobody else spoke";
  EXPECT_EQ(judge_credibility({{"a", 0.8}, {"b", 0.6}}), Grades({1, 1})) << "each confirms the other";
  EXPECT_EQ(judge_credibility({{"a", 0.8}, {"a", 0.8}}), Grades({3, 3})) << "one organisation confirms nothing";
  EXPECT_EQ(judge_credibility({{"a", 0.8}, {"b", 0.4}}), Grades({3, 3})) << "neither near nor far";
  EXPECT_EQ(judge_credibility({{"a", 1}, {"b", 0}}), Grades({4, 4}));
  EXPECT_EQ(judge_credibility({{"a", 1}, {"b", 0}, {"c", 0.1}}), Grades({5, 3, 3})) << "two against one";
  EXPECT_EQ(judge_credibility({{"a", 1}, {"b", 0.9}, {"c", 0}}), Grades({3, 3, 5}));
  EXPECT_EQ(judge_credibility({{"a", 1}, {"b", 0.9}, {"c", 1}, {"d", 0}}), Grades({2, 2, 2, 5}));
  EXPECT_EQ(judge_credibility({{"a", 0.8}, {"b", 0.55}}), Grades({1, 1})) << "exactly 0.25 apart confirms";
}

TEST(MiddleFifth, IsTheMeanOfTwoAndTheMedianOfMany) {
  EXPECT_DOUBLE_EQ(middle_fifth({{0.2, 1}, {0.6, 1}}), 0.4);
  EXPECT_DOUBLE_EQ(middle_fifth({{0.2, 1}, {0.3, 1}, {1, 1}}), 0.3);
  EXPECT_DOUBLE_EQ(middle_fifth({{1, 4}, {0.1, 6}}), 0.1) << "four tenths of the weight have no say";
  EXPECT_NEAR(middle_fifth({{0.2, 1}, {0.4, 1}, {0.6, 1}, {1, 1}}), 0.5, 1e-12);
  EXPECT_DOUBLE_EQ(middle_fifth({{0.7, 0.01}}), 0.7);
}

TEST(MiddleFifth, StaysWithinTheMajorityWhateverThreeOfTenSay) {
  std::mt19937 generator(5);
  const auto unit = [&] { return static_cast<double>(generator()) / 4294967295.0; };
  for (int trial = 0; trial < 5000; ++trial) {
    const size_t n = 4 + generator() % 40, hostile = n * 3 / 10;
    std::vector<double> weights;
    for (size_t i = 0; i < n; ++i) weights.push_back(0.4 + 0.59 * unit());
    const std::vector<double> say = share_say(weights, weights);
    double low = 1, high = 0;
    std::vector<Weighed> voices;
    for (size_t i = 0; i < n; ++i) {
      const double honest = 0.3 + 0.3 * unit();
      if (i >= hostile) low = std::min(low, honest), high = std::max(high, honest);
      voices.push_back({i < hostile ? static_cast<double>(trial % 2) : honest, say[i]});
    }
    const double value = middle_fifth(voices);
    ASSERT_GE(value, low - 1e-12) << n;
    ASSERT_LE(value, high + 1e-12) << n;
  }
}

TEST(ShareSay, BoundsInfluenceOnBothSides) {
  EXPECT_EQ(share_say({0.95, 0.4, 0.15}, {0.95, 0.4, 0.15}), (std::vector<double>{0.95, 0.65 * 0.95, 0}));
  EXPECT_EQ(share_say({0.95, 0.1}, {0.95, 0.4}), (std::vector<double>{0.95, 0.65 * 0.95})) << "age takes no say away";
  EXPECT_EQ(share_say({0.15}, {0.15}), std::vector<double>{0.15}) << "an unreliable source alone is heard";
}

TEST(PlaceWeight, OfAReportKnownToALargerUnitIsItsShare) {
  EXPECT_EQ(precision_weight(20, 0), 1);
  EXPECT_NEAR(precision_weight(20, 40), 0.2, 1e-12);
  EXPECT_EQ(precision_weight(0, 40), 0);
}

TEST(PlaceWeight, FallsWithDistanceFromOneHalf) {
  EXPECT_EQ(distance_weight(10, 0), 0);
  EXPECT_EQ(distance_weight(-3, 25), 0.5);
  EXPECT_NEAR(distance_weight(25, 25), 0.5 * std::exp(-0.5), 1e-12);
}

std::vector<EvidenceUnit> three_units() {
  return {{"X1", "", 1, 0, 0, 100, {}, {}}, {"X101", "X1", 2, 0, 0, 50, {}, {}}, {"X102", "X1", 2, 0, 1, 50, {}, {}}};
}

TEST(Places, SpreadACoarseReportThinlyOverTheUnitsInside) {
  Report r;
  r.pcode = "X1";
  r.kind = "price";
  const auto where = Places(three_units(), {{"price", 30}}).spread(r);
  ASSERT_EQ(where.size(), 3U);
  EXPECT_EQ(where[0], std::make_pair(std::string("X1"), 1.0));
  EXPECT_EQ(where[1].first, "X101");
  EXPECT_NEAR(where[1].second, 0.2, 1e-12);
}

TEST(Places, LetNeighboursHearOnlyKindsWithAReach) {
  Report r;
  r.pcode = "X101";
  r.kind = "price";
  r.lat = 0;
  r.lon = 0.5;  // 55.6 km from the middle of X102, 5.6 beyond its circle
  const auto where = Places(three_units(), {{"price", 30}}).spread(r);
  ASSERT_EQ(where.size(), 2U);
  EXPECT_EQ(where[1].first, "X102");
  EXPECT_NEAR(where[1].second, distance_weight(55.5975 - 50, 30), 1e-4);
  r.kind = "conflict";
  EXPECT_EQ(Places(three_units(), {{"price", 30}}).spread(r).size(), 1U);
}

TEST(Places, DoNotHearAReportAroundAPointThatItsPcodeContradicts) {
  Report r;
  r.pcode = "X101";
  r.kind = "price";
  r.lat = 0;
  r.lon = 1;  // the middle of X102, 111.2 km from that of X101: 61.2 beyond the circle of X102
  r.flags = {"PCODE_MISMATCH"};
  EXPECT_EQ(Places(three_units(), {{"price", 25}}).spread(r).size(), 1U) << "exp(-(61.2 / 25)² / 2) / 2 = 0.025";
  r.flags = {};
  EXPECT_EQ(Places(three_units(), {{"price", 25}}).spread(r).size(), 2U);
}

TEST(TextLikeness, OfCopiesIsHighAndOfOthersLow) {
  const auto likeness = [](const char* a, const char* b) {
    return likeness_of(print_text(normal_text(a)), print_text(normal_text(b)));
  };
  EXPECT_EQ(likeness("The wells are DRY, since May.", "the wells are dry since may"), 1);
  EXPECT_GT(likeness("three wells are dry and people walk to the river for water since the end of May",
                     "three wells are dry and people walk to the big river for water since the end of May"),
            copy_likeness);
  EXPECT_LT(
      likeness("three wells are dry and people walk to the river", "no water left in the village, herders moved north"),
      0.1);
  EXPECT_EQ(likeness("", ""), 0);
}

TEST(TextLikeness, BandsMeetForNearCopies) {
  std::mt19937 generator(9);
  int met = 0, alike = 0;
  for (int i = 0; i < 300; ++i) {
    std::string a;
    for (int k = 0; k < 160; ++k) a += static_cast<char>('a' + generator() % 26);
    std::string b = a;
    b[generator() % b.size()] = '0';
    b[generator() % b.size()] = '0';
    const TextPrint x = print_text(a), y = print_text(b);
    if (likeness_of(x, y) < copy_likeness) continue;
    ++alike;
    bool any = false;
    for (size_t k = 0; k < TextPrint::bands; ++k) any |= x.band[k] == y.band[k];
    met += any;
  }
  ASSERT_GT(alike, 200);
  EXPECT_GE(met, alike * 98 / 100);
}

}  // namespace
}  // namespace fw::test
