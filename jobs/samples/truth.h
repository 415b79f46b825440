// What is really on the ground of the sample region, and when: everything else is made from it.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "jobs/samples/make_samples.h"

namespace fw::samples {

/// 192 x 192 pixels of 60 m, EPSG:32631. Column 96 begins on the 3rd meridian (x = 500 000 m), where two rain cells of
/// 0.05 degrees meet.
inline constexpr int rows = 192, cols = 192;
inline constexpr size_t pixels = static_cast<size_t>(rows) * cols;
inline constexpr int epsg = 32631;
inline constexpr double cell_m = 60, x0 = 494240, y0 = 1500000;
inline constexpr int middle_col = 96;
inline constexpr int first_year = 2018, last_year = 2023, years = 6;
inline constexpr int first_unseen_row = 172;  ///< no scene ever covers the rows from here on

enum class Cover : uint8_t { crop = 1, rangeland = 2, bare = 3, lake = 4, lake_bed = 5, roofs = 6 };

/// Polygon in pixel coordinates (row, column), clockwise on the map.
using Ring = std::vector<std::pair<double, double>>;
struct Unit {
  std::string pcode, name, parent;
  Ring ring;
};
/// Eight units of level 2 in three of level 1; XS0301 is the strip that is never observed.
const std::vector<Unit>& units();
const std::vector<Unit>& parents();
/// Is the pixel's centre in the ring?
bool inside(const Ring& ring, int row, int col);

class Truth {
 public:
  explicit Truth(uint64_t seed);
  /// Cover without lake and roofs.
  Cover land(size_t p) const { return land_[p]; }
  /// Cover in a dekad (0..35) of a year.
  Cover cover(size_t p, int year, int dekad) const;
  bool lake(size_t p, int year) const { return lake_radius_[p] < lake_limit(year); }
  /// Roofs on 31 August of the year.
  bool settlement(size_t p, int year) const;
  /// Land in the part of the region where the rains of 2022 (weakly) and 2023 (badly) failed.
  bool drought(size_t p) const { return drought_[p] != 0; }
  bool observed(size_t p) const { return static_cast<int>(p) / cols < first_unseen_row; }
  /// Green cover relative to an ordinary year, of the land's kind: 1 is ordinary.
  double vigour(size_t p, int year) const;
  /// Rain relative to an ordinary year, west and east of the middle.
  static double rain_factor(int year, bool west);

 private:
  static double lake_limit(int year);
  uint64_t seed_;
  std::vector<Cover> land_;
  std::vector<double> lake_radius_;  ///< distance from the lake's middle in pixels, its shore's wiggles taken out
  std::vector<int> roofs_since_;     ///< dekad, counted from the first of 2018
  std::vector<uint8_t> drought_;
  std::vector<double> site_;  ///< lasting differences of the soil between pixels
};

}  // namespace fw::samples
