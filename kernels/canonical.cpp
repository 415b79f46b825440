#include "kernels/canonical.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "kernels/expect.h"

namespace fw {
namespace {

using Square = double[max_change_bands][max_change_bands];

/// Lower Cholesky factor of `m`; -1, or the row whose pivot is no longer positive to 1e-10 of its diagonal.
int factorise(const Square& m, int n, Square& l) {
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j <= i; ++j) {
      double v = m[i][j];
      for (int k = 0; k < j; ++k) v -= l[i][k] * l[j][k];
      if (i == j) {
        if (!(v > 1e-10 * m[i][i])) return i;
        l[i][i] = std::sqrt(v);
      } else {
        l[i][j] = v / l[j][j];
      }
    }
  }
  return -1;
}

/// l x = v, in place.
void solve_lower(const Square& l, int n, double* v) {
  for (int i = 0; i < n; ++i) {
    for (int k = 0; k < i; ++k) v[i] -= l[i][k] * v[k];
    v[i] /= l[i][i];
  }
}
/// l' x = v, in place.
void solve_upper(const Square& l, int n, double* v) {
  for (int i = n - 1; i >= 0; --i) {
    for (int k = i + 1; k < n; ++k) v[i] -= l[k][i] * v[k];
    v[i] /= l[i][i];
  }
}

/// Turns two rows of w (and of u alike) until they are at right angles. Returns how far they were from that, 0..1.
double turn(double* wi, double* wj, double* ui, double* uj, int n) {
  double alpha = 0.0, beta = 0.0, gamma = 0.0;
  for (int k = 0; k < n; ++k) alpha += wi[k] * wi[k], beta += wj[k] * wj[k], gamma += wi[k] * wj[k];
  if (gamma == 0.0) return 0.0;
  const double off = std::abs(gamma) / std::sqrt(alpha * beta);
  const double zeta = (beta - alpha) / (2.0 * gamma);
  const double t = (zeta >= 0.0 ? 1.0 : -1.0) / (std::abs(zeta) + std::sqrt(1.0 + zeta * zeta));
  const double c = 1.0 / std::sqrt(1.0 + t * t), s = c * t;
  for (int k = 0; k < n; ++k) {
    const double x = wi[k], y = wj[k], p = ui[k], q = uj[k];
    wi[k] = c * x - s * y, wj[k] = s * x + c * y;
    ui[k] = c * p - s * q, uj[k] = s * p + c * q;
  }
  return off;
}

/// K = u' diag(w) v by one-sided Jacobi on the rows of K: on return the rows of w are singular value x right vector,
/// the rows of u the left vectors. Source: Hestenes 1958, J. SIAM 6:51.
void decompose(Square& w, Square& u, int n) {
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) u[i][j] = i == j ? 1.0 : 0.0;
  for (int sweep = 0; sweep < 60; ++sweep) {
    double worst = 0.0;
    for (int i = 0; i < n; ++i)
      for (int j = i + 1; j < n; ++j) worst = std::max(worst, turn(w[i], w[j], u[i], u[j], n));
    if (worst < 1e-15) return;
  }
}

}  // namespace

