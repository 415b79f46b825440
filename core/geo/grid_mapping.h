// Pixel coordinates of one grid in another. Internal to core/geo.
#pragma once
#include <memory>

#include "core/geo/grid.h"

class OGRCoordinateTransformation;

namespace fw {

/// Target pixel coordinates (col, row; pixel (0, 0) covers 0..1) to source pixel coordinates, exactly, point by point:
/// the result for a point depends on the two grids alone.
class GridMapping {
 public:
  GridMapping(const Grid& source, const Grid& target);
  /// In place; ok[i] is 0 where there is no answer.
  void to_source(int n, double* col, double* row, int* ok) const;
  void to_target(int n, double* col, double* row, int* ok) const;
  /// Source pixels per target pixel along x and y at the middle of the target.
  double cols_per_col() const { return cols_per_col_; }
  double rows_per_row() const { return rows_per_row_; }

 private:
  Grid source_, target_;
  std::shared_ptr<OGRCoordinateTransformation> forth_, back_;  ///< null: one CRS
  bool source_turns_ = false, target_turns_ = false;           ///< longitudes, equal modulo 360
  double cols_per_col_ = 1, rows_per_row_ = 1;
};

}  // namespace fw
