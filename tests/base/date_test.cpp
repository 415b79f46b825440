#include "core/base/date.h"

#include "tests/support.h"

namespace fw {
namespace {

TEST(Date, CountsDaysFromTheEpochThroughLeapYears) {
  EXPECT_EQ(days_since_epoch({1970, 1, 1}), 0);
  EXPECT_EQ(days_since_epoch({2000, 2, 29}), 11016);
  EXPECT_EQ(days_since_epoch({1900, 3, 1}) - days_since_epoch({1900, 2, 28}), 1) << "1900 is no leap year";
  for (int64_t d = -200000; d < 200000; d += 37) EXPECT_EQ(days_since_epoch(date_from_days(d)), d);
}

TEST(Date, ReadsIsoAndTiffDatesAndNothingElse) {
  EXPECT_EQ(to_string(*parse_datetime("2024-05-21")), "2024-05-21");
  EXPECT_EQ(to_string(*parse_datetime("20240521")), "2024-05-21");
  EXPECT_EQ(to_string(*parse_datetime("2026-03-01T10:00:00Z")), "2026-03-01T10:00:00Z");
  EXPECT_EQ(to_string(*parse_datetime("2018:10:15 14:43:18")), "2018-10-15T14:43:18");
  EXPECT_EQ(to_string(*parse_datetime("2015-07-11T10:00:08.25+02:00")), "2015-07-11T08:00:08Z");
  EXPECT_EQ(to_string(*parse_datetime("2016-12-31T23:59:60Z")), "2016-12-31T23:59:59Z")
      << "a leap second is kept as 59";
  for (const char* bad : {"", "2024", "2024-13-01", "2026-02-30T10:00:00Z", "2099-02-30T25:61:61Z", "01/05/2024",
                          "2024-05-21x", "2024-5-1", "2024-05-21T", "2024-05-21T24:00"})
    EXPECT_FALSE(parse_datetime(bad)) << bad;
}

TEST(Date, PutsDaysIntoDekadsByTheTenthAndTwentieth) {
  const auto dekad = [](int day) { return label(period_of({2024, 2, day}, Cadence::dekad)); };
  EXPECT_EQ(dekad(10), "2024-02-d1");
  EXPECT_EQ(dekad(11), "2024-02-d2");
  EXPECT_EQ(dekad(20), "2024-02-d2");
  EXPECT_EQ(dekad(21), "2024-02-d3");
  EXPECT_EQ(dekad(29), "2024-02-d3");
  EXPECT_EQ(period_of({2024, 5, 21}, Cadence::dekad).number, 36 * 2024 + 3 * 4 + 2)
      << "the number WFP's dekad.py gives";
}

TEST(Date, PeriodsCoverTheCalendarWithoutGapsAndTheirLabelsReadBack) {
  for (const Cadence c : {Cadence::dekad, Cadence::month})
    for (int n = 1999 * periods_per_year(c); n < 2005 * periods_per_year(c); ++n) {
      const Period p{c, n};
      EXPECT_EQ(days_since_epoch(first_day({c, n + 1})), days_since_epoch(last_day(p)) + 1);
      EXPECT_EQ(period_of(first_day(p), c), p);
      EXPECT_EQ(period_of(last_day(p), c), p);
      EXPECT_EQ(parse_period(label(p)), p);
    }
  EXPECT_FALSE(parse_period("2024-05-d4"));
  EXPECT_FALSE(parse_period("2024-00"));
}

}  // namespace
}  // namespace fw
