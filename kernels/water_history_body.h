// Body of WaterHistory: a monthly water record in one pass.
#pragma once
#include "kernels/ops_water.h"
#include "kernels/series_input.h"

namespace fw {

struct WaterHistoryBody {
  static constexpr unsigned blocks_at_once = 3;  ///< of which each needs 80 registers
  WaterHistory op;
  static constexpr size_t work_floats(int) { return 0; }

  template <int L>
  FW_HD void block(size_t p, float*) const {
    Counts<L> all, epoch1, epoch2;
    Years<L> years;
    // Year by year: the month is known when the program is compiled, so that a GPU thread counts in registers and has
    // the loads of a year in flight.
    for (int begin = -op.first_month; begin < op.months; begin += 12) {
      float held[12];
      const float* row = op.water + (begin < 0 ? 0 : static_cast<size_t>(begin) * op.pixels) + p;
      if constexpr (L == 1) {
        FW_UNROLL
        for (int m = 0; m < 12; ++m) {
          held[m] = nan_f();
          if (begin + m >= 0 && begin + m < op.months) {
            held[m] = *row;
            row += op.pixels;
          }
        }
      }
      FW_UNROLL
      for (int m = 0; m < 12; ++m) {
        const int t = begin + m;
        if (t < 0 || t >= op.months) continue;
        const float* value = L == 1 ? held + m : op.water + static_cast<size_t>(t) * op.pixels + p;
        int seen[L], wet[L];
        for (int l = 0; l < L; ++l) seen[l] = value[l] == value[l], wet[l] = value[l] > 0.5f;
        all.add(m, seen, wet);
        if (t >= op.epoch1_begin && t < op.epoch1_end) epoch1.add(m, seen, wet);
        if (t >= op.epoch2_begin && t < op.epoch2_end) epoch2.add(m, seen, wet);
        for (int l = 0; l < L; ++l) years.seen[l] += seen[l], years.wet[l] += wet[l];
      }
      years.close(op.min_months);
    }
    for (int l = 0; l < L; ++l) put<L>(p, l, all, epoch1, epoch2, years);
  }

 private:
  /// Observations and water per calendar month: those below, these above the 16th bit (a month has fewer of either).
  template <int L>
  struct Counts {
    uint32_t both[12][L];
    FW_HD Counts() {
      for (int m = 0; m < 12; ++m)
        for (int l = 0; l < L; ++l) both[m][l] = 0;
    }
    FW_HD void add(int m, const int (&is_seen)[L], const int (&is_wet)[L]) {
      for (int l = 0; l < L; ++l) both[m][l] += static_cast<uint32_t>(is_seen[l] + (is_wet[l] << 16));
    }
    FW_HD int seen(int m, int l) const { return static_cast<int>(both[m][l] & 0xFFFFu); }
    FW_HD int wet(int m, int l) const { return static_cast<int>(both[m][l] >> 16); }
  };
  /// Judged years: what the first and the last were (0 dry, 1 seasonal, 2 permanent) and the wettest between them.
  template <int L>
  struct Years {
    int seen[L], wet[L], judged[L], with_water[L], first[L], last[L], between[L], last_months[L];
    FW_HD Years() {
      for (int l = 0; l < L; ++l) {
        seen[l] = wet[l] = judged[l] = with_water[l] = first[l] = between[l] = last_months[l] = 0;
        last[l] = -1;
      }
    }
    FW_HD void close(int min_months) {
      for (int l = 0; l < L; ++l) {
        if (seen[l] >= min_months) {
          const int kind = wet[l] == 0 ? 0 : (wet[l] == seen[l] ? 2 : 1);
          if (judged[l] == 0) first[l] = kind;
          if (judged[l] > 1 && last[l] > between[l]) between[l] = last[l];
          last[l] = kind;
          last_months[l] = wet[l];
          with_water[l] += wet[l] > 0;
          ++judged[l];
        }
        seen[l] = wet[l] = 0;
      }
    }
  };

  FW_HD static WaterTransition transition(int judged, int first, int last, int between) {
    using T = WaterTransition;
    if (judged < 2) return T::not_assessed;
    if (first == last) {
      if (first == 1) return T::seasonal;
      if (first == 2) return T::permanent;
      return between == 2 ? T::ephemeral_permanent : (between == 1 ? T::ephemeral_seasonal : T::none);
    }
    if (first == 0) return last == 2 ? T::new_permanent : T::new_seasonal;
    if (last == 0) return first == 2 ? T::lost_permanent : T::lost_seasonal;
    return first == 1 ? T::seasonal_to_permanent : T::permanent_to_seasonal;
  }

  template <int L>
  FW_HD void put(size_t p, int l, const Counts<L>& all, const Counts<L>& epoch1, const Counts<L>& epoch2,
                 const Years<L>& years) const {
    const size_t i = p + static_cast<size_t>(l);
    int seen = 0, wet = 0, months = 0, pairs = 0, seen1 = 0, seen2 = 0, wet12 = 0;
    double occurrence = 0.0, change = 0.0;
    FW_UNROLL
    for (int m = 0; m < 12; ++m) {
      const int n = all.seen(m, l), n1 = epoch1.seen(m, l), n2 = epoch2.seen(m, l);
      const int of_all = all.wet(m, l), of1 = epoch1.wet(m, l), of2 = epoch2.wet(m, l);
      seen += n, wet += of_all, seen1 += n1, seen2 += n2;
      wet12 += of1 + of2;
      if (n > 0) {
        occurrence += static_cast<double>(of_all) / n;
        ++months;
      }
      if (n1 > 0 && n2 > 0) {
        change += static_cast<double>(of2) / n2 - static_cast<double>(of1) / n1;
        ++pairs;
      }
    }
    const double none = nan_d();
    const double points = pairs > 0 ? clip(100.0 * change / pairs, -100.0, 100.0) : none;
    if (op.occurrence) op.occurrence[i] = to_float(months > 0 ? 100.0 * occurrence / months : none);
    if (op.water_share) op.water_share[i] = to_float(seen > 0 ? 100.0 * wet / seen : none);
    if (op.recurrence)
      op.recurrence[i] = to_float(years.judged[l] > 0 ? 100.0 * years.with_water[l] / years.judged[l] : none);
    // With a pair of months the change of land that is never water is 0, and said as "not water" in the code.
    uint8_t code = change_no_data;
    if (seen1 > 0 && seen2 > 0) {
      code = change_no_pairs;
      if (pairs > 0) code = static_cast<uint8_t>(static_cast<int>(points + 100.0 + 0.5));
      if (wet12 == 0) code = change_not_water;
    }
    if (op.change) op.change[i] = to_float(points);
    if (op.change_code) op.change_code[i] = code;
    if (op.seasonality)
      op.seasonality[i] = years.judged[l] > 0 ? static_cast<uint8_t>(years.last_months[l]) : uint8_t{255};
    if (op.transition)
      op.transition[i] =
          static_cast<uint8_t>(transition(years.judged[l], years.first[l], years.last[l], years.between[l]));
    if (op.observed) op.observed[i] = static_cast<uint16_t>(seen);
    if (op.reason)
      op.reason[i] =
          seen > 0 ? number(Reason::value) : reason_of_series(false, op.month_reason, op.months, op.pixels, i);
  }
};

}  // namespace fw
