// Values of the statistics of series, by hand and by property.
#include "core/base/error.h"
#include "tests/series/small_record.h"

namespace fw {
namespace {

using test::no_value;
using test::noise;
using test::SmallRecord;

constexpr size_t last(int times) { return static_cast<size_t>(times) - 1; }

/// 20 years of months; January 2010 is the target, its value `target`, those of other years 1..19.
SmallRecord januaries(double target) {
  SmallRecord r;
  r.times = 229;  // to January of the 20th year
  r.x = [target](int t, size_t) { return t % 12 ? 0.0 : t == 228 ? target : t / 12 + 1.0; };
  return r;
}

TEST(Statistics, CompareTheTargetWithTheSameMonthOfOtherYears) {
  const SmallRecord r = januaries(30);
  EXPECT_FLOAT_EQ(r.band("diff", "diff")[0], 20) << "the mean of 1..19 is 10";
  EXPECT_FLOAT_EQ(r.band("pct_median", "pct_median")[0], 300);
  EXPECT_FLOAT_EQ(r.band("vci", "vci")[0], 100);
  EXPECT_FLOAT_EQ(r.band("tci", "tci")[0], 0);
  EXPECT_FLOAT_EQ(januaries(5.5).band("tci", "tci")[0], 75) << "(19 - 5.5) / 18";
  SeriesSettings first;
  first.target = Period{Cadence::month, 1991 * 12};
  EXPECT_FLOAT_EQ(r.band("diff", "diff", first)[0], 1 - (189.0F + 30) / 19);
}

TEST(Statistics, AClimatologyDescribesTheMonthOfTheTarget) {
  const SmallRecord r = januaries(20);  // 1..20
  SeriesSettings s;
  s.percentiles = {5, 50, 99};
  EXPECT_FLOAT_EQ(r.band("climatology", "mean", s)[0], 10.5);
  EXPECT_FLOAT_EQ(r.band("climatology", "std", s)[0], std::sqrt(35.0F)) << "(n^2 + n) / 12 of 1..20";
  EXPECT_FLOAT_EQ(r.band("climatology", "p50", s)[0], 10.5);
  EXPECT_FLOAT_EQ(r.band("climatology", "p5", s)[0], (20 + 1 / 3.0F) * 0.05F + 1 / 3.0F) << "median-unbiased rank";
  EXPECT_FLOAT_EQ(r.band("climatology", "p99", s)[0], 20);
  EXPECT_EQ(r.band("climatology", "years", s)[0], 20);
  s.reference_to = Date{2005, 12, 31};
  EXPECT_EQ(r.band("climatology", "years", s)[0], 15);
  EXPECT_TRUE(std::isnan(r.band("climatology", "p5", s)[0])) << "tails need 20 years";
}

TEST(Statistics, VegetationHealthWeighsGreennessAndHeat) {
  SmallRecord r = januaries(10);
  r.further["lst"] = [](int t, size_t) { return t == 228 ? 304.6 : 300 + t / 12 % 19; };  // 300..318 in other years
  EXPECT_FLOAT_EQ(r.band("vhi", "vci")[0], 50);
  EXPECT_NEAR(r.band("vhi", "tci")[0], 100 * (318 - 304.6) / 18, 1e-3);
  SeriesSettings s;
  s.vhi_alpha = 0.25;
  EXPECT_NEAR(r.band("vhi", "vhi", s)[0], 0.25 * 50 + 0.75 * 100 * (318 - 304.6) / 18, 1e-3);
}

TEST(Statistics, RunsCountThePeriodsUpToTheTarget) {
  SmallRecord r;
  r.times = 12;
  r.pixels = 3;
  const double rows[3][12] = {{9, 1, 1, 1, 1, 9, 9, 1, 1, 1, 1, 1},
                              {1, 1, 1, 9, 9, 9, 9, 9, 9, 9, 1, 1},
                              {1, 1, 1, 1, 9, 9, 9, 1, 1, no_value, 1, 1}};
  r.x = [&](int t, size_t p) { return rows[p][t]; };
  SeriesSettings s;
  s.runs.threshold = 5;
  s.runs.needed = 3;
  EXPECT_EQ(r.band("runs", "run", s), (std::vector<float>{5, 2, 2})) << "a missing period ends a run";
  EXPECT_EQ(r.band("runs", "reached", s), (std::vector<float>{1, 0, 0}));
  EXPECT_EQ(r.band("runs", "longest", s), (std::vector<float>{5, 3, 4}));
  s.runs.needed = 2;
  EXPECT_EQ(r.band("runs", "reached", s), (std::vector<float>{1, 1, 1})) << "two of two are enough";
  s.runs.side = RunSide::above;
  EXPECT_EQ(r.band("runs", "run", s), (std::vector<float>{0, 0, 0}));
  s.target = Period{Cadence::month, 1991 * 12 + 6};
  EXPECT_EQ(r.band("runs", "run", s), (std::vector<float>{2, 4, 3}));
}

TEST(Statistics, AStraightLineStaysUnderEveryWhittakerVariantAndFillsItsGap) {
  SmallRecord r;
  r.times = 60;
  r.x = [](int t, size_t) { return t >= 20 && t < 26 ? no_value : 1 + 0.5 * t; };
  SeriesSettings fixed, gcv, robust;
  fixed.smooth.choice = LambdaChoice::fixed;
  fixed.smooth.lambda = 100;
  gcv.smooth.choice = robust.smooth.choice = LambdaChoice::gcv;
  robust.smooth.robust = true;
  for (const auto& s : {SeriesSettings{}, fixed, gcv, robust}) {
    const StatisticResult result = r.run("whittaker", s);
    for (size_t t = 0; t < 60; ++t) {
      EXPECT_NEAR(result.values[t + 1], 1 + 0.5 * static_cast<double>(t), 1e-3) << t;
      EXPECT_EQ(result.flags[t], t >= 20 && t < 26 ? flag_interpolated : 0) << t;
    }
  }
  fixed.smooth.max_gap = 6;
  EXPECT_EQ(r.run("whittaker", fixed).flags[22], flag_filled);
  EXPECT_EQ(r.run("savgol").flags[22], flag_interpolated);
}

TEST(Statistics, SmoothsWithAllPeriodsAndWritesTheLast) {
  SmallRecord r;
  r.times = 48;
  r.pixels = 3;
  r.x = [](int t, size_t p) { return t % 7 == 3 && p == 1 ? NAN : std::sin(0.4 * t) + static_cast<double>(p); };
  for (const auto& [name, before] : {std::pair<const char*, size_t>{"whittaker", 1}, {"savgol", 0}}) {
    SeriesSettings few;
    few.smooth.write_last = 5;
    const StatisticResult all = r.run(name), last = r.run(name, few);
    ASSERT_EQ(last.values.size(), (before + 5) * r.pixels);
    const auto same = [](const auto& a, const auto& b) { EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin())); };
    same(std::vector(last.values.begin() + static_cast<ptrdiff_t>(before * r.pixels), last.values.end()),
         std::vector(all.values.end() - 15, all.values.end()));
    same(last.flags, std::vector(all.flags.end() - 15, all.flags.end()));
    EXPECT_EQ(statistic_bands(series_statistic(name), few, r.shape())[before].name, "1994-08");
    few.smooth.write_last = 100;
    EXPECT_EQ(r.run(name, few).values.size(), all.values.size());
  }
}

