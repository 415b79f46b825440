#include "core/risk/food_model.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"
#include "core/risk/driver_model_file.h"
#include "core/risk/food_risk.h"
#include "tests/support.h"

namespace fw {
namespace {

/// 12 units x 9 years x 4 phases a year that follow rain of the months before and the phase before.
std::vector<MatchedObservation> statistics() {
  std::vector<MatchedObservation> out;
  SplitMix random(7);
  const auto unit = [&] { return static_cast<double>(random.next() >> 11) * 0x1p-53; };
  for (int u = 0; u < 12; ++u) {
    MatchedObservation m;
    m.pcode = "U" + std::to_string(10 + u);
    int phase = 1 + u % 3, line = 1000 * u;
    for (int year = 2000; year < 2009; ++year)
      for (int month = 1; month <= 12; ++month) {
        const double rain = 20 * unit();
        Observation& o = m.observation;
        o.source = "test";
        o.from = {year, month, 1};
        o.to = {year, month, days_in_month(year, month)};
        m.item = "rain.csv:" + std::to_string(++line);
        o.dataset = Dataset::climate;
        o.outlook = Outlook::measured;
        o.quantity = "rain";
        o.value = rain;
        out.push_back(m);
        if (month % 3 != 1) continue;
        if (rain < 6) phase = std::min(phase + 1, 4);
        if (rain > 13) phase = std::max(phase - 1, 1);
        m.item = "phases.csv:" + std::to_string(line);
        o.dataset = Dataset::phase;
        o.outlook = Outlook::current;
        o.quantity = "phase";
        o.value = phase;
        out.push_back(m);
      }
  }
  return out;
}
DriverList drivers() {
  DriverList list{"test", "Drivers", "this test", {}};
  DriverSpec phase;
  phase.id = "phase_last";
  phase.title = "Last stated phase";
  phase.phrase = "was {value}";
  phase.source = DriverSource{"phase", "phase", "", Outlook::current, DriverStatistic::last, 12};
  phase.lag_days = 30;
  phase.centre = 1;
  list.drivers.push_back(phase);
  DriverSpec rain;
  rain.id = "rain";
  rain.title = "Rain";
  rain.source = DriverSource{"climate", "rain", "", Outlook::measured, DriverStatistic::z, 1};
  rain.sign = -1;
  list.drivers.push_back(rain);
  DriverSpec never = rain;
  never.id = "displaced";
  never.title = "Displaced";
  never.source->dataset = "displacement";
  list.drivers.push_back(never);
  return list;
}
const std::vector<std::string> files = {"phases.csv"};

FoodModel learn(const std::vector<MatchedObservation>& seen, FoodSettings settings) {
  settings.draws = 40;
  return learn_food_model(DriverValues(drivers(), seen, {}), phase_history_of(seen, files), settings);
}
FoodSettings quick(std::set<int> without = {}) { return {{0, 3}, std::move(without), 40, false}; }

class FoodModelTest : public testing::Test {
 protected:
  static const FoodModel& model() {
    static const FoodModel made = learn(statistics(), {{0, 3}, {}, 40, true});
    return made;
  }
  static RiskLayer declared() {
    RiskLayer layer;
    layer.id = "famine";
    layer.title = "Food insecurity";
    layer.wording = "Not a classification";
    return layer;
  }
  static RiskTable assess(const FoodModel& with, const std::vector<MatchedObservation>& seen, Period period) {
    const ClassScheme classes = load_class_scheme(FW_SOURCE_DIR "/config", "risk5");
    const std::vector<FoodUnit> units = {{"U10", "Ten", 2}, {"U11", "Eleven", 2}, {"ELSEWHERE", "No data", 2}};
    return assess_food(food_layer(declared(), drivers(), with), classes, with, DriverValues(drivers(), seen, {}), units,
                       std::vector{period}, {});
  }
};

TEST_F(FoodModelTest, LearnsAModelPerHorizonAndSaysWhatItCouldNotLearn) {
  ASSERT_EQ(model().models.size(), 2u);
  EXPECT_EQ(model().models[1].horizon_months, 3);
  EXPECT_EQ(model().models[0].drivers, (std::vector<std::string>{"phase_last", "rain"}));
  EXPECT_EQ(model().not_learnt, std::vector<std::string>{"displaced"});
  EXPECT_EQ(model().source, "test");
  EXPECT_GT(model().models[0].main.beta[0], 0.5);
  EXPECT_GT(model().models[0].main.beta[1], 0.2);
  const std::string record = describe_food_model(model());
  for (const char* word : {"displaced", "ridge", "skill_over_persistence", "2000-2008"})
    EXPECT_NE(record.find(word), std::string::npos) << word;
}
TEST_F(FoodModelTest, BeatsClimatologyInYearsItWasNotLearntFrom) {
  double skill = -9, rows = 0;
  for (const FoodScore& s : model().scores)
    if (s.horizon == 0 && s.level == 3 && s.score == "skill_over_climatology")
      skill = s.estimate.value, rows = static_cast<double>(s.rows);
  EXPECT_GT(skill, 0.3);
  EXPECT_GT(rows, 300);
}
TEST_F(FoodModelTest, APhaseOfAYearLeftOutChangesNothing) {
  std::vector<MatchedObservation> other = statistics();
  for (MatchedObservation& m : other)
    if (m.observation.dataset == Dataset::phase && m.observation.from.year == 2008) m.observation.value = 4;
  EXPECT_EQ(write_food_model(learn(statistics(), quick({2008}))), write_food_model(learn(other, quick({2008}))));
  EXPECT_NE(write_food_model(learn(statistics(), quick())), write_food_model(learn(other, quick())));
}
TEST_F(FoodModelTest, ARowOfTheLayerAddsUpAndComesBackFromItsTable) {
  const Period june = period_of({2007, 6, 1}, Cadence::month);
  const RiskTable table = assess(model(), statistics(), june);
  ASSERT_EQ(table.rows.size(), 3u);
  for (const RiskRow& row : table.rows) {
    if (row.pcode == "ELSEWHERE") continue;
    double sum = 0, offset = model().models[0].main.threshold[1];
    for (const Contribution& c : row.contributions) sum += c.contribution;
    for (size_t k = 0; k < 2; ++k) offset += model().models[0].main.beta[k] * model().models[0].mean[k];
    EXPECT_NEAR(sum, row.score, 1e-9);
    EXPECT_NEAR(row.likelihood, 1 / (1 + std::exp(-(offset + row.score))), 1e-9);
    EXPECT_LE(row.low, row.likelihood);
    EXPECT_GE(row.high, row.likelihood);
    EXPECT_EQ(row.rules.size(), 2u * 3 * 3);
    EXPECT_EQ(row.rules[3].id, "p3_h0");
    EXPECT_EQ(row.rules[3].value, row.likelihood);
  }
  test::TempDir dir;
  const RiskLayer layer = food_layer(declared(), drivers(), model());
  test::write_text(dir / "t.csv", risk_csv(layer, table, false));
  const RiskTable back = load_risk_table((dir / "t.csv").string());
  ASSERT_EQ(back.rows.size(), table.rows.size());
  for (size_t k = 0; k < table.rows.size(); ++k)
    EXPECT_TRUE(back.rows[k].score == table.rows[k].score || std::isnan(table.rows[k].score));
}
TEST_F(FoodModelTest, AUnitWithoutDriversIsNotAssessedAndSaysSo) {
  const RiskTable table = assess(model(), statistics(), period_of({2007, 6, 1}, Cadence::month));
  const RiskRow& row = table.rows.front();
  ASSERT_EQ(row.pcode, "ELSEWHERE");
  EXPECT_TRUE(std::isnan(row.likelihood));
  EXPECT_EQ(row.flags.front(), "NOT_ASSESSED");
  EXPECT_NE(row.reasons.front().find("Not assessed"), std::string::npos);
}
TEST_F(FoodModelTest, SaysHowOldEachDriverIsAndTakesNoneOfTheFuture) {
  const Period june = period_of({2007, 6, 1}, Cadence::month);
  size_t said = 0;
  for (const RiskRow& row : assess(model(), statistics(), june).rows)
    for (const std::string& s : row.reasons) {
      if (s.find("Raised by ") != 0 && s.find("Lowered by ") != 0) continue;
      const size_t at = s.find("(published statistics to ");
      ASSERT_NE(at, std::string::npos) << s;
      const auto day = parse_datetime(s.substr(at + 25, 10));
      ASSERT_TRUE(day.has_value()) << s;
      EXPECT_FALSE(last_day(june) < day->date) << s;
      ++said;
    }
  EXPECT_GE(said, 2U);
}
TEST_F(FoodModelTest, NeverStatesAPhaseOrAFamine) {
  for (const RiskRow& row : assess(model(), statistics(), period_of({2008, 7, 1}, Cadence::month)).rows)
    for (std::string s : row.reasons) {
      for (char& c : s) c = static_cast<char>(std::tolower(c));
      EXPECT_EQ(s.find("famine"), std::string::npos) << s;
      EXPECT_EQ(s.find("phase 5"), std::string::npos) << s;
    }
}
TEST_F(FoodModelTest, ComesBackFromItsFileAndOfAnotherVersionIsRefused) {
  const std::string text = write_food_model(model());
  EXPECT_EQ(write_food_model(read_food_model(text, "m.json")), text);
  const auto code = [](const std::string& changed) {
    try {
      read_food_model(changed, "m.json");
    } catch (const ConfigError& e) {
      return e.code();
    }
    return std::string();
  };
  std::string other = text;
  other.replace(other.find("\"format\": 1"), 11, "\"format\": 7");
  EXPECT_EQ(code(other), "MODEL_FILE");
  other = text;
  other.replace(other.find("\"format\": 2"), 11, "\"format\": 1");
  EXPECT_EQ(code(other), "MODEL_FILE");
  other = text;
  other.replace(other.find("food models"), 11, "rain models");
  EXPECT_EQ(code(other), "MODEL_FILE");
}
TEST_F(FoodModelTest, AListThatLacksADriverOfTheModelIsRefused) {
  DriverList fewer = drivers();
  fewer.drivers.erase(fewer.drivers.begin());
  try {
    food_layer(declared(), fewer, model());
    FAIL();
  } catch (const ConfigError& e) {
    EXPECT_EQ(e.code(), "MODEL_DRIVERS");
  }
}
TEST(FoodHistory, RefusesWhatIsNoHistory) {
  const auto code = [](const std::vector<MatchedObservation>& seen, const std::vector<std::string>& from) {
    try {
      phase_history_of(seen, from);
    } catch (const InputError& e) {
      return e.code();
    }
    return std::string();
  };
  std::vector<MatchedObservation> seen = statistics();
  EXPECT_EQ(code(seen, files), "");
  EXPECT_EQ(code(seen, {"rain.csv"}), "FIT_HISTORY");
  std::vector<MatchedObservation> projected = seen;
  for (MatchedObservation& m : projected)
    if (m.observation.dataset == Dataset::phase) m.observation.outlook = Outlook::first_projection;
  EXPECT_EQ(code(projected, files), "FIT_HISTORY");
  std::vector<MatchedObservation> twice = seen;
  for (const MatchedObservation& m : seen)
    if (m.observation.dataset == Dataset::phase) {
      twice.push_back(m);
      twice.back().observation.value = 5 - twice.back().observation.value;
      break;
    }
  EXPECT_EQ(code(twice, files), "PHASE_DUPLICATE");
  std::vector<MatchedObservation> mixed = seen;
  for (MatchedObservation& m : mixed)
    if (m.item.starts_with("phases.csv:1")) m.observation.source = "another";
  EXPECT_EQ(code(mixed, files), "PHASE_MIXED");
}

TEST_F(FoodModelTest, WithWeightsOfOneItStaysAsItIs) {
  const DriverModel& m = model().models[0];
  const double ones[] = {1, 1};
  EXPECT_EQ(refit_with_weights(m, ones).main.beta, m.main.beta);
}
TEST_F(FoodModelTest, WeightsScaleDriversAndProbabilitiesStayCalibrated) {
  const DriverModel& m = model().models[0];
  const double weights[] = {1, 0.25};
  const DriverModel own = refit_with_weights(m, weights);
  EXPECT_NEAR(own.main.beta[1] / own.main.beta[0], 0.25 * m.main.beta[1] / m.main.beta[0], 1e-9);
  EXPECT_EQ(own.draws.size(), m.draws.size());
  double expected = 0, met = 0;
  for (size_t row = 0; row < own.used; ++row) {
    expected += predict_conditions(own, std::span(&own.rows[row * 2], 2)).probability[1];
    met += own.row_level[row] >= 3;
  }
  EXPECT_NEAR(expected, met, 0.02 * met) << "as many as in the history";
}
TEST_F(FoodModelTest, WeightsThatLeaveNothingAreRefused) {
  for (const std::vector<double>& weights :
       {std::vector<double>{0, 0}, std::vector<double>{-1, 1}, std::vector<double>{nan_d(), 1}}) {
    try {
      refit_with_weights(model().models[0], weights);
      FAIL();
    } catch (const ConfigError& e) {
      EXPECT_EQ(e.code(), "WEIGHTS");
    }
  }
}

}  // namespace
}  // namespace fw
