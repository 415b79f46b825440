#include "core/risk/health_rules.h"

#include <gtest/gtest.h>

#include <limits>

namespace fw {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

TEST(Vci3mClasses, LowerBoundsBelongToTheMilderClass) {
  EXPECT_EQ(classify_vci3m(9.999f), 4);
  EXPECT_EQ(classify_vci3m(10.0f), 3);
  EXPECT_EQ(classify_vci3m(19.999f), 3);
  EXPECT_EQ(classify_vci3m(20.0f), 2);
  EXPECT_EQ(classify_vci3m(34.999f), 2);
  EXPECT_EQ(classify_vci3m(35.0f), 1);
  EXPECT_EQ(classify_vci3m(49.999f), 1);
  EXPECT_EQ(classify_vci3m(50.0f), 0);
}
TEST(VhiClasses, FollowKoganAndNotTheVciTable) {
  EXPECT_EQ(classify_vhi(9.9f), 4);
  EXPECT_EQ(classify_vhi(10.0f), 3);
  EXPECT_EQ(classify_vhi(20.0f), 2);
  EXPECT_EQ(classify_vhi(30.0f), 1);
  EXPECT_EQ(classify_vhi(39.9f), 1);
  EXPECT_EQ(classify_vhi(40.0f), 0);
}
TEST(HealthClasses, GreenerIsNeverWorse_Fault5_3) {
  for (float v = 0; v < 100; v += 0.25f) {
    EXPECT_GE(classify_vci3m(v), classify_vci3m(v + 0.25f));
    EXPECT_GE(classify_vhi(v), classify_vhi(v + 0.25f));
  }
}
TEST(HealthClasses, MissingHasNoClass) {
  EXPECT_EQ(classify_vci3m(nan), health_not_assessed);
  EXPECT_EQ(classify_vhi(nan), health_not_assessed);
}

TEST(SeasonVhi, IsTheMeanByCropCoefficients) {
  SeasonVhi s;
  s.add(20, 0.3);
  s.add(40, 1.2);
  EXPECT_FLOAT_EQ(s.finish(1), (20 * 0.3f + 40 * 1.2f) / 1.5f);
}
TEST(SeasonVhi, LeavesMissingDekadsOutDownToTheShareAsked) {
  SeasonVhi s;
  s.add(20, 1);
  s.add(nan, 1);
  EXPECT_EQ(s.finish(0.5), 20.0f);
  EXPECT_TRUE(is_nan(s.finish(0.51)));
  EXPECT_TRUE(is_nan(SeasonVhi{}.finish(0)));
}

TEST(Asi, CountsAreaStrictlyBelow35) {
  AsiTally t;
  t.add(34.99f, 30);
  t.add(35.0f, 70);
  EXPECT_EQ(t.percent(), 30);
  EXPECT_EQ(t.reaches(0.3), Answer::yes);
  EXPECT_EQ(t.reaches(0.5), Answer::no);
}
TEST(Asi, MissingAreaIsNeitherStressedNorFine_Fault5_2) {
  AsiTally t;
  t.add(20, 29);
  t.add(60, 70);
  t.add(nan, 1);
  EXPECT_NEAR(t.percent(), 100.0 * 29 / 99, 1e-12);
  EXPECT_EQ(t.reaches(0.3), Answer::unknown);
  AsiTally none;
  none.add(nan, 5);
  EXPECT_TRUE(none.percent() != none.percent());
  EXPECT_EQ(AsiTally{}.reaches(0.3), Answer::unknown);
}
TEST(Asi, OnePixelIsAWholeUnit) {
  AsiTally t;
  t.add(10, 1);
  EXPECT_EQ(t.percent(), 100);
}
TEST(Asi, TalliesMerge) {
  AsiTally a, b;
  a.add(10, 3);
  b.add(nan, 4);
  b.add(90, 5);
  a.merge(b);
  EXPECT_EQ(a.cover, 12u);
  EXPECT_EQ(a.percent(), 37.5);
}

}  // namespace
}  // namespace fw