TEST(Statistics, AGapOfYearsHasNoValue) {
  SmallRecord r;
  r.times = 120;
  r.x = [](int t, size_t p) { return t >= 40 && t < 53 ? no_value : noise(t, p); };  // 13 months
  for (const auto& [name, skip] : {std::pair{"whittaker", 1}, {"savgol", 0}}) {
    SeriesSettings s;
    for (const int longest : {0, 12, 13}) {
      if (longest) s.smooth.max_interpolation = longest;  // a year otherwise
      const StatisticResult result = r.run(name, s);
      for (size_t t = 40; t < 53; ++t) {
        EXPECT_EQ(std::isnan(result.values[t + static_cast<size_t>(skip)]), longest < 13) << name << t;
        EXPECT_EQ(result.flags[t] == flag_interpolated, longest == 13) << int{result.flags[t]};
      }
      EXPECT_EQ(result.flags[39] | result.flags[53], 0);
    }
  }
}

TEST(Statistics, AMissingTailOrHeadNeverYieldsAnUnflaggedValue) {
  SmallRecord r;
  r.times = 72;
  r.pixels = 60;
  const auto seen = [](int t, size_t p) {
    const int head = static_cast<int>(p % 7), tail = static_cast<int>(p % 11);
    return t >= head && t < 72 - tail && noise(t, p) > 0.3;
  };
  r.x = [&](int t, size_t p) { return seen(t, p) ? 0.3 + 0.3 * noise(t, p, 1) : no_value; };
  std::vector<SeriesSettings> variants(5);
  variants[1].smooth.max_extrapolation = 4;
  variants[2].smooth.choice = LambdaChoice::fixed;
  variants[2].smooth.max_extrapolation = 100;
  variants[3].smooth.choice = LambdaChoice::gcv;
  variants[3].smooth.robust = true;
  variants[3].smooth.max_extrapolation = 1;
  variants[4].smooth.asymmetry = 0.9;
  variants[4].smooth.max_gap = 0;
  int extrapolated = 0;
  for (const char* name : {"whittaker", "savgol"})
    for (const auto& s : variants) {
      const StatisticResult result = r.run(name, s);
      const size_t skip = name[0] == 'w' ? r.pixels : 0;  // lambda
      for (size_t p = 0; p < r.pixels; ++p) {
        int first = 72, end = -1;
        for (int t = 0; t < 72; ++t)
          if (seen(t, p)) first = std::min(first, t), end = t;
        for (int t = 0; t < 72; ++t) {
          const size_t at = static_cast<size_t>(t) * r.pixels + p;
          const float v = result.values[skip + at];
          const uint8_t flag = result.flags[at];
          ASSERT_EQ(flag == flag_no_value, std::isnan(v)) << name << " " << t;
          if (std::isnan(v)) continue;
          if (t < first || t > end) {
            ASSERT_EQ(flag, flag_extrapolated) << name << " " << t;
            ++extrapolated;
          } else {
            ASSERT_EQ(flag == 0, seen(t, p)) << name << " " << t;
          }
        }
      }
    }
  EXPECT_GT(extrapolated, 100);
}

