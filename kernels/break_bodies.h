// Body of BreakMonitor.
#pragma once
#include "kernels/least_squares.h"
#include "kernels/ops_break.h"
#include "kernels/series_input.h"

namespace fw {

template <int K>
struct BreakMonitorBody {
  static constexpr int lanes = series_lanes;
  static constexpr int terms = harmonic_terms_of(K);

  BreakMonitorSettings op;
  SeriesInput x;
  ResultOutput breakpoint, magnitude, history_start, history_count, sigma, coefficient[terms], process, boundary;

  template <class Real>
  explicit BreakMonitorBody(const BreakMonitor<Real>& from)
      : op(from),
        x(from.x),
        breakpoint(from.breakpoint),
        magnitude(from.magnitude),
        history_start(from.history_start),
        history_count(from.history_count),
        sigma(from.sigma),
        process(from.process_out),
        boundary(from.boundary_out) {
    for (int i = 0; i < terms; ++i) coefficient[i] = from.coefficient[i];
  }
  size_t scratch_per_pixel() const { return 3 * static_cast<size_t>(op.times); }

  template <int L>
  FW_HD void block(size_t p, Scratch<L> scratch) const {
    const Scratch<L> y = scratch, residual = scratch.from(op.times), work = scratch.from(2 * op.times);
    x.read<L>(op.times, op.pixels, p, y);
    int start[L];
    for (int l = 0; l < L; ++l) start[l] = 0;
    if (op.history == StableHistory::roc) find_stable<L>(y, work, start);

    NormalEquations<terms, L> equations;
    for (int t = 0; t < op.monitor_from; ++t) {
      double v[L];
      for (int l = 0; l < L; ++l) v[l] = t >= start[l] ? y.at(t, l) : nan_d();
      equations.add(op.terms + t * terms, v);
    }
    double beta[terms][L];
    History<L> history;
    equations.solve(beta, history.ok);
    for (int l = 0; l < L; ++l)
      history.start[l] = start[l], history.first[l] = op.monitor_from, history.squares[l] = history.sum[l] = 0.0;
    for (int t = 0; t < op.times; ++t) {
      const double *row = y.row(t), *term = op.terms + t * terms;
      double* e = residual.row(t);
      for (int l = 0; l < L; ++l) e[l] = row[l];
      for (int i = 0; i < terms; ++i)
        for (int l = 0; l < L; ++l) e[l] -= beta[i][l] * term[i];
      for (int l = 0; l < L && t < op.monitor_from; ++l) {
        const bool counts = t >= start[l] && row[l] == row[l];
        history.squares[l] += counts ? e[l] * e[l] : 0.0;
        history.sum[l] += counts ? e[l] : 0.0;
        history.first[l] = counts && t < history.first[l] ? t : history.first[l];
      }
    }
    for (int l = 0; l < L; ++l) history.count[l] = equations.count(l);
    for (int l = 0; l < L; ++l) monitor<L>(p, l, y, residual, work, history, beta);
  }

 private:
  template <int L>
  struct History {
    int start[L], first[L];               ///< where it is stable from; its first row with a value
    double count[L], sum[L], squares[L];  ///< of residuals
    bool ok[L];
  };

  /// The row behind the last point, seen from the monitored rows back, up to which the history is stable.
  template <int L>
  FW_HD void find_stable(Scratch<L> y, Scratch<L> work, int (&start)[L]) const {
    double seen[L], mean[L], squares[L];  // recursive residuals
    for (int l = 0; l < L; ++l) seen[l] = mean[l] = squares[l] = 0.0;
    RecursiveFit<terms, L> fit;
    for (int t = op.monitor_from - 1; t >= 0; --t) {
      double w[L];
      fit.add(op.terms + t * terms, y.row(t), w);
      for (int l = 0; l < L; ++l) {
        const bool there = y.at(t, l) == y.at(t, l);
        seen[l] += there ? 1.0 : 0.0;
        const bool counts = there && seen[l] > static_cast<double>(terms);
        const double k = seen[l] - static_cast<double>(terms), before = w[l] - mean[l];
        mean[l] += counts ? before / k : 0.0;
        squares[l] += counts ? before * (w[l] - mean[l]) : 0.0;
        work.at(t, l) = counts ? w[l] : nan_d();
      }
    }
    double unit[L], n[L], sum[L], k[L];
    int found[L];
    for (int l = 0; l < L; ++l) {
      n[l] = seen[l] - static_cast<double>(terms);
      unit[l] = sqrt(squares[l] / (n[l] - 1.0)) * sqrt(n[l]);
      sum[l] = k[l] = 0.0;
      found[l] = -1;
    }
    for (int t = op.monitor_from - 1; t >= 0; --t) {
      const double* w = work.row(t);
      for (int l = 0; l < L; ++l) {
        const bool there = w[l] == w[l];
        sum[l] += there ? w[l] : 0.0;
        k[l] += there ? 1.0 : 0.0;
        const bool beyond = absolute(sum[l]) / unit[l] > op.roc_critical * (1.0 + 2.0 * k[l] / n[l]);
        found[l] = there && beyond && unit[l] > 0.0 && found[l] < 0 ? t : found[l];
      }
    }
    for (int l = 0; l < L; ++l) start[l] = found[l] + 1;
  }

