// Mann-Kendall, Theil-Sen and the least-squares line: hand-computed series, edge cases, and the slope against sorting.
#include <cmath>
#include <random>

#include "kernels/ops_trend.h"
#include "on_each_backend.h"

namespace fw {
namespace {

using Row = std::vector<double>;
constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// Median of all pairwise slopes, by sorting them.
double slope_by_sorting(const Row& x, size_t period) {
  Row slopes;
  for (size_t i = 0; i < x.size(); ++i)
    for (size_t j = i + period; j < x.size(); j += period)
      if (std::isfinite(x[i]) && std::isfinite(x[j]))
        slopes.push_back((x[j] - x[i]) / static_cast<double>((j - i) / period));
  if (slopes.empty()) return none;
  std::sort(slopes.begin(), slopes.end());
  const double low = slopes[(slopes.size() - 1) / 2], high = slopes[slopes.size() / 2];
  return low == high ? low : 0.5 * (low + high);
}

/// S and its variance, pair by pair and tie by tie.
struct Score {
  double s = 0.0, variance = 0.0;
};
Score score_by_pairs(const Row& x, size_t period) {
  Score score;
  for (size_t season = 0; season < period; ++season) {
    Row v;
    for (size_t i = season; i < x.size(); i += period)
      if (std::isfinite(x[i])) v.push_back(x[i]);
    for (size_t i = 0; i < v.size(); ++i)
      for (size_t j = i + 1; j < v.size(); ++j) score.s += (v[j] > v[i] ? 1.0 : 0.0) - (v[j] < v[i] ? 1.0 : 0.0);
    const auto spread = [](double n) { return n * (n - 1.0) * (2.0 * n + 5.0) / 18.0; };
    score.variance += spread(static_cast<double>(v.size()));
    std::sort(v.begin(), v.end());
    for (auto from = v.begin(); from != v.end();) {
      const auto to = std::upper_bound(from, v.end(), *from);
      score.variance -= spread(static_cast<double>(to - from));
      from = to;
    }
  }
  return score;
}

class Trend : public OnEachBackend {
 protected:
  struct Out {
    Row slope, intercept, tau, s, variance, z, p, count;
    Codes reason;
  };
  /// series: one row per pixel.
  Out run(const std::vector<Row>& series, MannKendallSettings settings, const Codes& reason = {}) {
    const size_t pixels = series.size(), times = series[0].size();
    Row x(pixels * times);
    for (size_t p = 0; p < pixels; ++p)
      for (size_t t = 0; t < times; ++t) x[t * pixels + p] = series[p][t];
    Buffer<double> in = up(x), out = room<double>(trend_statistic_count * pixels);
    Buffer<uint8_t> why = room<uint8_t>(pixels), why_in = up(reason);
    MannKendall<double> op;
    static_cast<MannKendallSettings&>(op) = settings;
    op.x = in.data();
    op.times = static_cast<int>(times);
    op.pixels = pixels;
    op.reason = reason.empty() ? nullptr : why_in.data();
    op.reason_out = why.data();
    for (size_t k = 0; k < trend_statistic_count; ++k) op.out[k] = out.at(k * pixels);
    backend().run(op);
    const Row all = down(out);
    const auto part = [&](TrendStatistic s) {
      const auto from = all.begin() + static_cast<std::ptrdiff_t>(static_cast<size_t>(s) * pixels);
      return Row(from, from + static_cast<std::ptrdiff_t>(pixels));
    };
    return {part(TrendStatistic::slope), part(TrendStatistic::intercept), part(TrendStatistic::tau),
            part(TrendStatistic::s),     part(TrendStatistic::variance),  part(TrendStatistic::z),
            part(TrendStatistic::p),     part(TrendStatistic::count),     down(why)};
  }
};
FW_ON_EACH_BACKEND(Trend);

MannKendallSettings with(TrendTest test, int period = 1, int min_valid = 4) {
  MannKendallSettings s;
  s.test = test;
  s.period = period;
  s.min_valid = min_valid;
  return s;
}
constexpr TrendTest all_tests[] = {TrendTest::original,
                                   TrendTest::hamed_rao,
                                   TrendTest::yue_wang,
                                   TrendTest::pre_whitening,
                                   TrendTest::trend_free_pre_whitening,
                                   TrendTest::seasonal};

TEST_P(Trend, GivesTheHandComputedValues) {
  // 1 3 2 5: slopes 2 .5 4/3 -1 1 3; S = 5 - 1. With a gap: 1 . 2 5: slopes .5 4/3 3.
  const Out out = run({{1, 3, 2, 5}, {1, none, 2, 5}}, with(TrendTest::original, 1, 3));
  EXPECT_DOUBLE_EQ(out.slope[0], (1.0 + 4.0 / 3.0) / 2.0);
  EXPECT_DOUBLE_EQ(out.intercept[0], 2.5 - 1.5 * out.slope[0]);
  EXPECT_EQ(out.s[0], 4.0);
  EXPECT_DOUBLE_EQ(out.tau[0], 4.0 / 6.0);
  EXPECT_DOUBLE_EQ(out.variance[0], 4.0 * 3.0 * 13.0 / 18.0);
  EXPECT_DOUBLE_EQ(out.z[0], 3.0 / std::sqrt(26.0 / 3.0));
  EXPECT_NEAR(out.p[0], std::erfc(out.z[0] / std::sqrt(2.0)), 1e-15);
  EXPECT_DOUBLE_EQ(out.slope[1], 4.0 / 3.0);
  EXPECT_DOUBLE_EQ(out.intercept[1], 2.0 - 2.0 * out.slope[1]);
  EXPECT_EQ(out.s[1], 3.0);
  EXPECT_EQ(out.count[1], 3.0);
  EXPECT_EQ(out.reason, (Codes{0, 0}));
}

TEST_P(Trend, CorrectsTheVarianceForTies) {
  const Out out = run({{1, 1, 2, 2, 2, 3}}, with(TrendTest::original));
  EXPECT_EQ(out.s[0], 11.0);
  EXPECT_DOUBLE_EQ(out.variance[0], (6.0 * 5.0 * 17.0 - 2.0 * 9.0 - 3.0 * 2.0 * 11.0) / 18.0);
}

TEST_P(Trend, SeasonalComparesTheSameSeasonOnly) {
  // Two seasons a year: 1 10 | 2 9 | 4 8. Slopes per year 1 2 1.5 and -1 -1 -1.
  const Out out = run({{1, 10, 2, 9, 4, 8}}, with(TrendTest::seasonal, 2));
  EXPECT_EQ(out.s[0], 0.0);
  EXPECT_EQ(out.z[0], 0.0);
  EXPECT_EQ(out.p[0], 1.0);
  EXPECT_EQ(out.tau[0], 0.0);
  EXPECT_DOUBLE_EQ(out.variance[0], 2.0 * 3.0 * 2.0 * 11.0 / 18.0);
  EXPECT_DOUBLE_EQ(out.slope[0], 0.0);  // between -1 and 1
  EXPECT_DOUBLE_EQ(out.intercept[0], 6.0);
  const Out apart = run({{1, 2, none, none, none, none}}, with(TrendTest::seasonal, 2, 2));
  EXPECT_TRUE(std::isnan(apart.slope[0]));
  EXPECT_EQ(apart.reason[0], code(Reason::not_assessed));
}

TEST_P(Trend, EverySeriesHasAStatedResult) {
  const Row constant(30, 2.5), empty(30, none);
  Row single = empty, infinite = constant, short_one = empty;
  single[7] = 1.0;
  infinite[3] = std::numeric_limits<double>::infinity();
  short_one[3] = 1.0, short_one[9] = 2.0, short_one[15] = 4.0;
  Codes reason(30 * 5, code(Reason::not_observed));
  reason[2 * 5 + 1] = code(Reason::masked);  // the empty pixel was under cloud once
  for (const TrendTest test : all_tests) {
    const int period = test == TrendTest::seasonal ? 3 : 1;
    SCOPED_TRACE(static_cast<int>(test));
    const Out out = run({constant, empty, single, infinite, short_one}, with(test, period), reason);
    for (const size_t p : {size_t{0}, size_t{3}}) {
      EXPECT_EQ(out.slope[p], 0.0);
      EXPECT_EQ(out.intercept[p], 2.5);
      EXPECT_EQ(out.tau[p], 0.0);
      EXPECT_EQ(out.s[p], 0.0);
      EXPECT_EQ(out.variance[p], 0.0);
      EXPECT_EQ(out.z[p], 0.0);
      EXPECT_EQ(out.p[p], 1.0);
    }
    for (const size_t p : {size_t{1}, size_t{2}, size_t{4}}) {
      for (const double v : {out.slope[p], out.intercept[p], out.tau[p], out.s[p], out.variance[p], out.z[p], out.p[p]})
        EXPECT_TRUE(std::isnan(v)) << "pixel " << p;
    }
    EXPECT_EQ(out.count, (Row{30, 0, 1, 29, 3}));
    EXPECT_EQ(out.reason, (Codes{code(Reason::value), code(Reason::masked), code(Reason::not_assessed),
                                 code(Reason::value), code(Reason::not_assessed)}));
  }
}

TEST_P(Trend, SlopeIsTheMedianOfAllPairwiseSlopesToTheBit) {
  std::mt19937 random(20240611);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> unit;
  for (const int period : {1, 4}) {
    for (const size_t times : {size_t{2}, size_t{5}, size_t{24}, size_t{61}, size_t{150}}) {
      std::vector<Row> series;
      for (int kind = 0; kind < 90; ++kind) {  // more than two blocks of lanes
        Row x(times);
        const double trend = 0.02 * normal(random);
        for (size_t t = 0; t < times; ++t) {
          const double time = static_cast<double>(t);
          double v = 0.4 + trend * time + 0.1 * normal(random);
          if (kind % 9 == 1) v = std::round(10.0 * v);              // many ties
          if (kind % 9 == 2) v = 3.0 * time + 7.0;                  // one slope
          if (kind % 9 == 3) v = unit(random) < 0.1 ? 1e9 * v : v;  // outliers beyond a float's digits
          if (kind % 9 == 4) v = t % 2 == 0 ? time : -time;         // two slopes
          if (kind % 9 == 5) v = v < 0.5 ? 0.0 : v;                 // rain: mostly zero
          if (kind % 9 == 6) v = 300.0 + 1e-5 * v;                  // a small change of a large value
          if (kind % 9 == 7 && t % 23 == 1) v = 3e38;               // what no float has room to measure from
          if (kind % 9 == 8) v *= 1e200;                            // nor to hold
          x[t] = unit(random) < 0.2 && kind % 9 != 2 ? none : v;
        }
        series.push_back(x);
      }
      const Out out = run(series, with(period == 1 ? TrendTest::original : TrendTest::seasonal, period, 2));
      for (size_t p = 0; p < series.size(); ++p) {
        const double expected = out.count[p] < 2.0 ? none : slope_by_sorting(series[p], static_cast<size_t>(period));
        if (std::isnan(expected))
          EXPECT_TRUE(std::isnan(out.slope[p])) << "kind " << p % 9 << " of " << times;
        else
          EXPECT_EQ(out.slope[p], expected) << "kind " << p % 9 << " of " << times << " period " << period;
      }
    }
  }
}

TEST_P(Trend, CountsTiesAndPairsThatAreNearlyTied) {
  std::mt19937 random(7);
  std::normal_distribution<double> normal;
  for (const int period : {1, 4}) {
    std::vector<Row> series;
    for (size_t p = 0; p < 70; ++p) {  // few ties in a block of lanes: they are told apart one by one
      Row x(60);
      for (auto& v : x) v = normal(random);
      const size_t kind = p % 10;
      if (kind == 1) x[40] = x[8] = x[4];           // a tie of three
      if (kind == 2) x[44] = x[12], x[20] = x[16];  // two ties
      if (kind == 3) x[44] = x[12] + 1e-13, x[20] = x[16] - 1e-13;
      if (kind == 4) x.assign(60, 0.25);
      if (kind == 5) x[3] = x[30] = x[31] = none;
      if (kind == 6) x[0] = 1e7;  // of which the others are nearly tied beside
      series.push_back(x);
    }
    for (const bool crowded : {false, true}) {
      if (crowded)
        for (size_t p = 0; p < series.size(); p += 3)
          for (auto& v : series[p]) v = std::round(v);
      const Out out = run(series, with(period == 1 ? TrendTest::original : TrendTest::seasonal, period));
      for (size_t p = 0; p < series.size(); ++p) {
        const Score expected = score_by_pairs(series[p], static_cast<size_t>(period));
        EXPECT_EQ(out.s[p], expected.s) << "pixel " << p << " period " << period;
        EXPECT_NEAR(out.variance[p], expected.variance, 1e-9 * expected.variance) << "pixel " << p;
        EXPECT_EQ(out.slope[p], slope_by_sorting(series[p], static_cast<size_t>(period))) << "pixel " << p;
      }
    }
  }
}

TEST_P(Trend, LongSeriesHaveTheMedianSlopeToTheBit) {
  // 16 bits tell fewer and fewer of the pairs apart: here a few dozen slopes lie nearer to the median than that.
  std::mt19937 random(11);
  std::normal_distribution<double> normal;
  std::vector<Row> series;
  for (size_t p = 0; p < 33; ++p) {
    Row x(500);
    for (size_t t = 0; t < x.size(); ++t)
      x[t] = (t + p) % 19 == 0 ? none : 0.2 * std::sin(0.17 * static_cast<double>(t)) + 0.05 * normal(random);
    series.push_back(x);
  }
  const Out out = run(series, with(TrendTest::original));
  for (size_t p = 0; p < series.size(); ++p) EXPECT_EQ(out.slope[p], slope_by_sorting(series[p], 1)) << "pixel " << p;
}

TEST_P(Trend, ReadsFloatsAsTheDoublesTheyAre) {
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  const size_t times = 60, pixels = 40;
  std::vector<float> x(times * pixels);
  std::vector<Row> series(pixels, Row(times));
  for (size_t t = 0; t < times; ++t)
    for (size_t p = 0; p < pixels; ++p) {
      const float v = p % 3 == 0 ? std::round(4.0f * normal(random)) : normal(random);  // ties in every third
      x[t * pixels + p] = (t * 7 + p) % 5 == 0 ? std::nanf("") : v;
      series[p][t] = static_cast<double>(x[t * pixels + p]);
    }
  const Out expected = run(series, with(TrendTest::original));
  Buffer<float> in = up(x), slope = room<float>(pixels), s = room<float>(pixels), variance = room<float>(pixels);
  MannKendall<float> op;
  op.x = in.data();
  op.times = static_cast<int>(times);
  op.pixels = pixels;
  op.out[static_cast<int>(TrendStatistic::slope)] = slope.data();
  op.out[static_cast<int>(TrendStatistic::s)] = s.data();
  op.out[static_cast<int>(TrendStatistic::variance)] = variance.data();
  backend().run(op);
  const auto slopes = down(slope), scores = down(s), variances = down(variance);
  for (size_t p = 0; p < pixels; ++p) {
    EXPECT_EQ(slopes[p], static_cast<float>(expected.slope[p])) << p;
    EXPECT_EQ(scores[p], static_cast<float>(expected.s[p])) << p;
    EXPECT_EQ(variances[p], static_cast<float>(expected.variance[p])) << p;
  }
}

TEST_P(Trend, TurnsWithTheSeries) {
  std::mt19937 random(7);
  std::normal_distribution<double> normal;
  Row x(50), turned(50);
  for (size_t t = 0; t < 50; ++t) {
    x[t] = 0.01 * static_cast<double>(t) + normal(random);
    turned[t] = -x[t];
  }
  for (const TrendTest test : all_tests) {
    const Out out = run({x, turned}, with(test, test == TrendTest::seasonal ? 5 : 1));
    EXPECT_DOUBLE_EQ(out.slope[0], -out.slope[1]);
    EXPECT_EQ(out.s[0], -out.s[1]);
    EXPECT_DOUBLE_EQ(out.z[0], -out.z[1]);
    EXPECT_NEAR(out.p[0], out.p[1], 1e-15);
  }
}

TEST_P(Trend, RefusesWhatItCannotTest) {
  const std::vector<Row> series{{1, 2, 3, 4, 5}};
  EXPECT_THROW(run(series, with(TrendTest::seasonal, 1)), std::logic_error);
  EXPECT_THROW(run(series, with(TrendTest::original, 12)), std::logic_error);
  EXPECT_THROW(run(series, with(TrendTest::original, 1, 1)), std::logic_error);
  EXPECT_THROW(run(series, with(TrendTest::yue_wang, 1, 3)), std::logic_error);
}

class Line : public OnEachBackend {
 protected:
  struct Out {
    Row slope, intercept, error, p, r2, count;
    Codes reason;
  };
  Out run(const Row& x, const Row& t, size_t pixels) {
    Buffer<double> in = up(x), times = up(t), out = room<double>(line_statistic_count * pixels);
    Buffer<uint8_t> why = room<uint8_t>(pixels);
    LinearTrend<double> op;
    op.x = in.data();
    op.t = times.data();
    op.times = static_cast<int>(t.size());
    op.pixels = pixels;
    op.reason_out = why.data();
    for (size_t k = 0; k < line_statistic_count; ++k) op.out[k] = out.at(k * pixels);
    backend().run(op);
    const Row all = down(out);
    const auto part = [&](size_t k) {
      const auto from = all.begin() + static_cast<std::ptrdiff_t>(k * pixels);
      return Row(from, from + static_cast<std::ptrdiff_t>(pixels));
    };
    return {part(0), part(1), part(2), part(3), part(4), part(5), down(why)};
  }
};
FW_ON_EACH_BACKEND(Line);

TEST_P(Line, GivesTheHandComputedValues) {
  // Pixels: 1 2 4 (slope 1.5, residuals 1/6 -1/3 1/6); constant; 2 values; none. Times 2000, 2001, 2002.
  const Out out = run({1, 5, 3, none, 2, 5, none, none, 4, 5, 4, none}, {2000, 2001, 2002}, 4);
  EXPECT_DOUBLE_EQ(out.slope[0], 1.5);
  EXPECT_DOUBLE_EQ(out.intercept[0], 7.0 / 3.0 - 1.5 * 2001.0);
  EXPECT_NEAR(out.error[0], std::sqrt(1.0 / 6.0 / 2.0), 1e-15);
  EXPECT_NEAR(out.r2[0], 4.5 / (4.5 + 1.0 / 6.0), 1e-15);
  EXPECT_NEAR(out.p[0], 2.0 / 3.14159265358979 * std::atan(out.error[0] / 1.5),
              1e-14);  // one degree of freedom: Cauchy
  EXPECT_EQ(out.slope[1], 0.0);
  EXPECT_EQ(out.intercept[1], 5.0);
  EXPECT_EQ(out.error[1], 0.0);
  EXPECT_EQ(out.p[1], 1.0);
  EXPECT_EQ(out.r2[1], 0.0);
  EXPECT_TRUE(std::isnan(out.slope[2]) && std::isnan(out.p[2]) && std::isnan(out.slope[3]) && std::isnan(out.r2[3]));
  EXPECT_EQ(out.count, (Row{3, 3, 2, 0}));
  EXPECT_EQ(out.reason,
            (Codes{code(Reason::value), code(Reason::value), code(Reason::not_assessed), code(Reason::not_observed)}));
}

TEST_P(Line, ValuesAtOneTimeHaveNoSlope) {
  const Out out = run({1, 2, 3, 4}, {5, 5, 5, 5}, 1);
  EXPECT_TRUE(std::isnan(out.slope[0]));
  EXPECT_EQ(out.reason[0], code(Reason::not_assessed));
}

}  // namespace
}  // namespace fw