TEST(Statistics, ZeroRainIsNeverWetAtAnyScaleByAnyRule) {
  SmallRecord r;
  r.times = 30 * 12;
  r.pixels = 50;
  r.x = [](int t, size_t p) {
    const double dry = 0.05 + 0.9 * static_cast<double>(p) / 50;  // share of rainless months
    return t >= 30 * 12 - 6 || noise(t, p) < dry ? 0.0 : 200 * noise(t, p, 1);
  };
  for (const auto rule : {ZeroRule::center, ZeroRule::upper})
    for (const auto distribution : {SpiDistribution::gamma_mle, SpiDistribution::gamma_thom}) {
      SeriesSettings s;
      s.spi.scales = {1, 3, 6};
      s.spi.zero_rule = rule;
      s.spi.distribution = distribution;
      const StatisticResult result = r.run("spi", s);
      int assessed = 0;
      for (const float v : result.values) {
        assessed += !std::isnan(v);
        EXPECT_FALSE(v > 0) << v;
      }
      EXPECT_GT(assessed, 60);
    }
}

TEST(Statistics, EveryScaleOfAnIndexIsTheIndexAtThatScale) {
  SmallRecord r;
  r.times = 30 * 36;
  r.cadence = Cadence::dekad;
  r.x = [](int t, size_t p) { return 100 * noise(t, p); };
  SeriesSettings all, one;
  all.spi.scales = {1, 9, 24};
  const StatisticResult together = r.run("spi", all);
  for (size_t k = 0; k < 3; ++k) {
    one.spi.scales = {all.spi.scales[k]};
    EXPECT_EQ(together.values[k], r.run("spi", one).values[0]);
    EXPECT_LE(std::abs(together.values[k]), 3.09F);
  }
  EXPECT_EQ(statistic_bands(series_statistic("spi"), all, r.shape())[1].name, "spi-9");
}

TEST(Statistics, SpeiRestsOnRainLessEvapotranspiration) {
  SmallRecord r;
  r.times = 30 * 12;
  r.x = [](int t, size_t p) { return 80 + 60 * noise(t, p); };
  r.further["pet"] = [](int, size_t) { return 50.0; };
  const float plain = r.band("spei", "spei-3")[0];
  ASSERT_FALSE(std::isnan(plain));
  SmallRecord shifted = r;
  shifted.x = [](int t, size_t p) { return 180 + 60 * noise(t, p); };
  shifted.further["pet"] = [](int, size_t) { return 150.0; };
  EXPECT_NEAR(shifted.band("spei", "spei-3")[0], plain, 1e-4) << "the balance is the same";
  SmallRecord hot = r;
  hot.further["pet"] = [](int t, size_t) { return t > 356 ? 80.0 : 50.0; };
  EXPECT_LT(hot.band("spei", "spei-3")[0], plain) << "more evapotranspiration is drier";
}

