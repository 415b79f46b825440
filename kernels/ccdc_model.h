// The models of Ccdc for one pixel: LASSO by coordinate descent for all bands of a window, and the robust fit of Tmask.
#pragma once
#include "kernels/ccdc_tables.h"
#include "kernels/least_squares.h"
#include "kernels/series_fit.h"

namespace fw {

/// The observations of a pixel that are in use, in order of time.
template <int L>
struct CcdcSeries {
  CcdcTables tables;
  Scratch<L> rows;    ///< row of the table of each
  Scratch<L> values;  ///< band b from row b * capacity on
  Scratch<L> spare;   ///< capacity rows
  int capacity, lane, count = 0;

  FW_HD int row(int i) const { return static_cast<int>(rows.at(i, lane)); }
  FW_HD double day(int i) const { return tables.day(row(i)); }
  FW_HD double& value(int band, int i) const { return values.at(band * capacity + i, lane); }
  FW_HD void remove(int at) {
    for (int i = at; i + 1 < count; ++i) {
      rows.at(i, lane) = rows.at(i + 1, lane);
      for (int b = 0; b < ccdc_bands; ++b) value(b, i) = value(b, i + 1);
    }
    --count;
  }
  FW_HD double& work(int i) const { return spare.at(i, lane); }
  FW_HD double median_of_work(int n) const { return median_of<L>(spare, n, lane); }
};

/// Models of all bands over a window.
struct CcdcModel {
  static constexpr int waves = 7;  ///< day, and cos and sin of 1, 2, 3 waves
  double coefficient[ccdc_bands][waves], intercept[ccdc_bands], rmse[ccdc_bands];
  int start = 0, stop = 0;  ///< the window fitted
  bool fitted = false;

  template <int L>
  FW_HD double predict(const CcdcSeries<L>& s, int band, int i) const {
    const int row = s.row(i);
    const double* term = s.tables.terms(row);
    double sum = coefficient[band][0] * s.tables.day(row);
    for (int k = 1; k < waves; ++k) sum += coefficient[band][k] * term[k - 1];
    return sum + intercept[band];
  }
  template <int L>
  FW_HD double residual(const CcdcSeries<L>& s, int band, int i) const {
    return s.value(band, i) - predict(s, band, i);
  }

  /// Fits observations from..to-1 with `count` coefficients (4, 6 or 8).
  /// LASSO, alpha 1: minimises |y - Xw|^2 / (2 n) + |w|_1 by coordinate descent until the largest change is below 1e-4
  /// of the largest coefficient and the duality gap below 1e-4 |y|^2, or 1000 rounds.
  /// Source: Friedman, Hastie & Tibshirani 2010, J. Stat. Softw. 33(1); stopping rule of scikit-learn 1.2.
  template <int L>
  FW_HD void fit(const CcdcSeries<L>& s, int from, int to, int count, int bands) {
    start = from, stop = to, fitted = true;
    const int used = count - 1;
    const double n = static_cast<double>(to - from);
    double mean[waves], gram[waves][waves];
    for (int k = 0; k < waves; ++k) mean[k] = 0.0;
    for (int k = 0; k < waves; ++k)
      for (int j = 0; j < waves; ++j) gram[k][j] = 0.0;
    for (int i = from; i < to; ++i) {
      const int row = s.row(i);
      mean[0] += s.tables.day(row);
      for (int k = 1; k < used; ++k) mean[k] += s.tables.terms(row)[k - 1];
    }
    for (int k = 0; k < used; ++k) mean[k] /= n;
    double level[ccdc_bands], along[ccdc_bands][waves], squares[ccdc_bands];
    for (int b = 0; b < bands; ++b) {
      double sum = 0.0;
      for (int i = from; i < to; ++i) sum += s.value(b, i);
      level[b] = sum / n;
      squares[b] = 0.0;
      for (int k = 0; k < waves; ++k) along[b][k] = 0.0;
    }
    for (int i = from; i < to; ++i) {
      const int row = s.row(i);
      double x[waves];
      x[0] = s.tables.day(row) - mean[0];
      for (int k = 1; k < used; ++k) x[k] = s.tables.terms(row)[k - 1] - mean[k];
      for (int k = 0; k < used; ++k)
        for (int j = 0; j <= k; ++j) gram[k][j] += x[k] * x[j];
      for (int b = 0; b < bands; ++b) {
        const double y = s.value(b, i) - level[b];
        squares[b] += y * y;
        for (int k = 0; k < used; ++k) along[b][k] += x[k] * y;
      }
    }
    for (int k = 0; k < used; ++k)
      for (int j = k + 1; j < used; ++j) gram[k][j] = gram[j][k];
    for (int b = 0; b < bands; ++b) {
      double w[waves];
      descend(gram, along[b], squares[b], n, used, w);
      intercept[b] = level[b];
      for (int k = 0; k < waves; ++k) {
        coefficient[b][k] = w[k];
        intercept[b] -= w[k] * mean[k];
      }
      double sum = 0.0;
      for (int i = from; i < to; ++i) {
        const double e = residual(s, b, i);
        sum += e * e;
      }
      rmse[b] = sqrt(sum / (n - static_cast<double>(count)));
    }
  }

