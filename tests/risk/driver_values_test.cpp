#include "core/risk/driver_values.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"
#include "tests/support.h"

namespace fw {
namespace {

constexpr int january = 12 * 2000;

MonthlySeries series(int first, std::vector<double> values) { return {first, std::move(values)}; }
/// Years 2000-2006; every month 10, but July of 2000 … 2006 is 1, 2 … 7.
MonthlySeries julys() {
  std::vector<double> values(7 * 12, 10);
  for (size_t y = 0; y < 7; ++y) values[12 * y + 6] = static_cast<double>(y) + 1;
  return series(january, values);
}
constexpr int july_2006 = january + 6 * 12 + 6;

MatchedObservation seen(Dataset dataset, const std::string& quantity, int year, int month, double value,
                        const std::string& pcode = "A") {
  MatchedObservation m;
  m.pcode = pcode;
  m.observation.dataset = dataset;
  m.observation.outlook = dataset == Dataset::phase ? Outlook::current : Outlook::measured;
  m.observation.quantity = quantity;
  m.observation.value = value;
  m.observation.from = {year, month, 1};
  m.observation.to = {year, month, days_in_month(year, month)};
  m.item = "file.csv:1";
  return m;
}
DriverList one(const DriverSpec& spec) { return {"test", "t", "s", {spec}}; }
DriverSpec spec(const std::string& dataset, const std::string& quantity, DriverStatistic statistic, int months,
                int lag_days = 0) {
  DriverSpec out;
  out.id = "x";
  out.source =
      DriverSource{dataset, quantity, "", dataset == "phase" ? Outlook::current : Outlook::measured, statistic, months};
  out.lag_days = lag_days;
  return out;
}
double raw(const DriverSpec& s, const std::vector<MatchedObservation>& seen_by_all, Date issue,
           const IndicatorTable& indicators = {}) {
  return DriverValues(one(s), seen_by_all, indicators).at("A", issue, {}).front().raw;
}

TEST(SeasonalZ, IsTheDistanceFromOtherYearsInTheirDeviations) {
  int newest = 0;
  // Others: 1..6, mean 3.5, deviation sqrt(3.5); own value 7.
  EXPECT_NEAR(seasonal_z(julys(), july_2006, 1, {}, &newest), 3.5 / std::sqrt(3.5), 1e-12);
  EXPECT_EQ(newest, july_2006);
}
TEST(SeasonalZ, LearnsNothingOfYearsLeftOut) {
  int newest = 0;
  EXPECT_NEAR(seasonal_z(julys(), july_2006, 1, {2000}, &newest), 3 / std::sqrt(2.5), 1e-12);  // of 2..6
  EXPECT_TRUE(std::isnan(seasonal_z(julys(), july_2006, 1, {2000, 2001}, &newest))) << "four years are too few";
}
TEST(SeasonalZ, AMonthWithoutAValueIsMissingAndNotZero) {
  MonthlySeries holes = julys();
  holes.values.back() = nan_d();
  int newest = 0;
  const int december = january + 7 * 12 - 1;
  EXPECT_TRUE(std::isnan(seasonal_z(holes, december + 3, 3, {}, &newest)));
}
TEST(MonthsSinceGood, CountsBackToTheLastMonthAtOrAboveItsMean) {
  std::vector<double> values;
  for (int y = 0; y < 8; ++y)
    for (int m = 0; m < 12; ++m) values.push_back(10 + (y + m) % 3);  // varies, so that there is a deviation
  for (size_t m = 7 * 12 + 4; m < 7 * 12 + 9; ++m) values[m] = 1;     // May to September 2007 are poor
  int newest = 0;
  EXPECT_EQ(months_since_good(series(january, values), january + 7 * 12 + 8, 1, {}, &newest), 5);
}
TEST(MonthsSinceGood, IsUnknownWhereTheRecordEndsBeforeAGoodMonth) {
  std::vector<double> values(6 * 12, 10);
  for (size_t k = 0; k < values.size(); ++k) values[k] += static_cast<double>(k / 12);  // the first year is the poorest
  int newest = 0;
  EXPECT_TRUE(std::isnan(months_since_good(series(january, values), january + 2, 1, {}, &newest)));
}

TEST(DriverValues, NothingIsKnownBeforeItsLagIsOver) {
  const DriverSpec phase = spec("phase", "phase", DriverStatistic::last, 12, 30);
  const std::vector<MatchedObservation> stated = {seen(Dataset::phase, "phase", 2011, 4, 3),
                                                  seen(Dataset::phase, "phase", 2011, 7, 4)};
  EXPECT_EQ(raw(phase, stated, {2011, 7, 31}), 3);
  EXPECT_EQ(raw(phase, stated, {2011, 8, 29}), 3);
  EXPECT_EQ(raw(phase, stated, {2011, 8, 30}), 4);
  EXPECT_TRUE(std::isnan(raw(phase, stated, {2011, 4, 30})));
}
TEST(DriverValues, WhatIsPublishedLaterNeverChangesThem) {
  std::vector<MatchedObservation> early, all;
  for (int year = 2000; year < 2008; ++year)
    for (int month = 1; month <= 12; ++month) {
      const double price = 100 + year - 2000 + 10 * ((year * month) % 7);
      all.push_back(seen(Dataset::price, "price_index", year, month, price));
      if (year < 2006) early.push_back(all.back());
    }
  for (const auto& [statistic, months] : {std::pair{DriverStatistic::alps, 1},
                                          {DriverStatistic::last, 6},
                                          {DriverStatistic::mean, 6},
                                          {DriverStatistic::log_sum, 6}}) {
    const DriverSpec s = spec("price", "price_index", statistic, months, 10);
    const double known = raw(s, early, {2005, 9, 30});
    EXPECT_FALSE(std::isnan(known));
    EXPECT_EQ(known, raw(s, all, {2005, 9, 30}));
  }
}
TEST(DriverValues, AMonthThatNobodyReportedIsNotPeace) {
  const DriverSpec conflict = spec("conflict", "fatalities", DriverStatistic::log_sum, 3);
  std::vector<MatchedObservation> counts = {seen(Dataset::conflict, "fatalities", 2011, 5, 0),
                                            seen(Dataset::conflict, "fatalities", 2011, 6, 0),
                                            seen(Dataset::conflict, "fatalities", 2011, 7, 0)};
  EXPECT_EQ(raw(conflict, counts, {2011, 7, 31}), 0);
  counts.push_back(seen(Dataset::conflict, "fatalities", 2011, 6, 9));
  EXPECT_DOUBLE_EQ(raw(conflict, counts, {2011, 7, 31}), std::log(10.0));
  counts.erase(counts.begin());
  EXPECT_TRUE(std::isnan(raw(conflict, counts, {2011, 7, 31})));
}
TEST(DriverValues, ImageryIsTakenFirstWhereAUnitHasIt) {
  DriverSpec s = spec("climate", "ndvi", DriverStatistic::last, 12, 10);
  s.indicator = "ndvi3_z";
  s.sign = -1;
  IndicatorTable table;
  IndicatorRow row;
  row.pcode = "A";
  row.indicator = "ndvi3_z";
  row.period = period_of({2011, 6, 1}, Cadence::month);
  row.mean = -1.5;
  row.valid_fraction = 0.9;
  table.rows.push_back(row);
  row.period = period_of({2011, 7, 1}, Cadence::month);  // not known on the day of issue
  row.mean = 3;
  table.rows.push_back(row);
  const std::vector<MatchedObservation> published = {seen(Dataset::climate, "ndvi", 2011, 6, 0.4)};
  const DriverValue v = DriverValues(one(s), published, table).at("A", {2011, 7, 31}, {}).front();
  EXPECT_TRUE(v.from_indicator);
  EXPECT_EQ(v.raw, -1.5);
  EXPECT_EQ(v.oriented, 1.5);
  EXPECT_EQ(v.newest, (Date{2011, 6, 30}));
  table.rows[0].valid_fraction = 0.2;
  EXPECT_EQ(raw(s, published, {2011, 7, 31}, table), 0.4) << "too little of the unit was seen";
}
TEST(DriverValues, AUnitWithoutAnyIsMissing) {
  const DriverSpec s = spec("climate", "ndvi", DriverStatistic::last, 12);
  EXPECT_TRUE(std::isnan(raw(s, {seen(Dataset::climate, "ndvi", 2011, 6, 0.4, "B")}, {2011, 7, 31})));
}

TEST(DriverList, OfTheProgramIsReadAndSaysWhyAndWhenEachIsKnown) {
  const DriverList list = load_drivers(FW_SOURCE_DIR "/config", "food");
  EXPECT_GE(list.drivers.size(), 9u);
  for (const DriverSpec& d : list.drivers) {
    EXPECT_FALSE(d.why.empty()) << d.id;
    EXPECT_GT(d.lag_days, 0) << d.id;
  }
}
TEST(DriverList, RefusesWhatItDoesNotKnow) {
  const auto code = [](const std::string& driver) {
    test::TempDir dir;
    test::write_text(dir / "risk/drivers/x.toml", "title = \"t\"\nsource = \"s\"\n" + driver);
    try {
      load_drivers(dir.path().string(), "x");
    } catch (const ConfigError& e) {
      return e.code();
    }
    return std::string();
  };
  const std::string good = "[[driver]]\nid = \"a\"\ntitle = \"A\"\nwhy = \"w\"\nlag_days = 3\nindicator = \"ndvi\"\n";
  EXPECT_EQ(code(good), "");
  EXPECT_EQ(code(""), "MISSING_KEY");
  EXPECT_EQ(code(good + good), "DUPLICATE");
  EXPECT_EQ(code(good + "sgin = 1\n"), "UNKNOWN_KEY");
  EXPECT_EQ(code(good + "sign = 0\n"), "VALUE");
  EXPECT_EQ(code(good + "dataset = \"x\"\nquantity = \"y\"\nstatistic = \"guess\"\nmonths = 3\n"), "VALUE");
  EXPECT_EQ(code(good + "dataset = \"x\"\nquantity = \"y\"\nstatistic = \"z\"\nmonths = 0\n"), "RANGE");
}

}  // namespace
}  // namespace fw
