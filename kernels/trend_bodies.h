// Body of MannKendall; see pair_score.h for S and theil_sen.h for the slope.
#pragma once
#include "kernels/distributions.h"
#include "kernels/ops_trend.h"
#include "kernels/pair_score.h"
#include "kernels/series_input.h"
#include "kernels/theil_sen.h"

namespace fw {

struct MannKendallBody {
  static constexpr int lanes = series_lanes;

  MannKendallSettings op;
  SeriesInput x;
  ResultOutput out[trend_statistic_count];

  template <class Real>
  explicit MannKendallBody(const MannKendall<Real>& from) : op(from), x(from.x) {
    for (int k = 0; k < trend_statistic_count; ++k) out[k] = from.out[k];
  }
  size_t scratch_per_pixel() const {
    return static_cast<size_t>(op.times + PairSteps<1>::scratch_rows(op.times) + TheilSen<1>::scratch_rows(op.times));
  }

  template <int L>
  FW_HD void block(size_t p, Scratch<L> scratch) const {
    const Scratch<L> y = scratch, work = scratch.from(op.times);
    x.read<L>(op.times, op.pixels, p, y);
    Test<L> test;
    PairCounts pairs[L];
    PairSteps<L> steps(work, op.times, op.period);
    steps.read(y);
    bool scored = false;
    if constexpr (L > 1) scored = score_in_steps<L>(y, op.times, op.period, steps, test, pairs);
    if (!scored) score_values<L>(y, work, test, pairs);
    double slope[L], count[L];
    TheilSen<L>(y, steps, work.from(PairSteps<L>::scratch_rows(op.times)), op.times, op.period).find(pairs, slope);
    for (int l = 0; l < L; ++l) count[l] = test.count[l];
    double pairs_all[L];
    for (int l = 0; l < L; ++l) pairs_all[l] = static_cast<double>(pairs[l].all());
    double intercept[L];
    const bool asked = out[static_cast<int>(TrendStatistic::intercept)].asked();
    for (int l = 0; l < L; ++l) intercept[l] = asked ? find_intercept<L>(y, work, slope[l], test.count[l], l) : nan_d();
    modify<L>(y, work, slope, test, pairs_all);
    for (int l = 0; l < L; ++l) put<L>(p, l, count[l], slope[l], intercept[l], test, pairs_all[l]);
  }

 private:
  template <int L>
  using Test = PairScore<L>;

  template <int L>
  FW_HD void score_values(Scratch<L> y, Scratch<L> work, Test<L>& test, PairCounts (&pairs)[L]) const {
    if (!x.f32) return score_pairs<L, double>(y, op.times, op.period, test, pairs);
    // Floats compared as what they are: a register holds twice as many.
    for (int t = 0; t < op.times; ++t)
      for (int l = 0; l < L; ++l) rows_of<float>(work, t)[l] = static_cast<float>(y.at(t, l));
    score_pairs<L, float>(work, op.times, op.period, test, pairs);
  }

  /// The line through the median value at the median date with a value.
  template <int L>
  FW_HD double find_intercept(Scratch<L> y, Scratch<L> work, double slope, double count, int l) const {
    const int all = static_cast<int>(count);
    int n = 0, low = 0, high = 0;
    for (int t = 0; t < op.times; ++t) {
      const double v = y.at(t, l);
      if (v != v) continue;
      if (n == (all - 1) / 2) low = t;
      if (n == all / 2) high = t;
      work.at(n++, l) = v;
    }
    if (n == 0) return nan_d();
    return median_of<L>(work, n, l) - 0.5 * static_cast<double>(low + high) / static_cast<double>(op.period) * slope;
  }

  /// The tests that look at autocorrelation, on rows 0.. of y, which they overwrite.
  template <int L>
  FW_HD void modify(Scratch<L> y, Scratch<L> work, const double (&slope)[L], Test<L>& test, double (&pairs)[L]) const {
    if (op.test == TrendTest::original || op.test == TrendTest::seasonal) return;
    const bool whiten = op.test == TrendTest::pre_whitening || op.test == TrendTest::trend_free_pre_whitening;
    const bool detrend = op.test != TrendTest::pre_whitening;
    close_up<L>(y, slope, detrend);
    if (!whiten) {
      const bool by_rank = op.test == TrendTest::hamed_rao;
      if (by_rank) rank<L>(y, work);
      inflate<L>(by_rank ? work : y, test, by_rank);
      return;
    }
    double lag1[L];
    centre<L>(y, work, test);
    autocorrelation<L>(work, 1, lag1);
    double before[L];
    for (int l = 0; l < L; ++l) before[l] = y.at(0, l);
    for (int t = 1; t < op.times; ++t) {
      for (int l = 0; l < L; ++l) {
        const double v = y.at(t, l);
        const double left = v - before[l] * lag1[l];
        y.at(t - 1, l) = detrend ? left + static_cast<double>(t) * slope[l] : left;
        before[l] = v;
      }
    }
    PairCounts whitened[L];
    Test<L> tested;
    score_pairs<L, double>(y, op.times - 1, 1, tested, whitened);
    for (int l = 0; l < L; ++l) {
      const bool constant = test.variance[l] == 0.0;
      test.s[l] = constant ? 0.0 : tested.s[l];
      test.variance[l] = constant ? 0.0 : tested.variance[l];
      pairs[l] = constant ? pairs[l] : static_cast<double>(whitened[l].all());
    }
  }

