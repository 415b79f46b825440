// Small least squares in double, for L pixels in lockstep: rows of regressors are the same for all pixels, values and
// gaps are not.
#pragma once
#include "kernels/lanes.h"
#include "kernels/special_functions.h"

namespace fw {

/// Normal equations of P regressors, solved by Cholesky. Regressors should be of similar size and not nearly the same
/// (centre times): a column of which less than 1e-10 is left once the columns before it are taken away is singular.
template <int P, int L>
class NormalEquations {
 public:
  static constexpr int size = P * (P + 1) / 2;

  FW_HD NormalEquations() : a_{}, b_{}, count_{} {}
  /// Adds the row of one date: regressors x[P], values y[L]; NaN is left out.
  FW_HD void add(const double* x, const double* y) {
    double there[L], v[L];
    for (int l = 0; l < L; ++l) {
      there[l] = y[l] == y[l] ? 1.0 : 0.0;
      v[l] = y[l] == y[l] ? y[l] : 0.0;
      count_[l] += there[l];
    }
    for (int i = 0, k = 0; i < P; ++i) {
      for (int j = 0; j <= i; ++j, ++k) {
        const double product = x[i] * x[j];
        for (int l = 0; l < L; ++l) a_[k][l] += there[l] * product;
      }
      for (int l = 0; l < L; ++l) b_[i][l] += v[l] * x[i];
    }
  }
  FW_HD double count(int l) const { return count_[l]; }

  /// Factors and solves. Out: coefficients; ok: whether the lane has more values than regressors and is not singular
  /// (else its coefficients mean nothing).
  FW_HD void solve(double (&beta)[P][L], bool (&ok)[L]) {
    for (int l = 0; l < L; ++l) ok[l] = count_[l] > static_cast<double>(P);
    for (int j = 0; j < P; ++j) {
      double pivot[L];
      for (int l = 0; l < L; ++l) pivot[l] = a_[at(j, j)][l];
      for (int k = 0; k < j; ++k)
        for (int l = 0; l < L; ++l) pivot[l] -= a_[at(j, k)][l] * a_[at(j, k)][l];
      for (int l = 0; l < L; ++l) {
        const bool good = pivot[l] > 1e-10 * a_[at(j, j)][l];
        ok[l] = ok[l] && good;
        pivot[l] = good ? sqrt(pivot[l]) : 1.0;
        a_[at(j, j)][l] = pivot[l];
      }
      for (int i = j + 1; i < P; ++i) {
        for (int k = 0; k < j; ++k)
          for (int l = 0; l < L; ++l) a_[at(i, j)][l] -= a_[at(i, k)][l] * a_[at(j, k)][l];
        for (int l = 0; l < L; ++l) a_[at(i, j)][l] /= pivot[l];
      }
    }
    for (int i = 0; i < P; ++i) {
      for (int l = 0; l < L; ++l) beta[i][l] = b_[i][l];
      for (int k = 0; k < i; ++k)
        for (int l = 0; l < L; ++l) beta[i][l] -= a_[at(i, k)][l] * beta[k][l];
      for (int l = 0; l < L; ++l) beta[i][l] /= a_[at(i, i)][l];
    }
    for (int i = P - 1; i >= 0; --i) {
      for (int k = i + 1; k < P; ++k)
        for (int l = 0; l < L; ++l) beta[i][l] -= a_[at(k, i)][l] * beta[k][l];
      for (int l = 0; l < L; ++l) beta[i][l] /= a_[at(i, i)][l];
    }
  }
  /// After solve(): c' (X'X)^-1 d of a lane, for the variance of c'beta where d is c.
  FW_HD double inverse(const double (&c)[P], const double (&d)[P], int l) const {
    double u[P], v[P], sum = 0.0;
    for (int i = 0; i < P; ++i) {
      u[i] = c[i], v[i] = d[i];
      for (int k = 0; k < i; ++k) {
        u[i] -= a_[at(i, k)][l] * u[k];
        v[i] -= a_[at(i, k)][l] * v[k];
      }
      u[i] /= a_[at(i, i)][l];
      v[i] /= a_[at(i, i)][l];
      sum += u[i] * v[i];
    }
    return sum;
  }

