// Labelled cells of a grid as polygons.
#pragma once
#include <cstdint>
#include <map>
#include <vector>

#include "core/geo/grid.h"

namespace fw {

/// Multipolygons of labels given row by row, from the first row to the last. Memory: 16 bytes for each run of equal
/// labels in a row, and the polygons.
class Outlines {
 public:
  explicit Outlines(const Grid& grid) : grid_(grid) {}
  /// Labels of the next row, 0 none.
  void add(const uint32_t* row);
  /// The multipolygon of each label as WKB in longitude and latitude (EPSG:4326), along the edges of its cells: cells
  /// that touch at a corner only are polygons of their own. Burnt by pixel centres onto the same grid the polygons give
  /// back the labels.
  std::map<uint32_t, std::vector<unsigned char>> finish();

 private:
  friend class OutlineTracer;
  /// Cells [begin, end) of a row.
  struct Run {
    int begin, end;
    uint32_t label, part;
  };
  uint32_t root(uint32_t part);

  Grid grid_;
  std::vector<Run> runs_;
  std::vector<size_t> first_ = {0};     ///< run of each row, and the end
  std::vector<uint32_t> parent_ = {0};  ///< of 4-connected parts: never greater than the part
};

}  // namespace fw