 private:
  static FW_HD double largest_of(const double (&v)[waves], int count) {
    double size = absolute(v[0]);
    for (int k = 1; k < count; ++k) size = absolute(v[k]) > size ? absolute(v[k]) : size;
    return size;
  }
  static FW_HD void descend(const double (&gram)[waves][waves], const double (&along)[waves], double squares,
                            double alpha, int used, double (&w)[waves]) {
    double left[waves];  // X'(y - Xw)
    for (int k = 0; k < waves; ++k) w[k] = 0.0, left[k] = along[k];
    const double tolerance = 1e-4;
    for (int round = 0; round < 1000; ++round) {
      double step[waves];
      for (int k = 0; k < used; ++k) {
        step[k] = 0.0;
        if (gram[k][k] == 0.0) continue;
        const double before = w[k], pull = left[k] + before * gram[k][k], size = absolute(pull) - alpha;
        w[k] = size > 0.0 ? (pull > 0.0 ? size : -size) / gram[k][k] : 0.0;
        step[k] = w[k] - before;
        if (step[k] != 0.0)
          for (int j = 0; j < used; ++j) left[j] -= step[k] * gram[j][k];
      }
      const double largest = largest_of(w, used);
      if (largest != 0.0 && !(largest_of(step, used) / largest < tolerance) && round < 999) continue;
      const double norm = largest_of(left, used);
      double weight = 0.0, fit = 0.0, explained = 0.0;  // |w|_1, w'X'y, w'X'r
      for (int k = 0; k < used; ++k) {
        weight += absolute(w[k]);
        fit += w[k] * along[k];
        explained += w[k] * left[k];
      }
      const double residual_y = squares - fit, residual_squares = residual_y - explained;
      const double shrink = norm > alpha ? alpha / norm : 1.0;
      const double gap = 0.5 * residual_squares * (1.0 + shrink * shrink) + alpha * weight - shrink * residual_y;
      if (gap < tolerance * squares) break;
    }
  }
};

/// Marks in flags (spare rows) the observations from..to-1 that are cloud, shadow or snow left over: those that differ
/// from a robust fit of the yearly wave and a slow one by more than 4.89 times the band's variogram, in green or swir1.
/// Out: how many.
/// Source: Zhu & Woodcock 2014, Remote Sens. Environ. 152:217.
template <int L>
class Tmask {
 public:
  FW_HD Tmask(const CcdcSeries<L>& s, Scratch<L> residual, Scratch<L> flags)
      : s_(s), residual_(residual), flags_(flags) {}

  FW_HD int mark(int from, int to, const double (&variogram)[ccdc_bands]) {
    from_ = from, to_ = to;
    years_ = ccdc_years(s_.day(to - 1) - s_.day(from));
    for (int i = from; i < to; ++i) flags_.at(i, s_.lane) = 0.0;
    const int bands[] = {1, 4};
    for (const int band : bands) {
      double beta[terms][1];
      fit(band, beta);
      for (int i = from; i < to; ++i)
        if (absolute(predict(i, beta) - s_.value(band, i)) > variogram[band] * 4.89) flags_.at(i, s_.lane) = 1.0;
    }
    int marked = 0;
    for (int i = from; i < to; ++i) marked += flags_.at(i, s_.lane) != 0.0;
    return marked;
  }

