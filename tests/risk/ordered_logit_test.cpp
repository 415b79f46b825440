#include "core/risk/ordered_logit.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"
#include "core/risk/resample.h"

namespace fw {
namespace {

double unit(SplitMix& random) { return static_cast<double>(random.next() >> 11) * 0x1p-53; }

/// Rows drawn from known coefficients: standard-uniform drivers in -2..2.
OrdinalData sample(const std::vector<double>& beta, const std::vector<double>& threshold, size_t rows, uint64_t seed) {
  SplitMix random(seed);
  OrdinalData data;
  data.drivers = beta.size();
  data.levels = static_cast<int>(threshold.size()) + 1;
  for (size_t row = 0; row < rows; ++row) {
    double score = 0;
    for (const double b : beta) {
      const double x = 4 * unit(random) - 2;
      data.x.push_back(x);
      score += b * x;
    }
    const double luck = unit(random);
    int level = 0;
    for (const double t : threshold) level += luck < 1 / (1 + std::exp(-t - score));
    data.level.push_back(level);
  }
  return data;
}

TEST(OrderedLogit, WithoutDriversGivesTheFrequencies) {
  OrdinalData data;
  data.levels = 3;
  data.level = {0, 0, 0, 0, 0, 1, 1, 1, 2, 2};
  const OrdinalFit fit = fit_ordered_logit(data, {});
  EXPECT_TRUE(fit.converged);
  EXPECT_NEAR(exceedance(fit, 0, 0), 0.5, 1e-9);
  EXPECT_NEAR(exceedance(fit, 0, 1), 0.2, 1e-9);
  EXPECT_NEAR(fit.log_likelihood, 5 * std::log(0.5) + 3 * std::log(0.3) + 2 * std::log(0.2), 1e-9);
}
TEST(OrderedLogit, OfTwoByTwoIsTheLogOddsRatio) {
  // 30 of 40 where x is 1, 10 of 50 where it is 0.
  OrdinalData data;
  data.drivers = 1;
  data.x = {1, 1, 0, 0};
  data.level = {1, 0, 1, 0};
  data.weight = {30, 10, 10, 40};
  const OrdinalFit fit = fit_ordered_logit(data, {0});
  EXPECT_TRUE(fit.converged);
  EXPECT_NEAR(fit.threshold[0], std::log(10.0 / 40), 1e-8);
  EXPECT_NEAR(fit.beta[0], std::log(3.0) - std::log(0.25), 1e-8);
}
TEST(OrderedLogit, FindsTheCoefficientsThatMadeTheSample) {
  const std::vector<double> beta{0.8, 0.3, 1.5}, threshold{1, -0.5, -2};
  const OrdinalFit fit = fit_ordered_logit(sample(beta, threshold, 20000, 7), {0});
  EXPECT_TRUE(fit.converged);
  EXPECT_LT(fit.iterations, 30);
  for (size_t k = 0; k < 3; ++k) {
    EXPECT_NEAR(fit.beta[k], beta[k], 0.06) << k;
    EXPECT_NEAR(fit.threshold[k], threshold[k], 0.08) << k;
  }
}
TEST(OrderedLogit, NoCoefficientIsNegativeAndTheOthersAreAsWithoutThatDriver) {
  const OrdinalData data = sample({1.0, -0.8}, {0, -1}, 3000, 11);
  const OrdinalFit fit = fit_ordered_logit(data, {1});
  EXPECT_TRUE(fit.converged);
  EXPECT_EQ(fit.beta[1], 0.0);
  OrdinalData alone = data;
  alone.drivers = 1;
  alone.x.clear();
  for (size_t row = 0; row < data.rows(); ++row) alone.x.push_back(data.x[2 * row]);
  const OrdinalFit one = fit_ordered_logit(alone, {1});
  EXPECT_NEAR(fit.beta[0], one.beta[0], 1e-7);
  EXPECT_NEAR(fit.log_likelihood, one.log_likelihood, 1e-6);
  EXPECT_LT(fit_ordered_logit(data, {1, false}).beta[1], -0.6);
}
TEST(OrderedLogit, NoNearbyPointIsBetter) {
  const OrdinalData data = sample({0.7, 0.2, -0.4}, {0.5, -1}, 400, 3);
  const OrdinalSettings settings{2};
  const OrdinalFit fit = fit_ordered_logit(data, settings);
  const auto loss = [&](const OrdinalFit& f) {
    double penalty = 0;
    for (const double b : f.beta) penalty += b * b;
    return settings.ridge / 2 * penalty - log_likelihood(f, data);
  };
  const double best = loss(fit);
  for (const double step : {-1e-3, 1e-3}) {
    for (size_t k = 0; k < fit.beta.size(); ++k) {
      OrdinalFit other = fit;
      other.beta[k] = std::max(0.0, other.beta[k] + step);
      EXPECT_GE(loss(other), best) << k;
    }
    for (size_t j = 0; j < fit.threshold.size(); ++j) {
      OrdinalFit other = fit;
      other.threshold[j] += step;
      EXPECT_GT(loss(other), best) << j;
    }
  }
}
TEST(OrderedLogit, ARidgeShrinksAndIsNeverPushedPastZero) {
  const OrdinalData data = sample({0.9, 0.4}, {0}, 500, 5);
  double before = 1e9;
  for (const double ridge : {0.0, 1.0, 10.0, 100.0, 1e4}) {
    const OrdinalFit fit = fit_ordered_logit(data, {ridge});
    EXPECT_TRUE(fit.converged);
    const double size = fit.beta[0] * fit.beta[0] + fit.beta[1] * fit.beta[1];
    EXPECT_LT(size, before);
    EXPECT_GE(fit.beta[0], 0);
    before = size;
  }
}
TEST(OrderedLogit, WeightsAreRepetitions) {
  const OrdinalData data = sample({0.5}, {0.3, -1}, 120, 9);
  OrdinalData weighted = data, repeated = data;
  weighted.weight.assign(data.rows(), 1);
  for (size_t row = 0; row < 40; ++row) {
    weighted.weight[row] = 3;
    for (int times = 0; times < 2; ++times) {
      repeated.x.push_back(data.x[row]);
      repeated.level.push_back(data.level[row]);
    }
  }
  const OrdinalFit a = fit_ordered_logit(weighted, {}), b = fit_ordered_logit(repeated, {});
  EXPECT_NEAR(a.beta[0], b.beta[0], 1e-9);
  EXPECT_NEAR(a.log_likelihood, b.log_likelihood, 1e-8);
}
TEST(OrderedLogit, AnotherStartEndsAtTheSamePlace) {
  const OrdinalData data = sample({0.5, 1.1}, {0.3, -1}, 300, 13);
  const OrdinalFit cold = fit_ordered_logit(data, {});
  OrdinalFit far = cold;
  far.beta = {3, 0};
  far.threshold = {5, -5};
  const OrdinalFit warm = fit_ordered_logit(data, {}, &far);
  for (size_t k = 0; k < 2; ++k) EXPECT_NEAR(warm.beta[k], cold.beta[k], 1e-6);
}
TEST(OrderedLogit, ASeparableSampleWithARidgeConverges) {
  OrdinalData data;
  data.drivers = 1;
  data.x = {-2, -1, 1, 2};
  data.level = {0, 0, 1, 1};
  EXPECT_TRUE(fit_ordered_logit(data, {0.1}).converged);
}
TEST(OrderedLogit, RefusesWhatCannotBeLearntFrom) {
  const auto code = [](const OrdinalData& data) {
    try {
      fit_ordered_logit(data, {});
    } catch (const InputError& e) {
      return e.code();
    }
    return std::string();
  };
  OrdinalData data = sample({0.5}, {0}, 50, 1);
  EXPECT_EQ(code(data), "");
  OrdinalData hole = data;
  hole.x[3] = std::nan("");
  EXPECT_EQ(code(hole), "FIT_SAMPLE");
  OrdinalData empty = data;
  empty.levels = 3;
  EXPECT_EQ(code(empty), "FIT_SAMPLE");
  OrdinalData few;
  few.drivers = 2;
  few.x = {1, 2, 3, 4};
  few.level = {0, 1};
  EXPECT_EQ(code(few), "FIT_SAMPLE");
}

TEST(Resampling, GivesTheSameDrawsEverywhere) {
  SplitMix random(42);
  EXPECT_EQ(random.next(), 13679457532755275413ull);
  const std::vector<double> times = draw_blocks(random, 10);
  double sum = 0;
  for (const double t : times) sum += t;
  EXPECT_EQ(sum, 10);
}
TEST(Resampling, TakesWholeYears) {
  const Blocks b = blocks_of({2012, 2010, 2012, 2011});
  EXPECT_EQ(b.names, (std::vector<int>{2010, 2011, 2012}));
  EXPECT_EQ(b.of_row, (std::vector<size_t>{2, 0, 2, 1}));
}
TEST(Resampling, TheIntervalHoldsTheMiddleNinetyPercent) {
  std::vector<double> draws;
  for (int k = 1; k <= 999; ++k) draws.push_back(k);
  const Interval90 i = middle_90(draws);
  EXPECT_NEAR(i.low, (999 + 1.0 / 3) * 0.05 + 1.0 / 3, 1e-9);
  EXPECT_NEAR(i.high, (999 + 1.0 / 3) * 0.95 + 1.0 / 3, 1e-9);
  EXPECT_TRUE(std::isnan(middle_90({1, 2, 3}).low));
}

}  // namespace
}  // namespace fw
