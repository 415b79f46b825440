#include "core/scene/pattern.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace fw {
namespace {

std::string date_of(const std::string& pattern, const std::string& name) {
  const auto date = date_by_pattern(Pattern(pattern), name);
  if (!date) return "none";
  return date->valid ? to_string(date->time) : "invalid";
}

TEST(Pattern, GivesNamedGroupsWhateverTheirOrder) {
  const auto match = Pattern(R"((?<d>\d\d)/(\d\d)/(?:x|(?<y>\d{4})))").search("on 09/05/2018");
  ASSERT_TRUE(match);
  EXPECT_EQ(match->named("d"), "09");
  EXPECT_EQ(match->named("y"), "2018");
  EXPECT_EQ(match->named("m"), "");
  EXPECT_EQ(match->groups[2], "05");
}

TEST(Pattern, CountsNoGroupInsideEscapesAndClasses) {
  const auto match = Pattern(R"(\([()]x(?<n>\d))").search("((x7");
  ASSERT_TRUE(match);
  EXPECT_EQ(match->named("n"), "7");
}

TEST(Pattern, RefusesWhatDoesNotCompile) {
  try {
    Pattern("(?<y>\\d{4}");
    FAIL() << "compiled";
  } catch (const ConfigError& e) {
    EXPECT_EQ(e.code(), "PATTERN");
  }
}

TEST(Pattern, WithoutTextMatchesNothing) { EXPECT_FALSE(Pattern().matches("")); }

TEST(DateByPattern, ReadsDayOfYearWithLeapYears) {
  const std::string modis = R"(\.A(?<y>\d{4})(?<doy>\d{3})\.)";
  EXPECT_EQ(date_of(modis, "MOD13A2.A2025033.h18v09.061.hdf"), "2025-02-02");
  EXPECT_EQ(date_of(modis, "MOD13A2.A2024366.h18v09.061.hdf"), "2024-12-31");
  EXPECT_EQ(date_of(modis, "MOD13A2.A2025366.h18v09.061.hdf"), "invalid");
  EXPECT_EQ(date_of(modis, "MOD13A2.A2025000.h18v09.061.hdf"), "invalid");
  EXPECT_EQ(date_of(modis, "MOD13A2.h18v09.061.hdf"), "none");
}

TEST(DateByPattern, SaysHowManyDaysTheNameSpeaksOf) {
  const Pattern day(R"((?<y>\d{4})\.(?<m>\d{2})\.(?<d>\d{2})$)"), dekad(R"((?<y>\d{4})\.(?<m>\d{2})\.(?<dekad>\d)$)"),
      month(R"((?<y>\d{4})\.(?<m>\d{2})$)"), doy(R"(A(?<y>\d{4})(?<doy>\d{3}))");
  EXPECT_EQ(date_by_pattern(day, "2020.02.29")->days, 1);
  EXPECT_EQ(date_by_pattern(dekad, "2020.02.3")->days, 9) << "21 to 29 February";
  EXPECT_EQ(date_by_pattern(dekad, "2019.02.3")->days, 8);
  EXPECT_EQ(date_by_pattern(dekad, "2019.03.1")->days, 10);
  EXPECT_EQ(date_by_pattern(month, "2020.02")->days, 29);
  EXPECT_EQ(date_by_pattern(month, "2020.12")->days, 31);
  EXPECT_EQ(date_by_pattern(doy, "A2020366")->days, 1);
}

TEST(DateByPattern, ReadsDekadMonthAndTime) {
  EXPECT_EQ(date_of(R"((?<y>\d{4})\.(?<m>\d{2})\.(?<dekad>\d)$)", "2018.09.3"), "2018-09-21");
  EXPECT_EQ(date_of(R"((?<y>\d{4})\.(?<m>\d{2})\.(?<dekad>\d)$)", "2018.09.4"), "invalid");
  EXPECT_EQ(date_of(R"((?<y>\d{4})\.(?<m>\d{2}))", "2018.02"), "2018-02-01");
  EXPECT_EQ(date_of(R"((?<y>\d{4})(?<m>\d{2})(?<d>\d{2})T(?<time>\d{6}))", "20220301T073731"), "2022-03-01T07:37:31Z");
  EXPECT_EQ(date_of(R"((?<y>\d{4})(?<m>\d{2})(?<d>\d{2})T(?<time>\d{6}))", "20220301T250000"), "invalid");
  EXPECT_EQ(date_of(R"((?<y>\d{4})(?<m>\d{2})(?<d>\d{2}))", "20230229"), "invalid");
}

}  // namespace
}  // namespace fw
