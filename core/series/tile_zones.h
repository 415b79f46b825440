// The admin units of a tile, all levels at once, and exact sums over their pixels.
//
// A zone is the set of pixels that lie in the same unit of every level: a pixel is summed once, and sums of zones merge
// to those of units without loss (FixedSum).
#pragma once
#include <span>

#include "core/series/indicator_table.h"

namespace fw {

class TileZones {
 public:
  TileZones() = default;
  /// unit[level]: by pixel, -1 outside every unit. area_km2: by pixel.
  TileZones(std::vector<std::vector<int32_t>> unit, std::vector<double> area_km2);

  size_t size() const { return unit_.size(); }
  bool empty() const { return unit_.empty(); }
  size_t levels() const { return levels_; }
  /// -1: outside every unit of the level.
  int32_t unit(size_t zone, size_t level) const { return unit_[zone][level]; }

  /// Adds the pixels of the tile to the accumulators, one for each zone. value, reason: by pixel.
  void add(const float* value, const uint8_t* reason, double threshold, bool above,
           std::span<ZonalAccumulator> zones) const;

  /// Sums of a series over a zone, by time.
  struct Sums {
    std::vector<FixedSum> value, area;  ///< value × km², km² of the pixels that have a value
    FixedSum whole;                     ///< km² of all
  };
  /// Sums of series[t * pixels + pixel] at the times `wanted`; the others stay 0. One for each zone.
  std::vector<Sums> sums(const float* series, size_t times, std::span<const size_t> wanted) const;

 private:
  /// Pixels one after another in one zone.
  struct Run {
    size_t first, count, zone;
    FixedSum area;
  };
  size_t levels_ = 0;
  std::vector<Run> runs_;
  std::vector<std::vector<int32_t>> unit_;  ///< [zone][level]
  std::vector<double> area_, high_, low_;   ///< by pixel: km²; its units (FixedSum) as high * 2^32 + low
  bool fits_ = true;                        ///< every area is a number of less than most_term
};

}  // namespace fw
