#include "../gpu/every_op.h"
#include "kernels/spi_fits.h"
#include "kernels/spi_guard.h"
#include "on_each_backend.h"
#include "one_gamma.h"

namespace fw {
namespace {

using test::gamma_shape, test::log_minus_digamma;
constexpr uint8_t value = 0, not_observed = 1, masked = 2, not_assessed = 4;

double spi_of(double shape, double spread, double p_zero, double rain, ZeroRule rule) {
  const GammaFits<1> fit{{shape}, {spread}, {p_zero}};
  const double log_shape[1] = {log_gamma(shape)}, sum[1] = {rain};
  double z[1];
  gamma_index<1>(fit, log_shape, sum, rule, z);
  return z[0];
}

TEST(SpiFits, GivesTheGoldenValuesOfAFittedGamma) {
  const auto spi = [](double mm, ZeroRule rule) { return spi_of(2.0749764292, 12.5302628184, 5.0 / 30.0, mm, rule); };
  const double rain[] = {0, 3, 12, 24, 41, 66},
               expected[] = {-0.967422, -0.901317, -0.364968, 0.314658, 1.054236, 1.881940};
  for (int k = 0; k < 6; ++k) EXPECT_NEAR(spi(rain[k], ZeroRule::upper), expected[k], 1e-6) << rain[k];
  EXPECT_NEAR(spi(0.0, ZeroRule::center), normal_quantile(2.5 / 30.0, 27.5 / 30.0), 1e-15);
}

TEST(SpiFits, NoRainIsNeverWetWhateverTheShareOfZeros) {
  for (double p0 = 0.0; p0 <= 0.9; p0 += 0.01) {
    EXPECT_LE(spi_of(2.0, 10.0, p0, 0.0, ZeroRule::upper), 0.0) << p0;
    EXPECT_LT(spi_of(2.0, 10.0, p0, 0.0, ZeroRule::center), -0.12) << p0;
  }
  // Published: center-of-mass p0/2 gives -0.67, -0.39, -0.13 at p0 = 0.5, 0.7, 0.9.
  EXPECT_NEAR(spi_of(2.0, 10.0, 0.5, 0.0, ZeroRule::center), -0.67, 0.005);
  EXPECT_NEAR(spi_of(2.0, 10.0, 0.9, 0.0, ZeroRule::center), -0.13, 0.005);
}

TEST(SpiFits, ShapeSolvesItsEquation) {
  for (double s = 1e-4; s < 20.0; s *= 1.3) {
    const double a = gamma_shape(s, false);
    EXPECT_NEAR(log_minus_digamma(a) / s, 1.0, 1e-13) << s;
  }
  EXPECT_TRUE(std::isnan(gamma_shape(0.0, false)));
  EXPECT_TRUE(std::isnan(gamma_shape(1e-7, false)));  // flat: shape above 1e4
  EXPECT_TRUE(std::isnan(gamma_shape(std::nan(""), true)));
}

TEST(SpiFits, LanesDoNotLookAtEachOther) {
  // Shapes, places and lanes without a fit or a sum mixed: every lane has the bits that it has alone.
  constexpr int lanes = 8;
  sample::Random random(5);
  for (int round = 0; round < 200; ++round) {
    GammaFits<lanes> fit;
    double log_shape[lanes], sum[lanes], together[lanes];
    for (int l = 0; l < lanes; ++l) {
      fit.shape[l] = random.below(9) == 0 ? nan_d() : std::exp(12.0 * random.unit() - 4.0);
      fit.spread[l] = fit.shape[l] == fit.shape[l] ? 7.0 : nan_d();
      fit.p_zero[l] = fit.shape[l] == fit.shape[l] ? 0.8 * random.unit() : nan_d();
      log_shape[l] = log_gamma(fit.shape[l]);
      const double usual = fit.shape[l] == fit.shape[l] ? 7.0 * fit.shape[l] : 1.0;
      const double choices[] = {0.0, nan_d(), infinity_d(), 1e-300, usual};
      sum[l] = random.below(4) == 0 ? choices[random.below(5)] : 2.0 * usual * random.unit();
    }
    gamma_index<lanes>(fit, log_shape, sum, ZeroRule::center, together);
    for (int l = 0; l < lanes; ++l) {
      const double alone = fit.shape[l] == fit.shape[l]
                               ? spi_of(fit.shape[l], fit.spread[l], fit.p_zero[l], sum[l], ZeroRule::center)
                               : nan_d();
      EXPECT_TRUE(together[l] == alone || (std::isnan(together[l]) && std::isnan(alone)))
          << fit.shape[l] << ' ' << sum[l];
    }
  }
}

TEST(SpiFits, SumsOfLogarithmsAreThoseOfTheNumbers) {
  LogSums<2> sums;
  double expected = 0.0, got[2];
  sample::Random random(6);
  for (int k = 0; k < 2500; ++k) {
    const double v = std::exp(20.0 * random.unit() - 10.0);
    expected += std::log(v);
    sums.add({v, k % 2 == 0 ? 0.0 : 1e-310});
  }
  sums.get(got);
  EXPECT_NEAR(got[0], expected, 1e-10);
  EXPECT_NEAR(got[1], 1250 * std::log(1e-310), 1e-8);
}

TEST(SpiFits, LogLogisticOfASymmetricSampleIsTheLogistic) {
  const double sample[] = {-3, -2, -1, 0, 1, 2, 3};
  const SpiFit fit = fit_log_logistic(7, [&](int i) { return sample[i]; });
  EXPECT_NEAR(fit.shape, 0.0, 1e-15);
  EXPECT_NEAR(fit.location, 0.0, 1e-14);
  EXPECT_EQ(log_logistic_probability(fit, 0.0).below, 0.5);
  const SpiFit flat = fit_log_logistic(7, [](int) { return 4.0; });
  EXPECT_TRUE(std::isnan(flat.shape));
}

class SpiOp : public OnEachBackend {
 protected:
  struct Out {
    Values z;
    Codes reason, flags;
  };
  /// `years` years of `groups` periods, all calibration.
  StandardizedIndex<float> monthly(int groups, int scale) {
    StandardizedIndex<float> op{};
    op.pixels = 1;
    op.groups = groups;
    op.scale = scale;
    op.min_years = 10;
    op.min_nonzero = 5;
    op.max_zero_share = 0.9;
    return op;
  }
  Out run(StandardizedIndex<float> op, const Values& x, const Codes& reason = {}, const Codes& calibration = {}) {
    std::vector<int32_t> group;
    for (size_t t = 0; t < x.size(); ++t) group.push_back(static_cast<int32_t>(t) % op.groups);
    Buffer<float> in = up(x), out = room<float>(x.size());
    Buffer<int32_t> groups = up(group);
    Buffer<uint8_t> why = up(reason), out_why = room<uint8_t>(x.size()), flags = room<uint8_t>(x.size()),
                    calibrations = up(calibration.empty() ? Codes(x.size(), 1) : calibration);
    op.x = in.data();
    op.reason = reason.empty() ? nullptr : why.data();
    op.times = static_cast<int>(x.size());
    op.group = groups.data();
    op.in_calibration = calibrations.data();
    op.out = out.data();
    op.out_reason = out_why.data();
    op.flags = flags.data();
    backend().run(op);
    return {down(out), down(out_why), down(flags)};
  }
  static Values rain(int times, uint64_t seed, int zero_every) {
    sample::Random random(seed);
    Values x;
    for (int t = 0; t < times; ++t) {
      const float u = random.unit();
      x.push_back(random.below(100) < zero_every ? 0.0f : -30.0f * std::log(1.0f - 0.999f * u));
    }
    return x;
  }
};
FW_ON_EACH_BACKEND(SpiOp);

TEST_P(SpiOp, ZeroRainIsNeverWetAndMoreRainIsNeverDrier) {
  for (const int share : {0, 20, 50, 70, 85})
    for (const ZeroRule rule : {ZeroRule::center, ZeroRule::upper}) {
      const Values x = rain(36 * 30, static_cast<uint64_t>(share) + 1, share);
      auto op = monthly(36, 1);
      op.zero_rule = rule;
      const auto out = run(op, x);
      int assessed = 0;
      for (size_t t = 0; t < x.size(); ++t) {
        if (std::isnan(out.z[t])) continue;
        ++assessed;
        if (x[t] == 0.0f) {
          EXPECT_LE(out.z[t], 0.0f) << share;
        }
        for (size_t s = t % 36; s < x.size(); s += 36)
          if (x[s] <= x[t]) {
            EXPECT_LE(out.z[s], out.z[t]);
          }
      }
      EXPECT_GT(assessed, 500) << share;
    }
}

TEST_P(SpiOp, ScalesSumTrailingPeriodsAndWaitForTheFirst) {
  const Values x = rain(12 * 20, 4, 10);
  for (const int scale : {1, 3, 24}) {
    const auto out = run(monthly(12, scale), x);
    for (int t = 0; t < scale - 1; ++t) EXPECT_EQ(out.reason[static_cast<size_t>(t)], not_assessed) << scale;
    EXPECT_EQ(out.reason[static_cast<size_t>(scale - 1)], value) << scale;
  }
  // The sums given as values have the same index.
  Values sums;
  for (size_t t = 0; t < x.size(); ++t) sums.push_back(t < 2 ? nan_v : x[t - 2] + x[t - 1] + x[t]);
  expect_values(run(monthly(12, 3), x).z, run(monthly(12, 1), sums).z, 1e-5);
}

TEST_P(SpiOp, AMissingPeriodVoidsEveryWindowItIsIn) {
  Values x = rain(12 * 20, 8, 0);
  Codes reason(x.size(), value);
  x[100] = nan_v;
  reason[100] = masked;
  const auto out = run(monthly(12, 3), x, reason);
  EXPECT_EQ(out.reason[100], masked);
  EXPECT_EQ(out.reason[101], not_assessed);
  EXPECT_EQ(out.reason[102], not_assessed);
  EXPECT_EQ(out.reason[103], value);
  for (size_t t = 100; t <= 102; ++t) EXPECT_TRUE(std::isnan(out.z[t]));
}

TEST_P(SpiOp, ShortFlatDryAndNegativeRecordsAreNotAssessed) {
  const auto all = [](const Out& out, uint8_t reason) {
    return std::all_of(out.reason.begin(), out.reason.end(), [&](uint8_t r) { return r == reason; }) &&
           std::all_of(out.z.begin(), out.z.end(), [](float z) { return std::isnan(z); });
  };
  EXPECT_TRUE(all(run(monthly(12, 1), rain(12 * 9, 1, 0)), not_assessed)) << "nine years";
  EXPECT_TRUE(all(run(monthly(12, 1), Values(12 * 20, 5.0f)), not_assessed)) << "constant";
  EXPECT_TRUE(all(run(monthly(12, 1), Values(12 * 20, 0.0f)), not_assessed)) << "no rain at all";
  EXPECT_TRUE(all(run(monthly(12, 1), Values(12 * 20, -1.0f)), not_assessed)) << "negative rain";
  EXPECT_TRUE(all(run(monthly(12, 1), Values(12 * 20, nan_v)), not_observed)) << "no data";
  EXPECT_TRUE(all(run(monthly(12, 1), {3.0f}), not_assessed)) << "a single value";
  auto speis = monthly(12, 1);
  speis.distribution = SpiDistribution::log_logistic;
  EXPECT_TRUE(all(run(speis, Values(12 * 20, -4.0f)), not_assessed)) << "constant balance";
}

TEST_P(SpiOp, OnlyTheCalibrationWindowIsFitted) {
  Values x = rain(12 * 30, 2, 10);
  Codes calibration(x.size(), 1);
  for (size_t t = 240; t < x.size(); ++t) calibration[t] = 0;
  const auto before = run(monthly(12, 1), x, {}, calibration);
  for (size_t t = 240; t < x.size(); ++t) x[t] = 0.0f;  // neither the gamma nor the share of zeros may see this
  const auto after = run(monthly(12, 1), x, {}, calibration);
  for (size_t t = 0; t < 240; ++t) EXPECT_EQ(before.z[t], after.z[t]);
}

TEST_P(SpiOp, WhatNoRecordSupportsIsClippedAndFlagged) {
  Values x = rain(12 * 20, 3, 0);
  x[239] = 1e6f;
  Codes calibration(x.size(), 1);
  calibration[239] = 0;
  const auto out = run(monthly(12, 1), x, {}, calibration);
  EXPECT_EQ(out.z[239], 3.09f);
  EXPECT_EQ(out.flags[239], flag_clipped);
  EXPECT_EQ(out.flags[238], 0);
}

TEST_P(SpiOp, SpeiTakesNegativeBalancesAndRisesWithThem) {
  sample::Random random(9);
  Values x;
  for (int t = 0; t < 12 * 30; ++t) x.push_back(100.0f * (random.unit() - 0.7f));
  auto op = monthly(12, 1);
  op.distribution = SpiDistribution::log_logistic;
  const auto out = run(op, x);
  for (size_t t = 12; t < x.size(); ++t) {
    ASSERT_EQ(out.reason[t], value);
    if (x[t] > x[t - 12]) {
      EXPECT_GE(out.z[t], out.z[t - 12]);
    }
  }
}

TEST_P(SpiOp, TheHalvesForOnePlaceHaveTheBitsOfTheWhole) {
  const sample::Inputs in = sample::make_inputs(1001, 60);
  const auto n = in.pixels;
  Values x = in.x;  // edge cases are in it: NaN, infinities, negative numbers
  for (float& v : x) v = std::isfinite(v) && v >= 0.0f && v < 0.2f ? 0.0f : 60.0f * v;
  Buffer<float> xs = up(x), whole = room<float>(x.size()), half = room<float>(n);
  Buffer<uint8_t> reasons = up(in.reason), members = up(in.in_reference), whole_why = room<uint8_t>(x.size()),
                  half_why = room<uint8_t>(n);
  Buffer<int32_t> groups = up(in.group);
  const size_t places = 1 + static_cast<size_t>(*std::max_element(in.group.begin(), in.group.end()));
  Buffer<double> shape = room<double>(places * n), spread = room<double>(places * n), p_zero = room<double>(places * n),
                 planes = room<double>(3 * n);
  backend().run(StandardizedIndex<float>{xs.data(),
                                         reasons.data(),
                                         in.times,
                                         n,
                                         groups.data(),
                                         members.data(),
                                         static_cast<int>(places),
                                         1,
                                         SpiDistribution::gamma_mle,
                                         ZeroRule::center,
                                         4,
                                         2,
                                         0.9,
                                         whole.data(),
                                         whole_why.data(),
                                         nullptr,
                                         shape.data(),
                                         spread.data(),
                                         nullptr,
                                         p_zero.data()});
  const auto z = down(whole);
  const auto why = down(whole_why);
  const auto shapes = down(shape), zeros = down(p_zero);
  const auto same = [](const auto* a, const auto* b, size_t count) {
    return std::memcmp(a, b, count * sizeof *a) == 0;
  };
  size_t fitted = 0, taken_back = 0;
  for (size_t place = 0; place < places; ++place) {
    const GammaPlanes fit{planes.data(), planes.at(n), planes.at(2 * n)};
    backend().run(GammaOfPlace{xs.data(), in.times, n, groups.data(), members.data(), static_cast<int32_t>(place), 4, 2,
                               0.9, fit});
    const auto of_place = down(planes);
    for (size_t i = 0; i < n; ++i) fitted += of_place[i] == of_place[i];
    EXPECT_TRUE(same(of_place.data(), shapes.data() + place * n, n));
    EXPECT_TRUE(same(of_place.data() + 2 * n, zeros.data() + place * n, n));
    for (size_t t = 0; t < static_cast<size_t>(in.times); ++t) {
      if (in.group[t] != static_cast<int32_t>(place)) continue;
      for (const bool guarded : {false, true}) {
        backend().run(SpiOfPlace{xs.at(t * n), reasons.at(t * n), n, fit, ZeroRule::center, guarded, half.data(),
                                 half_why.data()});
        const auto one = down(half);
        const auto one_why = down(half_why);
        if (!guarded) {
          EXPECT_TRUE(same(one.data(), z.data() + t * n, n)) << t;
          EXPECT_TRUE(same(one_why.data(), why.data() + t * n, n)) << t;
          continue;
        }
        for (size_t i = 0; i < n; ++i) {
          const float expected = guard_spi(z[t * n + i], x[t * n + i], static_cast<float>(of_place[2 * n + i]));
          EXPECT_TRUE(one[i] == expected || (std::isnan(one[i]) && std::isnan(expected)));
          if (std::isnan(expected) && !std::isnan(z[t * n + i])) {
            ++taken_back;
            EXPECT_EQ(one_why[i], not_assessed);
          }
        }
      }
    }
  }
  EXPECT_GT(fitted, places * n / 2);
  EXPECT_GT(taken_back, 0u);
}

class PetOp : public OnEachBackend {
 protected:
  struct Out {
    Values mm;
    Codes reason;
  };
  Out hargreaves(const Values& mean, const Values& low, const Values& high, float latitude, double day, double days) {
    const size_t n = mean.size();
    Buffer<float> t = up(mean), a = up(low), b = up(high), where = up(Values{latitude}), out = room<float>(n);
    Buffer<double> when = up(std::vector<double>(n, day)), length = up(std::vector<double>(n, days));
    Buffer<uint8_t> reason = room<uint8_t>(n);
    backend().run(PotentialEvapotranspiration<float>{PetMethod::hargreaves, t.data(), a.data(), b.data(), nullptr,
                                                     where.data(), static_cast<int>(n), 1, nullptr, when.data(),
                                                     length.data(), out.data(), reason.data()});
    return {down(out), down(reason)};
  }
};
FW_ON_EACH_BACKEND(PetOp);

TEST_P(PetOp, HargreavesGivesTheExampleOfFao56) {
  // Example 20: Lyon, 45 deg 43' N, July: Tmax 26.6, Tmin 14.8, mean 20.7, Ra 40.55 MJ: 5.0 mm a day
  const auto out = hargreaves({20.7f, 20.7f, nan_v, 20.7f}, {14.8f, 27.0f, 1.0f, nan_v}, {26.6f, 26.6f, 2.0f, 3.0f},
                              45.72f, 196.0, 1.0);
  EXPECT_NEAR(out.mm[0], 5.0, 0.05);
  EXPECT_EQ(out.reason, (Codes{value, not_observed, not_observed, not_observed}));
  // No sun, no evaporation: the pole in winter. Nor in the cold.
  EXPECT_EQ(hargreaves({5.0f}, {0.0f}, {10.0f}, 90.0f, 355.0, 10.0).mm[0], 0.0f);
  EXPECT_EQ(hargreaves({-30.0f}, {-40.0f}, {-20.0f}, 50.0f, 180.0, 10.0).mm[0], 0.0f);
  EXPECT_TRUE(std::isnan(hargreaves({5.0f}, {0.0f}, {10.0f}, 91.0f, 180.0, 10.0).mm[0]));
}

TEST_P(PetOp, ThornthwaiteNeedsEveryMonth) {
  std::vector<int32_t> group;
  Values mean;
  for (int t = 0; t < 24; ++t) {
    group.push_back(t % 12);
    mean.push_back(t % 12 == 3 ? nan_v : 20.0f);
  }
  Buffer<float> t = up(mean), where = up(Values{0.0f}), out = room<float>(24);
  Buffer<int32_t> groups = up(group);
  Buffer<double> when = up(std::vector<double>(24, 80.0)), length = up(std::vector<double>(24, 30.0));
  Buffer<uint8_t> reason = room<uint8_t>(24);
  PotentialEvapotranspiration<float> op{
      PetMethod::thornthwaite, t.data(),    nullptr,       nullptr,    nullptr,      where.data(), 24, 1,
      groups.data(),           when.data(), length.data(), out.data(), reason.data()};
  backend().run(op);
  EXPECT_EQ(down(reason)[0], not_assessed);
  EXPECT_EQ(down(reason)[3], not_observed);
  mean[15] = 20.0f;
  t = up(mean);
  op.t_mean = t.data();
  backend().run(op);
  // Twelve months of 20 C at the equator: I = 12 * 4^1.514 = 97.87, a = 2.13534, 12 hours, 30 days: 16 (200 / I)^a
  const double heat = 12.0 * std::pow(4.0, 1.514);
  const double a = 6.75e-7 * heat * heat * heat - 7.71e-5 * heat * heat + 1.792e-2 * heat + 0.49239;
  EXPECT_NEAR(down(out)[0], 16.0 * std::pow(200.0 / heat, a), 1e-4);
}

}  // namespace
}  // namespace fw
