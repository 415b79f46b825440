// Does a fixed threshold fire more or less often as the years pass? A z below -1 means one in six only while neither
// climate nor sensor drifts: the rate per year is printed with every run.
#pragma once
#include <cstdint>
#include <limits>
#include <map>

namespace fw {

struct ThresholdDrift {
  int years = 0;
  double rate = 0;  ///< share of values beyond the threshold, 0..1; NaN without values
  double first_half = 0,
         last_half = 0;          ///< mean of the yearly rates; the middle year of an odd number counts in neither
  double points_per_decade = 0;  ///< slope of the yearly rates, percentage points per ten years; NaN with fewer than 2
};

/// Counts per year, added in any order and merged (weights are whole: pixels, or square metres).
class ExceedanceByYear {
 public:
  void add(int year, bool beyond, uint64_t weight = 1) {
    Count& c = years_[year];
    c.all += weight;
    if (beyond) c.beyond += weight;
  }
  void merge(const ExceedanceByYear& other) {
    for (const auto& [year, c] : other.years_) years_[year].all += c.all, years_[year].beyond += c.beyond;
  }
  ThresholdDrift finish() const {
    ThresholdDrift out;
    double all = 0, beyond = 0, n = 0, sum_year = 0, sum_rate = 0;
    for (const auto& [year, c] : years_) {
      if (c.all == 0) continue;
      all += static_cast<double>(c.all), beyond += static_cast<double>(c.beyond);
      ++n, sum_year += year, sum_rate += c.rate();
    }
    out.years = static_cast<int>(n);
    out.rate = beyond / all;  // NaN without values
    double above = 0, below = 0;
    int k = 0;
    for (const auto& [year, c] : years_) {
      if (c.all == 0) continue;
      above += (year - sum_year / n) * (c.rate() - sum_rate / n);
      below += (year - sum_year / n) * (year - sum_year / n);
      if (k < out.years / 2) out.first_half += c.rate() / (out.years / 2);
      if (k >= out.years - out.years / 2) out.last_half += c.rate() / (out.years / 2);
      ++k;
    }
    if (out.years < 2) out.first_half = out.last_half = std::numeric_limits<double>::quiet_NaN();
    out.points_per_decade = 1000 * above / below;  // NaN with one year
    return out;
  }

 private:
  struct Count {
    uint64_t all = 0, beyond = 0;
    double rate() const { return static_cast<double>(beyond) / static_cast<double>(all); }
  };
  std::map<int, Count> years_;
};

}  // namespace fw
