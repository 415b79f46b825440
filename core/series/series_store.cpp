#include "core/series/series_store.h"

namespace fw {

void ReferencePlanes::add(Statistic statistic) {
  mean |= statistic == Statistic::difference || statistic == Statistic::z;
  squares |= statistic == Statistic::z;
  range |= statistic == Statistic::vci || statistic == Statistic::tci;
  median |= statistic == Statistic::percent_of_median;
}

void ReferencePlanes::add(const SeriesPlan& plan, const Indicator& indicator) {
  add(indicator.statistic);
  mean |= indicator.tells_season();
  gamma |= indicator.measure == Measure::spi;
  if (indicator.measure == Measure::detrended_z) years = plan.reference_to.year - plan.reference_from.year + 1;
}

ReferencePlanes reference_planes(const SeriesPlan& plan, const RecordPlan& record, size_t unit_series) {
  ReferencePlanes planes;
  for (size_t i = 0; i < plan.indicators.size(); ++i)
    if (record.unit_series[i] == unit_series) planes.add(plan, plan.indicators[i]);
  return planes;
}

void PlaceValues::resize(size_t n, const ReferencePlanes& planes) {
  count.resize(n);
  mean.resize(planes.mean ? n : 0);
  squares.resize(planes.squares ? n : 0);
  low.resize(planes.range ? n : 0);
  high.resize(planes.range ? n : 0);
  median.resize(planes.median ? n : 0);
  years.resize(static_cast<size_t>(planes.years));
  for (auto& year : years) year.resize(n);
  for (auto* plane : {&shape, &spread, &p_zero}) plane->resize(planes.gamma ? n : 0);
}

PlaceStatistics PlaceValues::view() {
  const auto of = [](auto& v) { return v.empty() ? nullptr : v.data(); };
  return {of(count), of(mean), of(squares), of(low), of(high), of(median)};
}

}  // namespace fw