 private:
  static constexpr int terms = 5;

  FW_HD void row_of(int i, double (&x)[terms]) const {
    const int row = s_.row(i);
    const double *wave = s_.tables.terms(row), *slow = s_.tables.slow(years_, row);
    x[0] = wave[0], x[1] = wave[1], x[4] = 1.0;
    x[2] = years_ > 1 ? slow[0] : 0.0;  // one year: the slow wave is the yearly one
    x[3] = years_ > 1 ? slow[1] : 0.0;
  }
  FW_HD double predict(int i, const double (&beta)[terms][1]) const {
    double x[terms], sum = 0.0;
    row_of(i, x);
    for (int k = 0; k < terms; ++k) sum += x[k] * beta[k][0];
    return sum;
  }
  /// Least squares, then up to four rounds with bisquare weights (4.685) on residuals over the root of 1 - leverage,
  /// whose scale is their median absolute value less the four smallest, over 0.6745.
  FW_HD void fit(int band, double (&beta)[terms][1]) const {
    const double n = static_cast<double>(to_ - from_);
    RecursiveFit<terms, 1> plain;
    double mean = 0.0, squares = 0.0, unused[1];
    for (int i = from_; i < to_; ++i) {
      double x[terms];
      row_of(i, x);
      plain.add(x, &s_.value(band, i), unused);
      mean += s_.value(band, i);
    }
    mean /= n;
    plain.solve(n, beta);
    for (int i = from_; i < to_; ++i) {
      const double d = s_.value(band, i) - mean;
      squares += d * d;
      residual_.at(i, s_.lane) = s_.value(band, i) - predict(i, beta);
    }
    constexpr double least = 2.220446049250313e-16;
    if (scale_of_residuals() < least) return;
    for (int round = 1; round < 5; ++round) {
      double before[terms];
      for (int k = 0; k < terms; ++k) before[k] = beta[k][0];
      for (int i = from_; i < to_; ++i) {
        double x[terms];
        row_of(i, x);
        const double h = plain.leverage(x, n, 0);
        residual_.at(i, s_.lane) =
            (s_.value(band, i) - predict(i, beta)) * (1.0 / sqrt(1.0 - (h > 0.9999 ? 0.9999 : h)));
      }
      const double spread = scale_of_residuals(), floor = least * sqrt(squares / n);
      const double scale = spread > floor ? spread : floor;
      RecursiveFit<terms, 1> weighted;
      double whole = 0.0;
      for (int i = from_; i < to_; ++i) {
        double x[terms];
        row_of(i, x);
        const double u = residual_.at(i, s_.lane) / scale / 4.685, left = 1.0 - u * u;
        const double weight = absolute(u) < 1.0 ? left * left : 0.0;
        whole += weight;
        weighted.add(x, &s_.value(band, i), unused, weight);
      }
      weighted.solve(whole, beta);
      bool rose = false;  // the reference stops when no coefficient rises by more than 1e-8
      for (int k = 0; k < terms; ++k) rose = rose || beta[k][0] - before[k] > 1e-8;
      if (!rose) break;
    }
  }
  FW_HD double scale_of_residuals() const {
    const int n = to_ - from_, left = n - 4;
    for (int i = 0; i < n; ++i) s_.work(i) = absolute(residual_.at(from_ + i, s_.lane));
    const double high = select_rank<L>(s_.spare, n, 4 + left / 2, s_.lane);
    if (left % 2 == 1) return high / 0.6745;
    return 0.5 * (high + select_rank<L>(s_.spare, n, 4 + left / 2 - 1, s_.lane)) / 0.6745;
  }

  const CcdcSeries<L>& s_;
  Scratch<L> residual_, flags_;
  int from_ = 0, to_ = 0, years_ = 1;
};

}  // namespace fw
