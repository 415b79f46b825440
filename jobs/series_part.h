// A part of the series of a block on a backend, as statistics take it: values of dates, composites of steps, bands.
#pragma once
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "core/series/send.h"
#include "core/series/series_statistics.h"
#include "jobs/series_state.h"
#include "jobs/series_visits.h"

namespace fw {

/// A temperature that cannot be in degrees C, and where it was met: the first of several is told of.
struct WrongTemperature {
  size_t track, step;
  int row, col;
  float value;
  bool operator<(const WrongTemperature& o) const {
    return std::tie(track, step, row, col) < std::tie(o.track, o.step, o.row, o.col);
  }
};

class LoadedPart {
 public:
  /// steps: whether composites are made. state: where some of them lie; may be null.
  LoadedPart(Backend& backend, const SeriesPart& part, const SeriesLayout& layout, const SceneTracks& tracks,
             const SeriesShape& shape, const Grid& grid, bool steps, const SeriesState* state);
  const SeriesTile& tile() const { return tile_; }
  const std::optional<WrongTemperature>& wrong() const { return wrong_; }

 private:
  void composite(const SceneTrack& track, size_t first, Buffer<float>& y, Buffer<uint8_t>& reason);
  void scale_sums(const SceneTrack& track, size_t row, size_t begin, size_t count, const float* x,
                  const uint8_t* outcome, float* sum, uint8_t* reason);
  bool load_stored(size_t row, float* y, uint8_t* reason);
  void to_celsius(const SceneTrack& track, size_t number, Buffer<float>& x);
  void classify(const SeriesLayout& layout);

  Backend& backend_;
  const SeriesPart& part_;
  const SeriesShape& shape_;
  const SeriesState* state_;
  SeriesState::Part kept_;
  size_t pixels_;
  OnBackend<float> series_;  ///< [place][pixel]
  Buffer<float> steps_, latitude_;
  Buffer<uint8_t> reason_, class_;
  std::vector<Buffer<float>> further_;
  SeriesTile tile_;
  std::optional<WrongTemperature> wrong_;
};

}  // namespace fw
