#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "core/evidence/belief.h"
#include "core/evidence/log_odds.h"

namespace fw::test {
namespace {

TEST(Belief, OfADegreeHalfwayIsIgnorance) {
  EXPECT_EQ(state(0.5, 1).mass, (std::vector<double>{0, 0, 0, 1}));
  EXPECT_EQ(state(1, 1).mass, (std::vector<double>{0, 1, 0, 0}));
  EXPECT_EQ(state(0, 0.5).mass, (std::vector<double>{0, 0, 0.5, 0.5}));
  EXPECT_NEAR(pignistic_of(state(0.9, 0.6), 0), 0.5 + 0.6 * 0.4, 1e-15);
}

TEST(Belief, CertainOppositesAreConflictThatDempsterHidesAndYagerShows) {
  const Belief yes = {2, {0, 0.99, 0.01, 0}}, no = {2, {0, 0.01, 0.99, 0}};
  EXPECT_NEAR(conflict_of(yes, no), 0.9802, 1e-12);
  EXPECT_NEAR(combine_dempster(yes, no).mass[1], 0.5, 1e-12);
  EXPECT_NEAR(combine_yager(yes, no).mass[3], 0.9802, 1e-12);
  EXPECT_THROW(combine_dempster({2, {0, 1, 0, 0}}, {2, {0, 0, 1, 0}}), std::logic_error);
}

TEST(Belief, TheCautiousRuleCountsNothingTwice) {
  const Belief b = state(0.8, 0.7);
  const Belief twice = combine_cautious(b, b);
  for (size_t s = 0; s < b.mass.size(); ++s) EXPECT_NEAR(twice.mass[s], b.mass[s], 1e-12);
  EXPECT_GT(combine_dempster(b, b).mass[1], b.mass[1]) << "Dempster's rule takes them for independent";
  EXPECT_THROW(combine_cautious({2, {0, 1, 0, 0}}, b), std::logic_error);
}

TEST(Belief, RulesKeepTheSumOfMassesAndTheirSymmetry) {
  std::mt19937 generator(3);
  for (int i = 0; i < 2000; ++i) {
    Belief a = vacuous(3), b = a;
    for (Belief* x : {&a, &b}) {
      double sum = 0;
      x->mass[0] = 0;
      for (size_t s = 1; s < 8; ++s) sum += x->mass[s] = 0.01 + static_cast<double>(generator() % 1000);
      for (double& m : x->mass) m /= sum;
    }
    for (const auto rule :
         {combine_conjunctive, combine_dempster, combine_yager, combine_pcr5, combine_disjunctive, combine_cautious}) {
      const Belief ab = rule(a, b), ba = rule(b, a);
      double sum = 0;
      for (size_t s = 0; s < 8; ++s) {
        sum += ab.mass[s];
        ASSERT_NEAR(ab.mass[s], ba.mass[s], 1e-9);
      }
      ASSERT_NEAR(sum, 1, 1e-9);
    }
    ASSERT_NEAR(combine_dempster(a, vacuous(3)).mass[5], a.mass[5], 1e-12) << "ignorance changes nothing";
    ASSERT_LE(plausibility_of(combine_conjunctive(a, b), 1), plausibility_of(a, 1) + 1e-12);
  }
}

TEST(Silence, WeighsOnlyWhereSomebodyCouldHaveSpoken) {
  EXPECT_EQ(weight_of_silence(0, 0.8, 0.1), 0);
  EXPECT_NEAR(weight_of_silence(0.1, 0.8, 0.1), -0.073, 5e-4);
  EXPECT_NEAR(weight_of_silence(0.5, 0.8, 0.1), -0.460, 5e-4);
  EXPECT_NEAR(weight_of_silence(0.9, 0.8, 0.1), -1.179, 5e-4);
}

TEST(LogOdds, OfDependentVoicesGrowSlowerThanTheirNumber) {
  EXPECT_EQ(dependence_of(5, 0), 1);
  EXPECT_EQ(dependence_of(5, 1), 5);
  EXPECT_EQ(dependence_of(1, 1), 1);
  EXPECT_EQ(weight_of_report(true, 0, 0.8, 0.1), 0) << "a source that cannot be relied on says nothing";
  // Three voices that say the same: with rho 1 as one.
  EXPECT_NEAR(posterior_of(0.1, {1, 1, 1}, 1), posterior_of(0.1, {1}, 0), 1e-15);
}

}  // namespace
}  // namespace fw::test