CanonicalPairs find_canonical_pairs(const MomentSums& sums) {
  CanonicalPairs out;
  const int n = sums.variables() / 2;
  out.bands = n;
  if (n == 0 || sums.effective_count() < 4.0 * n) return out;
  Square before{}, after{}, w{}, u{}, lower_before{}, lower_after{};
  for (int i = 0; i < n; ++i) {
    out.mean_before[i] = sums.mean(i);
    out.mean_after[i] = sums.mean(n + i);
    for (int j = 0; j < n; ++j) {
      before[i][j] = sums.covariance(i, j);
      after[i][j] = sums.covariance(n + i, n + j);
      w[i][j] = sums.covariance(i, n + j);
    }
  }
  out.band = factorise(before, n, lower_before);
  out.status = CanonicalStatus::singular_before;
  if (out.band >= 0) return out;
  out.band = factorise(after, n, lower_after);
  out.status = CanonicalStatus::singular_after;
  if (out.band >= 0) return out;
  out.status = CanonicalStatus::ok;
  // K = Lx^-1 Sxy Ly'^-1: its singular values are the correlations.
  for (int j = 0; j < n; ++j) {
    double column[max_change_bands];
    for (int i = 0; i < n; ++i) column[i] = w[i][j];
    solve_lower(lower_before, n, column);
    for (int i = 0; i < n; ++i) w[i][j] = column[i];
  }
  for (int i = 0; i < n; ++i) solve_lower(lower_after, n, w[i]);
  decompose(w, u, n);
  double length[max_change_bands];
  int order[max_change_bands];
  for (int k = 0; k < n; ++k) {
    double squares = 0.0;
    for (int i = 0; i < n; ++i) squares += w[k][i] * w[k][i];
    length[k] = std::sqrt(squares);
    order[k] = k;
  }
  std::stable_sort(order, order + n, [&](int i, int j) { return length[i] > length[j]; });
  double right[max_change_bands][max_change_bands];  // the second date's, at right angles to each other
  for (int k = 0; k < n; ++k) {
    const int from = order[k];
    out.correlation[k] = std::min(length[from], 1.0);
    for (int i = 0; i < n; ++i) {
      out.a[k][i] = u[from][i];
      right[k][i] = length[from] > 1e-13 ? w[from][i] / length[from] : 0.0;
    }
    if (length[from] <= 1e-13) {
      // No correlation is left: any direction at right angles to those before will do.
      double best = -1.0, candidate[max_change_bands];
      for (int axis = 0; axis < n; ++axis) {
        for (int i = 0; i < n; ++i) candidate[i] = i == axis ? 1.0 : 0.0;
        for (int pass = 0; pass < 2; ++pass)
          for (int q = 0; q < k; ++q) {
            double dot = 0.0;
            for (int i = 0; i < n; ++i) dot += candidate[i] * right[q][i];
            for (int i = 0; i < n; ++i) candidate[i] -= dot * right[q][i];
          }
        double squares = 0.0;
        for (int i = 0; i < n; ++i) squares += candidate[i] * candidate[i];
        if (squares <= best) continue;
        best = squares;
        for (int i = 0; i < n; ++i) right[k][i] = candidate[i] / std::sqrt(squares);
      }
    }
    for (int i = 0; i < n; ++i) out.b[k][i] = right[k][i];
    solve_upper(lower_before, n, out.a[k]);
    solve_upper(lower_after, n, out.b[k]);
  }
  return out;
}

void CanonicalPairs::put_into(MadVariates& op) const {
  expect(status == CanonicalStatus::ok, "CanonicalPairs", "there are no pairs to use");
  expect(op.dates.bands == bands, "CanonicalPairs", "the operation has another number of bands");
  for (int k = 0; k < bands; ++k) {
    op.mean_before[k] = mean_before[k];
    op.mean_after[k] = mean_after[k];
    op.variance[k] = 2.0 * (1.0 - correlation[k]);
    for (int i = 0; i < bands; ++i) op.a[k][i] = a[k][i], op.b[k][i] = b[k][i];
  }
}

std::string CanonicalPairs::explain() const {
  switch (status) {
    case CanonicalStatus::ok:
      return std::to_string(bands) + " canonical pairs";
    case CanonicalStatus::too_few:
      return "too few pixels with values at both dates (fewer than 2 per band and date)";
    default:
      return "band " + std::to_string(band + 1) + " of the " +
             (status == CanonicalStatus::singular_before ? "first" : "second") +
             " date is constant or a combination of the bands before it";
  }
}

IrMad::IrMad(int max_rounds, double tolerance, double min_effective_share)
    : max_rounds_(max_rounds), tolerance_(tolerance), min_effective_share_(min_effective_share) {
  expect(max_rounds >= 1 && tolerance > 0.0, "IrMad", "max_rounds must be >= 1 and tolerance > 0");
  expect(min_effective_share >= 0.0 && min_effective_share < 1.0, "IrMad", "min_effective_share outside 0..1");
}

void IrMad::add(const MomentSums& sums) {
  expect(status_ == IrMadStatus::running, "IrMad", "it is not running");
  const CanonicalPairs next = find_canonical_pairs(sums);
  const bool first = round_ == 0;
  if (first) pixels_ = sums.count();
  const bool usable = next.status == CanonicalStatus::ok && sums.effective_count() >= min_effective_share_ * pixels_;
  if (!usable) {
    status_ = first ? IrMadStatus::failed : IrMadStatus::collapsed;
    if (first) pairs_ = next;
    return;
  }
  double moved = 0.0;
  for (int k = 0; k < next.bands; ++k) moved = std::max(moved, std::abs(next.correlation[k] - pairs_.correlation[k]));
  pairs_ = next;
  ++round_;
  if (!first && moved < tolerance_)
    status_ = IrMadStatus::converged;
  else if (round_ >= max_rounds_)
    status_ = IrMadStatus::stopped;
}

}  // namespace fw