 private:
  static constexpr FW_HD int at(int row, int column) { return row * (row + 1) / 2 + column; }

  double a_[size][L], b_[P][L], count_[L];
};

/// Recursive residuals: what each new value differs from its prediction by those before it, in units of one variance.
/// A row is taken in by rotations without square roots, which does not square the condition of the regressors.
/// Source: Gentleman 1974, Algorithm AS 75, Applied Statistics 23:448; Brown, Durbin & Evans 1975, J. R. Stat. Soc. B
/// 37:149.
template <int P, int L>
class RecursiveFit {
 public:
  FW_HD RecursiveFit() {
    for (int i = 0; i < P; ++i)
      for (int l = 0; l < L; ++l) d_[i][l] = theta_[i][l] = 0.0;
    for (int k = 0; k < size; ++k)
      for (int l = 0; l < L; ++l) r_[k][l] = 0.0;
  }
  /// Takes in the row of one date: regressors[P], values y[L], weight >= 0; NaN is left out and gives 0. So do the
  /// first P values of a lane, which are fitted exactly.
  FW_HD void add(const double* regressors, const double* y, double (&residual)[L], double weight = 1.0) {
    double x[P][L], w[L];
    for (int l = 0; l < L; ++l) {
      w[l] = y[l] == y[l] ? weight : 0.0;
      residual[l] = y[l] == y[l] ? y[l] : 0.0;
    }
    for (int i = 0; i < P; ++i)
      for (int l = 0; l < L; ++l) x[i][l] = regressors[i];
    for (int i = 0, k = 0; i < P; ++i) {
      double c[L], s[L];
      for (int l = 0; l < L; ++l) {
        const double d = d_[i][l], wx = w[l] * x[i][l], sum = d + wx * x[i][l];
        const bool turn = sum > 0.0;
        c[l] = turn ? d / sum : 1.0;
        s[l] = turn ? wx / sum : 0.0;
        d_[i][l] = turn ? sum : d;
        w[l] *= c[l];
      }
      for (int j = i + 1; j < P; ++j, ++k) {
        for (int l = 0; l < L; ++l) {
          const double before = x[j][l], r = r_[k][l];
          x[j][l] = before - x[i][l] * r;
          r_[k][l] = c[l] * r + s[l] * before;
        }
      }
      for (int l = 0; l < L; ++l) {
        const double before = residual[l], theta = theta_[i][l];
        residual[l] = before - x[i][l] * theta;
        theta_[i][l] = c[l] * theta + s[l] * before;
      }
    }
    for (int l = 0; l < L; ++l) residual[l] *= sqrt(w[l]);
  }
  /// Coefficients of all that was added; 0 where a regressor adds less than 1e-10 of `whole` (a sum of weights times
  /// squares) to those before it.
  FW_HD void solve(double whole, double (&beta)[P][L]) const {
    for (int i = P - 1; i >= 0; --i)
      for (int l = 0; l < L; ++l) {
        double b = theta_[i][l];
        for (int j = i + 1; j < P; ++j) b -= r_[at(i, j)][l] * beta[j][l];
        beta[i][l] = d_[i][l] > 1e-10 * whole ? b : 0.0;
      }
  }
  /// x'(X'X)^-1 x of a row x, without the regressors that solve() leaves out.
  FW_HD double leverage(const double* x, double whole, int l) const {
    double u[P], sum = 0.0;
    for (int i = 0; i < P; ++i) {
      u[i] = x[i];
      for (int k = 0; k < i; ++k) u[i] -= r_[at(k, i)][l] * u[k];
      const bool counts = d_[i][l] > 1e-10 * whole;
      sum += counts ? u[i] * u[i] / d_[i][l] : 0.0;
    }
    return sum;
  }

 private:
  static constexpr FW_HD int at(int i, int j) { return i * (P - 1) - i * (i - 1) / 2 + (j - i - 1); }
  static constexpr int size = P > 1 ? P*(P - 1) / 2 : 1;
  double d_[P][L], theta_[P][L], r_[size][L];
};

}  // namespace fw
