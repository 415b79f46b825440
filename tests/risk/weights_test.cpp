#include "core/risk/weights.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "core/base/error.h"
#include "core/risk/fusion.h"
#include "core/risk/resample.h"
#include "tests/risk/tables.h"
#include "tests/support.h"

namespace fw::test {
namespace {

RiskLayer reported_layer() {
  RiskLayer layer = make_layer();
  layer.evidence = {{"crop", 0.6, 3, 2}, {"price", 0.8, 3, 2}};
  return layer;
}

std::string code_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& e) {
    return e.code() + std::string(": ") + e.what();
  }
  return "";
}

CustomWeights read(const std::string& text) {
  const TempDir dir;
  write_text(dir / "mine.toml", text);
  return load_weights((dir / "mine.toml").string());
}

/// Units with factors drawn from 0..1, some of them missing.
IndicatorTable draw_table(SplitMix& random, int units) {
  IndicatorTable table;
  const auto draw = [&] { return static_cast<double>(random.below(1001)) / 1000; };
  for (int u = 0; u < units; ++u)
    for (const char* id : {"a", "b", "c"}) {
      IndicatorRow row = make_row(id, draw(), random.below(8) == 0 ? Reason::masked : Reason::value);
      row.pcode = "XX" + std::to_string(100 + u);
      table.rows.push_back(row);
    }
  return table;
}
EvidenceTable draw_reports(SplitMix& random, int units) {
  EvidenceTable table;
  for (int u = 0; u < units; u += 2) {
    EvidenceRow row =
        make_evidence(random.below(2) ? "crop" : "price", static_cast<double>(random.below(11)) / 10, 0.7);
    row.pcode = "XX" + std::to_string(100 + u);
    table.rows.push_back(row);
  }
  return table;
}

TEST(LoadWeights, ReadsLayersFactorsAndKinds) {
  const CustomWeights w =
      read("[drought]\nrain3_z = 0.6\nwater_change = 0\n[drought.evidence]\ncrop = 0.2\n[famine]\nsm_z = 3\n");
  EXPECT_EQ(w.name, "mine");
  EXPECT_EQ(w.sha256.size(), 64U);
  ASSERT_EQ(w.layers.size(), 2U);
  EXPECT_EQ(w.layers.at("drought").factors, (std::map<std::string, double>{{"rain3_z", 0.6}, {"water_change", 0}}));
  EXPECT_EQ(w.layers.at("drought").evidence, (std::map<std::string, double>{{"crop", 0.2}}));
  EXPECT_EQ(w.layers.at("famine").factors.at("sm_z"), 3);
}

TEST(LoadWeights, RefusesWhatIsNoWeight) {
  for (const char* bad : {"-0.1", "nan", "-nan", "inf", "-inf", "1e7", "1000000.1"})
    EXPECT_TRUE(code_of([&] { read("[drought]\nrain3_z = " + std::string(bad) + "\n"); }).starts_with("WEIGHTS:"))
        << bad;
  EXPECT_TRUE(code_of([] { read("[drought.evidence]\ncrop = 1.01\n"); }).starts_with("WEIGHTS:"));
  EXPECT_TRUE(code_of([] { read("[drought]\nrain3_z = \"0.5\"\n"); }).starts_with("WEIGHTS:"));
  EXPECT_TRUE(code_of([] { read(""); }).starts_with("WEIGHTS:"));
  EXPECT_TRUE(code_of([] { read("rain3_z = 0.5\n"); }).starts_with("TYPE:"));
  EXPECT_TRUE(code_of([] { load_weights("/nowhere/w.toml"); }).starts_with("CONFIG_UNREADABLE:"));
}

TEST(WithWeights, NamesWhatTheLayerHasWhereSomethingElseIsAsked) {
  const std::string factor = code_of([] { with_weights(reported_layer(), {{{"d", 1}}, {}}); });
  EXPECT_TRUE(factor.starts_with("WEIGHTS_UNKNOWN:")) << factor;
  EXPECT_NE(factor.find("a, b, c"), std::string::npos) << factor;
  const std::string kind = code_of([] { with_weights(reported_layer(), {{}, {{"health", 1}}}); });
  EXPECT_TRUE(kind.starts_with("WEIGHTS_UNKNOWN:")) << kind;
  EXPECT_NE(kind.find("crop, price"), std::string::npos) << kind;
  EXPECT_TRUE(code_of([] {
                with_weights(reported_layer(), {{{"a", 0}, {"b", 0}, {"c", 0}}, {}});
              }).starts_with("WEIGHTS:"));
}

