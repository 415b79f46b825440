// The season of a tile: found once, then told, followed by windows and held before alarms.
#include "core/series/season_gate.h"
#include "core/series/tile_worker.h"

namespace fw {

void TileWorker::find_season(const Window& window) {
  if (plan_.season) {
    season_ = std::make_unique<TileSeason>(plan_, *plan_.season);
    return;
  }
  size_t source = 0;
  while (source < plan_.indicators.size() && !plan_.indicators[source].tells_season()) ++source;
  FW_EXPECT(source < plan_.indicators.size(), "a plan that gates by season has the indicator season_active");
  DeviceSeries own;
  const DeviceSeries* series = series_of(plan_.indicators[source], own);
  if (!series) {
    season_ = std::make_unique<TileSeason>(plan_);
    return;
  }
  ReferencePlanes planes;
  planes.mean = true;
  season_ = std::make_unique<TileSeason>(*backend_, plan_, pixels_, [&](int place, PlaceValues& values) {
    if (store_ && store_->updating())
      store_->load_reference(record_.unit_series[source], place, window, planes, values);
    else
      place_->collect({series->value.data(), series->reason.data(), record_.periods, pixels_}, reference_, place,
                      values);
  });
}

void TileWorker::season_means(const DeviceSeries& in, DeviceSeries& out) {
  std::vector<float> value(static_cast<size_t>(record_.periods) * pixels_);
  std::vector<uint8_t> reason(value.size());
  backend_->download(value.data(), in.value.data(), value.size() * sizeof(float));
  backend_->download(reason.data(), in.reason.data(), reason.size());
  accumulate_season(*season_, record_.first, record_.periods, pixels_, value, reason);
  backend_->upload(out.value.data(), value.data(), value.size() * sizeof(float));
  backend_->upload(out.reason.data(), reason.data(), reason.size());
}

void TileWorker::tell_season(const Indicator& indicator, size_t target, float* value, uint8_t* reason) const {
  const Period p = period_at(static_cast<size_t>(record_.targets[target]));
  const bool active = indicator.measure == Measure::season_active;
  for (size_t k = 0; k < pixels_; ++k) {
    const uint8_t state = season_->state(p, k);
    const bool known = state != season_unknown && (active || state != 0);
    value[k] = !known ? nan_f() : (active ? state != 0 : state == 2) ? 1.0F : 0.0F;
    reason[k] = static_cast<uint8_t>(known                     ? Reason::value
                                     : state == season_unknown ? Reason::not_assessed
                                                               : Reason::not_in_season);
  }
}

void TileWorker::gate(const Indicator& indicator, size_t target, float* value, uint8_t* reason) const {
  const Period p = period_at(static_cast<size_t>(record_.targets[target]));
  const bool declared_off = indicator.seasonal && plan_.season && !plan_.season->holds(p);
  const bool by_pixel = gated_by_pixel(plan_, indicator);
  if (!declared_off && !by_pixel) return;
  for (size_t k = 0; k < pixels_; ++k) {
    const auto why = static_cast<Reason>(reason[k]);
    const Reason gated = declared_off ? Reason::not_in_season : gate_by_season(season_->state(p, k), why);
    reason[k] = static_cast<uint8_t>(gated);
    if (gated != Reason::value) value[k] = nan_f();
  }
}

}  // namespace fw
