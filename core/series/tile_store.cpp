// What a tile keeps in a store and takes from it.
#include <algorithm>

#include "core/series/measure.h"
#include "core/series/tile_worker.h"

namespace fw {

void TileWorker::restore(size_t base, size_t p, const Window& window, float* value, uint8_t* reason) {
  if (store_->has_composite(base, period_at(p)))
    return store_->load_composite(base, period_at(p), window, value, reason);
  // Too far back for this series: not kept, and not looked at.
  std::fill_n(value, pixels_, nan_f());
  std::fill_n(reason, pixels_, static_cast<uint8_t>(Reason::not_observed));
}

void TileWorker::keep_composites(const Window& window) {
  std::vector<float> value(pixels_);
  std::vector<uint8_t> reason(pixels_);
  for (size_t k = 0; k < base_.size(); ++k)
    for (size_t p = 0; p < static_cast<size_t>(record_.periods); ++p) {
      if (!store_->keeps_composite(k, period_at(p))) continue;
      backend_->download(value.data(), base_[k].value.at(p * pixels_), pixels_ * sizeof(float));
      backend_->download(reason.data(), base_[k].reason.at(p * pixels_), pixels_);
      store_->keep_composite(k, period_at(p), window, value.data(), reason.data());
    }
}

void TileWorker::keep_references(size_t i, const DeviceSeries& series, const Window& window) {
  const ReferencePlanes planes = reference_planes(plan_, record_, i);
  if (!planes.any()) return;
  PlaceValues values;
  values.resize(pixels_, planes);
  const TileSeries of_tile{series.value.data(), series.reason.data(), record_.periods, pixels_};
  for (int place = 0; place < periods_per_year(plan_.cadence); ++place) {
    place_->collect(of_tile, reference_, place, values);
    if (planes.gamma) collect_gamma(*backend_, plan_, reference_, of_tile, place, values);
    if (planes.years > 0) collect_years(*backend_, plan_, record_, of_tile, place, values);
    store_->keep_reference(i, place, window, values);
  }
}

void TileWorker::compare_with_stored(size_t i, const DeviceSeries& series, const Window& window, float* value,
                                     uint8_t* reason) {
  ReferencePlanes planes;
  planes.add(plan_, plan_.indicators[i]);
  PlaceValues values;
  values.resize(pixels_, planes);
  for (size_t t = 0; t < record_.targets.size(); ++t) {
    const auto at = static_cast<size_t>(record_.targets[t]);
    if (planes.any())
      store_->load_reference(record_.unit_series[i], place_in_year(period_at(at)), window, planes, values);
    const float* x = series.value.data() + at * pixels_;
    const uint8_t* why = series.reason.data() + at * pixels_;
    if (planes.years > 0)
      detrend(*backend_, plan_, x, why, values, pixels_, period_at(at), value + t * pixels_, reason + t * pixels_);
    else if (planes.gamma)
      standardize(*backend_, x, why, values, pixels_, value + t * pixels_, reason + t * pixels_);
    else
      place_->compare(x, why, values, plan_, plan_.indicators[i].statistic, value + t * pixels_, reason + t * pixels_);
  }
}

}  // namespace fw
