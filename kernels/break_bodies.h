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
  static constexpr int most_sorted = 256;  ///< values of a lane; more are selected one lane at a time

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
    History<L> history;
    double beta[terms][L];
    if (op.model)
      take_model<L>(p, y, residual, history, beta);
    else
      fit_model<L>(p, y, residual, work, history, beta);
    int monitored[L];
    for (int l = 0; l < L; ++l) monitored[l] = monitor<L>(p, l, y, residual, work, history, beta);
    if (magnitude.asked()) put_magnitudes<L>(p, y, monitored);
  }

 private:
  /// Of the residuals of the stable history.
  template <int L>
  struct History {
    int start[L];                         ///< its first row with a value
    double count[L], sum[L], squares[L];  ///< squares: NaN where there is no model
  };

  template <int L>
  FW_HD void fit_model(size_t p, Scratch<L> y, Scratch<L> residual, Scratch<L> work, History<L>& history,
                       double (&beta)[terms][L]) const {
    int start[L];
    for (int l = 0; l < L; ++l) start[l] = 0;
    if (op.history == StableHistory::roc) find_stable<L>(y, work, start);

    NormalEquations<terms, L> equations;
    for (int t = 0; t < op.monitor_from; ++t) {
      double v[L];
      for (int l = 0; l < L; ++l) v[l] = t >= start[l] ? y.at(t, l) : nan_d();
      equations.add(op.terms + t * terms, v);
    }
    bool ok[L];
    equations.solve(beta, ok);
    subtract_model<L>(y, residual, beta);
    for (int l = 0; l < L; ++l) history.start[l] = op.monitor_from, history.squares[l] = history.sum[l] = 0.0;
    for (int t = 0; t < op.monitor_from; ++t) {
      const double *row = y.row(t), *e = residual.row(t);
      for (int l = 0; l < L; ++l) {
        const bool counts = t >= start[l] && row[l] == row[l];
        history.squares[l] += counts ? e[l] * e[l] : 0.0;
        history.sum[l] += counts ? e[l] : 0.0;
        history.start[l] = counts && t < history.start[l] ? t : history.start[l];
      }
    }
    for (int l = 0; l < L; ++l) {
      history.count[l] = equations.count(l);
      history.squares[l] = ok[l] ? history.squares[l] : nan_d();
    }
    if (!op.model_out) return;
    for (int l = 0; l < L; ++l) {
      double* model = op.model_out + p + static_cast<size_t>(l);
      keep(model[0], history.count[l]);
      keep(model[op.pixels], history.squares[l]);
      keep(model[2 * op.pixels], history.sum[l]);
      keep(model[3 * op.pixels], static_cast<double>(history.start[l]));
      for (int i = 0; i < terms; ++i) keep(model[static_cast<size_t>(4 + i) * op.pixels], beta[i][l]);
    }
  }

  template <int L>
  FW_HD void take_model(size_t p, Scratch<L> y, Scratch<L> residual, History<L>& history,
                        double (&beta)[terms][L]) const {
    for (int l = 0; l < L; ++l) {
      const double* model = op.model + p + static_cast<size_t>(l);
      history.count[l] = model[0];
      history.squares[l] = model[op.pixels];
      history.sum[l] = model[2 * op.pixels];
      history.start[l] = static_cast<int>(model[3 * op.pixels]);
      for (int i = 0; i < terms; ++i) beta[i][l] = model[static_cast<size_t>(4 + i) * op.pixels];
    }
    subtract_model<L>(y, residual, beta);
  }

  template <int L>
  FW_HD void subtract_model(Scratch<L> y, Scratch<L> residual, const double (&beta)[terms][L]) const {
    const auto subtract = [&](int t, const double* row) {
      const double* term = op.terms + t * terms;
      double* e = residual.row(t);
      for (int l = 0; l < L; ++l) e[l] = row[l];
      for (int i = 0; i < terms; ++i)
        for (int l = 0; l < L; ++l) e[l] -= beta[i][l] * term[i];
    };
    each_row<L>(op.times, y.step(), subtract, static_cast<const double*>(y.row(0)));
  }

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

  /// Leaves the residuals of the monitored rows in y. Out: how many; 0 where nothing is assessed.
  template <int L>
  FW_HD int monitor(size_t p, int l, Scratch<L> y, Scratch<L> residual, Scratch<L> work, const History<L>& history,
                    const double (&beta)[terms][L]) const {
    const size_t pixel = p + static_cast<size_t>(l);
    const double n = history.count[l], deviation = sqrt(history.squares[l] / (n - static_cast<double>(terms)));
    const bool mosum = op.process == BreakProcess::mosum;
    const int reach = static_cast<int>(op.window * n);
    double size = 0.0;  // residuals far below the model are rounding
    for (int k = 0; k < terms; ++k) size += absolute(beta[k][l]);
    bool assessed = n >= static_cast<double>(op.min_history) && deviation > 1e-12 * size && (!mosum || reach >= 2);
    const double unit = deviation * sqrt(n);
    double sum = mosum ? 0.0 : history.sum[l], values = n;
    int broken = -1, monitored = 0, held = 0;  // held: values of the history before the monitored ones in `work`
    if (op.progress) {
      sum = op.progress[pixel];
      broken = static_cast<int>(op.progress[2 * op.pixels + pixel]);
    } else if (mosum && assessed) {
      held = reach;
      int row = op.monitor_from;
      for (int k = reach - 1; k >= 0; --k) {
        do --row;
        while (y.at(row, l) != y.at(row, l));
        sum += residual.at(row, l);
        work.at(k, l) = residual.at(row, l);
      }
    }
    put_leaving<L>(pixel, l, work, held);
    bool any = n > 0.0;
    for (int t = op.monitor_from; t < op.times; ++t) {
      const bool there = y.at(t, l) == y.at(t, l);
      double now = nan_d(), limit = nan_d();
      any = any || there;
      if (t == op.progress_at) put_progress(pixel, assessed, sum, monitored, broken);
      if (assessed && there) {
        const double e = residual.at(t, l);
        values += 1.0;
        work.at(held + monitored, l) = e;
        if (t >= op.resume_from) {
          sum += e;
          if (mosum) sum -= op.progress ? leaving<L>(pixel, l, work, monitored, reach) : work.at(monitored, l);
          now = sum / unit;
          if (broken < 0 || boundary.asked()) limit = boundary_at(values / n);
          if (broken < 0 && absolute(now) > limit) broken = t;
        }
        ++monitored;
      }
      const size_t i = static_cast<size_t>(t - op.monitor_from) * op.pixels + pixel;
      process.put(i, now);
      boundary.put(i, limit);
    }
    if (op.progress_at == op.times) put_progress(pixel, assessed, sum, monitored, broken);
    assessed = assessed && monitored > 0;
    const double none = nan_d();
    breakpoint.put(pixel, assessed ? static_cast<double>(broken) : none);
    for (int k = 0; k < monitored && magnitude.asked(); ++k) y.at(k, l) = work.at(held + k, l);
    history_start.put(pixel, assessed ? static_cast<double>(history.start[l]) : none);
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
    return assessed ? monitored : 0;
  }

  /// Medians of the first `count` values of each lane, which are reordered; +0 where they are a zero.
  template <int L>
  FW_HD void put_magnitudes(size_t p, Scratch<L> values, const int (&count)[L]) const {
    int most = 0;
    for (int l = 0; l < L; ++l) most = count[l] > most ? count[l] : most;
    const bool sorts = L > 1 && most <= most_sorted;
    if constexpr (L > 1) {
      auto* rows = reinterpret_cast<double(*)[L]>(values.row(0));
      for (int k = 0; k < most && sorts; ++k)
        for (int l = 0; l < L; ++l) rows[k][l] = k < count[l] ? rows[k][l] : infinity_d();
      if (sorts) sort_lanes<L>(rows, most);
    }
    for (int l = 0; l < L; ++l) {
      double middle = nan_d();
      if (count[l] > 0)
        middle = (sorts ? median_of_sorted<L>(values, count[l], l) : median_of<L>(values, count[l], l)) + 0.0;
      magnitude.put(p + static_cast<size_t>(l), middle);
    }
  }

  /// As it is, with one NaN.
  static FW_HD void keep(double& to, double v) { to = v == v ? v : nan_d(); }
  /// What leaves the window with a monitored value, where x has no history.
  template <int L>
  FW_HD double leaving(size_t pixel, int l, Scratch<L> work, int monitored, int reach) const {
    if (monitored >= reach) return work.at(monitored - reach, l);
    const int plane = monitored - op.leaving_from;
    return plane >= 0 && plane < op.leaving_planes ? op.leaving[static_cast<size_t>(plane) * op.pixels + pixel]
                                                   : nan_d();
  }
  template <int L>
  FW_HD void put_leaving(size_t pixel, int l, Scratch<L> work, int held) const {
    if (!op.leaving_out) return;
    const int planes = break_window_planes(op.window, op.monitor_from);
    for (int k = 0; k < planes; ++k)
      keep(op.leaving_out[static_cast<size_t>(k) * op.pixels + pixel], k < held ? work.at(k, l) : nan_d());
  }
  FW_HD void put_progress(size_t pixel, bool assessed, double sum, int monitored, int broken) const {
    if (!op.progress_out) return;
    double* progress = op.progress_out + pixel;
    keep(progress[0], assessed ? sum : nan_d());
    keep(progress[op.pixels], assessed ? static_cast<double>(monitored) : nan_d());
    keep(progress[2 * op.pixels], static_cast<double>(broken));
  }

  FW_HD double boundary_at(double q) const {
    constexpr double e = 2.71828182845904523536;
    if (op.process == BreakProcess::mosum) return op.critical * sqrt(2.0 * (q <= e ? 1.0 : log_exact(q)));
    return sqrt(q * (q - 1.0) * (op.critical * op.critical + log_exact(q / (q - 1.0))));
  }
};

}  // namespace fw
