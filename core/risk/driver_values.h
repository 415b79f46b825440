// Drivers of units as they were known on a day: nothing that was published later, nothing of years left out.
#pragma once
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/evidence/observation_account.h"
#include "core/risk/driver_spec.h"
#include "core/series/indicator_table.h"
#include "kernels/special_functions.h"

namespace fw {

/// Values by month (number of a Period of months), NaN where there is none.
struct MonthlySeries {
  int first = 0;
  std::vector<double> values;
  int end() const { return first + static_cast<int>(values.size()); }
  double at(int month) const {
    return month < first || month >= end() ? nan_d() : values[static_cast<size_t>(month - first)];
  }
  /// In: values by month, at least one.
  static MonthlySeries of(const std::map<int, double>& by_month);
};

struct DriverValue {
  double raw = nan_d();       ///< of the declared statistic; NaN where missing
  double oriented = nan_d();  ///< as the model sees it, -3..3
  Date newest;                ///< last day of the newest input, where there is a value
  bool from_indicator = false;
};

class DriverValues {
 public:
  /// Keeps what the drivers need of both. In: at least so much of a unit's area must have a value of an indicator.
  DriverValues(const DriverList& list, const std::vector<MatchedObservation>& observations,
               const IndicatorTable& indicators, double min_valid_fraction = 0.25);

  const DriverList& list() const { return list_; }
  /// Every driver of a unit, in the order of the list. In: without_years: years that no average or deviation may be
  /// learnt from, besides the value's own.
  std::vector<DriverValue> at(const std::string& pcode, Date issue, const std::set<int>& without_years) const;

 private:
  using SeriesOfUnit = std::vector<MonthlySeries>;  ///< one per sort and site
  struct IndicatorValue {
    Date last;
    double value;
  };

  DriverValue statistic_of(const DriverSpec& spec, const SeriesOfUnit& series, Date issue,
                           const std::set<int>& without_years) const;

  DriverList list_;
  std::vector<std::map<std::string, SeriesOfUnit>> series_;                     ///< [driver] by p-code
  std::vector<std::map<std::string, std::vector<IndicatorValue>>> indicators_;  ///< [driver] by p-code, by day
};

/// The statistics by themselves. In: `known`: last month (number) whose value may be used. Out: NaN where missing;
/// `newest` is the month of the newest value used.
double seasonal_z(const MonthlySeries& series, int known, int months, const std::set<int>& without_years, int* newest);
double months_since_good(const MonthlySeries& series, int known, int months, const std::set<int>& without_years,
                         int* newest);
double price_stress(const MonthlySeries& series, int known, int* newest);
double price_growth(const MonthlySeries& series, int known, int* newest);

}  // namespace fw
