// Bodies of the operations on change between dates or periods.
#pragma once
#include "kernels/gamma_functions.h"
#include "kernels/moments.h"
#include "kernels/series_input.h"

namespace fw {

/// Angle of (x, y) in radians, -pi..pi; NaN at the origin.
FW_HD double angle_of(double x, double y) {
  if (x == 0.0) return y == 0.0 ? nan_d() : (y > 0.0 ? 0.5 * pi_d : (y < 0.0 ? -0.5 * pi_d : y));
  const double a = atan_exact(y / x);
  return x > 0.0 ? a : (y < 0.0 ? a - pi_d : a + pi_d);
}

struct ChangeVectorBody {
  ChangeVector op;
  FW_HD size_t load(size_t i) const { return i; }
  FW_HD void store(size_t i, size_t) const {
    double squares = 0.0, x = 0.0, y = 0.0;
    unsigned rises = 0;
    for (int b = 0; b < op.dates.bands; ++b) {
      const double d = static_cast<double>(op.dates.after[b][i]) - static_cast<double>(op.dates.before[b][i]);
      squares += d * d;
      rises |= static_cast<unsigned>(d > 0.0) << b;
      x = b == op.x_band ? d : x;
      y = b == op.y_band && b != op.x_band ? d : y;
    }
    const float length = finite_or_nan(to_float(sqrt(squares)));
    if (op.magnitude) op.magnitude[i] = length;
    if (op.angle) op.angle[i] = is_nan(length) ? nan_f() : to_float(angle_of(x, y));
    if (op.sector) op.sector[i] = static_cast<uint8_t>(is_nan(length) ? 0u : rises);
  }
};

/// One chunk of pixels after the other; p is a chunk.
struct MomentsBody {
  Moments op;
  static constexpr size_t scratch_per_pixel() { return 0; }

  template <int L>
  FW_HD void block(size_t first, Scratch<L>) const {
    for (size_t chunk = first; chunk < first + static_cast<size_t>(L); ++chunk) {
      MomentSums sums;
      const size_t begin = chunk * moment_chunk;
      const size_t end = op.pixels - begin < moment_chunk ? op.pixels : begin + moment_chunk;
      for (size_t i = begin; i < end; ++i) add(i, sums);
      op.partial[chunk] = sums;
    }
  }

 private:
  FW_HD void add(size_t i, MomentSums& sums) const {
    const int bands = op.dates.bands;
    double x[max_moment_variables];
    bool ok = true;
    for (int b = 0; b < bands; ++b) {
      x[b] = static_cast<double>(op.dates.before[b][i]);
      x[bands + b] = static_cast<double>(op.dates.after[b][i]);
      ok = ok & is_finite(x[b]) & is_finite(x[bands + b]);
    }
    const double w = op.weight ? static_cast<double>(op.weight[i]) : 1.0;
    if (ok && w > 0.0 && is_finite(w)) sums.add(x, 2 * bands, w);
  }
};

struct MadVariatesBody {
  MadVariates op;
  FW_HD size_t load(size_t i) const { return i; }
  FW_HD void store(size_t i, size_t) const {
    const int bands = op.dates.bands;
    double before[max_change_bands], after[max_change_bands];
    bool ok = true;
    for (int b = 0; b < bands; ++b) {
      before[b] = static_cast<double>(op.dates.before[b][i]) - op.mean_before[b];
      after[b] = static_cast<double>(op.dates.after[b][i]) - op.mean_after[b];
      ok = ok & is_finite(before[b]) & is_finite(after[b]);
    }
    double chi2 = 0.0;
    int used = 0;
    for (int k = 0; k < bands; ++k) {
      double variate = 0.0;
      for (int b = 0; b < bands; ++b) variate += op.a[k][b] * before[b] - op.b[k][b] * after[b];
      if (op.variate[k]) op.variate[k][i] = ok ? to_float(variate) : nan_f();
      if (op.variance[k] < smallest_mad_variance) continue;
      chi2 += variate * variate / op.variance[k];
      ++used;
    }
    if (op.chi2) op.chi2[i] = ok ? to_float(chi2) : nan_f();
    if (op.no_change) {
      const double p =
          used > 0 && chi2 < infinity_d() ? incomplete_gamma(0.5 * used, 0.5 * chi2).upper : (used > 0 ? 0.0 : 1.0);
      op.no_change[i] = ok ? to_float(p) : nan_f();
    }
  }
};

struct NightLightLossBody {
  NightLightLoss op;
  size_t scratch_per_pixel() const { return static_cast<size_t>(op.nights); }

  template <int L>
  FW_HD void block(size_t p, Scratch<L> scratch) const {
    for (int l = 0; l < L; ++l) {
      const size_t i = p + static_cast<size_t>(l);
      int seen[2], any = 0;
      double median[2];
      for (int k = 0; k < 2; ++k) {
        const NightRole role = k == 0 ? NightRole::reference : NightRole::recent;
        int n = 0;
        for (int t = 0; t < op.nights; ++t) {
          if (op.role[t] != static_cast<uint8_t>(role)) continue;
          const float v = op.radiance[static_cast<size_t>(t) * op.pixels + i];
          if (is_finite(v)) scratch.at(n++, l) = static_cast<double>(v);
        }
        seen[k] = n;
        any += n;
        median[k] = n > 0 ? median_of<L>(scratch, n, l) : nan_d();
      }
      const bool enough =
          seen[0] >= op.min_nights && seen[1] >= op.min_nights && median[0] > static_cast<double>(op.min_radiance);
      const float loss = enough ? finite_or_nan(to_float(1.0 - median[1] / median[0])) : nan_f();
      if (op.loss) op.loss[i] = loss;
      if (op.reference) op.reference[i] = to_float(median[0]);
      if (op.recent) op.recent[i] = to_float(median[1]);
      if (op.reference_nights) op.reference_nights[i] = static_cast<uint16_t>(seen[0]);
      if (op.recent_nights) op.recent_nights[i] = static_cast<uint16_t>(seen[1]);
      if (op.reason)
        op.reason[i] =
            is_nan(loss) ? reason_of_series(any > 0, op.night_reason, op.nights, op.pixels, i) : number(Reason::value);
    }
  }
};

}  // namespace fw
