#include "core/risk/driver_model.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"
#include "core/risk/food_words.h"

namespace fw {
namespace {

constexpr double nan = __builtin_nan("");

double unit(SplitMix& random) { return static_cast<double>(random.next() >> 11) * 0x1p-53; }

/// 12 years x 20 units: rain and price drive the phase, noise does not.
std::vector<DriverSample> history(int years = 12, int units = 20) {
  SplitMix random(99);
  std::vector<DriverSample> rows;
  for (int y = 0; y < years; ++y) {
    const double common = 2 * unit(random) - 1;
    for (int u = 0; u < units; ++u) {
      const double rain = common + 4 * unit(random) - 2, price = 2 * unit(random) - 1, noise = 2 * unit(random) - 1;
      const double luck = std::log(1 / unit(random) - 1);
      const double score = 1.2 * rain + 0.9 * price + luck;
      const int phase = score < -1 ? 1 : (score < 0.8 ? 2 : (score < 2.6 ? 3 : (score < 4.5 ? 4 : 5)));
      rows.push_back({"U" + std::to_string(u), 2000 + y, {rain, price, noise}, level_of_phase(phase)});
    }
  }
  return rows;
}
DriverSettings settings() { return {{"rain deficit", "price stress", "noise"}, 3, 1, 200, 1, 0.5}; }

class DriverModelTest : public testing::Test {
 protected:
  static const DriverModel& model() {
    static const DriverModel made = fit_driver_model(history(), settings());
    return made;
  }
};

TEST_F(DriverModelTest, LearnsTheDriversAndKeepsARecordOfTheFit) {
  EXPECT_TRUE(model().converged);
  EXPECT_NEAR(model().main.beta[0], 1.2, 0.35);
  EXPECT_NEAR(model().main.beta[1], 0.9, 0.45);
  EXPECT_LT(model().main.beta[2], 0.35);
  EXPECT_EQ(model().used, 240u);
  EXPECT_EQ(model().first_year, 2000);
  EXPECT_EQ(model().last_year, 2011);
  EXPECT_EQ(model().years, 12);
  EXPECT_EQ(model().draws.size(), 200u);
  EXPECT_GT(model().log_likelihood, model().log_likelihood_without_drivers + 20);
  EXPECT_LT(model().left_out_log_likelihood, model().log_likelihood) << "left-out years are harder";
  size_t rows = 0;
  for (const size_t n : model().rows_by_level) rows += n;
  EXPECT_EQ(rows, model().used);
}
TEST_F(DriverModelTest, WorseDriversNeverLowerAProbability) {
  double before = 0;
  for (double rain = -3; rain <= 3; rain += 0.25) {
    const double x[] = {rain, 0, 0};
    const Conditions c = predict_conditions(model(), x);
    EXPECT_GE(c.probability[1], before);
    EXPECT_GT(c.probability[0], c.probability[1]);
    EXPECT_GT(c.probability[1], c.probability[2]);
    before = c.probability[1];
  }
}
TEST_F(DriverModelTest, TheIntervalHoldsTheProbability) {
  const double x[] = {1, 0.5, 0};
  const Conditions c = predict_conditions(model(), x);
  for (size_t level = 0; level < model_levels; ++level) {
    EXPECT_LT(c.interval[level].low, c.probability[level]);
    EXPECT_GT(c.interval[level].high, c.probability[level]);
  }
}
TEST_F(DriverModelTest, AMissingDriverWidensTheIntervalAndIsNamedAndIsNotZero) {
  const double full[] = {2, 0.9, 0}, part[] = {2, nan, 0}, zero[] = {2, 0, 0};
  const Conditions a = predict_conditions(model(), full), b = predict_conditions(model(), part);
  EXPECT_EQ(b.missing, std::vector<std::string>{"price stress"});
  EXPECT_TRUE(std::isnan(b.contribution[1]));
  EXPECT_TRUE(b.assessed);
  EXPECT_LT(b.share, 1);
  const auto width = [](const Conditions& c, size_t level) { return c.interval[level].high - c.interval[level].low; };
  for (size_t level = 0; level < model_levels; ++level) EXPECT_GT(width(b, level), 1.2 * width(a, level)) << level;
  EXPECT_GT(width(b, 1), 1.2 * width(predict_conditions(model(), zero), 1));
}
TEST_F(DriverModelTest, WithoutItsMainDriverAUnitIsNotAssessed) {
  const double x[] = {nan, 0.5, nan};
  const Conditions c = predict_conditions(model(), x);
  EXPECT_FALSE(c.assessed);
  EXPECT_TRUE(std::isnan(c.probability[1]));
  EXPECT_EQ(c.missing.size(), 2u);
  const double none[] = {nan, nan, nan};
  EXPECT_FALSE(predict_conditions(model(), none).assessed);
}
TEST_F(DriverModelTest, ContributionsAddUpToTheScoreAboveTheMean) {
  const double x[] = {1.3, -0.4, 0.2};
  const Conditions c = predict_conditions(model(), x);
  double sum = model().main.threshold[1], mean = 0;
  for (size_t k = 0; k < 3; ++k) sum += c.contribution[k], mean += model().main.beta[k] * model().mean[k];
  EXPECT_NEAR(1 / (1 + std::exp(-(sum + mean))), c.probability[1], 1e-12);
}
TEST_F(DriverModelTest, NeverStatesFamineNorAPhase) {
  std::vector<std::string> all;
  for (const double rain : {-3.0, 0.0, 3.0, nan}) {
    const double x[] = {rain, 3, 3};
    for (std::string s : describe_food(model(), predict_conditions(model(), x))) {
      for (char& c : s) c = static_cast<char>(std::tolower(c));
      EXPECT_EQ(s.find("famine"), std::string::npos) << s;
      EXPECT_EQ(s.find("phase 5"), std::string::npos) << s;
      EXPECT_EQ(s.find("phase") == std::string::npos, s.find("conditions consistent with phase") == std::string::npos)
          << s;
      all.push_back(s);
    }
  }
  EXPECT_GE(all.size(), 10u);
}

TEST(DriverFit, GivesTheSameModelEveryTime) {
  const DriverModel a = fit_driver_model(history(), settings()), b = fit_driver_model(history(), settings());
  ASSERT_EQ(a.draws.size(), b.draws.size());
  EXPECT_EQ(a.main.beta, b.main.beta);
  for (size_t k = 0; k < a.draws.size(); ++k) EXPECT_EQ(a.draws[k].beta, b.draws[k].beta);
}
TEST(DriverFit, TheUnitOfADriverDoesNotMatter) {
  std::vector<DriverSample> rows = history();
  for (DriverSample& s : rows) s.drivers[0] = 10 * s.drivers[0] + 7;
  DriverSettings plain = settings();
  plain.draws = 0;
  const DriverModel scaled = fit_driver_model(rows, plain), own = fit_driver_model(history(), plain);
  EXPECT_NEAR(scaled.main.beta[0] * 10, own.main.beta[0], 1e-7);
  const double x[] = {17, 0.2, 0}, y[] = {1, 0.2, 0};
  EXPECT_NEAR(predict_conditions(scaled, x).probability[1], predict_conditions(own, y).probability[1], 1e-7);
}
TEST(DriverFit, LeavesOutAndCountsRowsThatLackADriverOrAPhase) {
  std::vector<DriverSample> rows = history();
  rows[3].drivers[1] = nan;
  rows[5].drivers[1] = nan;
  rows[9].level = 0;
  DriverSettings plain = settings();
  plain.draws = 0;
  const DriverModel model = fit_driver_model(rows, plain);
  EXPECT_EQ(model.left_out, 3u);
  EXPECT_EQ(model.missing_by_driver, (std::vector<size_t>{0, 2, 0}));
}
TEST(DriverFit, APhaseThatNeverOccurredHasNoProbabilityRatherThanZero) {
  std::vector<DriverSample> rows = history();
  for (DriverSample& s : rows) s.level = std::min(s.level, 3);
  DriverSettings plain = settings();
  plain.draws = 0;
  const DriverModel model = fit_driver_model(rows, plain);
  const double x[] = {3, 1, 1};
  const Conditions c = predict_conditions(model, x);
  EXPECT_TRUE(std::isnan(c.probability[2]));
  EXPECT_GT(c.probability[1], 0.5);
  EXPECT_NE(describe_food(model, c).at(2).find("Nothing is said"), std::string::npos);
}
TEST(DriverFit, WithAPhaseSkippedTheNextOneTakesItsPlace) {
  std::vector<DriverSample> rows = history();
  for (DriverSample& s : rows)
    if (s.level == 2) s.level = 1;
  DriverSettings plain = settings();
  plain.draws = 0;
  const double x[] = {0, 0, 0};
  const Conditions c = predict_conditions(fit_driver_model(rows, plain), x);
  EXPECT_EQ(c.probability[0], c.probability[1]);
  EXPECT_GT(c.probability[1], c.probability[2]);
}
TEST(DriverFit, WithFewYearsThereIsNoInterval) {
  const DriverModel model = fit_driver_model(history(4, 40), settings());
  EXPECT_TRUE(model.draws.empty());
  const double x[] = {1, 0, 0};
  EXPECT_TRUE(std::isnan(predict_conditions(model, x).interval[1].low));
}
TEST(DriverFit, ChoosesTheRidgeByYearsLeftOut) {
  DriverSettings chosen = settings();
  chosen.ridge = -1;
  chosen.draws = 0;
  const DriverModel best = fit_driver_model(history(), chosen);
  for (const double ridge : {0.1, 1.0, 10.0, 100.0}) {
    chosen.ridge = ridge;
    EXPECT_LE(fit_driver_model(history(), chosen).left_out_log_likelihood, best.left_out_log_likelihood);
  }
}
TEST(DriverFit, RefusesHistoriesThatCannotBeLearntFrom) {
  const auto code = [](std::vector<DriverSample> rows) {
    try {
      fit_driver_model(rows, settings());
    } catch (const InputError& e) {
      return e.code();
    }
    return std::string();
  };
  std::vector<DriverSample> twice = history();
  twice.push_back(twice.front());
  EXPECT_EQ(code(twice), "FIT_SAMPLE");
  std::vector<DriverSample> one_phase = history();
  for (DriverSample& s : one_phase) s.level = 2;
  EXPECT_EQ(code(one_phase), "FIT_SAMPLE");
  EXPECT_EQ(code({}), "FIT_SAMPLE");
}
TEST(DriverHindcast, AYearIsPredictedWithoutItself) {
  std::vector<DriverSample> rows = history();
  DriverSettings plain = settings();
  const auto before = predict_left_out_years(rows, plain);
  for (DriverSample& s : rows)
    if (s.year == 2005) s.level = 5 - s.level;
  const auto after = predict_left_out_years(rows, plain);
  for (size_t row = 0; row < rows.size(); ++row) {
    if (rows[row].year == 2005) {
      EXPECT_EQ(before[row], after[row]) << "its own phases must not matter";
    } else {
      EXPECT_NE(before[row], after[row]);
    }
  }
}

}  // namespace
}  // namespace fw
