// Weighted means and co-moments of several variables: add, merge, finish.
#pragma once
#include "kernels/arithmetic.h"
#include "kernels/ops_change.h"

namespace fw {

/// Weighted sum, means and co-moments (sums of products of deviations from the means) of up to max_moment_variables
/// variables, in double. merge() puts parts together (equal to one stream up to rounding); a fixed order gives fixed
/// bits. The number of variables is that of what was added first.
/// Source: Chan, Golub & LeVeque 1979, Updating formulae for sample variances, eq. 2.1, with weights.
class MomentSums {
 public:
  FW_HD MomentSums() {
    for (double& m : mean_) m = 0.0;
    for (double& c : comoment_) c = 0.0;
  }
  /// w > 0; x: `variables` numbers.
  FW_HD void add(const double* x, int variables, double w) {
    variables_ = variables;
    count_ += 1.0;
    weight_ += w;
    squared_weight_ += w * w;
    const double step = w / weight_, share = w * (1.0 - step);
    double* c = comoment_;
    double apart[max_moment_variables];
    for (int i = 0; i < variables; ++i) {
      apart[i] = x[i] - mean_[i];
      const double scaled = share * apart[i];
      for (int j = 0; j <= i; ++j) *c++ += scaled * apart[j];
    }
    for (int i = 0; i < variables; ++i) mean_[i] += step * apart[i];
  }
  FW_HD void merge(const MomentSums& o) {
    if (o.count_ <= 0.0) return;
    if (count_ <= 0.0) {
      *this = o;
      return;
    }
    const double total = weight_ + o.weight_, share = weight_ * (o.weight_ / total);
    double* c = comoment_;
    const double* other = o.comoment_;
    for (int i = 0; i < variables_; ++i)
      for (int j = 0; j <= i; ++j) *c++ += *other++ + share * (o.mean_[i] - mean_[i]) * (o.mean_[j] - mean_[j]);
    for (int i = 0; i < variables_; ++i) mean_[i] += (o.mean_[i] - mean_[i]) * (o.weight_ / total);
    count_ += o.count_;
    weight_ = total;
    squared_weight_ += o.squared_weight_;
  }
  /// Variables added; 0 while there is nothing.
  FW_HD int variables() const { return static_cast<int>(variables_); }
  FW_HD double count() const { return count_; }
  FW_HD double weight() const { return weight_; }
  /// How many equally weighted values these weights are worth (Kish); 0 without any.
  FW_HD double effective_count() const { return count_ > 0.0 ? weight_ * weight_ / squared_weight_ : 0.0; }
  FW_HD double mean(int i) const { return mean_[i]; }
  /// Unbiased covariance: the co-moment by the sum of weights less that of their squares by it (one weight of 1 each:
  /// n - 1); 0 with fewer than two values.
  FW_HD double covariance(int i, int j) const {
    const int high = i > j ? i : j, low = i > j ? j : i;
    return count_ > 1.0 ? comoment_[high * (high + 1) / 2 + low] / (weight_ - squared_weight_ / weight_) : 0.0;
  }

 private:
  int64_t variables_ = 0;  // 8 bytes: no padding, parts compare byte by byte
  double count_ = 0.0, weight_ = 0.0, squared_weight_ = 0.0;
  double mean_[max_moment_variables], comoment_[max_moment_variables * (max_moment_variables + 1) / 2];
};

}  // namespace fw
