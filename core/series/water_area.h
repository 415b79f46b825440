// Water area per date: what each date saw, and what can be compared because every date saw it.
#pragma once
#include <string>
#include <vector>

#include "core/scene/catalogue.h"
#include "core/series/indicator_table.h"

namespace fw {

/// Adds up tiles in any order; sums do not depend on it.
class WaterAreas {
 public:
  /// Marks of add(): anything else is "not seen".
  static constexpr uint8_t dry = 0, wet = 1;

  explicit WaterAreas(size_t scenes) : sums_(scenes) {}
  /// state[scene][pixel] of one window; cells_km2: area of each pixel. An empty scene
  /// has no say: not even on what all saw.
  void add(const std::vector<std::vector<uint8_t>>& state, const std::vector<double>& cells_km2);
  /// Adds what was added to another one of the same scenes.
  void merge(const WaterAreas& other);
  /// date, scene, index, valid_km2, water_km2 of the pixels the scene saw; common_*: of those that every scene saw, and
  /// the change since the first scene on them (per cent: empty where there was no water). method: text for "index".
  std::string csv(const std::vector<const Scene*>& scenes, const std::string& method) const;

 private:
  struct Sums {
    FixedSum valid, water, common, common_water;
  };
  std::vector<Sums> sums_;
};

}  // namespace fw
