// Body of Anomaly: a value against the reference years of the same dekad. See lanes.h for L.
#pragma once
#include "kernels/series_bodies.h"

namespace fw {

/// Lists the reference rows of each target once, for all pixels. rows: [target][max_reference_years]; count: [target],
/// -1 where there are more than max_reference_years.
template <class Op>
struct ListReferences {
  Op op;
  int32_t *rows, *count;
  FW_HD int32_t load(size_t k) const { return op.target[k]; }
  FW_HD void store(size_t k, int32_t t) const {
    int32_t* list = rows + k * static_cast<size_t>(max_reference_years);
    int32_t n = 0;
    for (int32_t s = 0; s < op.times; ++s) {
      if (op.group[s] != op.group[t] || op.in_reference[s] == 0 || op.year[s] == op.year[t]) continue;
      if (n < max_reference_years) list[n] = s;
      ++n;
    }
    count[k] = n <= max_reference_years ? n : -1;
  }
};

struct AnomalyBody {
  Anomaly op;
  const int32_t *rows, *row_count;

  /// Few targets read few rows: then the rows are read where they are.
  FW_HD bool staged() const { return op.targets > 4; }
  size_t work_floats(int lanes) const {
    return staged() ? static_cast<size_t>(op.times) * static_cast<size_t>(lanes) : 0;
  }

  template <int L>
  FW_HD void block(size_t p, float* work) const {
    const SeriesView x = staged() ? stage<L>(op.x, op.times, op.pixels, p, work) : SeriesView{op.x + p, op.pixels};
    for (int k = 0; k < op.targets; ++k) compare<L>(x, p, k);
  }

 private:
  static constexpr float z_limit = 6.0f;

  FW_HD bool asked(Statistic s) const { return op.out[static_cast<int>(s)] || op.reason_out[static_cast<int>(s)]; }

  template <int L>
  FW_HD void compare(const SeriesView& x, size_t p, int k) const {
    const float infinity = __builtin_inff();
    const int t = op.target[k];
    const int32_t* list = rows + static_cast<size_t>(k) * static_cast<size_t>(max_reference_years);
    const int references = row_count[k] < 0 ? 0 : row_count[k];
    double sum[L], squares[L];
    float low[L], high[L];
    int years[L];
    for (int l = 0; l < L; ++l) sum[l] = squares[l] = 0.0, low[l] = infinity, high[l] = -infinity, years[l] = 0;
    for (int j = 0; j < references; ++j) {
      const int s = list[j];
      for (int l = 0; l < L; ++l) {
        const float v = x.at(s, l);
        const bool ok = v == v;
        years[l] += ok;
        sum[l] += ok ? static_cast<double>(v) : 0.0;
        low[l] = v < low[l] ? v : low[l];
        high[l] = v > high[l] ? v : high[l];
      }
    }
    double mean[L];
    for (int l = 0; l < L; ++l) mean[l] = sum[l] / static_cast<double>(years[l]);
    if (asked(Statistic::z)) {
      for (int j = 0; j < references; ++j) {
        const int s = list[j];
        for (int l = 0; l < L; ++l) {
          const float v = x.at(s, l);
          const double d = static_cast<double>(v) - mean[l];
          squares[l] += v == v ? d * d : 0.0;
        }
      }
    }
    float sorted[max_reference_years][L];
    if (asked(Statistic::percent_of_median)) {
      for (int j = 0; j < references; ++j) {
        const int s = list[j];
        for (int l = 0; l < L; ++l) {
          const float v = x.at(s, l);
          sorted[j][l] = v == v ? v : infinity;
        }
      }
      sort_lanes<L>(sorted, references);
    }
    for (int l = 0; l < L; ++l) {
      const float value = x.at(t, l);
      const size_t pixel = p + static_cast<size_t>(l);
      const double v = static_cast<double>(value), none = static_cast<double>(nan_f());
      const bool enough = years[l] > 0 && years[l] >= op.min_years;
      put(Statistic::value, k, t, pixel, value, v);
      if (asked(Statistic::difference)) put(Statistic::difference, k, t, pixel, value, enough ? v - mean[l] : none);
      if (asked(Statistic::percent_of_median)) {
        const double median = enough ? median_of_sorted<L>(sorted, years[l], l) : 0.0;
        put(Statistic::percent_of_median, k, t, pixel, value, median > 0.0 ? 100.0 * v / median : none);
      }
      if (asked(Statistic::z)) {
        const double stddev = years[l] > 1 ? sqrt(squares[l] / static_cast<double>(years[l] - 1)) : 0.0;
        const bool spread = enough && stddev > 0.0 && stddev >= static_cast<double>(op.std_floor);
        put(Statistic::z, k, t, pixel, value,
            spread ? clip((v - mean[l]) / stddev, -static_cast<double>(z_limit), static_cast<double>(z_limit)) : none);
      }
      if (asked(Statistic::vci) || asked(Statistic::tci)) {
        const double range = static_cast<double>(high[l]) - static_cast<double>(low[l]);
        const bool spread = enough && range > 0.0;
        put(Statistic::vci, k, t, pixel, value,
            spread ? clip(100.0 * (v - static_cast<double>(low[l])) / range, 0.0, 100.0) : none);
        put(Statistic::tci, k, t, pixel, value,
            spread ? clip(100.0 * (static_cast<double>(high[l]) - v) / range, 0.0, 100.0) : none);
      }
    }
  }

  FW_HD void put(Statistic s, int k, int t, size_t pixel, float value, double result) const {
    const size_t i = static_cast<size_t>(k) * op.pixels + pixel;
    const bool present = value == value && result == result;
    if (op.out[static_cast<int>(s)]) op.out[static_cast<int>(s)][i] = present ? static_cast<float>(result) : nan_f();
    if (op.reason_out[static_cast<int>(s)]) {
      const uint8_t why = value == value ? number(Reason::not_assessed)
                                         : reason_of(op.reason, static_cast<size_t>(t) * op.pixels + pixel);
      op.reason_out[static_cast<int>(s)][i] = present ? number(Reason::value) : why;
    }
  }
};

}  // namespace fw
