// Body of the Whittaker smoother: choice of lambda, reweighting, guards. The system itself: smooth_bodies.h.
#pragma once
#include "kernels/smooth_bodies.h"

namespace fw {

/// Squared eigenvalues of the second difference with mirrored ends: the trace of the smoother for GCV.
/// Source: Garcia 2010, eq. 4.
struct ListPenalties {
  int times;
  double* penalty;
  FW_HD double load(size_t t) const {
    return t == 0 ? 1e-15 : 2.0 - 2.0 * sin_cos_exact(pi_d * static_cast<double>(t) / static_cast<double>(times)).cos;
  }
  FW_HD void store(size_t t, double v) const { penalty[t] = v * v; }
};

/// Autocorrelation at lag 1 of a lane over the pairs that are there; 0 where it is not defined (no pair, constant).
/// Variances are those of the series with its mean in the gaps. Source: as in WFP's HDC (S-range rule of V-curves).
template <int L>
FW_HD double autocorrelation(Scratch<L> y, int times, int lane) {
  double mean = 0.0, n = 0.0;
  for (int t = 0; t < times; ++t)
    if (const double v = y.at(t, lane); v == v) mean += v, n += 1.0;
  mean /= n;
  double nx = 0.0, sx = 0.0, sxx = 0.0, ny = 0.0, sy = 0.0, syy = 0.0, nxy = 0.0, sx_ = 0.0, sy_ = 0.0, sxy = 0.0;
  for (int t = 0; t + 1 < times; ++t) {
    const double a = y.at(t, lane) - mean, b = y.at(t + 1, lane) - mean;
    if (a == a) nx += 1.0, sx += a, sxx += a * a;
    if (b == b) ny += 1.0, sy += b, syy += b * b;
    if (a == a && b == b) nxy += 1.0, sx_ += a, sy_ += b, sxy += a * b;
  }
  const double pairs = static_cast<double>(times - 1);
  const double var_x = (nx * sxx - sx * sx) * nx / pairs, var_y = (ny * syy - sy * sy) * ny / pairs;
  if (!(nxy > 0.0 && var_x > 0.0 && var_y > 0.0)) return 0.0;
  return (nxy * sxy - sx_ * sy_) / (sqrt(var_x) * sqrt(var_y));
}

template <class Real>
struct WhittakerBody {
  Whittaker<Real> op;
  const double* penalty;  ///< [time], for gcv

  /// y, w, three of the solver; for robust GCV the best curve, robust weights and room for a median.
  size_t scratch_per_pixel() const { return (op.choice == LambdaChoice::gcv ? 8 : 5) * static_cast<size_t>(op.times); }

  template <int L>
  FW_HD void block(size_t p, Scratch<L> scratch) const {
    const int n = op.times;
    const Scratch<L> y = scratch, w = scratch.from(n);
    const WhittakerSolver<L> solver{scratch.from(2 * n), scratch.from(3 * n), scratch.from(4 * n), n};
    read_series<L>(op.x, n, op.pixels, p, y);
    Span span[L];
    bool enough[L], curved[L], any = false;
    double lambda[L], lag1[L], first[L];
    for (int l = 0; l < L; ++l) {
      span[l] = find_span<L>(y, n, l);
      enough[l] = span[l].valid >= min_valid();
      curved[l] = enough[l] && span[l].high > span[l].low;
      any = any || curved[l];
      lag1[l] = (op.lag1 || op.grid.by_lag1) && enough[l] ? autocorrelation<L>(y, n, l) : 0.0;
      first[l] = op.grid.by_lag1 ? (lag1[l] > 0.5 ? -2.0 : 0.0) : op.grid.first;
      lambda[l] = op.lambda;
    }
    if (any) {
      if (op.choice == LambdaChoice::gcv) {
        fit_by_gcv<L>(y, w, solver, scratch.from(5 * n), first, lambda);
      } else {
        if (op.choice == LambdaChoice::v_curve) choose_by_v_curve<L>(y, w, solver, first, lambda);
        smooth<L>(y, w, solver, lambda, false);
      }
    }
    for (int l = 0; l < L; ++l) {
      const size_t pixel = p + static_cast<size_t>(l);
      put_smoothed<L>(op, span[l], enough[l], op.max_extrapolation, y, pixel, l,
                      [&](int t) { return curved[l] ? solver.z.at(t, l) : span[l].low; });
      if (op.lambda_out) op.lambda_out[pixel] = curved[l] ? to_float(lambda[l]) : nan_f();
      if (op.lag1) op.lag1[pixel] = enough[l] ? to_float(lag1[l]) : nan_f();
      if (op.valid) op.valid[pixel] = static_cast<uint16_t>(span[l].valid);
      if (op.longest_gap) op.longest_gap[pixel] = static_cast<uint16_t>(span[l].longest_gap);
    }
  }

