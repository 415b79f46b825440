// Bodies of SavitzkyGolay and of the Whittaker smoother (its choice of lambda: whittaker_bodies.h).
#pragma once
#include "kernels/ops_smooth.h"
#include "kernels/series_fit.h"

namespace fw {

template <class Real>
struct SavitzkyGolayBody {
  SavitzkyGolay<Real> op;
  const double* weights;  ///< [place][window], on the backend

  size_t scratch_per_pixel() const { return 2 * static_cast<size_t>(op.times); }

  template <int L>
  FW_HD void block(size_t p, Scratch<L> scratch) const {
    const Scratch<L> y = scratch, filled = scratch.from(op.times);
    read_series<L>(op.x, op.times, op.pixels, p, y);
    for (int l = 0; l < L; ++l) {
      const Span span = find_span<L>(y, op.times, l);
      const bool enough = span.valid >= op.min_valid && span.valid > 0 && span.last - span.first + 1 >= op.window;
      if (enough) fill<L>(y, filled, span, l);
      put_smoothed<L>(op, span, enough, 0, y, p + static_cast<size_t>(l), l,
                      [&](int t) { return filtered<L>(filled, span, t, l); });
    }
  }

 private:
  /// Linear between neighbouring values.
  template <int L>
  FW_HD void fill(Scratch<L> y, Scratch<L> filled, const Span& span, int l) const {
    int before = span.first;
    for (int t = span.first; t <= span.last; ++t) {
      if (y.at(t, l) != y.at(t, l)) continue;
      const double from = y.at(before, l),
                   step = t > before ? (y.at(t, l) - from) / static_cast<double>(t - before) : 0.0;
      for (int s = before + 1; s < t; ++s) filled.at(s, l) = from + step * static_cast<double>(s - before);
      filled.at(t, l) = y.at(t, l);
      before = t;
    }
  }
  template <int L>
  FW_HD double filtered(Scratch<L> filled, const Span& span, int t, int l) const {
    const int half = op.window / 2;
    int first = t - half;
    first = first < span.first ? span.first : first;
    first = first > span.last - op.window + 1 ? span.last - op.window + 1 : first;
    const double* row = weights + static_cast<size_t>(t - first) * static_cast<size_t>(op.window);
    double sum = 0.0;
    for (int k = 0; k < op.window; ++k) sum += row[k] * filled.at(first + k, l);
    return sum;
  }
};

/// The pentadiagonal system (W + lambda D'D) z = W y of L pixels, by LDL'. Needs 3 rows per time of scratch.
template <int L>
struct WhittakerSolver {
  Scratch<L> c, e, z;  ///< z holds the result
  int times;           ///< >= 4

  /// y: values, read where w > 0; w: weights >= 0 (with fewer than 2 above 0 a lane has no result); lambda > 0.
  FW_HD void solve(Scratch<L> y, Scratch<L> w, const double (&lambda)[L]) const {
    double d1[L], d2[L], c1[L], c2[L], e1[L], e2[L], z1[L], z2[L];  // of the last step and the one before
    for (int l = 0; l < L; ++l) d1[l] = d2[l] = c1[l] = c2[l] = e1[l] = e2[l] = z1[l] = z2[l] = 0.0;
    const int last = times - 1;
    for (int t = 0; t <= last; ++t) {
      const bool edge = t == 0 || t == last, next = t == 1 || t == last - 1;
      const double on = edge ? 1.0 : (next ? 5.0 : 6.0);  // the diagonal of D'D
      const double beside = t == last ? 0.0 : (edge || t == last - 1 ? -2.0 : -4.0);
      const double beyond = t >= last - 1 ? 0.0 : 1.0;
      const double *yt = y.row(t), *wt = w.row(t);
      double *ct = c.row(t), *et = e.row(t), *zt = z.row(t);
      for (int l = 0; l < L; ++l) {
        const double d = wt[l] + on * lambda[l] - c1[l] * c1[l] * d1[l] - e2[l] * e2[l] * d2[l];
        const double inverse = 1.0 / d;
        const double cc = (beside * lambda[l] - d1[l] * c1[l] * e1[l]) * inverse;
        const double ee = beyond * lambda[l] * inverse;
        const double weighted = wt[l] * yt[l];
        const double zz = (wt[l] > 0.0 ? weighted : 0.0) - c1[l] * z1[l] - e2[l] * z2[l];
        d2[l] = d1[l], d1[l] = d;
        c1[l] = cc;
        e2[l] = e1[l], e1[l] = ee;
        z2[l] = z1[l], z1[l] = zz;
        ct[l] = cc;
        et[l] = ee;
        zt[l] = zz * inverse;
      }
    }
    for (int l = 0; l < L; ++l) z1[l] = z.at(last, l), z2[l] = 0.0;
    for (int t = last - 1; t >= 0; --t) {
      const double *ct = c.row(t), *et = e.row(t);
      double* zt = z.row(t);
      for (int l = 0; l < L; ++l) {
        const double v = zt[l] - ct[l] * z1[l] - et[l] * z2[l];
        z2[l] = z1[l], z1[l] = v;
        zt[l] = v;
      }
    }
  }
};

}  // namespace fw
