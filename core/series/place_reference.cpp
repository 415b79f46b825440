#include "core/series/place_reference.h"

namespace fw {

PlaceReference::PlaceReference(Backend& backend, size_t pixels)
    : backend_(backend),
      pixels_(pixels),
      count_(backend, pixels),
      mean_(backend, pixels),
      squares_(backend, pixels),
      median_(backend, pixels),
      low_(backend, pixels),
      high_(backend, pixels) {}

PlaceStatistics PlaceReference::view(const PlaceValues& v) {
  const auto of = [](auto& buffer, const auto& plane) { return plane.empty() ? nullptr : buffer.data(); };
  return {count_.data(),   of(mean_, v.mean), of(squares_, v.squares),
          of(low_, v.low), of(high_, v.high), of(median_, v.median)};
}

void PlaceReference::collect(const TileSeries& series, const TargetReference& reference, int place,
                             PlaceValues& values) {
  backend_.run(ReferenceOfPlace{series.x, series.times, pixels_, reference.group(), reference.in_reference(), place,
                                view(values)});
  const auto fetch = [&](auto& to, const auto& from) {
    if (!to.empty()) backend_.download(to.data(), from.data(), to.size() * sizeof(to[0]));
  };
  fetch(values.count, count_);
  fetch(values.mean, mean_);
  fetch(values.squares, squares_);
  fetch(values.low, low_);
  fetch(values.high, high_);
  fetch(values.median, median_);
}

void PlaceReference::compare(const float* x, const uint8_t* reason, const PlaceValues& values, const SeriesPlan& plan,
                             Statistic statistic, float* out, uint8_t* reason_out) {
  const auto send = [&](auto& to, const auto& from) {
    if (!from.empty()) backend_.upload(to.data(), from.data(), from.size() * sizeof(from[0]));
  };
  send(count_, values.count);
  send(mean_, values.mean);
  send(squares_, values.squares);
  send(low_, values.low);
  send(high_, values.high);
  send(median_, values.median);
  AnomalyOfPlace op{x, reason, pixels_, view(values), plan.min_years, static_cast<float>(plan.std_floor), {}, {}};
  op.out[static_cast<int>(statistic)] = out;
  op.reason_out[static_cast<int>(statistic)] = reason_out;
  backend_.run(op);
}

}  // namespace fw
