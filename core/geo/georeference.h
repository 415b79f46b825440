// Where a raster lies: its geotransform and CRS checked and brought to a north-up grid. Internal to core/geo.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/geo/grid.h"

namespace fw {

/// As a file states it. transform: GDAL's six numbers.
struct RawGeoreference {
  int rows = 0, cols = 0;
  bool has_transform = false, has_control_points = false;
  double transform[6] = {0, 1, 0, 0, 0, 1};
  std::string crs;  ///< text by crs_text(); empty: none
};

/// How the reader brings the file's pixels onto the north-up grid.
struct Placement {
  Grid grid;
  bool flip_rows = false;  ///< the file's first row is the southern one
  int roll_cols = 0;  ///< the grid's column 0 is this column of the file, and the columns before it follow at the end
  std::vector<std::string> flags;
};

/// Errors: InputError CRS_MISSING, GEOREF_INVALID, GEOREF_UNSUPPORTED, CRS_EXTENT_MISMATCH (name: the file, for the
/// message).
Placement place(const RawGeoreference& raw, bool need_georeference, const std::optional<Grid>& near,
                const std::string& name);

}  // namespace fw