  /// Moves the values of each lane to the first rows, less slope times 1, 2, .. where `detrend`; NaN after them.
  template <int L>
  FW_HD void close_up(Scratch<L> y, const double (&slope)[L], bool detrend) const {
    for (int l = 0; l < L; ++l) {
      int n = 0;
      for (int t = 0; t < op.times; ++t) {
        const double v = y.at(t, l);
        if (v != v) continue;
        y.at(n, l) = detrend ? v - static_cast<double>(n + 1) * slope[l] : v;
        ++n;
      }
      for (; n < op.times; ++n) y.at(n, l) = nan_d();
    }
  }
  /// Ranks 1.. of rows of y, the mean one for ties; NaN where y is.
  template <int L>
  FW_HD void rank(Scratch<L> y, Scratch<L> ranks) const {
    for (int i = 0; i < op.times; ++i) {
      const double* v = y.row(i);
      double r[L];
      for (int l = 0; l < L; ++l) r[l] = 0.5;
      for (int j = 0; j < op.times; ++j) {
        const double* o = y.row(j);
        for (int l = 0; l < L; ++l) r[l] += (o[l] < v[l] ? 1.0 : 0.0) + (o[l] == v[l] ? 0.5 : 0.0);
      }
      for (int l = 0; l < L; ++l) ranks.at(i, l) = v[l] == v[l] ? r[l] : nan_d();
    }
  }
  /// Rows less their mean; 0 where there is no value. `to` may be `y`.
  template <int L>
  FW_HD void centre(Scratch<L> y, Scratch<L> to, const Test<L>& test) const {
    double sum[L];
    for (int l = 0; l < L; ++l) sum[l] = 0.0;
    for (int t = 0; t < op.times; ++t)
      for (int l = 0; l < L; ++l) sum[l] += y.at(t, l) == y.at(t, l) ? y.at(t, l) : 0.0;
    for (int l = 0; l < L; ++l) sum[l] /= test.count[l];
    for (int t = 0; t < op.times; ++t)
      for (int l = 0; l < L; ++l) to.at(t, l) = y.at(t, l) == y.at(t, l) ? y.at(t, l) - sum[l] : 0.0;
  }
  /// Of centred rows, at `lag` dates; NaN of a constant series.
  template <int L>
  FW_HD void autocorrelation(Scratch<L> centred, int lag, double (&result)[L]) const {
    double together[L], alone[L];
    for (int l = 0; l < L; ++l) together[l] = alone[l] = 0.0;
    for (int t = 0; t < op.times; ++t)
      for (int l = 0; l < L; ++l) alone[l] += centred.at(t, l) * centred.at(t, l);
    for (int t = 0; t + lag < op.times; ++t)
      for (int l = 0; l < L; ++l) together[l] += centred.at(t, l) * centred.at(t + lag, l);
    for (int l = 0; l < L; ++l) result[l] = together[l] / alone[l];
  }
  /// Multiplies the variance by Hamed & Rao's factor (of ranks; never below 1, as pyMannKendall takes it), or Yue &
  /// Wang's.
  template <int L>
  FW_HD void inflate(Scratch<L> y, Test<L>& test, bool hamed_rao) const {
    centre<L>(y, y, test);
    double sum[L];
    for (int l = 0; l < L; ++l) sum[l] = 0.0;
    for (int lag = 1; lag < op.times; ++lag) {
      double r[L];
      autocorrelation<L>(y, lag, r);
      for (int l = 0; l < L; ++l) {
        const double n = test.count[l], left = n - static_cast<double>(lag);
        const bool counts = left > 0.0 && (!hamed_rao || absolute(r[l]) > op.autocorrelation_z / sqrt(n));
        const double weight = hamed_rao ? left * (left - 1.0) * (left - 2.0) : left / n;
        sum[l] += counts ? weight * r[l] : 0.0;
      }
    }
    for (int l = 0; l < L; ++l) {
      const double n = test.count[l], whole = hamed_rao ? n * (n - 1.0) * (n - 2.0) : 1.0;
      const double factor = 1.0 + 2.0 / whole * (hamed_rao ? absolute(sum[l]) : sum[l]);
      const double variance = test.variance[l] * factor;
      // Of a constant series nothing is left to correlate.
      if (test.variance[l] != 0.0) test.variance[l] = variance > 0.0 ? variance : nan_d();
    }
  }

  template <int L>
  FW_HD void put(size_t p, int l, double count, double slope, double intercept, const Test<L>& test,
                 double pairs) const {
    const size_t i = p + static_cast<size_t>(l);
    const bool enough = count >= static_cast<double>(op.min_valid) && pairs > 0.0;
    const double none = nan_d(), s = test.s[l], variance = test.variance[l];
    double z = 0.0;
    if (variance != variance)
      z = none;
    else if (s != 0.0 && variance > 0.0)
      z = (s > 0.0 ? s - 1.0 : s + 1.0) / sqrt(variance);
    const double p_value = z == z && out[static_cast<int>(TrendStatistic::p)].asked() ? normal_two_sided(z) : none;
    write(TrendStatistic::slope, i, enough ? slope : none);
    write(TrendStatistic::intercept, i, enough ? intercept : none);
    write(TrendStatistic::tau, i, enough ? s / pairs : none);
    write(TrendStatistic::s, i, enough ? s : none);
    write(TrendStatistic::variance, i, enough ? variance : none);
    write(TrendStatistic::z, i, enough ? z : none);
    write(TrendStatistic::p, i, enough ? p_value : none);
    write(TrendStatistic::count, i, count);
    if (op.reason_out)
      op.reason_out[i] =
          enough && z == z ? number(Reason::value) : reason_of_series(count > 0.0, op.reason, op.times, op.pixels, i);
  }
  FW_HD void write(TrendStatistic s, size_t i, double v) const { out[static_cast<int>(s)].put(i, v); }
};

}  // namespace fw
