// Accumulators over values: add, merge, finish. Tiles, threads, shards and new dates can be split and put together
// again.
#pragma once
#include "kernels/arithmetic.h"

namespace fw {

/// What finish() says of the values added.
struct StatsResult {
  double count;     ///< number of values
  double mean;      ///< NaN without a value
  double stddev;    ///< ddof 1; NaN below 2 values
  double min, max;  ///< NaN without a value
};

/// Adds one value to a running mean and sum of squared deviations. Source: Welford 1962, Technometrics 4:419.
FW_HD void add_value(double& count, double& mean, double& squares, double x) {
  count += 1.0;
  const double before = x - mean;
  mean += before / count;
  squares += before * (x - mean);
}

/// Count, mean, standard deviation, minimum and maximum of a stream of numbers. NaN is skipped.
/// merge() puts two parts together (equal to one stream up to rounding, about 1e-12); a fixed order gives fixed bits.
/// Source: Chan, Golub & LeVeque 1979, Updating formulae for sample variances, eq. 2.1.
class StatsAccumulator {
 public:
  FW_HD void add(double x) {
    if (x != x) return;
    low_ = count_ == 0.0 || x < low_ ? x : low_;
    high_ = count_ == 0.0 || x > high_ ? x : high_;
    add_value(count_, mean_, squares_, x);
  }
  FW_HD void merge(const StatsAccumulator& o) {
    if (o.count_ == 0.0) return;
    if (count_ == 0.0) {
      *this = o;
      return;
    }
    const double total = count_ + o.count_, apart = o.mean_ - mean_;
    mean_ = mean_ + apart * (o.count_ / total);
    squares_ = squares_ + o.squares_ + apart * apart * (count_ * o.count_ / total);
    low_ = o.low_ < low_ ? o.low_ : low_;
    high_ = o.high_ > high_ ? o.high_ : high_;
    count_ = total;
  }
  FW_HD StatsResult finish() const {
    const double none = static_cast<double>(nan_f());
    if (count_ == 0.0) return {0.0, none, none, none, none};
    return {count_, mean_, count_ < 2.0 ? none : sqrt(squares_ / (count_ - 1.0)), low_, high_};
  }
  FW_HD double count() const { return count_; }

 private:
  double count_ = 0.0, mean_ = 0.0, squares_ = 0.0, low_ = 0.0, high_ = 0.0;
};

}  // namespace fw