 private:
  static constexpr int reweightings = 10;
  static constexpr int robust_rounds = 4;

  FW_HD int min_valid() const {
    const int share = (op.times + 9) / 10, least = share > min_whittaker_values ? share : min_whittaker_values;
    return op.min_valid > least ? op.min_valid : least;
  }
  FW_HD bool symmetric() const { return op.p == 0.5; }
  FW_HD double lambda_at(double first, double k) const {
    constexpr double ln_10 = 2.30258509299404568402;
    return exp_exact(ln_10 * (first + k * op.grid.step));
  }

  /// Leaves the curve in solver.z. warm: its z is where the reweighting starts; else with every value above the curve.
  template <int L>
  FW_HD void smooth(Scratch<L> y, Scratch<L> w, const WhittakerSolver<L>& solver, const double (&lambda)[L],
                    bool warm) const {
    for (int k = 0; k < (symmetric() ? 1 : reweightings); ++k) {
      bool changed = false;
      for (int t = 0; t < op.times; ++t) {
        const double *yt = y.row(t), *zt = solver.z.row(t);
        double* wt = w.row(t);
        for (int l = 0; l < L; ++l) {
          const bool above = symmetric() || (!warm && k == 0) || yt[l] > zt[l];
          const double side = symmetric() ? 1.0 : (above ? op.p : 1.0 - op.p);
          const double weight = yt[l] == yt[l] ? side : 0.0;
          changed = changed || weight != wt[l];
          wt[l] = weight;
        }
      }
      if (k > 0 && !changed) return;  // the same weights give the same curve
      solver.solve(y, w, lambda);
    }
  }

  template <int L>
  FW_HD void choose_by_v_curve(Scratch<L> y, Scratch<L> w, const WhittakerSolver<L>& solver, const double (&first)[L],
                               double (&chosen)[L]) const {
    constexpr double least = 1e-300;  // a perfect fit has no logarithm
    double lambda[L], last_fit[L], last_roughness[L], bend[L];
    for (int l = 0; l < L; ++l) last_fit[l] = last_roughness[l] = bend[l] = 0.0;
    for (int g = 0; g < op.grid.count; ++g) {
      for (int l = 0; l < L; ++l) lambda[l] = lambda_at(first[l], static_cast<double>(g));
      smooth<L>(y, w, solver, lambda, g > 0);
      double fit[L], roughness[L];
      for (int l = 0; l < L; ++l) fit[l] = roughness[l] = 0.0;
      for (int t = 0; t < op.times; ++t) {
        const double *yt = y.row(t), *zt = solver.z.row(t), *z1 = solver.z.row(t > 0 ? t - 1 : 0),
                     *z2 = solver.z.row(t > 1 ? t - 2 : 0);
        for (int l = 0; l < L; ++l) {
          const double r = yt[l] - zt[l], bent = (zt[l] - z1[l]) - (z1[l] - z2[l]);
          fit[l] += r == r ? r * r : 0.0;
          roughness[l] += t > 1 ? bent * bent : 0.0;
        }
      }
      for (int l = 0; l < L; ++l) {
        const double f = log_exact(fit[l] < least ? least : fit[l]);
        const double r = log_exact(roughness[l] < least ? least : roughness[l]);
        const double df = f - last_fit[l], dr = r - last_roughness[l], v = df * df + dr * dr;
        if (g == 1 || (g > 1 && v < bend[l])) {
          bend[l] = v;
          chosen[l] = lambda_at(first[l], static_cast<double>(g) - 0.5);
        }
        last_fit[l] = f;
        last_roughness[l] = r;
      }
    }
  }