TEST(WithWeights, KeepsTheSumAndWhatIsNotNamed) {
  const RiskLayer layer = with_weights(make_layer(), {{{"a", 1.5}}, {}});  // 1.5 : 0.3 : 0.2
  EXPECT_NEAR(layer.factors[0].weight, 0.75, 1e-12);
  EXPECT_NEAR(layer.factors[1].weight, 0.15, 1e-12);
  EXPECT_NEAR(layer.factors[2].weight, 0.10, 1e-12);
  EXPECT_EQ(describe_weights(layer), "a 0.75, b 0.15, c 0.1");
}

TEST(WithWeights, ThePublishedOnesGiveThePublishedTableByteForByte) {
  SplitMix random(3);
  const RiskLayer published = reported_layer();
  const RiskLayer same = with_weights(published, {{{"a", 0.5}, {"b", 0.3}, {"c", 0.2}}, {{"crop", 0.6}}});
  const IndicatorTable table = draw_table(random, 60);
  const EvidenceTable reports = draw_reports(random, 60);
  const RiskTable before = assess_units(published, five_classes(), table, reports);
  RiskTable after = assess_units(same, five_classes(), table, reports);
  EXPECT_EQ(risk_csv(published, before, false), risk_csv(same, after, false));
  const Scale scale = refit_scale(published, before, after);
  EXPECT_TRUE(scale.fitted);
  EXPECT_EQ(scale.intercept, published.intercept) << "the fit finds the published scale again, to the last bit";
  EXPECT_EQ(scale.slope, published.slope);
}

TEST(WithWeights, TheSameMultipleOfAllChangesNothing) {
  SplitMix random(4);
  const IndicatorTable table = draw_table(random, 40);
  for (const double times : {1e-6, 0.37, 2.0, 1e5}) {
    const RiskLayer more =
        with_weights(make_layer(), {{{"a", 0.5 * times}, {"b", 0.3 * times}, {"c", 0.2 * times}}, {}});
    const RiskTable a = assess_units(make_layer(), five_classes(), table, {}),
                    b = assess_units(more, five_classes(), table, {});
    for (size_t k = 0; k < a.rows.size(); ++k) {
      EXPECT_EQ(a.rows[k].class_value, b.rows[k].class_value);
      if (!std::isnan(a.rows[k].likelihood)) {
        EXPECT_NEAR(a.rows[k].likelihood, b.rows[k].likelihood, 1e-12);
      }
    }
  }
}

TEST(WithWeights, WeightZeroIsTheLayerWithoutTheFactor) {
  SplitMix random(5);
  const IndicatorTable table = draw_table(random, 40);
  RiskLayer published = make_layer(), without = make_layer(), zero = make_layer();
  published.factors[1].required = true;
  without.factors.erase(without.factors.begin() + 1);
  zero.factors[1].weight = 0;
  const RiskLayer custom = with_weights(published, {{{"b", 0}}, {}});
  ASSERT_EQ(custom.factors.size(), 2U) << "nor is it required any more";
  const RiskTable a = assess_units(without, five_classes(), table, {}),
                  b = assess_units(custom, five_classes(), table, {}),
                  c = assess_units(zero, five_classes(), table, {});
  for (size_t k = 0; k < a.rows.size(); ++k) {
    EXPECT_EQ(a.rows[k].class_value, b.rows[k].class_value);
    EXPECT_EQ(a.rows[k].class_value, c.rows[k].class_value);
    if (std::isnan(a.rows[k].score)) continue;
    EXPECT_NEAR(a.rows[k].score, b.rows[k].score, 1e-12);
    EXPECT_NEAR(a.rows[k].score, c.rows[k].score, 1e-12);
    EXPECT_NEAR(a.rows[k].confidence, c.rows[k].confidence, 1e-12);
  }
}

