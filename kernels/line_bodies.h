// Body of LinearTrend.
#pragma once
#include "kernels/distributions.h"
#include "kernels/ops_trend.h"
#include "kernels/series_input.h"

namespace fw {

struct LinearTrendBody {
  static constexpr int lanes = series_lanes;
  static constexpr bool reads_in_place = true;  ///< SeriesInput::each: a GPU thread needs no scratch

  LinearTrendSettings op;
  SeriesInput x;
  ResultOutput out[line_statistic_count];
  StudentTails student;

  template <class Real>
  explicit LinearTrendBody(const LinearTrend<Real>& from) : op(from), x(from.x) {
    for (int k = 0; k < line_statistic_count; ++k) out[k] = from.out[k];
  }
  size_t scratch_per_pixel() const { return static_cast<size_t>(op.times); }

  template <int L>
  FW_HD void block(size_t p, Scratch<L> y) const {
    if constexpr (L > 1) x.read<L>(op.times, op.pixels, p, y);
    const auto each = [&](const auto& use) { x.each<L>(op.times, op.pixels, p, y, use); };
    // One thing to a loop: what several conditions share, the compiler branches on instead of vectorising.
    double n[L], t_mean[L], mean[L], tt[L], tx[L], xx[L], low[L], high[L];
    for (int l = 0; l < L; ++l) n[l] = t_mean[l] = mean[l] = 0.0;
    each([&](int t, const double* row) {
      double value[L], weight[L];
      for (int l = 0; l < L; ++l) value[l] = row[l] == row[l] ? row[l] : 0.0;
      for (int l = 0; l < L; ++l) weight[l] = row[l] == row[l] ? 1.0 : 0.0;
      for (int l = 0; l < L; ++l) {
        n[l] += weight[l];
        t_mean[l] += weight[l] * op.t[t];
        mean[l] += value[l];
      }
    });
    for (int l = 0; l < L; ++l) {
      t_mean[l] /= n[l];
      mean[l] /= n[l];
      tt[l] = tx[l] = xx[l] = 0.0;
      low[l] = infinity_d(), high[l] = -infinity_d();
    }
    each([&](int t, const double* row) {
      double dt[L], dx[L];
      for (int l = 0; l < L; ++l) dt[l] = op.t[t] - t_mean[l];
      for (int l = 0; l < L; ++l) dt[l] = row[l] == row[l] ? dt[l] : 0.0;
      for (int l = 0; l < L; ++l) dx[l] = row[l] - mean[l];
      for (int l = 0; l < L; ++l) dx[l] = row[l] == row[l] ? dx[l] : 0.0;
      for (int l = 0; l < L; ++l) {
        tt[l] += dt[l] * dt[l];
        tx[l] += dt[l] * dx[l];
        xx[l] += dx[l] * dx[l];
      }
      for (int l = 0; l < L; ++l) {
        low[l] = row[l] < low[l] ? row[l] : low[l];
        high[l] = row[l] > high[l] ? row[l] : high[l];
      }
    });
    double slope[L], left[L];
    for (int l = 0; l < L; ++l) slope[l] = tt[l] > 0.0 ? tx[l] / tt[l] : 0.0, left[l] = 0.0;
    each([&](int t, const double* row) {
      for (int l = 0; l < L; ++l) {
        const double e = (row[l] - mean[l]) - slope[l] * (op.t[t] - t_mean[l]);
        left[l] += row[l] == row[l] ? e * e : 0.0;
      }
    });
    double error[L], p_value[L];
    for (int l = 0; l < L; ++l) {
      if (low[l] == high[l]) slope[l] = left[l] = 0.0;
      error[l] = sqrt(left[l] / (n[l] - 2.0) / tt[l]);
      p_value[l] = 1.0;
    }
    if (out[static_cast<int>(LineStatistic::p)].asked()) {
      double ratio[L], free[L];
      for (int l = 0; l < L; ++l) {
        ratio[l] = slope[l] != 0.0 ? slope[l] / error[l] : 0.0;  // error 0: infinite, as on a line exactly
        free[l] = n[l] - 2.0;
      }
      student.two_sided<L>(ratio, free, p_value);
    }
    for (int l = 0; l < L; ++l) {
      const bool enough = n[l] >= static_cast<double>(op.min_valid) && tt[l] > 0.0, constant = low[l] == high[l];
      const double none = nan_d();
      const size_t i = p + static_cast<size_t>(l);
      const double centre = constant ? low[l] : mean[l];
      write(LineStatistic::slope, i, enough ? slope[l] : none);
      write(LineStatistic::intercept, i, enough ? centre - slope[l] * t_mean[l] : none);
      write(LineStatistic::slope_error, i, enough ? error[l] : none);
      write(LineStatistic::p, i, enough ? p_value[l] : none);
      write(LineStatistic::r2, i, enough ? (constant ? 0.0 : clip(1.0 - left[l] / xx[l], 0.0, 1.0)) : none);
      write(LineStatistic::count, i, n[l]);
      if (op.reason_out)
        op.reason_out[i] =
            enough ? number(Reason::value) : reason_of_series(n[l] > 0.0, op.reason, op.times, op.pixels, i);
    }
  }

 private:
  FW_HD void write(LineStatistic s, size_t i, double v) const { out[static_cast<int>(s)].put(i, v); }
};

}  // namespace fw
