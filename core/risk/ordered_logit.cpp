#include "core/risk/ordered_logit.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "kernels/arithmetic.h"

namespace fw {
namespace {

/// Log likelihood of one row with its first and second derivatives by u = threshold below + score (P(level >= own)) and
/// v = threshold above + score (P(level > own)).
struct RowTerms {
  double log_p, du, dv, duu, dvv, duv;
};
RowTerms terms_of(bool has_u, double u, bool has_v, double v) {
  const double su = has_u ? logistic(u) : 1, sv = has_v ? logistic(v) : 0;
  const double not_v = has_v ? logistic(-v) : 1;
  // sigma(u) - sigma(v) without cancellation.
  const double p = su * not_v * (has_u && has_v ? 1 - exp_exact(v - u) : 1);
  const double gu = has_u ? su * logistic(-u) / p : 0, gv = has_v ? sv * not_v / p : 0;
  const double cu = gu * (1 - 2 * su), cv = gv * (1 - 2 * sv);
  return {log_exact(p), gu, -gv, cu - gu * gu, -cv - gv * gv, gu * gv};
}

class Problem {
 public:
  Problem(const OrdinalData& data, const OrdinalSettings& settings)
      : data_(data), settings_(settings), cuts_(static_cast<size_t>(data.levels) - 1), size_(cuts_ + data.drivers) {}
  size_t cuts() const { return cuts_; }
  size_t size() const { return size_; }
  double weight(size_t row) const { return data_.weight.empty() ? 1 : data_.weight[row]; }

  /// Log likelihood of parameters (thresholds, then betas); -inf where the thresholds do not fall.
  double log_likelihood(const std::vector<double>& w) const {
    for (size_t j = 1; j < cuts_; ++j)
      if (!(w[j] < w[j - 1])) return -HUGE_VAL;
    double sum = 0;
    for (size_t row = 0; row < data_.rows(); ++row)
      if (weight(row) > 0) sum += weight(row) * at(w, row).log_p;
    return sum;
  }
  /// What is made small.
  double loss(const std::vector<double>& w) const {
    double penalty = 0;
    for (size_t k = cuts_; k < size_; ++k) penalty += w[k] * w[k];
    return settings_.ridge / 2 * penalty - log_likelihood(w);
  }
  void derivatives(const std::vector<double>& w, std::vector<double>& gradient, std::vector<double>& hessian) const {
    gradient.assign(size_, 0);
    hessian.assign(size_ * size_, 0);
    for (size_t row = 0; row < data_.rows(); ++row) {
      const double much = weight(row);
      if (much == 0) continue;
      const RowTerms t = at(w, row);
      const size_t own = static_cast<size_t>(data_.level[row]);
      const double* x = data_.x.data() + row * data_.drivers;
      const double by_score = t.du + t.dv, curve = t.duu + 2 * t.duv + t.dvv;
      const auto cut = [&](size_t j, double first, double second_mixed) {
        gradient[j] -= much * first;
        for (size_t k = 0; k < data_.drivers; ++k) hessian[(cuts_ + k) * size_ + j] -= much * second_mixed * x[k];
      };
      if (own > 0) {
        cut(own - 1, t.du, t.duu + t.duv);
        hessian[(own - 1) * size_ + own - 1] -= much * t.duu;
      }
      if (own < cuts_) {
        cut(own, t.dv, t.dvv + t.duv);
        hessian[own * size_ + own] -= much * t.dvv;
        if (own > 0) hessian[own * size_ + own - 1] -= much * t.duv;
      }
      for (size_t k = 0; k < data_.drivers; ++k) {
        gradient[cuts_ + k] -= much * by_score * x[k];
        for (size_t m = 0; m <= k; ++m) hessian[(cuts_ + k) * size_ + cuts_ + m] -= much * curve * x[k] * x[m];
      }
    }
    for (size_t k = cuts_; k < size_; ++k) {
      gradient[k] += settings_.ridge * w[k];
      hessian[k * size_ + k] += settings_.ridge;
    }
  }