TEST(Statistics, TemperatureMakesEvapotranspirationByBothFormulas) {
  SmallRecord r;
  r.times = 30 * 12;
  r.x = [](int t, size_t p) { return 80 + 60 * noise(t, p); };
  const auto warm = [](double add) {
    return [add](int t, size_t) { return 20 + 4 * std::sin(2 * M_PI * t / 12) + (t > 356 ? add : 0.0); };
  };
  const auto with = [&](std::map<std::string, test::Make> further) {
    SmallRecord made = r;
    made.further = std::move(further);
    return made.band("spei", "spei-3")[0];
  };
  EXPECT_LT(with({{"t_mean", warm(6)}}), with({{"t_mean", warm(0)}}));
  const auto low = [&](double add) { return [=](int t, size_t p) { return warm(add)(t, p) - 6; }; };
  const auto high = [&](double add) { return [=](int t, size_t p) { return warm(add)(t, p) + 6; }; };
  EXPECT_LT(with({{"t_min", low(6)}, {"t_max", high(6)}}), with({{"t_min", low(0)}, {"t_max", high(0)}}));
  EXPECT_EQ(with({{"t_min", low(0)}, {"t_max", high(0)}, {"t_mean", warm(0)}}),
            with({{"t_min", low(0)}, {"t_max", high(0)}}))
      << "the mean of both is the mean given";
}

TEST(Statistics, EveryTrendTestSeesASteadyRiseAndItsSlopePerYear) {
  SmallRecord r;
  r.x = [](int t, size_t p) { return 0.01 * t / 12 + 0.002 * noise(t, p); };
  for (const char* test :
       {"mk", "mk_original", "mk_hamed_rao", "mk_yue_wang", "mk_pre_whitening", "mk_trend_free_pre_whitening"}) {
    EXPECT_GT(r.band(test, "z")[0], 5) << test;
    EXPECT_LT(r.band(test, "p")[0], 0.001) << test;
    EXPECT_NEAR(r.band(test, "slope")[0], 0.01, 2e-4) << test;
    EXPECT_EQ(r.band(test, "count")[0], 240) << test;
  }
}

TEST(Statistics, HarmonicsFindTheWavesThatMadeTheSeries) {
  SmallRecord r;
  r.x = [](int t, size_t) {
    const double year = 2 * M_PI * t / 12;
    return 5 + 0.5 * t / 12 + 2 * std::cos(year - 1) + 0.5 * std::cos(2 * year + 2);
  };
  EXPECT_NEAR(r.band("harmonic", "amplitude-1")[0], 2, 1e-4);
  EXPECT_NEAR(r.band("harmonic", "phase-1")[0], 1, 1e-4);
  EXPECT_NEAR(r.band("harmonic", "amplitude-2")[0], 0.5, 1e-4);
  EXPECT_NEAR(r.band("harmonic", "phase-2")[0], -2, 1e-4);
  EXPECT_NEAR(r.band("harmonic", "amplitude-3")[0], 0, 1e-4);
  EXPECT_NEAR(r.band("harmonic", "trend")[0], 0.5, 1e-4) << "per year";
  SeriesSettings one;
  one.harmonics = 1;
  EXPECT_EQ(statistic_bands(series_statistic("harmonic"), one, r.shape()).size(), 5U);
  EXPECT_GT(r.band("harmonic", "sigma", one)[0], 0.3) << "the second wave is left over";
}

TEST(Statistics, ADropIsABreakByEitherProcessAndHistory) {
  SmallRecord r;
  r.pixels = 2;
  r.x = [](int t, size_t p) {
    return 0.6 + 0.2 * std::sin(2 * M_PI * t / 12) + 0.02 * noise(t, p) - (p == 0 && t >= 200 ? 0.3 : 0);
  };
  for (const auto process : {BreakProcess::mosum, BreakProcess::cusum})
    for (const auto history : {StableHistory::all, StableHistory::roc}) {
      SeriesSettings s;
      s.breaks.process = process;
      s.breaks.history = history;
      s.breaks.level = 0.01;
      EXPECT_EQ(r.band("bfast", "break", s), (std::vector<float>{1, 0}));
      EXPECT_NEAR(r.band("bfast", "year", s)[0], 1991 + 200 / 12.0, 0.6);
      EXPECT_TRUE(std::isnan(r.band("bfast", "year", s)[1]));
      EXPECT_NEAR(r.band("bfast", "magnitude", s)[0], -0.3, 0.05);
    }
}

