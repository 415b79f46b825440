#include <gtest/gtest.h>

#include <cmath>

#include "core/base/csv.h"
#include "tests/risk/tables.h"
#include "tests/support.h"

namespace fw::test {
namespace {

bool same(double a, double b) { return (std::isnan(a) && std::isnan(b)) || a == b; }

struct Made {
  RiskLayer layer;
  RiskTable table;
};
/// One assessed and contested row, one not assessed, with a name a spreadsheet would run.
Made make_risk() {
  RiskLayer layer = make_layer();
  layer.evidence = {{"price", 1, 6, 2}};
  IndicatorTable table = make_table(1.0 / 3, 0.1, 0.7);
  for (IndicatorRow row : make_table(0, 0, 0).rows) {
    row.pcode = "XX02";
    row.name = "=cmd, \"quoted\"";
    row.mean = nan_d;
    row.valid_fraction = 0;
    row.reason = Reason::masked;
    table.rows.push_back(row);
  }
  EvidenceTable evidence;
  evidence.rows = {make_evidence("price", 1, 0.7)};
  RiskTable risk = assess_units(layer, five_classes(), table, evidence);
  double v = 0;
  for (RiskRow& row : risk.rows) {
    row.low = 0.03125;
    row.high = 1.0 / 3;
    row.input_age_days = v += 40;
    row.rank = v += 1;
    row.rank_low = v += 1;
    row.rank_high = v += 1;
    row.moves = "=a report, or \"rain\"";
    row.rules = {{"cdi", v += 1}, {"p3_h6", v > 60 ? nan_d : -0.25}};
  }
  return {layer, risk};
}

TEST(RiskCsv, NamesALevelInItsHashtagsOnlyWhereAllUnitsAreOfIt) {
  auto [layer, table] = make_risk();
  const auto tags = [&] { return parse_csv(risk_csv(layer, table, true)).at(1).cells; };
  EXPECT_EQ(tags()[2], "#adm2+code");
  table.rows[1].level = 1;
  EXPECT_EQ(tags()[1], "#loc+level");
  EXPECT_EQ(tags()[2], "#loc+code");
  EXPECT_EQ(tags()[3], "#loc+name");
}

TEST(RiskCsv, ComesBackExactlyAsWritten) {
  const auto [layer, table] = make_risk();
  TempDir dir;
  for (const bool hxl : {false, true}) {
    write_text(dir / "risk.csv", risk_csv(layer, table, hxl));
    const RiskTable back = load_risk_table((dir / "risk.csv").string());
    ASSERT_EQ(back.rows.size(), table.rows.size());
    for (size_t i = 0; i < back.rows.size(); ++i) {
      const RiskRow &a = table.rows[i], &b = back.rows[i];
      EXPECT_EQ(a.pcode, b.pcode);
      EXPECT_EQ(a.name, b.name);
      EXPECT_EQ(a.layer, b.layer);
      EXPECT_EQ(a.level, b.level);
      EXPECT_EQ(a.period, b.period);
      EXPECT_EQ(a.class_value, b.class_value);
      EXPECT_EQ(a.flags, b.flags);
      EXPECT_EQ(a.reasons, b.reasons);
      EXPECT_TRUE(same(a.score, b.score) && same(a.likelihood, b.likelihood) && same(a.confidence, b.confidence));
      EXPECT_TRUE(same(a.satellite_score, b.satellite_score) && same(a.field_score, b.field_score));
      EXPECT_TRUE(same(a.low, b.low) && same(a.high, b.high) && same(a.conflict, b.conflict));
      EXPECT_TRUE(same(a.input_age_days, b.input_age_days) && same(a.rank, b.rank));
      EXPECT_TRUE(same(a.rank_low, b.rank_low) && same(a.rank_high, b.rank_high));
      EXPECT_EQ(a.moves, b.moves);
      ASSERT_EQ(b.rules.size(), 2U);
      for (size_t k = 0; k < 2; ++k) {
        EXPECT_EQ(a.rules[k].id, b.rules[k].id);
        EXPECT_TRUE(same(a.rules[k].value, b.rules[k].value));
      }
      ASSERT_EQ(a.contributions.size(), b.contributions.size());
      for (size_t k = 0; k < a.contributions.size(); ++k) {
        EXPECT_EQ(a.contributions[k].factor, b.contributions[k].factor);
        EXPECT_TRUE(same(a.contributions[k].membership, b.contributions[k].membership));
        EXPECT_TRUE(same(a.contributions[k].contribution, b.contributions[k].contribution));
      }
    }
  }
}

TEST(RiskCsv, PrintsTheWordingWithEveryResultAndGuardsSpreadsheets) {
  const auto [layer, table] = make_risk();
  const std::string text = risk_csv(layer, table, false);
  const auto rows = parse_csv(text);
  ASSERT_EQ(rows.size(), 3U);
  for (size_t c = 0; c < rows[0].cells.size(); ++c) {
    if (rows[0].cells[c] != "wording") continue;
    EXPECT_EQ(rows[1].cells[c], layer.wording);
    EXPECT_EQ(rows[2].cells[c], layer.wording);
  }
  EXPECT_NE(text.find("'=cmd"), std::string::npos);
  EXPECT_NE(text.find("m_evidence_price,c_evidence_price"), std::string::npos);
  EXPECT_NE(text.find(",2023-08-21,2023-08-31,"), std::string::npos) << "the dates a row covers are in it";
}

TEST(RiskCsv, TagsEveryColumnForHxl) {
  const auto [layer, table] = make_risk();
  const auto rows = parse_csv(risk_csv(layer, table, true));
  ASSERT_EQ(rows.size(), 4U);
  ASSERT_EQ(rows[1].cells.size(), rows[0].cells.size());
  for (const std::string& tag : rows[1].cells) EXPECT_TRUE(tag.starts_with('#')) << tag;
}

TEST(LoadRiskTable, RefusesWhatIsNotOne) {
  const auto [layer, table] = make_risk();
  const std::string good = risk_csv(layer, table, false);
  const auto code_of = [](const std::string& text) -> std::string {
    TempDir dir;
    write_text(dir / "risk.csv", text);
    try {
      load_risk_table((dir / "risk.csv").string());
    } catch (const InputError& e) {
      return e.code();
    }
    return "";
  };
  const auto with = [&](const std::string& what, const std::string& by) {
    std::string text = good;
    const size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), by);
  };
  EXPECT_EQ(code_of(good), "");
  EXPECT_EQ(code_of(""), "TABLE_INVALID");
  EXPECT_EQ(code_of("layer,pcode\n"), "TABLE_INVALID");
  EXPECT_EQ(code_of(with("likelihood", "probability")), "TABLE_INVALID");
  EXPECT_EQ(code_of(with(",c_b,", ",c_a,")), "TABLE_INVALID");
  EXPECT_EQ(code_of(with("2023-08-d3", "2023-08-d4")), "TABLE_INVALID");
  EXPECT_EQ(code_of(with("0.1,", "1.1,")), "TABLE_INVALID");
  EXPECT_EQ(code_of(good + "a,b,c\n"), "TABLE_INVALID");
}

}  // namespace
}  // namespace fw::test
