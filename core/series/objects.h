// Objects in a mask: closing of gaps, connected groups, small ones removed. Plain code, the same on every machine. What
// looks at a whole mask takes it row by row, so that it need not fit the memory.
#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "core/series/plane.h"

namespace fw {

/// One byte per cell, row-major; 0 is outside, anything else inside.
struct Mask {
  int rows = 0, cols = 0;
  std::vector<uint8_t> cell;

  Mask() = default;
  Mask(int rows_, int cols_)
      : rows(rows_), cols(cols_), cell(static_cast<size_t>(rows_) * static_cast<size_t>(cols_)) {}
  size_t size() const { return cell.size(); }
  size_t at(int r, int c) const { return static_cast<size_t>(r) * static_cast<size_t>(cols) + static_cast<size_t>(c); }
};

/// 8-connected groups of cells of a mask, by its rows from the first to the last: each to add(), then finish(), then
/// each again to next(); restart() for once more. Memory: 4 bytes for each place where a group begins from above, some
/// few per object.
class ObjectFinder {
 public:
  /// Cells [begin, end) of a row. object: 1.. in the order of first cells.
  struct Run {
    int begin, end;
    uint32_t object;
  };
  explicit ObjectFinder(int cols) : cols_(cols) {}
  void add(const uint8_t* row);
  void finish();
  uint32_t count() const { return count_; }
  /// Runs of the next row, from left to right.
  const std::vector<Run>& next(const uint8_t* row);
  void restart();

 private:
  void find_runs(const uint8_t* row, bool unite);
  uint32_t root(uint32_t label);

  int cols_;
  uint32_t count_ = 0, labels_ = 0;
  std::vector<uint32_t> parent_;  ///< by label; after finish() the object
  std::vector<Run> runs_, above_, named_;
};

/// Morphological closing with a disc of `radius` cells (0: nothing happens): fills what a disc that lies outside the
/// mask cannot reach, such as gaps up to 2 radius wide between bodies longer than that. What lies beyond the mask is
/// outside: the edge neither grows nor eats.
Mask close_gaps(const Mask& mask, int radius);

/// Gives rows [row, row + rows) of a mask; asked for some rows more than once.
using MaskRows = std::function<void(int row, int rows, uint8_t* out)>;

/// Closes the gaps of a mask (close_gaps) and removes objects smaller than min_ha then.
/// row_area_ha: area of a cell of each row, hectares.
Plane<uint8_t> clean_objects(const MaskRows& mask, int cols, int radius, const std::vector<double>& row_area_ha,
                             double min_ha, const PlaneStore& store);

}  // namespace fw