  /// Chooses lambda by cross-validation and leaves the curve in solver.z. extra: 3 rows per time.
  template <int L>
  FW_HD void fit_by_gcv(Scratch<L> y, Scratch<L> w, const WhittakerSolver<L>& solver, Scratch<L> extra,
                        const double (&first)[L], double (&chosen)[L]) const {
    const int n = op.times;
    const Scratch<L> best = extra, trust = extra.from(n), work = extra.from(2 * n);
    double lambda[L], least[L], least_lambda[L];
    for (int l = 0; l < L; ++l) {
      least[l] = infinity_d();
      least_lambda[l] = lambda_at(first[l], 0.0);
      for (int t = 0; t < n; ++t) trust.at(t, l) = y.at(t, l) == y.at(t, l) ? 1.0 : 0.0, best.at(t, l) = 0.0;
    }
    for (int round = 0; round < (op.robust ? robust_rounds : 1); ++round) {
      for (int t = 0; t < n; ++t)
        for (int l = 0; l < L; ++l) w.at(t, l) = trust.at(t, l);
      for (int g = 0; g < (round < 2 ? op.grid.count : 1); ++g) {
        for (int l = 0; l < L; ++l) lambda[l] = round < 2 ? lambda_at(first[l], static_cast<double>(g)) : chosen[l];
        solver.solve(y, w, lambda);
        for (int l = 0; l < L; ++l) {
          const double score = gcv_score<L>(y, w, solver.z, lambda[l], l);
          if (!(score < least[l])) continue;
          least[l] = score;
          least_lambda[l] = lambda[l];
          for (int t = 0; t < n; ++t) best.at(t, l) = solver.z.at(t, l);
        }
      }
      for (int l = 0; l < L; ++l) {
        if (round < 2) chosen[l] = least_lambda[l];
        if (op.robust) distrust<L>(y, w, best, trust, work, least_lambda[l], l);
      }
    }
    for (int t = 0; t < n; ++t)
      for (int l = 0; l < L; ++l) w.at(t, l) = trust.at(t, l);
    solver.solve(y, w, chosen);
  }

  template <int L>
  FW_HD double trace(Scratch<L> w, double lambda, int l) const {
    double sum = 0.0;
    for (int t = 0; t < op.times; ++t) sum += w.at(t, l) / (w.at(t, l) + lambda * penalty[t]);
    return sum;
  }
  template <int L>
  FW_HD double gcv_score(Scratch<L> y, Scratch<L> w, Scratch<L> z, double lambda, int l) const {
    double residuals = 0.0, weights = 0.0;
    for (int t = 0; t < op.times; ++t) {
      const double weight = w.at(t, l), r = y.at(t, l) - z.at(t, l);
      weights += weight;
      residuals += weight > 0.0 ? weight * r * r : 0.0;
    }
    const double left = 1.0 - trace<L>(w, lambda, l) / weights;
    return residuals / (weights * (left * left));
  }

  /// Robust weights from the residuals of the best curve: bisquare below it, 1 above it.
  template <int L>
  FW_HD void distrust(Scratch<L> y, Scratch<L> w, Scratch<L> best, Scratch<L> trust, Scratch<L> work, double lambda,
                      int l) const {
    int kept = 0;
    double values = 0.0;
    for (int t = 0; t < op.times; ++t) {
      const double r = y.at(t, l) - best.at(t, l);
      values += r == r ? 1.0 : 0.0;
      if (r == r && trust.at(t, l) > 0.0) work.at(kept++, l) = r;
    }
    if (kept == 0) return;
    const double middle = median_of<L>(work, kept, l);
    for (int k = 0; k < kept; ++k) work.at(k, l) = absolute(work.at(k, l) - middle);
    const double mad = median_of<L>(work, kept, l), left = 1.0 - trace<L>(w, lambda, l) / values;
    const double scale = 1.4826 * mad * sqrt(left < 0.0 ? 0.0 : left);
    if (!(scale > 0.0)) return;  // half of the values lie on the curve: nothing to judge by
    for (int t = 0; t < op.times; ++t) {
      const double r = y.at(t, l) - best.at(t, l);
      if (r != r) continue;
      const double u = r / scale / 4.685, within = 1.0 - u * u;
      trust.at(t, l) = r > 0.0 ? 1.0 : (within > 0.0 ? within * within : 0.0);
    }
  }
};

}  // namespace fw
