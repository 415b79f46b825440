// Body of HarmonicFit.
#pragma once
#include "kernels/least_squares.h"
#include "kernels/ops_harmonic.h"
#include "kernels/series_input.h"

namespace fw {

template <int K>
struct HarmonicBody {
  static constexpr int lanes = series_lanes;
  static constexpr bool reads_in_place = true;  ///< as LinearTrendBody
  static constexpr int terms = harmonic_terms_of(K);

  HarmonicSettings op;
  SeriesInput x;
  ResultOutput coefficient[terms], error[terms], amplitude[K], phase[K], sigma, r2, count;

  template <class Real>
  explicit HarmonicBody(const HarmonicFit<Real>& from)
      : op(from), x(from.x), sigma(from.sigma), r2(from.r2), count(from.count) {
    for (int i = 0; i < terms; ++i) coefficient[i] = from.coefficient[i], error[i] = from.error[i];
    for (int k = 0; k < K; ++k) amplitude[k] = from.amplitude[k], phase[k] = from.phase[k];
  }
  size_t scratch_per_pixel() const { return static_cast<size_t>(op.times); }

  template <int L>
  FW_HD void block(size_t p, Scratch<L> y) const {
    if constexpr (L > 1) x.read<L>(op.times, op.pixels, p, y);
    const auto each = [&](const auto& use) { x.each<L>(op.times, op.pixels, p, y, use); };
    double mean[L], count_of[L], low[L], high[L];
    for (int l = 0; l < L; ++l) mean[l] = count_of[l] = 0.0, low[l] = infinity_d(), high[l] = -infinity_d();
    each([&](int, const double* row) {
      for (int l = 0; l < L; ++l) {
        mean[l] += row[l] == row[l] ? row[l] : 0.0;
        count_of[l] += row[l] == row[l] ? 1.0 : 0.0;
        low[l] = row[l] < low[l] ? row[l] : low[l];
        high[l] = row[l] > high[l] ? row[l] : high[l];
      }
    });
    for (int l = 0; l < L; ++l) mean[l] /= count_of[l];
    NormalEquations<terms, L> equations;
    each([&](int t, const double* row) {
      double centred[L];
      for (int l = 0; l < L; ++l) centred[l] = row[l] - mean[l];
      equations.add(op.terms + t * terms, centred);
    });
    double beta[terms][L], left[L], whole[L];
    bool ok[L];
    equations.solve(beta, ok);
    for (int l = 0; l < L; ++l) left[l] = whole[l] = 0.0;
    each([&](int t, const double* value) {
      const double* term = op.terms + t * terms;
      double row[L], e[L];
      for (int l = 0; l < L; ++l) row[l] = value[l] - mean[l];
      for (int l = 0; l < L; ++l) e[l] = row[l];
      for (int i = 0; i < terms; ++i)
        for (int l = 0; l < L; ++l) e[l] -= beta[i][l] * term[i];
      for (int l = 0; l < L; ++l) {
        left[l] += row[l] == row[l] ? e[l] * e[l] : 0.0;
        whole[l] += row[l] == row[l] ? row[l] * row[l] : 0.0;
      }
    });
    for (int l = 0; l < L; ++l) {
      const size_t i = p + static_cast<size_t>(l);
      const bool enough = ok[l] && count_of[l] >= static_cast<double>(op.min_valid), constant = low[l] == high[l];
      if (constant) {
        for (int k = 0; k < terms; ++k) beta[k][l] = 0.0;
        mean[l] = low[l], left[l] = 0.0;
      }
      count.put(i, count_of[l]);
      put<L>(i, l, enough, constant, beta, mean[l], left[l], whole[l], equations);
      if (op.reason_out)
        op.reason_out[i] =
            enough ? number(Reason::value) : reason_of_series(count_of[l] > 0.0, op.reason, op.times, op.pixels, i);
    }
  }

 private:
  template <int L>
  FW_HD void put(size_t i, int l, bool enough, bool constant, const double (&beta)[terms][L], double mean, double left,
                 double whole, const NormalEquations<terms, L>& equations) const {
    const double none = nan_d(), spread = sqrt(left / (equations.count(l) - static_cast<double>(terms)));
    const double slope = beta[1][l] / op.scale;
    for (int k = 0; k < terms; ++k) {
      double v = beta[k][l];
      if (k == 0) v = (v + mean) - slope * op.centre;
      if (k == 1) v = slope;
      coefficient[k].put(i, enough ? v : none);
      if (!error[k].asked()) continue;
      // At time 0 the first term is b0 - b1 centre / scale.
      double c[terms] = {};
      c[k] = k == 1 ? 1.0 / op.scale : 1.0;
      if (k == 0) c[1] = -op.centre / op.scale;
      error[k].put(i, enough ? spread * sqrt(equations.inverse(c, c, l)) : none);
    }
    for (int k = 0; k < K; ++k) {
      const double a = beta[2 + 2 * k][l], c = beta[3 + 2 * k][l];
      amplitude[k].put(i, enough ? sqrt(a * a + c * c) : none);
      phase[k].put(i, enough && !constant ? atan2_exact(c, a) : none);
    }
    sigma.put(i, enough ? spread : none);
    r2.put(i, enough ? (constant ? 0.0 : clip(1.0 - left / whole, 0.0, 1.0)) : none);
  }
};

}  // namespace fw
