// When the vegetation of each pixel grows: from the mean year of the reference, or as the region declares it.
#pragma once
#include <functional>

#include "core/series/plan.h"
#include "core/series/series_store.h"

namespace fw {

/// The season of the pixels of one tile.
class TileSeason {
 public:
  /// Fills the reference statistics of a place in the year: count and mean of the series that tells the season.
  using OfPlace = std::function<void(int place, PlaceValues& values)>;

  /// As declared: the same everywhere, growing to its last day (a declared season says nothing of senescence).
  TileSeason(const SeriesPlan& plan, const Season& declared);
  /// Unknown everywhere: no series tells it.
  explicit TileSeason(const SeriesPlan& plan);
  /// From the mean year (Phenology): every place smoothed with its neighbours by their number of values, so that one
  /// place without a value does not hide a season. Unknown where the year has no cycle or too few values.
  TileSeason(Backend& backend, const SeriesPlan& plan, size_t pixels, const OfPlace& of_place);

  /// As SeasonState: 0 off season, 1 growing, 2 senescent, season_unknown.
  uint8_t state(Period p, size_t pixel) const { return state_[at(place_in_year(p), pixel)]; }
  /// Does the season begin with this period?
  bool begins(Period p, size_t pixel) const { return first_[at(0, pixel)] == place_in_year(p); }

 private:
  size_t at(int place, size_t pixel) const { return static_cast<size_t>(place) * pixels_ + (pixels_ == 1 ? 0 : pixel); }

  size_t pixels_ = 1;           ///< 1: the same everywhere
  std::vector<uint8_t> state_;  ///< [place][pixel]
  std::vector<int16_t> first_;  ///< [pixel] place of the season's first period; -1 unknown
};

/// Mean of a series from the first period of the season on, [period][pixel]: reason not_in_season off season,
/// not_assessed where the season is unknown, where the record begins within it or less than half of its periods have a
/// value. first: period 0 of the series.
void accumulate_season(const TileSeason& season, Period first, int periods, size_t pixels, std::vector<float>& value,
                       std::vector<uint8_t>& reason);

/// Does an indicator of the plan ask for the season of pixels?
bool needs_season(const SeriesPlan& plan);

/// Is an indicator gated by the season of pixels (rather than by a declared season, or not at all)?
bool gated_by_pixel(const SeriesPlan& plan, const Indicator& indicator);

}  // namespace fw
