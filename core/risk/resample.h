// Block bootstrap that gives the same draws on every machine.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace fw {

/// SplitMix64: a small generator of which the standard library's distributions are not needed.
/// Source: Steele, Lea & Flood 2014, OOPSLA, 453.
class SplitMix {
 public:
  explicit SplitMix(uint64_t seed) : state_(seed) {}
  uint64_t next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }
  /// 0..n-1, n >= 1 (bias below n / 2^64).
  size_t below(size_t n) { return static_cast<size_t>(next() % n); }

 private:
  uint64_t state_;
};

/// How often each of n blocks is drawn in one resample of n blocks.
inline std::vector<double> draw_blocks(SplitMix& random, size_t n) {
  std::vector<double> times(n, 0);
  for (size_t k = 0; k < n; ++k) ++times[random.below(n)];
  return times;
}

/// Blocks (years) of rows: sorted distinct values, and for each row its place among them.
struct Blocks {
  std::vector<int> names;
  std::vector<size_t> of_row;
};
inline Blocks blocks_of(const std::vector<int>& year) {
  Blocks b{year, {}};
  std::sort(b.names.begin(), b.names.end());
  b.names.erase(std::unique(b.names.begin(), b.names.end()), b.names.end());
  for (const int y : year)
    b.of_row.push_back(static_cast<size_t>(std::lower_bound(b.names.begin(), b.names.end(), y) - b.names.begin()));
  return b;
}

struct Interval90 {
  double low = std::numeric_limits<double>::quiet_NaN(), high = std::numeric_limits<double>::quiet_NaN();
};
/// Middle 90 % of draws (median-unbiased percentiles 5 and 95); NaN with fewer than 20. NaN draws are left out.
inline Interval90 middle_90(std::vector<double> draws) {
  std::erase_if(draws, [](double v) { return std::isnan(v); });
  if (draws.size() < 20) return {};
  std::sort(draws.begin(), draws.end());
  const auto at = [&](double share) {
    const double n = static_cast<double>(draws.size()), rank = (n + 1.0 / 3) * share + 1.0 / 3;
    const double low = std::clamp(std::floor(rank), 1.0, n), high = std::min(low + 1, n);
    const double a = draws[static_cast<size_t>(low) - 1], b = draws[static_cast<size_t>(high) - 1];
    return a + (b - a) * std::clamp(rank - low, 0.0, 1.0);
  };
  return {at(0.05), at(0.95)};
}

}  // namespace fw
