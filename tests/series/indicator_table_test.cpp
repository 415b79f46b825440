// The indicator table as CSV: what is written is read back; a damaged file is refused with its line.
#include "core/series/indicator_table.h"

#include <cmath>

#include "core/base/csv.h"
#include "tests/series/small_archive.h"

namespace fw {
namespace {

IndicatorRow row(const std::string& pcode, const std::string& period, const std::string& indicator) {
  IndicatorRow r;
  r.pcode = pcode;
  r.name = "Name, \"quoted\" of " + pcode;
  r.level = 2;
  r.indicator = indicator;
  r.period = *parse_period(period);
  r.mean = -0.1;
  r.stddev = 1.0 / 3;
  r.min = -1e-17;
  r.max = 12345.678901234567;
  r.area_km2 = 17;
  r.valid_fraction = 0.75;
  r.fraction_beyond = 0.5;
  r.of_mean = -2.25;
  r.pixels = 12;
  r.valid_pixels = 9;
  return r;
}
IndicatorTable sample() {
  IndicatorTable table;
  table.rows = {row("ET02", "2015-07-d3", "ndvi_z"), row("ET01", "2015-07-d3", "ndvi_z"),
                row("ET01", "2015-07-d2", "ndvi_z"), row("ET01", "2015-07-d3", "ndvi")};
  auto& empty = table.rows.back();
  empty.mean = empty.stddev = empty.min = empty.max = empty.fraction_beyond = empty.of_mean = std::nan("");
  empty.valid_fraction = 0;
  empty.valid_pixels = 0;
  empty.reason = Reason::masked;
  table.sort();
  return table;
}

void expect_equal(const IndicatorRow& a, const IndicatorRow& b) {
  EXPECT_EQ(std::tie(a.pcode, a.name, a.level, a.indicator, a.period, a.pixels, a.valid_pixels, a.reason),
            std::tie(b.pcode, b.name, b.level, b.indicator, b.period, b.pixels, b.valid_pixels, b.reason));
  const auto same = [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); };
  EXPECT_TRUE(same(a.mean, b.mean) && same(a.stddev, b.stddev) && same(a.min, b.min) && same(a.max, b.max) &&
              same(a.area_km2, b.area_km2) && same(a.valid_fraction, b.valid_fraction) &&
              same(a.fraction_beyond, b.fraction_beyond) && same(a.of_mean, b.of_mean));
}

TEST(IndicatorTable, ReadsBackWhatItWrote) {
  test::TempDir dir;
  for (const bool hxl : {false, true}) {
    const std::string file = (dir / "t.csv").string(), text = indicator_csv(sample(), hxl);
    test::write_text(file, text);
    const IndicatorTable back = load_indicator_table(file);
    ASSERT_EQ(back.rows.size(), 4u);
    for (size_t i = 0; i < 4; ++i) expect_equal(back.rows[i], sample().rows[i]);
    EXPECT_EQ(indicator_csv(back, hxl), text);
  }
}

TEST(IndicatorTable, WritesNoDataAsAnEmptyCellBesideItsReason) {
  const auto cells = parse_csv(indicator_csv(sample(), false));
  ASSERT_EQ(cells.size(), 5u);
  const auto& masked = cells[2].cells;
  EXPECT_EQ(masked[6], "ndvi");
  EXPECT_EQ(masked[7], "");
  EXPECT_EQ(masked.back(), "masked");
  EXPECT_EQ(cells[1].cells[4], "2015-07-11");
  EXPECT_EQ(cells[1].cells[5], "2015-07-20");
}

TEST(IndicatorTable, HasOneHashtagPerColumnWhereAsked) {
  const auto cells = parse_csv(indicator_csv(sample(), true));
  ASSERT_EQ(cells.size(), 6u);
  ASSERT_EQ(cells[1].cells.size(), cells[0].cells.size());
  for (const auto& tag : cells[1].cells) EXPECT_EQ(tag.front(), '#') << tag;
}

TEST(IndicatorTable, FindsARowByItsThreeKeys) {
  const IndicatorTable table = sample();
  const auto* found = table.find("ET01", *parse_period("2015-07-d2"), "ndvi_z");
  ASSERT_TRUE(found);
  EXPECT_EQ(label(found->period), "2015-07-d2");
  EXPECT_FALSE(table.find("ET01", *parse_period("2015-07-d1"), "ndvi_z"));
  EXPECT_FALSE(table.find("ET03", *parse_period("2015-07-d2"), "ndvi_z"));
  EXPECT_FALSE(table.find("ET02", *parse_period("2015-07-d3"), "ndvi"));
}

/// Code and message of reading `text` as a table.
std::string trouble(const std::string& text) {
  test::TempDir dir;
  test::write_text(dir / "t.csv", text);
  try {
    load_indicator_table((dir / "t.csv").string());
    return "";
  } catch (const InputError& e) {
    return e.code() + " " + e.what();
  }
}

TEST(IndicatorTable, OfADamagedFileIsRefusedWithTheLine) {
  const std::string good = indicator_csv(sample(), false);
  ASSERT_EQ(trouble(good), "");
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return trouble(text);
  };
  const auto expect = [](const std::string& found, const std::string& line) {
    EXPECT_EQ(found.substr(0, 14), "TABLE_INVALID ") << found;
    EXPECT_NE(found.find("line " + line + ":"), std::string::npos) << found;
  };
  expect(trouble(""), "1");
  expect(trouble("a,b\n"), "1");
  expect(with("stddev", "sd"), "1");
  expect(with("2015-07-d2", "2015-07-d4"), "2");
  expect(with(",masked", ",cloudy"), "3");
  expect(with("0.75", "0,75"), "2");
  expect(with("0.75", "abc"), "2");
  expect(with(",12,9,value", ",,9,value"), "2");
  expect(with(",12,9,value", ",-1,9,value"), "2");
  expect(with(",12,9,value", ",12,9"), "2");
  expect(with(",2,2015-07-d2", ",,2015-07-d2"), "2");
}

}  // namespace
}  // namespace fw