 private:
  RowTerms at(const std::vector<double>& w, size_t row) const {
    double score = 0;
    for (size_t k = 0; k < data_.drivers; ++k) score += w[cuts_ + k] * data_.x[row * data_.drivers + k];
    const size_t own = static_cast<size_t>(data_.level[row]);
    const bool below = own > 0, above = own < cuts_;
    return terms_of(below, below ? w[own - 1] + score : 0, above, above ? w[own] + score : 0);
  }
  const OrdinalData& data_;
  const OrdinalSettings& settings_;
  size_t cuts_, size_;
};

/// Solves the part of `hessian` (lower triangle) that is free; a pivot that vanishes is lifted.
std::vector<double> newton_step(std::vector<double> a, const std::vector<double>& gradient,
                                const std::vector<bool>& fixed) {
  const size_t n = gradient.size();
  std::vector<double> step(n, 0);
  std::vector<size_t> at;
  double largest = 0;
  for (size_t k = 0; k < n; ++k)
    if (!fixed[k]) at.push_back(k), largest = std::max(largest, a[k * n + k]);
  const double least = 1e-12 * std::max(largest, 1e-12);
  for (size_t i = 0; i < at.size(); ++i) {
    for (size_t j = 0; j <= i; ++j) {
      double sum = a[at[i] * n + at[j]];
      for (size_t k = 0; k < j; ++k) sum -= a[at[i] * n + at[k]] * a[at[j] * n + at[k]];
      a[at[i] * n + at[j]] = i == j ? std::sqrt(std::max(sum, least)) : sum / a[at[j] * n + at[j]];
    }
    double sum = -gradient[at[i]];
    for (size_t k = 0; k < i; ++k) sum -= a[at[i] * n + at[k]] * step[at[k]];
    step[at[i]] = sum / a[at[i] * n + at[i]];
  }
  for (size_t i = at.size(); i-- > 0;) {
    double sum = step[at[i]];
    for (size_t k = i + 1; k < at.size(); ++k) sum -= a[at[k] * n + at[i]] * step[at[k]];
    step[at[i]] = sum / a[at[i] * n + at[i]];
  }
  return step;
}

void check(const OrdinalData& data) {
  FW_EXPECT(data.levels >= 2 && data.x.size() == data.rows() * data.drivers &&
                (data.weight.empty() || data.weight.size() == data.rows()),
            "ordered logit: shapes do not fit");
  std::vector<double> share(static_cast<size_t>(data.levels), 0);
  for (size_t row = 0; row < data.rows(); ++row) {
    FW_EXPECT(data.level[row] >= 0 && data.level[row] < data.levels, "ordered logit: level out of range");
    share[static_cast<size_t>(data.level[row])] += data.weight.empty() ? 1 : data.weight[row];
  }
  for (const double v : data.x)
    if (!std::isfinite(v)) throw InputError("FIT_SAMPLE", "a driver to learn from is not a number. Leave that row out");
  for (const double s : share)
    if (!(s > 0))
      throw InputError("FIT_SAMPLE",
                       "a level to learn has no row (nothing can be learnt about it). Merge it with its "
                       "neighbour or give more history");
  if (data.rows() < data.drivers + share.size())
    throw InputError("FIT_SAMPLE", std::to_string(data.rows()) + " rows are too few for " +
                                       std::to_string(data.drivers) + " drivers. Give more history or fewer drivers");
}

std::vector<double> start_of(const OrdinalData& data, const Problem& problem) {
  std::vector<double> w(problem.size(), 0);
  double all = 0;
  for (size_t row = 0; row < data.rows(); ++row) all += problem.weight(row);
  for (size_t j = 0; j < problem.cuts(); ++j) {
    double above = 0;
    for (size_t row = 0; row < data.rows(); ++row)
      if (data.level[row] > static_cast<int>(j)) above += problem.weight(row);
    w[j] = log_exact(above / (all - above));
  }
  return w;
}

}  // namespace

OrdinalFit fit_ordered_logit(const OrdinalData& data, const OrdinalSettings& settings, const OrdinalFit* start) {
  check(data);
  const Problem problem(data, settings);
  const size_t n = problem.size(), cuts = problem.cuts();
  std::vector<double> w = start_of(data, problem), gradient, hessian, next(n);
  if (start) {
    FW_EXPECT(start->beta.size() == data.drivers && start->threshold.size() == cuts,
              "ordered logit: start of other shape");
    std::copy(start->threshold.begin(), start->threshold.end(), w.begin());
    std::copy(start->beta.begin(), start->beta.end(), w.begin() + static_cast<ptrdiff_t>(cuts));
  }
  double weight = 0;
  for (size_t row = 0; row < data.rows(); ++row) weight += problem.weight(row);
  OrdinalFit fit;
  double loss = problem.loss(w);
  for (; fit.iterations < settings.max_iterations; ++fit.iterations) {
    problem.derivatives(w, gradient, hessian);
    // Coefficients at 0 or about to get there step by themselves: a Newton step for all that is then cut at 0 need not
    // lead downhill (Bertsekas 1982).
    const auto way_to_bound = [&](size_t k) { return w[k] - std::max(w[k] - gradient[k] / weight, 0.0); };
    double way = 0;
    for (size_t k = cuts; settings.non_negative && k < n; ++k) way += way_to_bound(k) * way_to_bound(k);
    const double near = std::min(1e-3, std::sqrt(way));
    std::vector<bool> fixed(n, false);
    fit.gradient = 0;
    for (size_t k = 0; k < n; ++k) {
      fixed[k] = settings.non_negative && k >= cuts && w[k] <= near && gradient[k] > 0;
      fit.gradient = std::max(fit.gradient, fixed[k] ? way_to_bound(k) : std::abs(gradient[k]) / weight);
    }
    fit.converged = fit.gradient <= settings.tolerance;
    if (fit.converged) break;
    std::vector<double> step = newton_step(hessian, gradient, fixed);
    for (size_t k = cuts; k < n; ++k)
      if (fixed[k] && w[k] > 0) step[k] = -gradient[k] / std::max(hessian[k * n + k], 1e-12);
    double length = 1, less = 0;
    for (; length > 1e-12; length /= 2) {
      double expected = 0;
      for (size_t k = 0; k < n; ++k) {
        next[k] = w[k] + length * step[k];
        if (settings.non_negative && k >= cuts) next[k] = std::max(next[k], 0.0);
        expected += gradient[k] * (w[k] - next[k]);
      }
      less = problem.loss(next);
      if (less <= loss - 1e-4 * expected && expected >= 0) break;
    }
    if (!(length > 1e-12)) break;  // no progress within rounding
    loss = less;
    w = next;
  }
  fit.threshold.assign(w.begin(), w.begin() + static_cast<ptrdiff_t>(cuts));
  fit.beta.assign(w.begin() + static_cast<ptrdiff_t>(cuts), w.end());
  fit.log_likelihood = problem.log_likelihood(w);
  return fit;
}

double linear_score(const OrdinalFit& fit, std::span<const double> x) {
  FW_EXPECT(x.size() == fit.beta.size(), "ordered logit: as many drivers as coefficients");
  double sum = 0;
  for (size_t k = 0; k < x.size(); ++k) sum += fit.beta[k] * x[k];
  return sum;
}

double exceedance(const OrdinalFit& fit, double score, size_t j) { return logistic(fit.threshold.at(j) + score); }

double log_likelihood(const OrdinalFit& fit, const OrdinalData& data) {
  const OrdinalSettings none;
  std::vector<double> w = fit.threshold;
  w.insert(w.end(), fit.beta.begin(), fit.beta.end());
  return Problem(data, none).log_likelihood(w);
}

}  // namespace fw
