// Scenes of a window onto the backend, and to one value per step.
#include <algorithm>

#include "core/base/error.h"
#include "core/series/send.h"
#include "jobs/series_run.h"

namespace fw {

void SeriesRun::read(const SceneTrack& track, const Window& w, Buffer<float>& x, Buffer<uint8_t>& outcome) {
  const size_t n = w.pixels();
  SceneCompute computer(*backend_, n);
  backend_->fill(x.data(), 0xFF, x.size() * sizeof(float));  // all bits set is a NaN
  backend_->fill(outcome.data(), static_cast<unsigned char>(MaskOutcome::not_observed), outcome.size());
  for (size_t t = 0; t < track.plans.size(); ++t) {
    const SceneValues values = compute_values(*backend_, reader_, *track.scenes[t], track.plans[t], w, report_);
    std::vector<uint8_t> seen;
    for (const uint8_t reason : values.reason[0])
      seen.push_back(static_cast<uint8_t>(reason == static_cast<uint8_t>(Reason::value) ? MaskOutcome::clear
                                          : reason == static_cast<uint8_t>(Reason::masked)
                                              ? MaskOutcome::masked
                                              : MaskOutcome::not_observed));
    backend_->upload(x.at(t * n), values.value[0].data(), n * sizeof(float));
    backend_->upload(outcome.at(t * n), seen.data(), n);
  }
  for (size_t t = 0; t < track.scenes.size() && track.plans.empty(); ++t) try {
      const std::vector<SceneSeries> series = {*offer_of(*track.scenes[t], track.name)};
      const SceneTile tile = reader_.read(*track.scenes[t], roles_of(series), w);
      if (tile.touches) computer.run(*track.scenes[t], tile, series, {x.at(t * n)}, {outcome.at(t * n)});
    } catch (const Error& e) {
      report_unread(*track.scenes[t], e, report_);
    }
}

void SeriesRun::read_bands(const Window& w, std::vector<Buffer<float>>& bands, Buffer<uint8_t>& pixel_class) {
  const auto& scenes = tracks_.main.scenes;
  const size_t n = w.pixels(), times = scenes.size();
  SceneCompute computer(*backend_, n);
  std::vector<SceneSeries> series;
  for (const auto& role : shape_.bands) {
    series.push_back({{}, role});
    bands.emplace_back(*backend_, times * n);
    backend_->fill(bands.back().data(), 0xFF, times * n * sizeof(float));
  }
  Buffer<uint8_t> outcome(*backend_, series.size() * n);
  std::vector<uint8_t> all(times * n, static_cast<uint8_t>(PixelClass::fill)), row(series.size() * n);
  for (size_t t = 0; t < times; ++t) try {
      const SceneTile tile = reader_.read(*scenes[t], roles_of(series), w);
      if (!tile.touches) continue;
      std::vector<float*> value;
      std::vector<uint8_t*> places;
      for (size_t b = 0; b < series.size(); ++b) {
        value.push_back(bands[b].at(t * n));
        places.push_back(outcome.at(b * n));
      }
      computer.run(*scenes[t], tile, series, value, places);
      backend_->download(row.data(), outcome.data(), row.size());
      for (size_t i = 0; i < n; ++i) {
        // The worst of the bands: masks do not say whether it was cloud, shadow or snow.
        uint8_t worst = 0;
        for (size_t b = 0; b < series.size(); ++b) worst = std::max(worst, row[b * n + i]);
        all[t * n + i] = static_cast<uint8_t>(worst == static_cast<uint8_t>(MaskOutcome::clear)    ? PixelClass::clear
                                              : worst == static_cast<uint8_t>(MaskOutcome::masked) ? PixelClass::cloud
                                                                                                   : PixelClass::fill);
      }
    } catch (const Error& e) {
      report_unread(*scenes[t], e, report_);
    }
  pixel_class = send(*backend_, all);
}

void SeriesRun::composite(const SceneTrack& track, size_t n, Buffer<float>& x, Buffer<uint8_t>& outcome,
                          Buffer<float>& y, Buffer<uint8_t>& reason) {
  Buffer<uint16_t> valid(*backend_, n);
  size_t begin = 0;
  const auto period = [&](size_t k) { return period_of(track.scenes[k]->time.date, shape_.periods.front().cadence); };
  for (size_t p = 0; p < shape_.periods.size(); ++p) {
    while (begin < track.scenes.size() && period(begin) < shape_.periods[p]) ++begin;
    size_t end = begin;
    while (end < track.scenes.size() && period(end) == shape_.periods[p]) ++end;
    const size_t count = std::min(end - begin, static_cast<size_t>(max_scenes_per_period));
    for (size_t k = begin + count; k < end; ++k) report_too_many(*track.scenes[k], report_);
    if (count == 0) {
      backend_->fill(y.at(p * n), 0xFF, n * sizeof(float));
      backend_->fill(reason.at(p * n), static_cast<unsigned char>(Reason::not_observed), n);
    } else {
      backend_->run(Composite{x.at(begin * n), outcome.at(begin * n), static_cast<int>(count), n, track.composite,
                              y.at(p * n), valid.data(), reason.at(p * n)});
    }
    begin = end;
  }
}

}  // namespace fw
