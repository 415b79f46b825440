#include "core/risk/asap.h"

#include <gtest/gtest.h>

#include <limits>

namespace fw {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();
constexpr uint8_t off = 0, growing = 1, senescent = 2;
constexpr AsapPixel dry{-1.5f, 0, 0, growing}, bare{0, 0, -1.5f, growing}, good{0, 0, 0, growing}, asleep{0, 0, 0, off};

struct Part {
  AsapPixel pixel;
  uint64_t area_m2;
};
AsapTally tally(std::initializer_list<Part> parts) {
  AsapTally t;
  for (const Part& part : parts) t.add(part.pixel, part.area_m2);
  return t;
}
int level(std::initializer_list<Part> parts) {
  const AsapWarning w = warn_asap(tally(parts));
  EXPECT_TRUE(w.assessed);
  EXPECT_EQ(w.level, w.at_most);
  return w.level;
}

TEST(Asap, FiresFromExactlyAQuarterOfTheActiveArea) {
  EXPECT_EQ(level({{dry, 249}, {good, 751}}), 0);
  EXPECT_EQ(level({{dry, 250}, {good, 750}}), 1);
}
TEST(Asap, TheQuarterIsOfTheActiveAreaAndNotOfAllLand) {
  // 100 of 300 active hectares; of the 1000 it would be a tenth.
  EXPECT_EQ(level({{dry, 100}, {good, 200}, {asleep, 700}}), 1);
}
TEST(Asap, IsOffSeasonBelowFifteenPercentActive) {
  EXPECT_EQ(warn_asap(tally({{dry, 149}, {asleep, 851}})).season, AsapSeason::off);
  EXPECT_FALSE(warn_asap(tally({{dry, 149}, {asleep, 851}})).assessed);
  EXPECT_EQ(warn_asap(tally({{dry, 150}, {asleep, 850}})).season, AsapSeason::growing);
  EXPECT_EQ(level({{dry, 150}, {asleep, 850}}), 1);
}
TEST(Asap, ZOfExactlyMinusOneIsNotCritical) {
  EXPECT_EQ(level({{{-1.0f, -1.0f, -1.0f, growing}, 1}}), 0);
  EXPECT_EQ(level({{{-1.0001f, 0, 0, growing}, 1}}), 1);
}
TEST(Asap, OnePixelIsAWholeUnit) {
  EXPECT_EQ(level({{dry, 1}}), 1);
  EXPECT_EQ(level({{bare, 1}}), 2);
  EXPECT_EQ(level({{{-2, -2, -2, growing}, 1}}), 3);
}
TEST(Asap, EitherIndicatorOfTheWaterBalanceIsEnough) {
  EXPECT_EQ(level({{{-1.5f, 0, 0, growing}, 1}}), 1);
  EXPECT_EQ(level({{{0, -1.5f, 0, growing}, 1}}), 1);
}
TEST(Asap, Level4IsImpossibleBeforeHalfTheActiveAreaIsSenescent) {
  const AsapPixel late{0, 0, -2, senescent};
  EXPECT_EQ(level({{late, 499}, {bare, 501}}), 2);
  EXPECT_EQ(level({{late, 500}, {bare, 500}}), 4);
  // Senescence is a share of the active area, not of all that has a season.
  EXPECT_EQ(level({{late, 200}, {asleep, 800}}), 4);
}
TEST(Asap, AfterSenescenceTheWaterBalanceHasNoSay) { EXPECT_EQ(level({{{-3, -3, 0, senescent}, 1}}), 0); }
TEST(Asap, AfterTheReferenceDekadLevel4IsNotGiven) {
  const AsapWarning w = warn_asap(tally({{{0, 0, -2, senescent}, 1}}), {true, true, true});
  EXPECT_EQ(w.level, 0);
  EXPECT_TRUE(w.assessed);
}

TEST(Asap, MissingValuesAreNotSafety_Fault5_2) {
  const AsapPixel unseen{nan, nan, nan, growing};
  const AsapWarning none = warn_asap(tally({{unseen, 1}}));
  EXPECT_FALSE(none.assessed);
  EXPECT_EQ(none.at_most, 3);
  // A fifth low, a tenth unseen: it could be a quarter.
  const AsapWarning open = warn_asap(tally({{dry, 20}, {good, 70}, {unseen, 10}}));
  EXPECT_FALSE(open.assessed);
  EXPECT_EQ(open.at_most, 1);
  // 4 % unseen cannot turn it.
  EXPECT_EQ(level({{dry, 20}, {good, 76}, {unseen, 4}}), 0);
}
TEST(Asap, AWarningThatIsCertainStandsThoughMoreIsPossible) {
  const AsapWarning w = warn_asap(tally({{{-2, 0, nan, growing}, 1}}));
  EXPECT_TRUE(w.assessed);
  EXPECT_EQ(w.level, 1);
  EXPECT_EQ(w.at_most, 3);
  EXPECT_NE(describe(w).find("up to level 3"), std::string::npos);
}
TEST(Asap, AProductWithoutWaterSatisfactionLeavesItOut) {
  const AsapWarning w = warn_asap(tally({{{0, nan, 0, growing}, 1}}), {true, false, false});
  EXPECT_TRUE(w.assessed);
  EXPECT_EQ(w.level, 0);
}
TEST(Asap, WithoutAnyKnownSeasonNothingIsAssessed) {
  EXPECT_EQ(warn_asap({}).season, AsapSeason::unknown);
  const AsapWarning w = warn_asap(tally({{{-3, -3, -3, season_unknown}, 5}}));
  EXPECT_EQ(w.season, AsapSeason::unknown);
  EXPECT_FALSE(w.assessed);
}
TEST(Asap, TalliesOfTilesMergeInAnyOrder) {
  AsapTally whole = tally({{dry, 3}, {bare, 5}, {asleep, 7}, {{nan, 0, 0, senescent}, 11}});
  AsapTally a = tally({{{nan, 0, 0, senescent}, 11}, {dry, 3}}), b = tally({{asleep, 7}, {bare, 5}});
  b.merge(a);
  EXPECT_EQ(b.seasonal, whole.seasonal);
  EXPECT_EQ(b.active, 19u);
  EXPECT_EQ(b.low_spi3, 3u);
  EXPECT_EQ(b.low_biomass, 5u);
  EXPECT_EQ(b.missing_spi3, 11u);
  EXPECT_EQ(warn_asap(b).level, warn_asap(whole).level);
}

TEST(AsapCodes, FollowThePublishedTableAndNotTheLastDigit) {
  EXPECT_EQ(asap_level_of_code(5), 2);
  EXPECT_EQ(asap_level_of_code(14), 1);
  EXPECT_EQ(asap_level_of_code(20), 0);
  EXPECT_EQ(asap_level_of_code(8), 3);
  EXPECT_EQ(asap_level_of_code(9), 4);
  for (const int code : {98, 99, 1, 11, -1, 255}) EXPECT_EQ(asap_level_of_code(code), -1) << code;
}

}  // namespace
}  // namespace fw
