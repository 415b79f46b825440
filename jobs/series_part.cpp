#include "jobs/series_part.h"

#include <algorithm>
#include <cmath>

#include "core/series/seen_value.h"
#include "core/series/summed_days.h"

namespace fw {
namespace {

/// Centres of the window's pixels, degrees north.
std::vector<float> latitudes(const Grid& grid, const Window& w) {
  std::vector<float> out;
  for (int r = 0; r < w.rows; ++r)
    for (int c = 0; c < w.cols; ++c) {
      double lon = 0, lat = 0;
      pixel_lonlat(grid, w.row + r, w.col + c, &lon, &lat);
      out.push_back(static_cast<float>(lat));
    }
  return out;
}

bool is_temperature(const std::string& name) { return name.rfind("t_", 0) == 0; }

/// Calls step(period, first, count) for every period: which scenes of the track fall into it.
template <class Step>
void each_step(const SceneTrack& track, const SeriesShape& shape, const Step& step) {
  const auto period = [&](size_t k) { return period_of(track.scenes[k]->time.date, shape.periods.front().cadence); };
  size_t begin = 0;
  for (size_t p = 0; p < shape.periods.size(); ++p) {
    while (begin < track.scenes.size() && period(begin) < shape.periods[p]) ++begin;
    size_t end = begin;
    while (end < track.scenes.size() && period(end) == shape.periods[p]) ++end;
    step(p, begin, end - begin);
    begin = end;
  }
}

}  // namespace

LoadedPart::LoadedPart(Backend& backend, const SeriesPart& part, const SeriesLayout& layout, const SceneTracks& tracks,
                       const SeriesShape& shape, const Grid& grid, bool steps, const SeriesState* state)
    : backend_(backend),
      part_(part),
      shape_(shape),
      state_(state),
      pixels_(part.window.pixels()),
      series_(backend, part.series, layout.places * pixels_),
      tile_{backend, shape, pixels_} {
  if (!layout.tracks.empty()) tile_.dates = series_.data() + layout.tracks.front() * pixels_;
  for (const size_t first : layout.bands) tile_.bands.push_back(series_.data() + first * pixels_);
  if (!layout.bands.empty()) classify(layout);
  if (!steps) return;
  if (state_) {
    kept_ = state_->begin(part.window);
    tile_.first_row = kept_.first_row;
    tile_.monitor = kept_.monitor ? &*kept_.monitor : nullptr;
  }
  Buffer<uint8_t> unused;
  for (size_t k = 0; k + 1 < layout.tracks.size(); ++k) {
    const SceneTrack& track = tracks.further[k];
    further_.emplace_back();
    composite(track, layout.tracks[k + 1], further_.back(), unused);
    if (is_temperature(track.name)) to_celsius(track, k, further_.back());
    tile_.further[track.name] = further_.back().data();
  }
  composite(tracks.main, layout.tracks.front(), steps_, reason_);
  tile_.steps = steps_.data();
  tile_.reason = reason_.data();
  const bool temperatures = std::any_of(shape.further.begin(), shape.further.end(), is_temperature);
  latitude_ = send(backend, temperatures ? latitudes(grid, part.window) : std::vector<float>());
  tile_.latitude = latitude_.data();
}

void LoadedPart::composite(const SceneTrack& track, size_t first, Buffer<float>& y, Buffer<uint8_t>& reason) {
  const size_t n = pixels_, scenes = track.scenes.size();
  std::vector<uint8_t> outcomes(scenes * n);
  take_outcomes(part_.series + first * n, scenes * n, outcomes.data());
  const OnBackend<uint8_t> outcome(backend_, outcomes);
  const float* x = series_.data() + first * n;
  y = Buffer<float>(backend_, tile_.rows() * n);
  reason = Buffer<uint8_t>(backend_, tile_.rows() * n);
  Buffer<uint16_t> valid(backend_, n);
  each_step(track, shape_, [&](size_t p, size_t begin, size_t count) {
    if (p < tile_.first_row) return;
    float* values = y.at((p - tile_.first_row) * n);
    uint8_t* reasons = reason.at((p - tile_.first_row) * n);
    if (load_stored(p, values, reasons)) return;
    if (count == 0) {
      backend_.fill(values, 0xFF, n * sizeof(float));  // all bits set is a NaN
      backend_.fill(reasons, static_cast<unsigned char>(Reason::not_observed), n);
    } else {
      backend_.run(Composite{x + begin * n, outcome.data() + begin * n, static_cast<int>(count), n, track.composite,
                             values, valid.data(), reasons});
      if (track.composite == CompositeMethod::sum)
        scale_sums(track, p, begin, count, part_.series + (first + begin) * n, outcomes.data() + begin * n, values,
                   reasons);
    }
  });
}

void LoadedPart::scale_sums(const SceneTrack& track, size_t row, size_t begin, size_t count, const float* x,
                            const uint8_t* outcome, float* sum, uint8_t* reason) {
  std::vector<int> days;
  for (size_t k = 0; k < count; ++k) days.push_back(track.scenes[begin + k]->days);
  if (!needs_scaling(shape_.periods[row], days)) return;
  std::vector<float> sums(pixels_);
  std::vector<uint8_t> reasons(pixels_);
  backend_.download(sums.data(), sum, pixels_ * sizeof(float));
  backend_.download(reasons.data(), reason, pixels_);
  scale_to_period(shape_.periods[row], days, x, outcome, pixels_, sums.data(), reasons.data());
  backend_.upload(sum, sums.data(), pixels_ * sizeof(float));
  backend_.upload(reason, reasons.data(), pixels_);
}

bool LoadedPart::load_stored(size_t row, float* y, uint8_t* reason) {
  if (!state_ || !state_->stored(row)) return false;
  std::vector<float> values(pixels_);
  std::vector<uint8_t> reasons(pixels_);
  state_->load(row, part_.window, values.data(), reasons.data());
  backend_.upload(y, values.data(), pixels_ * sizeof(float));
  backend_.upload(reason, reasons.data(), pixels_);
  return true;
}

/// Evapotranspiration takes degrees C: kelvins that say so become them, other numbers that cannot be are noted.
void LoadedPart::to_celsius(const SceneTrack& track, size_t number, Buffer<float>& x) {
  if (track.scenes.front()->bands.at(track.name).unit == "K")
    backend_.run(ToPhysical{x.data(), x.data(), x.size(), 1, -273.15, nan_f(), -HUGE_VALF, HUGE_VALF});
  std::vector<float> host(x.size());
  backend_.download(host.data(), x.data(), host.size() * sizeof(float));
  for (size_t i = 0; i < host.size(); ++i)
    if (host[i] < -100 || host[i] > 70) {
      const auto at = static_cast<int>(i % pixels_), cols = part_.window.cols;
      const WrongTemperature here{number, i / pixels_, part_.window.row + at / cols, part_.window.col + at % cols,
                                  host[i]};
      if (!wrong_ || here < *wrong_) wrong_ = here;
    }
}

/// The worst of the bands: masks do not say whether it was cloud, shadow or snow.
void LoadedPart::classify(const SeriesLayout& layout) {
  const size_t count = shape_.dates.size() * pixels_;
  std::vector<uint8_t> worst(count), outcome(count);
  for (const size_t first : layout.bands) {
    take_outcomes(part_.series + first * pixels_, count, outcome.data());
    for (size_t i = 0; i < count; ++i) worst[i] = std::max(worst[i], outcome[i]);
  }
  for (uint8_t& w : worst)
    w = static_cast<uint8_t>(w == static_cast<uint8_t>(MaskOutcome::clear)    ? PixelClass::clear
                             : w == static_cast<uint8_t>(MaskOutcome::masked) ? PixelClass::cloud
                                                                              : PixelClass::fill);
  class_ = send(backend_, worst);
  tile_.pixel_class = class_.data();
}

}  // namespace fw
