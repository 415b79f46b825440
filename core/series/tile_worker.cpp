#include "core/series/tile_worker.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/series/measure.h"

namespace fw {

TileWorker::TileWorker(const SeriesPlan& plan, const RecordPlan& record, const BlockComposites& composites,
                       std::unique_ptr<Backend> backend, SeriesStore* store)
    : plan_(plan),
      record_(record),
      composites_(composites),
      store_(store),
      backend_(std::move(backend)),
      reference_(*backend_, reference_calendar(plan, record), record.targets) {}

DeviceSeries TileWorker::make_series(size_t periods) {
  return {Buffer<float>(*backend_, periods * pixels_), Buffer<uint8_t>(*backend_, periods * pixels_)};
}

size_t TileWorker::base_index(const std::string& name, CompositeMethod composite) const {
  for (size_t i = 0; i < record_.base.size(); ++i)
    if (record_.base[i].name == name && record_.base[i].composite == composite) return i;
  return record_.base.size();
}

void TileWorker::run(const Window& window, const Deliver& deliver, const DeliverSeries& deliver_series) {
  if (pixels_ != window.pixels()) {
    pixels_ = window.pixels();
    base_.clear();
    for (size_t i = 0; i < record_.base.size(); ++i) base_.push_back(make_series(static_cast<size_t>(record_.periods)));
    if (store_ || needs_season(plan_)) place_ = std::make_unique<PlaceReference>(*backend_, pixels_);
  }
  make_results();
  take_composites(window);
  if (store_) keep_composites(window);
  if (needs_season(plan_)) find_season(window);

  for (size_t i = 0; i < plan_.indicators.size(); ++i)
    if (record_.unit_series[i] == i) measure_series(i, window, deliver, deliver_series);
  deliver_results(deliver);
}

void TileWorker::measure_series(size_t unit_series, const Window& window, const Deliver& deliver,
                                const DeliverSeries& deliver_series) {
  std::vector<size_t> indicators;
  for (size_t i = unit_series; i < plan_.indicators.size(); ++i)
    if (record_.unit_series[i] == unit_series) indicators.push_back(i);
  const Indicator& first = plan_.indicators[unit_series];
  DeviceSeries own, smooth;
  const DeviceSeries* series = series_of(first, own);
  if (!series) {
    for (const size_t i : indicators) deliver_empty(i, Reason::not_observed, deliver);
    return;
  }
  if (window_of(plan_, first) > 1) {
    smooth = make_series(static_cast<size_t>(record_.periods));
    if (first.season_window)
      season_means(*series, smooth);
    else
      rolled(first, *series, smooth);
    series = &smooth;
  }
  if (deliver_series && !backend_->is_device()) {
    deliver_series(unit_series, series->value.data());
  } else if (deliver_series) {
    host_value_.resize(static_cast<size_t>(record_.periods) * pixels_);
    backend_->download(host_value_.data(), series->value.data(), host_value_.size() * sizeof(float));
    deliver_series(unit_series, host_value_.data());
  }
  if (store_ && !store_->updating()) keep_references(unit_series, *series, window);
  while (!indicators.empty()) {
    const std::vector<size_t> alike = take_alike(indicators);
    compute_statistic(alike.front(), *series, window);
    for (const size_t i : alike) finished_.push_back({i, places_});
    if (++places_ == results_at_once_) deliver_results(deliver);
  }
}

std::vector<size_t> TileWorker::take_alike(std::vector<size_t>& indicators) const {
  const Indicator& first = plan_.indicators[indicators.front()];
  const auto others = std::stable_partition(indicators.begin(), indicators.end(), [&](size_t i) {
    return plan_.indicators[i].measure == first.measure && plan_.indicators[i].statistic == first.statistic;
  });
  std::vector<size_t> alike(indicators.begin(), others);
  indicators.erase(indicators.begin(), others);
  return alike;
}

void TileWorker::take_composites(const Window& window) {
  const bool device = backend_->is_device();
  const auto periods = static_cast<size_t>(record_.periods);
  if (device) {
    host_value_.resize(periods * pixels_);
    host_reason_.resize(periods * pixels_);
  }
  for (size_t k = 0; k < base_.size(); ++k) {
    float* const value = device ? host_value_.data() : base_[k].value.data();
    uint8_t* const reason = device ? host_reason_.data() : base_[k].reason.data();
    for (size_t p = 0; p < periods; ++p) {
      if (composites_.is_stored(record_.base[k].product, p, window))
        restore(k, p, window, value + p * pixels_, reason + p * pixels_);
      else
        composites_.copy(k, p, window, value + p * pixels_, reason + p * pixels_);
    }
    if (!device) continue;
    backend_->upload(base_[k].value.data(), value, periods * pixels_ * sizeof(float));
    backend_->upload(base_[k].reason.data(), reason, periods * pixels_);
  }
}

DeviceSeries TileWorker::water_series() {
  const DeviceSeries& index = base_[base_index(plan_.water_index, CompositeMethod::median)];
  const size_t count = static_cast<size_t>(record_.periods) * pixels_;
  DeviceSeries water = make_series(static_cast<size_t>(record_.periods));
  backend_->run(Threshold{index.value.data(), water.value.data(), count, 0.0F});
  backend_->copy(water.reason.data(), index.reason.data(), count);
  return water;
}

DeviceSeries TileWorker::built_up_series() {
  const auto& ndvi = base_[base_index("NDVI", CompositeMethod::max)];
  const auto& ndbi = base_[base_index("NDBI", CompositeMethod::median)];
  const size_t count = static_cast<size_t>(record_.periods) * pixels_;
  // Water has low NDVI all year, as roofs have: where a period is water, its NDBI does not count.
  DeviceSeries dry = make_series(static_cast<size_t>(record_.periods)),
               out = make_series(static_cast<size_t>(record_.periods));
  {
    const DeviceSeries water = water_series();
    QaMask is_water{water.value.data(), dry.reason.data(), count, {}, 1};
    is_water.rules[0] = {0, 1, 0b10, MaskOutcome::masked};
    backend_->run(is_water);
  }
  backend_->copy(dry.value.data(), ndbi.value.data(), count * sizeof(float));
  backend_->run(ApplyMask{dry.value.data(), dry.reason.data(), count, MaskOutcome::masked});
  const BuiltUpModel& m = plan_.built_up;
  backend_->run(BuiltUp{ndvi.value.data(), dry.value.data(), ndbi.reason.data(), record_.periods, pixels_,
                        window_periods(m.window_dekads, plan_.cadence),
                        window_periods(m.min_valid_dekads, plan_.cadence), static_cast<float>(m.a0),
                        static_cast<float>(m.a_ndbi), static_cast<float>(m.a_ndvi), out.value.data(),
                        out.reason.data()});
  return out;
}

const DeviceSeries* TileWorker::series_of(const Indicator& indicator, DeviceSeries& own) {
  const auto have = [&](const std::string& name, CompositeMethod c) { return base_index(name, c) < base_.size(); };
  const bool water = have(plan_.water_index, CompositeMethod::median);
  if (indicator.series == "water") {
    if (!water) return nullptr;
    own = water_series();
    return &own;
  }
  if (indicator.series == "built_up") {
    if (!water || !have("NDVI", CompositeMethod::max) || !have("NDBI", CompositeMethod::median)) return nullptr;
    own = built_up_series();
    return &own;
  }
  return have(indicator.series, indicator.composite) ? &base_[base_index(indicator.series, indicator.composite)]
                                                     : nullptr;
}

void TileWorker::rolled(const Indicator& indicator, const DeviceSeries& in, DeviceSeries& out) {
  const int window = window_periods(indicator.window, plan_.cadence);
  // A sum needs most of its window; a mean or maximum half of it.
  const int min_valid =
      indicator.window_method == RollingMethod::sum ? std::max(1, (4 * window + 4) / 5) : std::max(1, (window + 1) / 2);
  // An update looks at its targets only.
  const bool updating = store_ && store_->updating() && !record_.targets.empty();
  const int first = updating ? *std::min_element(record_.targets.begin(), record_.targets.end()) : 0;
  const int from = std::max(0, first - window + 1);
  const size_t skipped = static_cast<size_t>(from) * pixels_;
  backend_->run(Rolling{in.value.data() + skipped, in.reason.data() + skipped, record_.periods - from, pixels_, window,
                        min_valid, indicator.window_method, out.value.at(skipped), out.reason.at(skipped)});
}

void TileWorker::make_results() {
  // From a device all results of a tile come down at once, as far as 64 MiB go; on the CPU there is nothing to gain.
  constexpr size_t most_bytes = size_t{64} << 20;
  finished_.clear();
  places_ = 0;
  const size_t bytes = record_.targets.size() * pixels_ * (sizeof(float) + 1);
  const size_t stride = (bytes + sizeof(float) - 1) / sizeof(float) * sizeof(float);
  if (stride == result_bytes_) return;
  result_bytes_ = stride;
  results_at_once_ = 1;
  if (backend_->is_device() && stride > 0)
    results_at_once_ = std::clamp<size_t>(most_bytes / stride, 1, std::max<size_t>(1, plan_.indicators.size()));
  results_ = Buffer<unsigned char>(*backend_, results_at_once_ * stride);
}

void TileWorker::compute_statistic(size_t i, const DeviceSeries& series, const Window& window) {
  unsigned char* const place = results_.at(places_ * result_bytes_);
  auto* const value = reinterpret_cast<float*>(place);
  uint8_t* const reason = place + record_.targets.size() * pixels_ * sizeof(float);
  if (plan_.indicators[i].tells_season())
    backend_->fill(reason, 0, record_.targets.size() * pixels_);
  else if (store_ && store_->updating())
    compare_with_stored(i, series, window, value, reason);
  else
    measure(*backend_, plan_, record_, reference_, plan_.indicators[i],
            {series.value.data(), series.reason.data(), record_.periods, pixels_}, value, reason);
}

void TileWorker::deliver_results(const Deliver& deliver) {
  const size_t targets = record_.targets.size();
  std::vector<float> host(places_ * result_bytes_ / sizeof(float));
  backend_->download(host.data(), results_.data(), host.size() * sizeof(float));
  std::vector<float> value(pixels_);
  std::vector<uint8_t> reason(pixels_);
  for (const auto& [i, place] : finished_) {
    const Indicator& indicator = plan_.indicators[i];
    const float* const values = host.data() + place * result_bytes_ / sizeof(float);
    const auto* const reasons = reinterpret_cast<const uint8_t*>(values + targets * pixels_);
    for (size_t t = 0; t < targets; ++t) {
      value.assign(values + t * pixels_, values + (t + 1) * pixels_);
      reason.assign(reasons + t * pixels_, reasons + (t + 1) * pixels_);
      if (indicator.tells_season()) tell_season(indicator, t, value.data(), reason.data());
      const std::vector<float> ungated = value;
      gate(indicator, t, value.data(), reason.data());
      for (float& v : value) v = is_nan(v) ? nan_f() : v;  // one NaN, whatever its bits were
      deliver(i, t, value.data(), reason.data(), ungated.data());
    }
  }
  finished_.clear();
  places_ = 0;
}

void TileWorker::deliver_empty(size_t indicator, Reason reason, const Deliver& deliver) {
  const std::vector<float> value(pixels_, nan_f());
  const std::vector<uint8_t> reasons(pixels_, static_cast<uint8_t>(reason));
  for (size_t t = 0; t < record_.targets.size(); ++t) deliver(indicator, t, value.data(), reasons.data(), value.data());
}

}  // namespace fw