  template <int L>
  FW_HD void monitor(size_t p, int l, Scratch<L> y, Scratch<L> residual, Scratch<L> work, const History<L>& history,
                     const double (&beta)[terms][L]) const {
    const size_t pixel = p + static_cast<size_t>(l);
    const double n = history.count[l], deviation = sqrt(history.squares[l] / (n - static_cast<double>(terms)));
    const bool mosum = op.process == BreakProcess::mosum;
    const int reach = static_cast<int>(op.window * n);
    double size = 0.0;  // residuals far below the model are rounding
    for (int k = 0; k < terms; ++k) size += absolute(beta[k][l]);
    bool assessed =
        history.ok[l] && n >= static_cast<double>(op.min_history) && deviation > 1e-12 * size && (!mosum || reach >= 2);
    const double unit = deviation * sqrt(n);
    double sum = mosum ? 0.0 : history.sum[l], values = n;
    int behind = op.monitor_from;  // mosum: the first row of the window
    for (int k = 0; mosum && assessed && k < reach; ++k) {
      do --behind;
      while (y.at(behind, l) != y.at(behind, l));
      sum += residual.at(behind, l);
    }
    int broken = -1, monitored = 0;
    bool any = n > 0.0;
    for (int t = op.monitor_from; t < op.times; ++t) {
      const bool there = y.at(t, l) == y.at(t, l);
      double now = nan_d(), limit = nan_d();
      any = any || there;
      if (assessed && there) {
        const double e = residual.at(t, l);
        values += 1.0;
        sum += e;
        if (mosum) {
          sum -= residual.at(behind, l);
          do ++behind;
          while (y.at(behind, l) != y.at(behind, l));
        }
        now = sum / unit;
        if (broken < 0 || boundary.asked()) limit = boundary_at(values / n);
        if (broken < 0 && absolute(now) > limit) broken = t;
        work.at(monitored++, l) = e;
      }
      const size_t i = static_cast<size_t>(t - op.monitor_from) * op.pixels + pixel;
      process.put(i, now);
      boundary.put(i, limit);
    }
    assessed = assessed && monitored > 0;
    const double none = nan_d();
    breakpoint.put(pixel, assessed ? static_cast<double>(broken) : none);
    if (magnitude.asked()) magnitude.put(pixel, assessed ? median_of<L>(work, monitored, l) : none);
    history_start.put(pixel, assessed ? static_cast<double>(history.first[l]) : none);
    history_count.put(pixel, n);
    sigma.put(pixel, assessed ? deviation : none);
    const double slope = beta[1][l] / op.scale;
    for (int k = 0; k < terms; ++k) {
      double v = beta[k][l];
      if (k == 0) v -= slope * op.centre;
      if (k == 1) v = slope;
      coefficient[k].put(pixel, assessed ? v : none);
    }
    if (op.reason_out)
      op.reason_out[pixel] =
          assessed ? number(Reason::value) : reason_of_series(any, op.reason, op.times, op.pixels, pixel);
  }

  FW_HD double boundary_at(double q) const {
    constexpr double e = 2.71828182845904523536;
    if (op.process == BreakProcess::mosum) return op.critical * sqrt(2.0 * (q <= e ? 1.0 : log_exact(q)));
    return sqrt(q * (q - 1.0) * (op.critical * op.critical + log_exact(q / (q - 1.0))));
  }
};

}  // namespace fw