TEST(Statistics, PhenologySaysWhetherTheTargetLiesInTheSeason) {
  SmallRecord r;
  r.cadence = Cadence::dekad;
  r.times = 20 * 36;
  r.x = [](int t, size_t) { return 0.3 - 0.2 * std::cos(2 * M_PI * t / 36); };  // peak in the middle of the year
  EXPECT_EQ(r.band("phenology", "peak")[0], 18);
  EXPECT_NEAR(r.band("phenology", "start")[0], std::acos(0.6) / (2 * M_PI) * 36, 0.1) << "a fifth of the amplitude";
  EXPECT_NEAR(r.band("phenology", "length")[0], 36 - 2 * std::acos(0.6) / (2 * M_PI) * 36, 0.2);
  for (const auto& [dekad, state] : {std::pair{0, 0.0F}, {15, 1.0F}, {27, 2.0F}, {35, 0.0F}}) {
    SeriesSettings s;
    s.target = Period{Cadence::dekad, 2000 * 36 + dekad};
    EXPECT_EQ(r.band("phenology", "state", s)[0], state) << dekad;
  }
}

TEST(Statistics, SegmentsGiveTheBreakAndTheModelOfTheTarget) {
  SmallRecord r;
  r.times = 300;
  const auto value = [](int b, int t) {
    return 0.1 + 0.03 * b + 0.01 * std::cos(2 * M_PI * t * 16 / 365.2425) + (t >= 150 ? 0.1 : 0);
  };
  r.bands = [&](int b, int t, size_t p) { return value(b, t) + 0.002 * noise(t, p, b); };
  EXPECT_EQ(r.band("ccdc", "segments")[0], 2);
  EXPECT_EQ(r.band("ccdc", "breaks")[0], 1);
  EXPECT_NEAR(r.band("ccdc", "break-1")[0], 1991 + 150 * 16 / 365.25, 0.05);
  EXPECT_TRUE(std::isnan(r.band("ccdc", "break-2")[0]));
  const auto modelled = [&](const SeriesSettings& s, int t) {
    const double day = static_cast<double>(days_since_epoch({1991, 1, 1}) + 719163 + 16 * t),
                 year = 2 * M_PI * day / 365.2425;
    const auto c = [&](const char* name) {
      return static_cast<double>(r.band("ccdc", std::string("nir-") + name, s)[0]);
    };
    return c("intercept") + c("slope") * day + c("cos1") * std::cos(year) + c("sin1") * std::sin(year) +
           c("cos2") * std::cos(2 * year) + c("sin2") * std::sin(2 * year) + c("cos3") * std::cos(3 * year) +
           c("sin3") * std::sin(3 * year);
  };
  EXPECT_NEAR(modelled({}, 250), value(3, 250) + 0.001, 0.004);
  SeriesSettings before;
  before.target = Period{Cadence::month, 1994 * 12};
  EXPECT_NEAR(modelled(before, 60), value(3, 60) + 0.001, 0.004) << "the segment that holds the target";
}

TEST(Statistics, MoreNdviIsMoreVciAndMoreHeatLessTci) {
  SmallRecord r = test::random_record(40);
  for (const auto& [name, sign] : {std::pair{"vci", 1}, {"tci", -1}}) {
    r.x = [](int t, size_t p) { return 10 * noise(t, p) + (t == 239 ? -1 : 0); };
    const auto low = r.band(name, name);
    r.x = [](int t, size_t p) { return 10 * noise(t, p); };
    const auto high = r.band(name, name);
    int changed = 0;
    for (size_t p = 0; p < r.pixels; ++p) {
      EXPECT_GE(static_cast<float>(sign) * (high[p] - low[p]), 0) << name;
      changed += high[p] != low[p];
    }
    EXPECT_GT(changed, 20);
  }
}

TEST(Statistics, APixelHasTheSameValueInAnyTile) {
  const SmallRecord whole = test::random_record(12);
  const SeriesSettings settings = test::random_settings();
  for (const auto& statistic : series_statistics()) {
    const StatisticResult all = whole.run(statistic.name, settings);
    for (const size_t p : {size_t{0}, last(8), last(12)}) {
      SmallRecord one = whole;
      one.pixels = 1;
      one.x = [&](int t, size_t) { return whole.x(t, p); };
      for (const auto& [name, make] : whole.further)
        one.further[name] = [&make = make, p](int t, size_t) { return make(t, p); };
      one.bands = [&](int b, int t, size_t) { return whole.bands(b, t, p); };
      const StatisticResult alone = one.run(statistic.name, settings);
      for (size_t band = 0; band < alone.values.size(); ++band) {
        const float a = all.values[band * whole.pixels + p], b = alone.values[band];
        EXPECT_TRUE(a == b || (std::isnan(a) && std::isnan(b)))
            << statistic.name << " band " << band << ": " << a << ", " << b;
      }
      for (size_t band = 0; band < alone.flags.size(); ++band)
        EXPECT_EQ(all.flags[band * whole.pixels + p], alone.flags[band]) << statistic.name;
    }
  }
}

}  // namespace
}  // namespace fw
