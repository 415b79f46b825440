#include "../gpu/every_op.h"
#include "on_each_backend.h"

namespace fw {
namespace {

constexpr uint8_t value = 0, not_observed = 1, masked = 2, not_assessed = 4;

class ClimatologyOp : public OnEachBackend {
 protected:
  struct Out {
    Values mean, stddev, low, high, p5, p50;
    Codes reason;
    std::vector<uint16_t> count;
  };
  /// Two groups in turn.
  Out run(const Values& x, int min_years, int min_years_tails, int groups = 2) {
    std::vector<int32_t> group;
    for (size_t t = 0; t < x.size(); ++t) group.push_back(static_cast<int32_t>(t) % groups);
    const size_t n = static_cast<size_t>(groups);
    Buffer<float> in = up(x), mean = room<float>(n), stddev = room<float>(n), low = room<float>(n),
                  high = room<float>(n), p5 = room<float>(n), p50 = room<float>(n);
    Buffer<int32_t> periods = up(group);
    Buffer<uint8_t> reference = up(Codes(x.size(), 1)), reason = room<uint8_t>(n);
    Buffer<uint16_t> count = room<uint16_t>(n);
    backend().run(Climatology{in.data(),
                              static_cast<int>(x.size()),
                              1,
                              periods.data(),
                              reference.data(),
                              groups,
                              min_years,
                              min_years_tails,
                              {5.0, 50.0},
                              2,
                              mean.data(),
                              stddev.data(),
                              low.data(),
                              high.data(),
                              count.data(),
                              {p5.data(), p50.data()},
                              reason.data()});
    return {down(mean), down(stddev), down(low), down(high), down(p5), down(p50), down(reason), down(count)};
  }
};
FW_ON_EACH_BACKEND(ClimatologyOp);

TEST_P(ClimatologyOp, DescribesEveryPeriodOfTheYear) {
  const auto out = run({4, 10, 1, nan_v, 3, nan_v, 2, nan_v}, 1, 1);
  expect_values(out.mean, {2.5f, 10});
  expect_values(out.stddev, {1.2909944f, nan_v}, 1e-7);  // sqrt(5 / 3)
  expect_values(out.low, {1, 10});
  expect_values(out.high, {4, 10});
  expect_values(out.p50, {2.5f, 10});
  expect_values(out.p5, {1, 10});  // rank 13/3 * 0.05 + 1/3 = 0.55, below the first
  EXPECT_EQ(out.count, (std::vector<uint16_t>{4, 1}));
  EXPECT_EQ(out.reason, (Codes{value, value}));
}

TEST_P(ClimatologyOp, TailsNeedMoreYears) {
  const Values ten{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  const auto out = run(ten, 10, 20, 1);
  EXPECT_TRUE(std::isnan(out.p5[0]));
  EXPECT_EQ(out.p50[0], 5.5f);
  // rank (10 + 1/3) 0.05 + 1/3 = 0.85: the least
  EXPECT_EQ(run(ten, 10, 10, 1).p5[0], 1.0f);
}

TEST_P(ClimatologyOp, TooFewYearsAreNotAssessed) {
  const auto out = run({1, nan_v, 2, nan_v, 3, nan_v}, 4, 20);
  EXPECT_EQ(out.reason, (Codes{not_assessed, not_observed}));
  expect_values(out.mean, {nan_v, nan_v});
  EXPECT_EQ(out.count, (std::vector<uint16_t>{3, 0}));
}

class DetrendedOp : public OnEachBackend {
 protected:
  struct Out {
    Values z, slope;
    Codes reason;
  };
  /// One value a year from 2000 on, all of them reference and target.
  Out run(const Values& x, int min_years = 5, int max_years = 40, float floor = 0.0f) {
    const size_t n = x.size();
    std::vector<int32_t> group(n, 0), year, target;
    for (size_t t = 0; t < n; ++t) {
      year.push_back(2000 + static_cast<int32_t>(t));
      target.push_back(static_cast<int32_t>(t));
    }
    Buffer<float> in = up(x), z = room<float>(n), slope = room<float>(n);
    Buffer<int32_t> groups = up(group), years = up(year), targets = up(target);
    Buffer<uint8_t> reference = up(Codes(n, 1)), reason = room<uint8_t>(n);
    backend().run(DetrendedAnomaly{in.data(), nullptr, static_cast<int>(n), 1, groups.data(), years.data(),
                                   reference.data(), targets.data(), static_cast<int>(n), min_years, max_years, floor,
                                   z.data(), slope.data(), reason.data()});
    return {down(z), down(slope), down(reason)};
  }
};
FW_ON_EACH_BACKEND(DetrendedOp);

TEST_P(DetrendedOp, TakesTheTrendOutOfTheAnomaly) {
  // A rise of 0.1 a year with noise, and a fall of 1 below the line in the last year: raw z is near 0, detrended far
  // below.
  sample::Random random(21);
  Values x;
  for (int t = 0; t < 20; ++t) x.push_back(0.1f * static_cast<float>(t) + 0.05f * (random.unit() - 0.5f));
  x.push_back(2.0f - 1.0f);
  const auto out = run(x);
  EXPECT_NEAR(out.slope[20], 0.1f, 0.003f);
  EXPECT_EQ(out.z[20], -6.0f);
  Values shifted = x;  // a trend added to every year changes nothing
  for (size_t t = 0; t < x.size(); ++t) shifted[t] += 0.25f * static_cast<float>(t);
  const auto same = run(shifted);
  for (size_t t = 0; t < 20; ++t) EXPECT_NEAR(same.z[t], out.z[t], 2e-4) << t;
}

TEST_P(DetrendedOp, AgreesWithASmallExampleByHand) {
  // Target 2004; others 1, 2, 4, 3 in 2000..2003: slopes 1, 1.5, 2/3, 2, 0.5, -1: median (2/3 + 1) / 2 = 5/6.
  const auto out = run({1, 2, 4, 3, 9}, 4);
  EXPECT_NEAR(out.slope[4], 5.0 / 6.0, 1e-7);
  // Residuals from the line, to 2004: x + 5/6 (4, 3, 2, 1) = 13/3, 4.5, 17/3, 23/6; mean 55/12; std sqrt(...)
  const double r[] = {13.0 / 3, 4.5, 17.0 / 3, 23.0 / 6}, mean = 55.0 / 12;
  double squares = 0.0;
  for (const double v : r) squares += (v - mean) * (v - mean);
  EXPECT_NEAR(out.z[4], (9.0 - mean) / std::sqrt(squares / 3.0), 1e-5);
}

TEST_P(DetrendedOp, LinesFlatRecordsAndShortOnesAreNotAssessed) {
  EXPECT_EQ(run(Values(12, 0.5f)).reason, Codes(12, not_assessed));
  EXPECT_EQ(run({1, 2, 3, 4}, 5).reason, Codes(4, not_assessed));
  EXPECT_EQ(run({1, 2}, 1).reason, Codes(2, not_assessed));
  EXPECT_EQ(run(Values(8, nan_v)).reason, Codes(8, not_observed));
  EXPECT_EQ(run({1, 3, 2, 5, 3, 2, 4, 1}, 5, 4).reason, Codes(8, not_assessed)) << "more references than room";
  EXPECT_EQ(run({1, 3, 2, 5, 3, 2, 4, 1}, 5, 40, 100.0f).reason, Codes(8, not_assessed)) << "below the floor";
}

class ConditionOp : public OnEachBackend {};
FW_ON_EACH_BACKEND(ConditionOp);

TEST_P(ConditionOp, GreenerIsBetterHotterIsWorse) {
  sample::Random random(2);
  std::vector<int32_t> group(21, 0), year, target{20};
  for (int t = 0; t < 21; ++t) year.push_back(2000 + t);
  Buffer<int32_t> groups = up(group), years = up(year), targets = up(target);
  Buffer<uint8_t> reference = up(Codes(21, 1));
  float last_vci = -1.0f, last_tci = 101.0f;
  Values x;
  for (int t = 0; t < 21; ++t) x.push_back(random.unit());
  for (float now = -0.2f; now < 1.3f; now += 0.01f) {
    x[20] = now;
    Buffer<float> in = up(x), vci = room<float>(1), tci = room<float>(1);
    Anomaly op{in.data(), nullptr, 21, 1, groups.data(), years.data(), reference.data(), targets.data(), 1,
               10,        0.0f,    {}, {}};
    op.out[static_cast<int>(Statistic::vci)] = vci.data();
    op.out[static_cast<int>(Statistic::tci)] = tci.data();
    backend().run(op);
    const float v = down(vci)[0], t = down(tci)[0];
    EXPECT_GE(v, last_vci);
    EXPECT_LE(t, last_tci);
    EXPECT_NEAR(v + t, 100.0f, 1e-4f);
    last_vci = v;
    last_tci = t;
  }
  EXPECT_EQ(last_vci, 100.0f);
  EXPECT_EQ(last_tci, 0.0f);
}

TEST_P(ConditionOp, HealthWeighsBothAndNeedsBoth) {
  Buffer<float> vci = up(Values{20, nan_v, 30}), tci = up(Values{60, 10, nan_v}), out = room<float>(3);
  Buffer<uint8_t> why = up(Codes{value, masked, value}), reason = room<uint8_t>(3);
  backend().run(VegetationHealth{vci.data(), tci.data(), why.data(), nullptr, 3, 0.25f, out.data(), reason.data()});
  expect_values(down(out), {50, nan_v, nan_v});
  EXPECT_EQ(down(reason), (Codes{value, masked, not_observed}));
}

}  // namespace
}  // namespace fw
