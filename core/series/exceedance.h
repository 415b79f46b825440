// How often the thresholds of indicators were passed in each year of the reference, by means of units.
#pragma once
#include "core/series/unit_means.h"

namespace fw {

/// Whole square metres, so that sums do not depend on order.
struct YearExceedance {
  size_t indicator;  ///< place in plan.indicators
  int year;
  uint64_t beyond_m2, all_m2;  ///< unit areas summed over the periods that have a value
};

/// Every reference year against the others, as `of_mean` of the table, on the finest level. Left out: indicators with a
/// clean-up or about the season itself; of seasonal ones the periods outside a declared season.
std::vector<YearExceedance> count_exceedance(const SeriesPlan& plan, const RecordPlan& record,
                                             const std::vector<AdminUnits>& levels, const UnitMeans& means,
                                             const IndicatorTable& table);

}  // namespace fw
