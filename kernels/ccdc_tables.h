// Layout of ccdc_tables: thresholds, days, seasonal terms, slow waves of Tmask.
#pragma once
#include "kernels/ops_ccdc.h"
#include "kernels/special_functions.h"

namespace fw {

inline constexpr double ccdc_year = 365.2425;  ///< days

struct CcdcTables {
  const double* first;
  int times;

  /// Greatest magnitude without a change for a look ahead of `peek` observations, 0..ccdc_max_peek.
  FW_HD double threshold(int peek) const { return first[peek]; }
  FW_HD double day(int row) const { return days()[row]; }
  /// cos and sin of 1, 2, 3 waves a year.
  FW_HD const double* terms(int row) const { return days() + times + 6 * row; }
  /// cos and sin of one wave in `years` (1..) years.
  FW_HD const double* slow(int years, int row) const {
    return days() + 7 * times + 2 * ((static_cast<ptrdiff_t>(years) - 1) * times + row);
  }
  FW_HD const double* days() const { return first + ccdc_max_peek + 1; }
};

/// Years that the window of a robust fit spans, rounded up.
FW_HD int ccdc_years(double days) {
  const double years = days / ccdc_year;
  const int whole = static_cast<int>(years);
  return whole + (static_cast<double>(whole) < years ? 1 : 0);
}

}  // namespace fw
