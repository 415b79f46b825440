// Taking every report of a unit away: 1,000 random regions, from files of reports to risk rows.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <random>

#include "tests/evidence/report_helpers.h"
#include "tests/risk/tables.h"

namespace fw::test {
namespace {

const std::vector<std::string> units = {"XX01", "XX02", "XX03"};
const Period last = period_of({2026, 3, 1}, Cadence::dekad);
constexpr int periods = 6;

class Region {
 public:
  explicit Region(uint32_t seed) : random_(seed) {
    for (const std::string& unit : units)
      for (int back = 0; back < periods; ++back)
        for (const char* factor : {"a", "b", "c"}) {
          IndicatorRow row = make_row(factor, uniform(), uniform() < 0.1 ? Reason::masked : Reason::value, uniform());
          row.pcode = unit;
          row.period = {Cadence::dekad, last.number - back};
          indicators_.rows.push_back(row);
        }
    for (int i = 0; i < 60; ++i) {
      const std::string reporter = (random_() % 3 ? "p" : "q") + std::to_string(random_() % 3);
      const Date day = date_from_days(days_since_epoch({2026, 3, 1}) - static_cast<int64_t>(random_() % 59));
      rows_.emplace_back(units[random_() % units.size()], reporter + (reporter[0] == 'p' ? ",orgA," : ",orgB,"),
                         "," + to_string(day) + (random_() % 2 ? ",price," : ",crop,") +
                             format_number(0.5 * static_cast<double>(random_() % 11)) + ",yes\n");
    }
    layer_ = make_layer();
    layer_.evidence = {{"price", 1, 6, 2}, {"crop", 0.5, 6, 2}};
  }

  size_t reports_of(const std::string& unit) const {
    return static_cast<size_t>(
        std::count_if(rows_.begin(), rows_.end(), [&](auto& r) { return std::get<0>(r) == unit; }));
  }

  EvidenceTable evidence_without(const std::string& silenced) const {
    std::string text = "reporter_id,org,pcode,time,category,severity,consent\n";
    for (const auto& [unit, who, what] : rows_)
      if (unit != silenced) text += who + unit + what;
    TempDir dir;
    write_text(dir / "reports.csv", text);
    EvidenceRequest request = request_for(dir.path());
    request.pcodes = units;
    for (const std::string& unit : units) request.units.push_back({unit, "", 2, 0, 0, 30, 1000, 0.9});
    for (int back = 0; back < periods; ++back) request.periods.push_back({Cadence::dekad, last.number - back});
    request.inputs.push_back({"reports.csv", "auto", {}, {}});
    return read(request).table;
  }

  std::vector<RiskRow> assess(const EvidenceTable& evidence) const {
    return assess_units(layer_, five_classes(), indicators_, evidence).rows;
  }

 private:
  double uniform() { return static_cast<double>(random_()) / 4294967295.0; }
  std::mt19937 random_;
  IndicatorTable indicators_;
  RiskLayer layer_;
  std::vector<std::tuple<std::string, std::string, std::string>> rows_;
};

TEST(Silence, OfAWholeUnitNeverLowersARiskInputNorRaisesConfidence) {
  size_t compared = 0, silenced_reports = 0;
  for (uint32_t seed = 1; seed <= 1000; ++seed) {
    const Region region(seed);
    const std::string& unit = units[seed % units.size()];
    silenced_reports += region.reports_of(unit);
    const EvidenceTable before = region.evidence_without(""), after = region.evidence_without(unit);
    for (const EvidenceRow& row : after.rows) ASSERT_NE(row.pcode, unit) << "no row is made of silence";
    for (const CoverageRow& row : after.coverage)
      if (row.pcode == unit) {
        ASSERT_EQ(row.coverage, 0);
        ASSERT_EQ(row.silence, 0) << "silence says nothing where nobody ever spoke";
      }
    const std::vector<RiskRow> with = region.assess(before), without = region.assess(after);
    ASSERT_EQ(with.size(), without.size());
    for (size_t i = 0; i < with.size(); ++i) {
      const RiskRow &a = with[i], &b = without[i];
      ASSERT_EQ(a.pcode, b.pcode);
      ASSERT_LE(b.confidence, a.confidence + 1e-12) << seed;
      for (size_t k = 0; k < 3; ++k)  // satellites
        ASSERT_TRUE(a.contributions[k].membership == b.contributions[k].membership ||
                    std::isnan(a.contributions[k].membership));
      if (std::isnan(a.score)) {
        ASSERT_EQ(a.class_value, b.class_value) << "not assessed stays not assessed";
        continue;
      }
      ASSERT_EQ(a.satellite_score, b.satellite_score);
      if (a.pcode != unit) {
        ASSERT_EQ(a.score, b.score) << "what is taken from one unit moves no other";
        continue;
      }
      ++compared;
      for (size_t k = 3; k < 5; ++k) ASSERT_TRUE(std::isnan(b.contributions[k].membership)) << "absent, never 0";
      ASSERT_TRUE(std::isnan(b.field_score));
      ASSERT_NEAR(b.score, b.satellite_score, 1e-12) << "only what reports had added is gone";
      ASSERT_TRUE(has(b.flags, "NO_FIELD_EVIDENCE"));
      if (a.field_score <= a.satellite_score) {
        ASSERT_NEAR(a.score, b.score, 1e-12);
      }
    }
  }
  std::printf("silence: 1000 regions, %zu reports taken away, %zu risk rows compared\n", silenced_reports, compared);
  EXPECT_GT(compared, 1000U);
}

}  // namespace
}  // namespace fw::test