TEST(WithWeights, MoreWeightOnTheWorstFactorNeverLowersTheScore) {
  SplitMix random(6);
  for (int k = 0; k < 200; ++k) {
    const double b = static_cast<double>(random.below(100)) / 100, c = static_cast<double>(random.below(100)) / 100;
    double last = -1;
    for (const double weight : {0.0, 0.1, 0.5, 2.0, 100.0}) {
      const double score = assess_one(with_weights(make_layer(), {{{"a", weight}}, {}}), make_table(1, b, c)).score;
      EXPECT_GE(score, last - 1e-12) << b << " " << c << " " << weight;
      last = score;
    }
  }
}

TEST(WithWeights, ContributionsStillSumToTheScore) {
  SplitMix random(7);
  const IndicatorTable table = draw_table(random, 80);
  const EvidenceTable reports = draw_reports(random, 80);
  const RiskLayer custom = with_weights(reported_layer(), {{{"a", 7}, {"c", 0}}, {{"price", 0.3}}});
  size_t assessed = 0;
  for (const RiskRow& row : assess_units(custom, five_classes(), table, reports).rows) {
    if (std::isnan(row.score)) continue;
    double sum = 0;
    for (const Contribution& c : row.contributions)
      if (!std::isnan(c.contribution)) sum += c.contribution;
    EXPECT_NEAR(sum, row.score, 1e-12);
    ++assessed;
  }
  EXPECT_GT(assessed, 40U);
}

/// Tables whose satellite scores are given.
RiskTable scored(const std::vector<double>& scores) {
  RiskTable table;
  for (const double s : scores) table.rows.emplace_back().satellite_score = s;
  return table;
}

TEST(RefitScale, FindsTheLineOfLeastSquaresComputedByHand) {
  RiskLayer layer = make_layer();
  layer.intercept = -3;
  layer.slope = 6;
  // y = -3, 0, 3 at x = 0, 0.2, 0.7: mean x 0.3, Sxx 0.26, Sxy 2.1, slope 8.076923, intercept -2.423077.
  const Scale scale = refit_scale(layer, scored({0, 0.5, 1, nan_d}), scored({0, 0.2, 0.7, 0.9}));
  EXPECT_TRUE(scale.fitted);
  EXPECT_EQ(scale.slope, 8.076923);
  EXPECT_EQ(scale.intercept, -2.423077);
  EXPECT_NE(scale.words.find("over 3 units and periods"), std::string::npos) << scale.words;
  EXPECT_NE(scale.words.find("not calibrated"), std::string::npos) << scale.words;
}

TEST(RefitScale, KeepsThePublishedScaleWhereNothingCanBeFittedAndSaysWhy) {
  const RiskLayer layer = make_layer();
  const auto expect_kept = [&](const RiskTable& before, const RiskTable& after, const std::string& why) {
    const Scale scale = refit_scale(layer, before, after);
    EXPECT_FALSE(scale.fitted);
    EXPECT_EQ(scale.intercept, layer.intercept);
    EXPECT_EQ(scale.slope, layer.slope);
    EXPECT_NE(scale.words.find(why), std::string::npos) << scale.words;
  };
  expect_kept(scored({}), scored({}), "fewer than 3");
  expect_kept(scored({0.1, 0.2, nan_d}), scored({0.2, 0.3, 0.5}), "fewer than 3");
  expect_kept(scored({0.1, 0.5, 0.9}), scored({0.4, 0.4, 0.4}), "the same everywhere");
  expect_kept(scored({0.1, 0.5, 0.9}), scored({0.9, 0.5, 0.1}), "does not rise");
  expect_kept(scored({0, 0.5, 1}), scored({0.4, 0.401, 0.402}), "out of bounds");
}

TEST(StampCustom, SaysItInIdTitleWordingAndEveryRow) {
  RiskLayer layer = make_layer();
  RiskTable table = assess_units(layer, five_classes(), make_table(1, 1, 1), {});
  stamp_custom(layer, table, {"mine", std::string(64, 'a'), {}});
  EXPECT_EQ(layer.id, "test_custom_weights");
  EXPECT_EQ(layer.title, "Test risk (custom weights)");
  EXPECT_EQ(layer.wording,
            "CUSTOM WEIGHTS 'mine' (aaaaaaaaaaaa), not the published ones. Conditions consistent with a test");
  EXPECT_EQ(table.rows[0].layer, "test_custom_weights");
  EXPECT_EQ(table.rows[0].flags[0], "CUSTOM_WEIGHTS");
}

}  // namespace
}  // namespace fw::test
