// Histogram of 256 bins and Otsu's threshold with its acceptance test.
#pragma once
#include "kernels/ops_water.h"
#include "kernels/special_functions.h"

namespace fw {

/// Bin of a value over (low, high], -1 for NaN and values outside. The value `low` is in bin 0.
FW_HD int histogram_bin(float x, float low, float high) {
  if (!(x >= low && x <= high)) return -1;
  const double place =
      (static_cast<double>(x) - static_cast<double>(low)) * (histogram_bins / (static_cast<double>(high) - low));
  const int whole = static_cast<int>(place);
  const int bin = static_cast<double>(whole) == place ? whole - 1 : whole;  // the upper edge belongs to the bin
  return bin < 0 ? 0 : (bin < histogram_bins ? bin : histogram_bins - 1);
}
/// Upper edge of a bin.
FW_HD double upper_edge(int bin, float low, float high) {
  return static_cast<double>(low) + (bin + 1) * ((static_cast<double>(high) - low) / histogram_bins);
}

/// Otsu's split of a histogram: bins 0..bin against the rest.
struct OtsuSplit {
  int bin = -1;          ///< -1: there are no two classes
  double count = 0.0;    ///< values
  double mean[2] = {};   ///< of the classes, in bins
  double between = 0.0;  ///< variance between the classes, in bins squared
  double separation = 0.0, share = 0.0;
  double valley = 1.0;  ///< height between the classes / height of the lower of their peaks, 0..1
};

/// Half the width of the moving mean by which peaks and the valley are measured: 9 bins.
inline constexpr int valley_reach = 4;

/// Mean of the bins around b that lie in first..last.
FW_HD double smoothed_count(const double (&counts)[histogram_bins], int b, int first, int last) {
  first = b - valley_reach > first ? b - valley_reach : first;
  last = b + valley_reach < last ? b + valley_reach : last;
  double sum = 0.0;
  for (int k = first; k <= last; ++k) sum += counts[k];
  return sum / (last - first + 1);
}

/// Lowest smoothed height between the peaks of the two classes (bins 0..split and the rest) / the lower peak. Otsu's
/// halves of one hump, or of a plateau, have no valley: 1 or nearly.
FW_HD double find_valley(const double (&counts)[histogram_bins], int split) {
  double peak[2] = {0.0, 0.0}, low = infinity_d();
  int at[2] = {0, split + 1};
  FW_UNROLL_FOUR
  for (int b = 0; b < histogram_bins; ++b) {
    const int side = b > split;
    const double height = smoothed_count(counts, b, side ? split + 1 : 0, side ? histogram_bins - 1 : split);
    if (height > peak[side]) peak[side] = height, at[side] = b;
  }
  for (int b = at[0]; b <= at[1]; ++b) {
    const double height = smoothed_count(counts, b, 0, histogram_bins - 1);
    low = height < low ? height : low;
  }
  return low / (peak[0] < peak[1] ? peak[0] : peak[1]);
}

/// counts: values per bin, whole numbers.
FW_HD OtsuSplit find_otsu_split(const double (&counts)[histogram_bins]) {
  OtsuSplit best;
  double count = 0.0, sum = 0.0, squares = 0.0;  // exact: below 2^53
  // All 256 would be written out, and spilled.
  FW_UNROLL_FOUR
  for (int b = 0; b < histogram_bins; ++b) {
    const double n = counts[b];
    count += n;
    sum += n * b;
    squares += n * b * b;
  }
  best.count = count;
  double below = 0.0, below_sum = 0.0, below_squares = 0.0, at = 0.0, at_sum = 0.0, at_squares = 0.0;
  FW_UNROLL_FOUR
  for (int b = 0; b < histogram_bins - 1; ++b) {
    const double n = counts[b];
    below += n;
    below_sum += n * b;
    below_squares += n * b * b;
    if (below <= 0.0 || below >= count) continue;
    const double apart = (sum - below_sum) / (count - below) - below_sum / below;
    const double between = below / count * ((count - below) / count) * apart * apart;
    if (between > best.between) {
      best.between = between;
      best.bin = b;
      at = below, at_sum = below_sum, at_squares = below_squares;
    }
  }
  if (best.bin < 0) return best;
  const double above = count - at, above_sum = sum - at_sum;
  best.mean[0] = at_sum / at;
  best.mean[1] = above_sum / above;
  const auto variance = [](double n, double s, double q) {
    const double v = (q - s / n * s) / n;
    return v > 1e-9 ? v : 0.0;  // one bin: rounding only
  };
  const double within = variance(at, at_sum, at_squares) + variance(above, above_sum, squares - at_squares);
  best.separation = within > 0.0 ? 1.4142135623730951 * (best.mean[1] - best.mean[0]) / sqrt(within) : infinity_d();
  best.share = best.between / variance(count, sum, squares);
  best.valley = find_valley(counts, best.bin);
  return best;
}

/// Histogram of a stream of values, for scenes of several tiles: add, merge, finish.
class OtsuHistogram {
 public:
  /// Bins over (low, high]; low < high.
  FW_HD OtsuHistogram(float low, float high) : low_(low), high_(high) {}
  FW_HD void add(float x) {
    const int bin = histogram_bin(x, low_, high_);
    if (bin >= 0) ++counts_[bin];
  }
  /// Counts of 256 bins, as BlockHistograms gives them.
  FW_HD void add_counts(const uint32_t* counts) {
    for (int b = 0; b < histogram_bins; ++b) counts_[b] += counts[b];
  }
  /// The other one has the same bins.
  FW_HD void merge(const OtsuHistogram& o) {
    for (int b = 0; b < histogram_bins; ++b) counts_[b] += o.counts_[b];
  }
  FW_HD OtsuSplit finish() const {
    double counts[histogram_bins];
    for (int b = 0; b < histogram_bins; ++b) counts[b] = static_cast<double>(counts_[b]);
    return find_otsu_split(counts);
  }

 private:
  float low_, high_;
  uint64_t counts_[histogram_bins] = {};
};

}  // namespace fw
