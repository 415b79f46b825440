#include "core/series/tile_season.h"

#include <algorithm>
#include <cmath>

#include "core/series/season_gate.h"
#include "core/series/send.h"
#include "kernels/ops_phenology.h"

namespace fw {
namespace {

constexpr double least_values = 2;  ///< of a place and its neighbours together

/// The mean year, each place averaged with its neighbours on the ring by their number of values. [place][pixel]
std::vector<float> smooth_year(const SeriesPlan& plan, size_t pixels, const TileSeason::OfPlace& of_place) {
  const int places = periods_per_year(plan.cadence);
  const int reach = window_periods(plan.phenology.smooth_dekads, plan.cadence) / 2;
  const auto cells = static_cast<size_t>(places) * pixels;
  std::vector<double> sum(cells), count(cells);
  ReferencePlanes planes;
  planes.mean = true;
  PlaceValues values;
  values.resize(pixels, planes);
  for (int place = 0; place < places; ++place) {
    of_place(place, values);
    for (int d = -reach; d <= reach; ++d) {
      const auto row = static_cast<size_t>((place + d + places) % places) * pixels;
      for (size_t i = 0; i < pixels; ++i) {
        if (values.count[i] == 0) continue;
        sum[row + i] += values.mean[i] * values.count[i];
        count[row + i] += values.count[i];
      }
    }
  }
  std::vector<float> curve(cells);
  for (size_t k = 0; k < cells; ++k)
    curve[k] = count[k] < least_values ? nan_f() : static_cast<float>(sum[k] / count[k]);
  return curve;
}

}  // namespace

TileSeason::TileSeason(const SeriesPlan& plan)
    : state_(static_cast<size_t>(periods_per_year(plan.cadence)), season_unknown), first_{-1} {}

TileSeason::TileSeason(const SeriesPlan& plan, const Season& declared) {
  const int places = periods_per_year(plan.cadence);
  const auto holds = [&](int place) { return declared.holds({plan.cadence, (place + places) % places}); };
  int16_t first = -1;
  for (int place = 0; place < places; ++place) {
    state_.push_back(holds(place) ? 1 : 0);
    if (holds(place) && !holds(place - 1)) first = static_cast<int16_t>(place);
  }
  first_.push_back(first);
}

TileSeason::TileSeason(Backend& backend, const SeriesPlan& plan, size_t pixels, const OfPlace& of_place)
    : pixels_(pixels) {
  const int places = periods_per_year(plan.cadence);
  const auto curve = send(backend, smooth_year(plan, pixels, of_place));
  Buffer<float> dates(backend, 3 * pixels);
  Phenology op = find_season(plan.phenology, curve.data(), places, pixels);
  op.start = dates.at(0);
  op.senescence = dates.at(pixels);
  op.end = dates.at(2 * pixels);
  backend.run(op);
  std::vector<int32_t> all;
  for (int place = 0; place < places; ++place) all.push_back(place);
  const auto period = send(backend, all);
  Buffer<uint8_t> state(backend, static_cast<size_t>(places) * pixels);
  backend.run(SeasonState{op.start, op.senescence, op.end, period.data(), places, places, pixels, state.data()});
  state_.resize(static_cast<size_t>(places) * pixels);
  backend.download(state_.data(), state.data(), state_.size());
  std::vector<float> start(pixels);
  backend.download(start.data(), op.start, pixels * sizeof(float));
  for (const float s : start)
    first_.push_back(is_nan(s) ? int16_t{-1} : static_cast<int16_t>(static_cast<int>(std::ceil(s)) % places));
}

void accumulate_season(const TileSeason& season, Period first, int periods, size_t pixels, std::vector<float>& value,
                       std::vector<uint8_t>& reason) {
  std::vector<double> sum(pixels);
  std::vector<int> seen(pixels), passed(pixels, -1);  // -1: the record has not shown the beginning
  for (int t = 0; t < periods; ++t) {
    const Period p{first.cadence, first.number + t};
    float* const v = value.data() + static_cast<size_t>(t) * pixels;
    uint8_t* const why = reason.data() + static_cast<size_t>(t) * pixels;
    for (size_t i = 0; i < pixels; ++i) {  // without branches: clouds and seasons cannot be predicted
      const bool begins = season.begins(p, i);
      const uint8_t state = season.state(p, i);
      passed[i] = begins ? 0 : passed[i];
      const bool within = state != 0 && state != season_unknown && passed[i] >= 0, there = within && !is_nan(v[i]);
      passed[i] += within;
      seen[i] = (begins ? 0 : seen[i]) + there;
      sum[i] = (begins ? 0.0 : sum[i]) + (there ? static_cast<double>(v[i]) : 0.0);
      const bool enough = within && 2 * seen[i] >= passed[i] && seen[i] > 0;
      v[i] = enough ? static_cast<float>(sum[i] / seen[i]) : nan_f();
      const Reason otherwise = state == 0         ? Reason::not_in_season
                               : within && !there ? static_cast<Reason>(why[i])
                                                  : Reason::not_assessed;
      why[i] = static_cast<uint8_t>(enough ? Reason::value : otherwise);
    }
  }
}

bool gated_by_pixel(const SeriesPlan& plan, const Indicator& indicator) {
  return indicator.gated || (indicator.seasonal && plan.gate_by_phenology);
}

bool needs_season(const SeriesPlan& plan) {
  return std::any_of(plan.indicators.begin(), plan.indicators.end(), [&](const Indicator& i) {
    return i.tells_season() || i.season_window || gated_by_pixel(plan, i);
  });
}

}  // namespace fw
